#include "kernel/container_json.h"

#include "kernel/runtime_api.h"
#include "parse/containers.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

const std::string id(64, 'a'), other(64, 'b');

Container told(const std::string& json) {
  const auto line = container_line("docker", id, json);
  REQUIRE(line);
  INFO(*line);
  auto all = parse_containers("source docker :/x whole\n" + *line);
  REQUIRE(all);
  return all->containers.front();
}

std::string ok(const std::string& body, const std::string& header = "") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + header + "\r\n" +
         body;
}

int error_of(const std::string& bytes) {
  const Reading body = http_body(bytes);
  return body ? 0 : body.error().error;
}

} // namespace

TEST_CASE(
    "container_json: of a container, its process, name, networks, and only the labels that are needed") {
  const Container it = told(R"({"Id":")" + id + R"(","Name":"/web","State":{"Pid":42,"Running":true},
    "Config":{"Labels":{"app":"paude","secret":"s3cr3t","openshell.ai/sandbox-id":"x","io.kubernetes.pod.uid":"u"}},
    "NetworkSettings":{"Networks":{"bridge":{"IPAddress":"1.2.3.4"},"inner":{}}}})");
  CHECK(it.pid == 42);
  CHECK(it.names == std::vector<std::string>{"web"});
  CHECK(it.networks == std::vector<std::string>{"bridge", "inner"});
  CHECK(it.labels.size() == 3);
  CHECK_FALSE(it.labels.contains("secret"));
}

TEST_CASE("container_json: Docker's own file of a container says the same") {
  CHECK(told(R"({"ID":")" + id + R"(","Name":"/web","State":{"Pid":42}})").names ==
        std::vector<std::string>{"web"});
}

TEST_CASE("container_json: hostile texts stay texts") {
  const Container it = told(R"({"Id":")" + id + R"(","Name":"/a,:b c=\nx\u001b","State":{"Pid":1},
    "Config":{"Labels":{"app":"x=y,:z \n","paude.io/=":"v"}},"NetworkSettings":{"Networks":{",:":{}}}})");
  CHECK(it.names == std::vector<std::string>{"a,:b c=\nx\x1b"});
  CHECK(it.networks == std::vector<std::string>{",:"});
  CHECK(it.labels == std::map<std::string, std::string>{{"app", "x=y,:z \n"}, {"paude.io/=", "v"}});
  CHECK(told(R"({"Id":")" + id + R"(","Name":")" + std::string(9000, 'n') + R"(","State":{"Pid":1}})")
            .names[0]
            .size() == 255);
}

TEST_CASE("container_json: what is about another container, or makes no sense, is nothing") {
  for (const std::string& json : std::vector<std::string>{
           std::string(), std::string("[]"), std::string("{"), std::string("null"),
           R"({"Id":")" + other + R"(","State":{"Pid":1}})", R"({"Id":")" + id + R"("})",
           R"({"Id":")" + id + R"(","State":{"Pid":-1}})", R"({"Id":")" + id + R"(","State":{"Pid":"1"}})",
           R"({"Id":")" + id + R"(","State":{"Pid":1e99}})",
           R"({"Id":")" + id + R"(","State":{"Pid":18446744073709551615}})", R"({"Id":7,"State":{"Pid":1}})",
           std::string(100'000, '[')})
    CHECK_FALSE(container_line("docker", id, json));
  CHECK_FALSE(container_line("docker", "../../x", R"({"Id":"../../x","State":{"Pid":1}})"));
}

TEST_CASE("container_json: a list with an id that is none is no list: ids become paths") {
  CHECK(listed_ids(R"([{"Id":")" + id + R"("},{"Id":")" + id + R"("},{"Id":")" + other + R"("}])") ==
        std::vector<std::string>{id, other});
  CHECK(listed_ids("[]") == std::vector<std::string>{});
  for (const char* json : {"", "{}", "[1]", "[{}]", R"([{"Id":"x/../y"}])", "[", "[[[["})
    CHECK_FALSE(listed_ids(json));
}

TEST_CASE("runtime_api: an answer is read to its end, by length, in chunks, or until the socket closes") {
  CHECK(http_body(ok("[]")) == "[]");
  CHECK(http_body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n1\r\n]\r\n0\r\n\r\n") ==
        "[]");
  CHECK(http_body("HTTP/1.0 200 OK\r\n\r\n[]") == "[]");
}

TEST_CASE("runtime_api: what is cut off, no HTTP, or refused is an error, never a shorter answer") {
  const std::string whole = ok("[1,2]");
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(error_of(whole.substr(0, size)) == EBADMSG);
  CHECK(error_of("SSH-2.0-x\r\n") == EBADMSG);
  CHECK(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1") == EBADMSG);
  CHECK(error_of("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n[") == EBADMSG);
  CHECK(error_of("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n") == EREMOTEIO);
  CHECK(error_of("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')) == EBADMSG);
}
