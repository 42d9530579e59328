#include "probes/seccomp_warnings.h"

#include "probes/seccomp_call_warnings.h"
#include "probes/seccomp_entry_warnings.h"
#include "seccomp/programs.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace sbx;
using namespace sbx::bpf;

namespace {

constexpr std::uint32_t connect_nr = 42, clone_nr = 56, finit_module_nr = 313, socket_nr = 41;

const Warning* find(const std::vector<Warning>& warnings, std::string_view id) {
  const auto it =
      std::find_if(warnings.begin(), warnings.end(), [&](const Warning& one) { return one.id == id; });
  return it == warnings.end() ? nullptr : &*it;
}

// One program under which a process could be, on a kernel that takes these calls beside its own.
SeccompView view_of(SeccompProgram program, std::optional<bool> i386 = true,
                    std::optional<bool> x32 = false) {
  SeccompView view = seccomp_view(std::move(program), abis_of("x86_64"));
  for (std::size_t i = 0; i < view.abis.size(); ++i)
    view.offered[i] = view.abis[i] == SyscallAbi::i386 ? i386 : view.abis[i] == SyscallAbi::x32 ? x32 : true;
  return view;
}

// Kills who comes by another way than x86_64's own numbers, then asks `rest` about the number.
SeccompProgram guarded(SeccompProgram rest) {
  SeccompProgram program{load(arch),   equal(x86_64, 1, 0),        give(kill_process),
                         load(number), at_least(0x40000000, 0, 1), give(kill_process)};
  program.insert(program.end(), rest.begin(), rest.end());
  return program;
}

constexpr std::uint64_t capability(unsigned number) { return std::uint64_t{1} << number; }

} // namespace

TEST_CASE("seccomp warnings: a filter that does not ask for the architecture judges 32-bit calls by wrong "
          "numbers") {
  const SeccompProgram program = refuses_number(socket_nr);
  const auto here = seccomp_entry_warnings(view_of(program));
  REQUIRE(find(here, "seccomp.no_arch_check"));
  CHECK(find(here, "seccomp.no_arch_check")->severity == Severity::high);
  CHECK(find(seccomp_entry_warnings(view_of(program, false)), "seccomp.no_arch_check")->severity ==
        Severity::info);
  CHECK(find(seccomp_entry_warnings(view_of(program, std::nullopt)), "seccomp.no_arch_check")->severity ==
        Severity::medium);
  CHECK_FALSE(find(seccomp_entry_warnings(view_of(guarded(program))), "seccomp.no_arch_check"));
}

TEST_CASE("seccomp warnings: x32 numbers of refused calls, and 32-bit calls, are open or closed") {
  const SeccompProgram program = refuses_number(socket_nr);
  CHECK(find(seccomp_entry_warnings(view_of(program, true, true)), "seccomp.x32_open")->severity ==
        Severity::high);
  CHECK(find(seccomp_entry_warnings(view_of(program)), "seccomp.x32_open")->severity == Severity::info);
  CHECK_FALSE(find(seccomp_entry_warnings(view_of(guarded(program), true, true)), "seccomp.x32_open"));
  // Asks for the architecture, and lets every other one do what it likes.
  const SeccompProgram lenient{load(arch),   equal(x86_64, 1, 0),    give(allow),
                               load(number), equal(socket_nr, 0, 1), give(fails(1)),
                               give(allow)};
  CHECK(find(seccomp_entry_warnings(view_of(lenient)), "seccomp.compat_open")->severity == Severity::high);
}

