#include "rules/leading_sockets.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace sbx;

namespace {
std::string kind(std::string_view name) {
  const LeadingRow* row = leading_row(name);
  return row ? std::string(row->kind) : "";
}
bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}
using Paths = std::vector<std::string>;
} // namespace

TEST_CASE("leading_sockets: a socket is known by its usual path, whoever's number is in it") {
  CHECK(kind("/run/docker.sock") == "container engine");
  CHECK(kind("/var/run/docker.sock") == "container engine");
  CHECK(kind("/var/run/libvirt/libvirt-sock") == "virtual machines"); // /var/run is /run
  CHECK(kind("/run/user/1000/podman/podman.sock") == "container engine");
  CHECK(kind("/run/user/1000/bus") == "session bus");
  CHECK(kind("/tmp/ssh-XXab12/agent.4711") == "ssh agent");
  CHECK(kind("/tmp/.X11-unix/X0") == "X server");
  CHECK(kind("@/tmp/.X11-unix/X0") == "X server");
  CHECK(kind("@/tmp/dbus-abc") == "session bus");
}

TEST_CASE("leading_sockets: a star is one part of a name and at least one byte of it") {
  CHECK(kind("/tmp/.X11-unix/X") == "");
  CHECK(kind("/tmp/.X11-unix/X0/more") == "");
  CHECK(kind("/run/user/1000/more/bus") == "");
  CHECK(kind("/run/user//bus") == "");
  CHECK(kind("/run/docker.sock2") == "");
  CHECK(kind("/srv/run/docker.sock") == "");
  CHECK(kind("@/run/docker.sock") == "");
  CHECK(kind("") == "");
}

TEST_CASE("leading_sockets: paths are looked for with the numbers of users and displays") {
  const Paths paths = leading_paths({0, 1000});
  CHECK(has(paths, "/run/docker.sock"));
  CHECK(has(paths, "/run/user/0/bus"));
  CHECK(has(paths, "/run/user/1000/bus"));
  CHECK(has(paths, "/run/user/1000/wayland-0"));
  CHECK(has(paths, "/tmp/.X11-unix/X0"));
  CHECK(has(paths, "/run/user/1000/gnupg/S.gpg-agent.extra"));
  for (const std::string& path : paths) {
    CHECK(path.find('*') == path.npos);
    CHECK(leading_row(path) != nullptr);
  }
  Paths once = paths;
  std::sort(once.begin(), once.end());
  CHECK(std::adjacent_find(once.begin(), once.end()) == once.end());
  CHECK_FALSE(has(leading_paths({}), "/run/user/1000/bus"));
}

TEST_CASE("leading_sockets: what nobody can guess is named as such") {
  const auto names = unguessable_sockets();
  CHECK(std::find(names.begin(), names.end(), "/tmp/ssh-*/agent.*") != names.end());
  CHECK(std::find(names.begin(), names.end(), "/run/docker.sock") == names.end());
}

TEST_CASE("leading_sockets: variables name sockets in several ways") {
  CHECK(sockets_named_by("DOCKER_HOST", "unix:///run/docker.sock", "") == Paths{"/run/docker.sock"});
  CHECK(sockets_named_by("DOCKER_HOST", "tcp://10.0.0.1:2375", "").empty());
  CHECK(sockets_named_by("SSH_AUTH_SOCK", "/tmp/ssh-a/agent.1", "") == Paths{"/tmp/ssh-a/agent.1"});
  CHECK(sockets_named_by("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1/bus,guid=ab;unix:path=/b", "") ==
        Paths{"/run/user/1/bus", "/b"});
  CHECK(sockets_named_by("DBUS_SESSION_BUS_ADDRESS", "unix:abstract=/tmp/dbus-x", "").empty());
  CHECK(sockets_named_by("WAYLAND_DISPLAY", "wayland-1", "/run/user/7") == Paths{"/run/user/7/wayland-1"});
  CHECK(sockets_named_by("WAYLAND_DISPLAY", "/w", "") == Paths{"/w"});
  CHECK(sockets_named_by("WAYLAND_DISPLAY", "wayland-1", "").empty());
  CHECK(sockets_named_by("SSH_AUTH_SOCK", "relative", "").empty());
  CHECK(sockets_named_by("SSH_AUTH_SOCK", "/" + std::string(200, 'a'), "")
            .empty()); // no socket has such a name
  CHECK(sockets_named_by("CODEX_SANDBOX", "/a", "").empty());
  CHECK(sockets_named_by("XDG_RUNTIME_DIR", "/run/user/7", "").empty());
  CHECK(names_sockets("XDG_RUNTIME_DIR"));
  CHECK_FALSE(names_sockets("HTTP_PROXY"));
  CHECK_FALSE(names_sockets(""));
}
