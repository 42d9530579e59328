#include "kernel/live_bpf_programs.h"

#include "kernel/child.h"
#include "parse/properties.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <unistd.h>

using namespace sbx;

TEST_CASE("live bpf programs: counted as root, refused without privilege, never 0 for not allowed") {
  const Reading text = read_bpf_programs();
  if (!text) {
    CHECK((text.error().error == EPERM || text.error().error == ENOSYS));
  } else {
    const auto counts = parse_properties(*text);
    REQUIRE(counts);
    for (const char* name : {"lsm", "cgroup_device", "cgroup_sock_addr", "tracing", "other"}) {
      REQUIRE(find_property(*counts, name));
      CHECK(find_property(*counts, name)->value);
    }
  }
  if (geteuid() != 0)
    return;
  const Reading seen = ask_child(
      [](int out) {
        if (setresuid(65534, 65534, 65534) != 0)
          return;
        const Reading unprivileged = read_bpf_programs();
        const std::string said = unprivileged ? "counted" : std::to_string(unprivileged.error().error);
        [[maybe_unused]] const ssize_t written = write(out, said.data(), said.size());
      },
      5000);
  CHECK(seen == std::to_string(EPERM));
}