TEST_CASE("seccomp warnings: what a call is worth depends on the capabilities of the target") {
  const SeccompView view = view_of(guarded(refuses_number(socket_nr)));
  const auto with = [&](std::optional<std::uint64_t> capabilities, std::optional<bool> initial) {
    return seccomp_call_warnings(view, {capabilities, initial});
  };
  constexpr unsigned sys_module = 16, sys_admin = 21;
  CHECK(find(with(capability(sys_module), true), "seccomp.allows.modules")->severity == Severity::high);
  CHECK_FALSE(find(with(0, true), "seccomp.allows.modules"));
  CHECK(find(with(0, true), "seccomp.allows_idle")->summary.find("init_module") != std::string::npos);
  CHECK_FALSE(
      find(with(capability(sys_module), false), "seccomp.allows.modules")); // in a namespace of its own
  CHECK(find(with(capability(sys_admin), false), "seccomp.allows.mount")->severity == Severity::high);
  CHECK(find(with(std::nullopt, std::nullopt), "seccomp.allows.modules")->severity ==
        Severity::low);                                                              // not seen
  CHECK(find(with(0, true), "seccomp.allows.ptrace")->severity == Severity::medium); // needs none
  const SeccompView closed = view_of(guarded(refuses_number(finit_module_nr)));
  const auto warnings = seccomp_call_warnings(closed, {capability(sys_module), true});
  CHECK(find(warnings, "seccomp.allows.modules")->summary.find("finit_module") == std::string::npos);
}

TEST_CASE("seccomp warnings: a user namespace is refused only where every call that makes one is") {
  // clone is refused for CLONE_NEWUSER, clone3 is open.
  const SeccompProgram flags{equal(clone_nr, 0, 3), load(low(0)), any_bit(0x10000000, 0, 1), give(fails(1)),
                             give(allow)};
  const auto warnings = seccomp_call_warnings(view_of(guarded(flags)), {0, true});
  const Warning* open = find(warnings, "seccomp.allows.user_namespace");
  REQUIRE(open);
  CHECK(open->summary.find("clone3, unshare open") != std::string::npos);
  CHECK(find(warnings, "seccomp.twin_open.clone3"));
}

TEST_CASE("seccomp warnings: a call that does the work of a refused one is named") {
  const auto warnings = seccomp_call_warnings(view_of(guarded(refuses_number(connect_nr))), {0, true});
  CHECK(find(warnings, "seccomp.twin_open.sendto"));
  CHECK(find(warnings, "seccomp.twin_open.io_uring")->severity == Severity::high);
  CHECK_FALSE(find(warnings, "seccomp.twin_open.kill"));
}

TEST_CASE("seccomp warnings: a rule on 64 bits of an argument that has 32 is named, with both values") {
  const SeccompProgram wide{equal(socket_nr, 0, 5), load(high(0)),  equal(0, 0, 3), load(low(0)),
                            equal(1, 0, 1),         give(fails(1)), give(allow)};
  const auto warnings = seccomp_call_warnings(view_of(guarded(wide)), {0, true});
  const Warning* found = find(warnings, "seccomp.argument_width");
  REQUIRE(found);
  CHECK(found->summary ==
        "socket: the rule on family can be passed: it compares 64 bits, and the kernel reads 32 (x86_64)");
  CHECK(found->evidence.find("family == AF_UNIX is answered with errno:1, 0x100000001 is let through") !=
        std::string::npos);
}

TEST_CASE("seccomp warnings: killing one thread alone, and pretending success") {
  CHECK(find(seccomp_warnings(view_of(guarded(refuses_number(socket_nr, kill_thread)))),
             "seccomp.kills_thread"));
  CHECK(find(seccomp_warnings(view_of(guarded(refuses_number(socket_nr, fails(0))))),
             "seccomp.pretends_success"));
  CHECK_FALSE(find(seccomp_warnings(view_of(guarded(refuses_number(socket_nr)))), "seccomp.kills_thread"));
}

TEST_CASE("seccomp warnings: what could not be followed is said") {
  const SeccompProgram computed{
      load(low(0)), {0x07, 0, 0, 0}, {0xac, 0, 0, 0}, {0x16, 0, 0, 0}}; // tax; xor x; give A
  CHECK(find(seccomp_warnings(view_of(computed)), "seccomp.not_evaluated"));
}
