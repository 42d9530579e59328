#include "drift/seccomp_drift.h"

#include "drift/sandbox.h"
#include "seccomp/programs.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

using Kind = SeccompWish::Kind;

// One thread, under the program where there is one.
struct Filtered {
  FakeKernel kernel;
  explicit Filtered(const SeccompProgram& program) {
    kernel.answer(source::self_status, "Seccomp:\t0\n");
    kernel.answer(source::host_machine, "x86_64");
    kernel.answer(source::host_osrelease, "6.12.0");
    const bool any = !program.empty();
    threads({status(any)});
    kernel.answer(source::target_seccomp, std::string("settled yes\n") +
                                              "task 100 start=1 mode=" + (any ? "2" : "0") +
                                              " filter=" + (any ? "1" : "0") + " count=" + (any ? "1" : "0") +
                                              " exited=0\n" + (any ? bpf::lines(1, 0, program) : ""));
  }
  static std::string status(bool any) {
    return std::string("CapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\nCapAmb:\t0\nSeccomp:\t") +
           (any ? "2\nSeccomp_filters:\t1\n" : "0\nSeccomp_filters:\t0\n");
  }
  Filtered& threads(std::initializer_list<std::string> statuses) {
    kernel.answer(source::target_tasks_status, tasks_text(statuses));
    return *this;
  }
  DriftRow row(const SeccompWish& asked) {
    Witness witness(kernel);
    return seccomp_drift(witness, wish(asked));
  }
};

SeccompWish profile(const std::string& rules) {
  const auto parsed =
      parse_oci_profile(R"({"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64",)"
                        R"("SCMP_ARCH_X86","SCMP_ARCH_X32"],"syscalls":[)" +
                        rules + "]}");
  REQUIRE(parsed);
  return {Kind::profile, *parsed, ""};
}

std::string refusing(const std::string& names, const std::string& arguments = "[]") {
  return R"({"names":[)" + names + R"(],"action":"SCMP_ACT_ERRNO","errnoRet":1,"args":)" + arguments + "}";
}

// Refuses keyctl(2) of x86_64, and nothing else by any way. With libseccomp's rules it is keyctl everywhere.
const SeccompProgram keyctl{bpf::load(bpf::arch),  bpf::equal(bpf::x86_64, 0, 3), bpf::load(bpf::number),
                            bpf::equal(250, 3, 0), bpf::equal(0x400000fa, 2, 3),  bpf::load(bpf::number),
                            bpf::equal(288, 0, 1), bpf::give(bpf::fails(1)),      bpf::give(bpf::allow)};

} // namespace

TEST_CASE("seccomp_drift: no filter where one was asked for is weaker, and any where none was is stronger") {
  CHECK(Filtered({}).row({Kind::some, {}, ""}).drift == Drift::weaker);
  CHECK(Filtered({}).row({Kind::some, {}, ""}).held == "no filter");
  CHECK(Filtered({}).row({Kind::unconfined, {}, ""}).drift == Drift::same);
  CHECK(Filtered(keyctl).row({Kind::some, {}, ""}).drift == Drift::same);
  CHECK(Filtered(keyctl).row({Kind::unconfined, {}, ""}).drift == Drift::stronger);
  CHECK(Filtered({}).row(profile(refusing(R"("keyctl")"))).drift == Drift::weaker);
}

TEST_CASE("seccomp_drift: a thread without a filter is weaker, one that was not seen unknown") {
  Filtered filtered(keyctl);
  filtered.threads({Filtered::status(true), Filtered::status(false)});
  CHECK(filtered.row({Kind::some, {}, ""}).drift == Drift::weaker);
  CHECK(filtered.row({Kind::some, {}, ""}).held == "filters on 1 of 2 threads");
  filtered.threads({Filtered::status(true), "Errno:\tEACCES\n"});
  CHECK(filtered.row({Kind::some, {}, ""}).drift == Drift::unknown);
  CHECK(filtered.row({Kind::unconfined, {}, ""}).drift == Drift::unknown);
  filtered.kernel.fail(source::target_tasks_status, EACCES, "status");
  CHECK(filtered.row({Kind::some, {}, ""}).drift == Drift::unknown);
}

TEST_CASE("seccomp_drift: what the filters let through and the profile does not is named") {
  const DriftRow row = Filtered(keyctl).row(profile(refusing(R"("keyctl","ptrace","bpf")")));
  CHECK(row.drift == Drift::weaker);
  CHECK(row.held.starts_with("1 filter; refuse 1 calls; lets through: "));
  CHECK(row.held.find("ptrace") != std::string::npos);
  CHECK(row.held.find("bpf") != std::string::npos);
  CHECK(row.source == "target/seccomp");
}

TEST_CASE("seccomp_drift: filters that come to the profile are the same, stricter ones stronger") {
  const DriftRow same = Filtered(keyctl).row(profile(refusing(R"("keyctl")")));
  INFO(same.held);
  CHECK(same.drift == Drift::same);
  const DriftRow stronger = Filtered(keyctl).row(profile(""));
  INFO(stronger.held);
  CHECK(stronger.drift == Drift::stronger);
  CHECK(stronger.held.find("refuses more: keyctl") != std::string::npos);
}

TEST_CASE("seccomp_drift: a call that is refused for other arguments only is compared by them") {
  // Refused only where the first argument is 5: less than the profile, which refuses it always.
  SeccompProgram program = keyctl;
  program[7] = bpf::load(bpf::low(0));
  program.insert(program.begin() + 8, bpf::equal(5, 0, 1));
  program.insert(program.begin() + 9, bpf::give(bpf::fails(1)));
  for (std::size_t i = 0; i < 7; ++i) { // what jumped over one instruction to allow jumps over three
    if (program[i].code != 0x15)
      continue;
    const std::size_t allow = 8;
    if (i + 1 + program[i].jf == allow)
      program[i].jf = static_cast<std::uint8_t>(program[i].jf + 2);
  }
  const DriftRow weaker = Filtered(program).row(profile(refusing(R"("keyctl")")));
  INFO(weaker.held);
  CHECK(weaker.drift == Drift::weaker);
  // The profile refuses it where the first argument is 6: each lets through what the other does not.
  const DriftRow both = Filtered(program).row(
      profile(refusing(R"("keyctl")", R"([{"index":0,"value":6,"op":"SCMP_CMP_EQ"}])")));
  INFO(both.held);
  CHECK(both.drift == Drift::weaker);
  CHECK(both.held.find("refuses more: keyctl") != std::string::npos);
}

TEST_CASE("seccomp_drift: another errno for the same calls is no drift") {
  SeccompProgram program = keyctl;
  program[7] = bpf::give(bpf::fails(38));
  CHECK(Filtered(program).row(profile(refusing(R"("keyctl")"))).drift == Drift::same);
}

TEST_CASE("seccomp_drift: filters that were not read, and profiles that are not known, are unknown") {
  Filtered filtered(keyctl);
  CHECK(filtered.row({Kind::reference, {}, "no-such-profile"}).drift == Drift::unknown);
  CHECK(filtered.row({Kind::reference, {}, "docker-default"}).drift == Drift::weaker);
  CHECK(filtered.row({Kind::profile, {}, ""}).drift == Drift::unknown);
  filtered.kernel.fail(source::target_seccomp, EPERM, "bpf(2)");
  const DriftRow row = filtered.row(profile(refusing(R"("keyctl")")));
  CHECK(row.drift == Drift::unknown);
  CHECK(row.source == "target/seccomp");
  CHECK(row.remedy.starts_with("run as root"));
}
