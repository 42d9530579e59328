#include "sandbox/target_name.h"

#include <catch2/catch.hpp>

#include <array>

using namespace sbx;

namespace {

using Kind = TargetName::Kind;

std::string refused(std::string_view text) {
  const auto name = parse_target_name(text);
  REQUIRE_FALSE(name);
  CHECK(name.error().kind == ErrorKind::usage);
  return name.error().text;
}

} // namespace

TEST_CASE("target_name: every form") {
  struct Form {
    std::string_view text;
    Kind kind;
    std::string_view value;
    std::int64_t pid;
  };
  const std::array forms{
      Form{"self", Kind::self, "", 0},
      Form{"4242", Kind::pid, "4242", 4242},
      Form{"2147483647", Kind::pid, "2147483647", 2147483647},
      Form{"tree:1", Kind::tree, "1", 1},
      Form{"name:web", Kind::name, "web", 0},
      Form{"name:a b:c/d", Kind::name, "a b:c/d", 0},
      Form{"container:0123456789ab", Kind::container, "0123456789ab", 0},
      Form{"docker:web", Kind::docker, "web", 0},
      Form{"podman:web", Kind::podman, "web", 0},
      Form{"pod:default/web", Kind::pod, "default/web", 0},
      Form{"pod:default/web/nginx", Kind::pod, "default/web/nginx", 0},
      Form{"openshell:my-agent", Kind::openshell, "my-agent", 0},
      Form{"cgroup:/", Kind::cgroup, "/", 0},
      Form{"cgroup:/user.slice/a b", Kind::cgroup, "/user.slice/a b", 0},
      Form{"unit:ssh.service", Kind::unit, "ssh.service", 0},
  };
  for (const Form& form : forms) {
    CAPTURE(form.text);
    const auto name = parse_target_name(form.text);
    REQUIRE(name);
    CHECK(name->kind == form.kind);
    CHECK(name->value == form.value);
    CHECK(name->pid == form.pid);
    CHECK(name->one_process() == (form.kind == Kind::self || form.kind == Kind::pid));
  }
}

TEST_CASE("target_name: what is none of the forms is told all of them") {
  for (const char* text : {"",    "0",    "-1",         "+1",          " 1",
                           "1 ",  "1x",   "0x10",       "2147483648",  "99999999999999999999",
                           "1.5", "Self", "bash",       "self:",       "pid:1",
                           ":",   ":web", "Docker:web", "docker :web", "\x1b[2J"}) {
    CAPTURE(text);
    CHECK(refused(text) == "'" + std::string(text == std::string_view("\x1b[2J") ? "\\x1b[2J" : text) +
                               "' is no target: give " + std::string(target_forms));
  }
}

TEST_CASE("target_name: a form without what belongs behind it says what does") {
  const std::string nothing = "nothing that can be looked for follows ";
  for (const char* kind :
       {"tree", "name", "container", "docker", "podman", "pod", "openshell", "cgroup", "unit"}) {
    CAPTURE(kind);
    const std::string prefix = std::string(kind) + ":";
    CHECK(refused(prefix) == "'" + prefix + "' is no target: " + nothing + "'" + prefix + "'");
    CHECK(refused(prefix + "/" + std::string(5000, 'x')).find(nothing) != std::string::npos);
    CHECK(refused(prefix + std::string("/a\0b", 4)).find(nothing) != std::string::npos);
  }
  for (const char* pid : {"x", "0", "-1", "1 ", "4294967297", "self"})
    CHECK(refused(std::string("tree:") + pid).ends_with("a process id follows 'tree:'"));
  for (const char* pod : {"web", "/web", "default/", "default//web", "default/web/", "a/b/c/d", "/"})
    CHECK(
        refused(std::string("pod:") + pod).ends_with("a pod is NAMESPACE/NAME, or NAMESPACE/NAME/CONTAINER"));
  CHECK(refused("cgroup:user.slice")
            .ends_with("the path of a control group begins with '/', as /proc/PID/cgroup shows it"));
}

TEST_CASE("target_name: hostile bytes are escaped, and long ones cut") {
  CHECK(refused("pod:\x1b]0;x\x07").find('\x1b') == std::string::npos);
  CHECK(refused(std::string(100'000, 'x')).size() < 512);
}
