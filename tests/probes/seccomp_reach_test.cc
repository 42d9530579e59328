#include "probes/seccomp_reach.h"

#include "fake_kernel.h"
#include "probes/witness.h"
#include "seccomp/programs.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

constexpr unsigned read_nr = 0, openat_nr = 257, socket_nr = 41; // of x86_64

std::string bitmap(const std::vector<unsigned>& numbers) {
  std::string hex(128, '0');
  std::vector<unsigned> bytes(64);
  for (const unsigned number : numbers)
    bytes[number / 8] |= 1U << number % 8;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  return hex;
}

std::string filter(int number, int previous, const std::string& native) {
  return "filter " + std::to_string(number) + " prev=" + std::to_string(previous) +
         " len=- log=0 notify=0 wait_killable=0 native=" + native + " compat=-\n";
}

struct Filtered {
  FakeKernel kernel;
  Task task;
  Filtered() {
    task.tid = 100;
    task.status = ProcStatus{};
    task.status->seccomp = 2;
    kernel.answer(source::host_machine, "x86_64");
    filters("task 100 start=1 mode=2 filter=2 count=2 exited=0\n");
  }
  // The older one allows more than the newer one does.
  Filtered& filters(const std::string& tasks, const std::string& settled = "yes") {
    kernel.answer(source::target_seccomp, "settled " + settled + "\n" + tasks +
                                              filter(1, 0, bitmap({read_nr, openat_nr, socket_nr})) +
                                              filter(2, 1, bitmap({read_nr, openat_nr})));
    return *this;
  }
  SeccompReach reach(const Syscalls& needed) {
    Witness witness(kernel);
    return seccomp_reach(witness, task, needed);
  }
  std::string says(const Syscalls& needed) {
    const SeccompReach said = reach(needed);
    return std::string(answer_name(said.answer)) + ": " + said.detail;
  }
};

const Syscalls reading{{"openat2", "openat", "open"}, {"read", "mmap"}};

} // namespace

TEST_CASE("can seccomp: one call of each group that the newest filter allows is a yes") {
  Filtered it;
  CHECK(it.says(reading) == "yes: its 2 filters allow openat, read");
  CHECK(it.says({{"read"}}) == "yes: its 2 filters allow read");
  it.kernel.answer(source::target_seccomp,
                   "settled yes\ntask 100 start=1 mode=2 filter=1 count=1 exited=0\n" +
                       filter(1, 0, bitmap({read_nr})));
  CHECK(it.says({{"read"}}) == "yes: its filter allows read");
}

TEST_CASE("can seccomp: what is not in the bitmap may be allowed for some arguments: unknown, never no") {
  Filtered it;
  CHECK(it.says({{"socket"}}) == "unknown: its 2 filters decide on socket by arguments that are not asked "
                                 "here, or could not be followed");
  CHECK(it.says({{"openat"}, {"write", "pwrite64"}}) ==
        "unknown: its 2 filters decide on write, pwrite64 by arguments that are not asked here, or could not "
        "be followed");
  CHECK(it.says({{"no_such_call"}}) ==
        "unknown: none of the system calls that it takes exists on this machine");
}

TEST_CASE("can seccomp: the numbers are those of the machine that was looked at") {
  Filtered it; // of aarch64, 63 is read and 56 openat
  it.kernel.answer(source::host_machine, "aarch64");
  CHECK(it.reach(reading).answer == Answer::unknown);
  it.kernel.answer(source::target_seccomp,
                   "settled yes\ntask 100 start=1 mode=2 filter=1 count=1 exited=0\n" +
                       filter(1, 0, bitmap({56, 63})));
  CHECK(it.says(reading) == "yes: its filter allows openat, read");
  it.kernel.answer(source::host_machine, "riscv64");
  CHECK(it.says(reading) == "unknown: the system calls of this machine are not known here");
  it.kernel.fail(source::host_machine, EPERM);
  CHECK(it.reach(reading).answer == Answer::unknown);
}

TEST_CASE("can seccomp: filters that were not seen are unknown") {
  Filtered it;
  it.kernel.fail(source::target_seccomp, EPERM, "bpf(2) was refused");
  CHECK(it.says(reading) == "unknown: its filters were not seen: bpf(2) was refused (EPERM)");
  CHECK(it.filters("task 101 start=1 mode=2 filter=2 count=2 exited=0\n").says(reading) ==
        "unknown: its filters were not seen: thread 100 is not listed there");
  for (const char* changed : {"task 100 start=1 mode=2 filter=0 count=2 exited=0\n",
                              "task 100 start=1 mode=0 filter=2 count=2 exited=0\n"}) {
    const std::string other = "task 101 start=1 mode=2 filter=2 count=2 exited=0\n";
    CHECK(it.filters(changed + other).says(reading) ==
          "unknown: its filters were not seen: the thread changed between two looks at it");
  }
  it.kernel.answer(source::target_seccomp, "settled no\ntask 100 start=1 mode=2 filter=- count=2 exited=0\n");
  CHECK(it.says(reading) == "unknown: its filters were not seen: the threads changed while they were read");
  it.kernel.answer(source::target_seccomp,
                   "settled yes\ntask 100 start=1 mode=2 filter=1 count=1 exited=0\n" + filter(1, 0, "-"));
  CHECK(it.says(reading) == "unknown: its filter decides on openat2, openat, open by arguments that are not "
                            "asked here, or could not be followed");
}

