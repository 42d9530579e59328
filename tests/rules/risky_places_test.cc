#include "rules/risky_places.h"

#include <catch2/catch.hpp>

using sbx::risky_places;

namespace {

std::vector<std::string> paths(std::string_view directory) {
  std::vector<std::string> found;
  for (const auto& place : risky_places(directory))
    found.emplace_back(place.path);
  return found;
}
using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("risky_places: a place itself is said alone, with its own reason") {
  CHECK(paths("/") == Paths{"/"});
  CHECK(paths("/run") == Paths{"/run"});
  CHECK(paths("/home/ann") == Paths{"/home/*"});
  CHECK(paths("/tmp/ssh-XXXX") == Paths{"/tmp/ssh-*"});
}

TEST_CASE("risky_places: a directory above places opens each of them") {
  CHECK(paths("/var") == Paths{"/var/run", "/var/run/docker.sock", "/var/lib/docker", "/var/lib/containers",
                               "/var/spool/cron"});
  CHECK(paths("/var/lib") == Paths{"/var/lib/docker", "/var/lib/containers"});
}

TEST_CASE("risky_places: a work directory is none, nor is what only begins alike") {
  CHECK(paths("/tmp").size() == 1); // the X server's sockets
  CHECK(paths("/home/ann/project").empty());
  CHECK(paths("/srv").empty());
  CHECK(paths("/runner").empty());
  CHECK(paths("/tmp/ssh-XXXX/agent.1").empty());
}
