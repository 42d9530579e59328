#include "kernel/live_host.h"

#include "parse/properties.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <sys/stat.h>

using namespace sbx;

TEST_CASE("live host: of os-release four values are told, without their quotes, and nothing is executed") {
  CHECK(os_release_lines(
            "PRETTY_NAME=\"Fedora Linux 44 (CoreOS)\"\nNAME='Fedora Linux'\nVERSION_ID=44\nID=fedora\n"
            "VARIANT_ID=\"podman-machine-os\"\n") ==
        "id fedora\nversion_id 44\nvariant_id podman-machine-os\nname Fedora Linux\n");
  CHECK(os_release_lines("").empty());
  CHECK(os_release_lines("ID").empty());
  CHECK(os_release_lines("XID=a\n#ID=b\n ID=c\n").empty());
  CHECK(os_release_lines("ID=$(reboot)") == "id $(reboot)\n");
  CHECK(os_release_lines("ID=a\nID=b\n") == "id a\n");
  CHECK(os_release_lines("ID=\"\n") == "id \"\n");
  CHECK(os_release_lines("ID=!x\nNAME=\x1b[2J\n") == "id \\x21x\nname \\x1b[2J\n");
  const std::string longest = os_release_lines("ID=" + std::string(100'000, 'x'));
  CHECK(longest.size() < 300);
  for (const std::string& text :
       {std::string("ID=a\n\n\nNAME=b"), std::string(1000, '\n'), std::string("\0ID=", 4)})
    CHECK(parse_properties(os_release_lines(text)));
}

TEST_CASE("live host: of the name of a machine only what is known is told, never what a user called it") {
  CHECK(nodename_lines("docker-desktop") == "name docker-desktop\n");
  CHECK(nodename_lines("lima-rancher-desktop") == "name lima-rancher-desktop\n");
  CHECK(nodename_lines("lima-alices-secret") == "name lima-\n");
  CHECK(nodename_lines("colima-work") == "name colima\n");
  CHECK(nodename_lines("alices-laptop").empty());
  CHECK(nodename_lines("my-docker-desktop").empty());
  CHECK(nodename_lines("").empty());
}

TEST_CASE("live host: variables of ours are told by their names, from a list, without values") {
  REQUIRE(setenv("ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/secret", 1) == 0);
  REQUIRE(setenv("SBX_NOT_IN_THE_LIST", "x", 1) == 0);
  const Reading names = read_own_environ_names();
  unsetenv("ECS_CONTAINER_METADATA_URI_V4");
  unsetenv("SBX_NOT_IN_THE_LIST");
  REQUIRE(names);
  CHECK(names->find("name ECS_CONTAINER_METADATA_URI_V4\n") != std::string::npos);
  CHECK(names->find("secret") == std::string::npos);
  CHECK(names->find("NOT_IN_THE_LIST") == std::string::npos);
  CHECK(read_own_environ_names()->find("ECS_") == std::string::npos);
}

TEST_CASE("live host: this machine's own answers are what stat(2) says, and can be parsed") {
  for (const Reading& reading : {read_markers(), read_devices(), read_os_release(), read_nodename()}) {
    REQUIRE(reading);
    REQUIRE(parse_properties(*reading));
  }
  const auto markers = *parse_properties(*read_markers());
  for (const Property& it : markers) {
    struct stat status {};
    CHECK(it.value.has_value() == (lstat(it.key.c_str(), &status) == 0));
  }
  CHECK(find_property(*parse_properties(*read_os_release()), "id")); // every machine that builds this has one
}
