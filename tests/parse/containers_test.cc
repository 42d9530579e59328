#include "parse/containers.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

const std::string id(64, 'a');
const std::string source = "source docker :/run/docker.sock whole\n";
const std::string web = "container docker " + id +
                        " pid=4242 names=:web networks=:bridge,:in\\x2cner labels=:app=paude,:a\\x3db=c\n";

} // namespace

TEST_CASE("containers: names, networks and labels are as the runtime told them") {
  const auto all = parse_containers(source + web);
  REQUIRE(all);
  REQUIRE(all->containers.size() == 1);
  const Container& it = all->containers[0];
  CHECK(it.runtime == "docker");
  CHECK(it.id == id);
  CHECK(it.pid == 4242);
  CHECK(it.names == std::vector<std::string>{"web"});
  CHECK(it.networks == std::vector<std::string>{"bridge", "in,ner"});
  CHECK(it.labels == std::map<std::string, std::string>{{"app", "paude"}, {"a=b", "c"}});
  CHECK(all->whole());
}

TEST_CASE("containers: a source that did not answer, or was cut off, is told, and the list is not whole") {
  const auto refused = parse_containers(source + "source podman :/run/podman/podman.sock !ETIMEDOUT\n");
  REQUIRE(refused);
  CHECK(refused->sources[1].error == ETIMEDOUT);
  CHECK_FALSE(refused->whole());
  CHECK_FALSE(parse_containers("source docker :/run/docker.sock cut\n")->whole());
  CHECK(parse_containers(source + "source podman :/run/podman/podman.sock !ENOENT\n")->whole());
}

TEST_CASE("containers: a container of which nothing more was learnt has no pid, and that is no zero") {
  const auto all =
      parse_containers(source + "container docker " + id + " pid=!ETIMEDOUT names= networks= labels=\n");
  REQUIRE(all);
  REQUIRE_FALSE(all->containers[0].pid);
  CHECK(all->containers[0].pid.error() == ETIMEDOUT);
  CHECK(all->containers[0].names.empty());
}

TEST_CASE("containers: what is not of the dialect is malformed") {
  for (const std::string& text :
       {std::string(),
        std::string("\n"),
        web,
        source + web.substr(0, web.size() - 1),
        source + "container podman" + web.substr(16),
        std::string("source lxd :/x whole\n"),
        std::string("source docker /x whole\n"),
        std::string("source docker :/x\n"),
        std::string("source docker :/x !NOERRNO\n"),
        std::string("source docker :/x whole more\n"),
        "source docker :/x !EPERM\n" + web,
        source + "container docker " + id.substr(1) + web.substr(81),
        source + "container docker " + std::string(64, 'G') + web.substr(81),
        source + "container docker " + id + " pid=-1 names= networks= labels=\n",
        source + "container docker " + id + " pid=99999999999 names= networks= labels=\n",
        source + "container docker " + id + " pid=1 names=web networks= labels=\n",
        source + "container docker " + id + " pid=1 names=:a, networks= labels=\n",
        source + "container docker " + id + " pid=1 names=:a\\y networks= labels=\n",
        source + "container docker " + id + " pid=1 names= networks= labels=:a\n",
        source + "container docker " + id + " pid=1 names= networks= labels=:a=b,:a=c\n",
        source + "container docker " + id + " pid=1 names= networks=\n"}) {
    INFO(text);
    CHECK_FALSE(parse_containers(text));
  }
}