TEST_CASE("can seccomp: without a filter kernel memory is not asked") {
  Filtered it;
  it.task.status->seccomp = 0;
  CHECK(it.says(reading) == "yes: no filter");
  it.task.status->seccomp = 1;
  CHECK(it.reach(reading).answer == Answer::no);
  it.task.status->seccomp = 3;
  CHECK(it.reach(reading).answer == Answer::unknown);
  it.task.status->seccomp = std::nullopt;
  CHECK(it.reach(reading).answer == Answer::unknown);
  CHECK(it.kernel.reads == 0);
  Witness witness(it.kernel);
  CHECK_FALSE(newest_filter(witness, it.task));
  it.task.status->seccomp = 2;
  CHECK(newest_filter(witness, it.task) == 1u);
  it.task.tid = 101;
  CHECK_FALSE(newest_filter(witness, it.task));
}

namespace {

// One thread under one program, on a kernel that takes these calls beside its own.
std::string says_under(const SeccompProgram& program, const Syscalls& needed,
                       const std::string& ways = "x32 !ENOSYS\ni386 !ENOSYS\n") {
  Filtered it;
  it.kernel.answer(source::target_seccomp,
                   "settled yes\ntask 100 start=1 mode=2 filter=1 count=1 exited=0\n" +
                       bpf::lines(1, 0, program));
  it.kernel.answer(source::host_syscall_abis, ways);
  it.kernel.answer(source::self_status, "Name:\tsbx\nState:\tR (running)\nPid:\t1\nSeccomp:\t0\n");
  return it.says(needed);
}

constexpr std::uint32_t ptrace_nr = 101, io_uring_setup_nr = 425, i386_ptrace_nr = 26;

} // namespace

TEST_CASE("can seccomp: a call that the program refuses is a no, with its answer") {
  CHECK(says_under(bpf::refuses_number(ptrace_nr, bpf::fails(13)), {{"ptrace"}}) ==
        "no: its filter refuses ptrace (errno EACCES)");
  CHECK(says_under(bpf::refuses_number(ptrace_nr, bpf::kill_process), {{"ptrace"}}) ==
        "no: its filter refuses ptrace (kill the process)");
  CHECK(says_under(bpf::refuses_number(read_nr), {{"ptrace"}}) == "yes: its filter allows ptrace");
}

TEST_CASE("can seccomp: a no holds only when no other way into the kernel leads there") {
  const auto native_alone = bpf::refuses_number(ptrace_nr);
  CHECK(
      says_under(native_alone, {{"ptrace"}}, "x32 !ENOSYS\ni386 yes\n") ==
      "yes: its filter refuses ptrace (errno EPERM); by the system calls of i386: its filter allows ptrace");
  CHECK(says_under(native_alone, {{"ptrace"}}, "x32 !ENOSYS\n").starts_with("unknown: "));
  const SeccompProgram both{bpf::load(bpf::number), bpf::equal(ptrace_nr, 1, 0),
                            bpf::equal(i386_ptrace_nr, 0, 1), bpf::give(bpf::fails(1)),
                            bpf::give(bpf::allow)};
  CHECK(says_under(both, {{"ptrace"}}, "x32 !ENOSYS\ni386 yes\n") ==
        "no: its filter refuses ptrace (errno EPERM)");
}

TEST_CASE("can seccomp: the argument that the deed asks for decides, and its upper half is the caller's") {
  const Syscalls unix_socket{{{"socket", {0, 1}}}}, internet{{{"socket", {0, 2}}}};
  const SeccompProgram no_rings{bpf::load(bpf::number),      bpf::equal(io_uring_setup_nr, 4, 0),
                                bpf::equal(socket_nr, 0, 5), bpf::load(bpf::low(0)),
                                bpf::equal(1, 1, 0),         bpf::give(bpf::allow),
                                bpf::give(bpf::fails(1)),    bpf::give(bpf::allow),
                                bpf::give(bpf::allow)};
  CHECK(says_under(no_rings, internet) == "yes: its filter allows socket");
  CHECK(says_under(no_rings, unix_socket) == "no: its filter refuses socket (errno EPERM)");
  // The rule looks at 64 bits: with an upper half the call passes.
  const SeccompProgram wide{bpf::load(bpf::high(0)), bpf::equal(0, 0, 3),      bpf::load(bpf::low(0)),
                            bpf::equal(1, 0, 1),     bpf::give(bpf::fails(1)), bpf::give(bpf::allow)};
  CHECK(says_under(wide, unix_socket) == "yes: its filter allows socket");
  CHECK(says_under(wide, {{"socket"}}).starts_with("unknown: "));
}

TEST_CASE("can seccomp: what a ring does as well is no no while rings can be made") {
  CHECK(says_under(bpf::refuses_number(openat_nr), {{"openat"}}) ==
        "unknown: its filter refuses openat (errno EPERM); but io_uring_setup may be open, and no filter is "
        "asked about what a "
        "ring does");
}

TEST_CASE("can seccomp: a program that no kernel would take is not followed") {
  CHECK(says_under({bpf::give(bpf::allow), {0xff, 0, 0, 0}}, {{"ptrace"}}).starts_with("unknown: "));
}
