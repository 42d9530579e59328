#include "can/question.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

std::string problem(const std::vector<std::string>& words) {
  const auto parsed = parse_question(words);
  if (parsed)
    return "accepted";
  CHECK(parsed.error().kind == ErrorKind::usage);
  return parsed.error().text;
}

bool mentions(const std::vector<std::string>& words, const std::string& text) {
  return problem(words).find(text) != std::string::npos;
}

template <class T> T about(const std::vector<std::string>& words) {
  const auto parsed = parse_question(words);
  REQUIRE(parsed);
  REQUIRE(std::holds_alternative<T>(parsed->about));
  return std::get<T>(parsed->about);
}

} // namespace

TEST_CASE("question: each deed with a file is read with its path") {
  CHECK(about<FileQuestion>({"read", "/etc/shadow"}).deed == FileDeed::read);
  CHECK(about<FileQuestion>({"write", "/a"}).deed == FileDeed::write);
  CHECK(about<FileQuestion>({"execute", "/a"}).deed == FileDeed::execute);
  CHECK(about<FileQuestion>({"list", "/a"}).deed == FileDeed::list);
  CHECK(about<FileQuestion>({"create", "/a"}).deed == FileDeed::create);
  CHECK(about<FileQuestion>({"remove", "/a"}).deed == FileDeed::remove);
  CHECK(about<FileQuestion>({"truncate", "/a"}).deed == FileDeed::truncate);
  CHECK(about<FileQuestion>({"read", "/a b/\xff"}).path == "/a b/\xff");
  CHECK(parse_question({"read", "/etc/shadow"})->text == "read /etc/shadow");
}

TEST_CASE("question: a relative path is told to be made absolute") {
  CHECK(mentions({"read", "etc/shadow"}, "give an absolute path, as the target sees it"));
  CHECK(mentions({"read", ""}, "give an absolute path"));
  CHECK(mentions({"read", "~/x"}, "give an absolute path"));
}

TEST_CASE("question: a slash at the end is for directories that are listed") {
  CHECK(about<FileQuestion>({"list", "/etc//"}).path == "/etc");
  CHECK(about<FileQuestion>({"list", "/"}).path == "/");
  CHECK(mentions({"read", "/etc/"}, "ends with a slash"));
  CHECK(mentions({"remove", "/etc/"}, "ends with a slash"));
}

TEST_CASE("question: what is created or removed has a name of its own") {
  for (const char* path : {"/", "/a/.", "/a/.."})
    for (const char* deed : {"create", "remove"})
      CHECK(mentions({deed, path}, "names no entry"));
  CHECK(problem({"remove", "/a/..b"}) == "accepted");
}

TEST_CASE("question: a path longer than the kernel takes is refused") {
  CHECK(problem({"read", "/" + std::string(4094, 'a')}) == "accepted");
  CHECK(mentions({"read", "/" + std::string(4095, 'a')}, "longer than the kernel takes"));
}

TEST_CASE("question: ports are read, with an address or without") {
  const auto tcp = about<NetQuestion>({"connect", "tcp:443"});
  CHECK(tcp.deed == NetDeed::connect);
  CHECK(tcp.protocol == NetProtocol::tcp);
  CHECK(tcp.port == 443);
  CHECK(about<NetQuestion>({"connect", "tcp:10.0.0.1:8443"}).port == 8443);
  CHECK(about<NetQuestion>({"connect", "udp:[2001:db8::1]:53"}).protocol == NetProtocol::udp);
  CHECK(about<NetQuestion>({"bind", "udp:53"}).deed == NetDeed::bind);
  CHECK(about<NetQuestion>({"bind", "tcp:0"}).port == 0);
  CHECK(about<NetQuestion>({"bind", "tcp:65535"}).port == 65535);
}

TEST_CASE("question: what is no port and no address is refused with what to give") {
  for (const char* port : {"tcp:", "tcp:http", "tcp:65536", "tcp:-1", "tcp: 1", "tcp:1 "})
    CHECK(mentions({"connect", port}, "is no port"));
  CHECK(mentions({"connect", "tcp:0"}, "nothing listens at port 0"));
  for (const char* host : {"tcp:example.org:443", "tcp:1.2.3:443", "tcp:1.2.3.4.5:443", "tcp:1.2.3.256:443",
                           "tcp:::1:443", "tcp:[]:443", "tcp:[x::1]:443"})
    CHECK(mentions({"connect", host}, "is no address"));
  CHECK(mentions({"connect", "443"}, "is no endpoint"));
  CHECK(mentions({"connect", "sctp:443"}, "is no endpoint"));
  CHECK(mentions({"bind", "unix:/run/x"}, "is nothing to bind to"));
}

TEST_CASE("question: UNIX sockets have a path or an abstract name") {
  const auto path = about<UnixQuestion>({"connect", "unix:/run/x.sock"});
  CHECK_FALSE(path.abstract);
  CHECK(path.name == "/run/x.sock");
  const auto abstract = about<UnixQuestion>({"connect", "unix:@bus:1"});
  CHECK(abstract.abstract);
  CHECK(abstract.name == "bus:1");
  CHECK(mentions({"connect", "unix:run/x"}, "is no socket"));
  CHECK(mentions({"connect", "unix:@"}, "cannot be the name"));
  CHECK(mentions({"connect", "unix:"}, "is no socket"));
  CHECK(problem({"connect", "unix:@" + std::string(107, 'a')}) == "accepted");
  CHECK(mentions({"connect", "unix:@" + std::string(108, 'a')}, "cannot be the name"));
}

TEST_CASE("question: another process is named by its number") {
  CHECK(about<ProcessQuestion>({"ptrace", "1234"}).deed == ProcessDeed::ptrace);
  CHECK(about<ProcessQuestion>({"signal", "1"}).pid == 1);
  for (const char* pid : {"0", "-1", "self", "12x", "99999999999", ""})
    CHECK(mentions({"ptrace", pid}, "is no process"));
}

TEST_CASE("question: one word, three words or an unknown deed say what can be asked") {
  CHECK(mentions({}, "0 were given"));
  CHECK(mentions({"read"}, "1 was given"));
  CHECK(mentions({"read", "/a", "/b"}, "3 were given"));
  CHECK(mentions({"chmod", "/a"}, "cannot be asked; known: read"));
}

TEST_CASE("question: what was typed is escaped in the message") {
  CHECK(mentions({"read", "\x1b[31mx"}, "\\x1b[31mx"));
}

TEST_CASE("question: a path falls into its directory and its last name") {
  CHECK(path_parts("/a/b").parent == "/a");
  CHECK(path_parts("/a/b").name == "b");
  CHECK(path_parts("/a").parent == "/");
  CHECK(path_parts("//a").parent == "/");
  CHECK(path_parts("/a//b").parent == "/a");
  CHECK(path_parts("/").name.empty());
}
