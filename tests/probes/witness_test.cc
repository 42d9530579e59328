#include "probes/witness.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string identity =
    "vantage observer\npid 100\nstart_ticks 1\nboot_id x\nexecutable 1:2:3\nexited no\n";

// A target that becomes another one after the first look.
class Changing final : public Kernel {
public:
  explicit Changing(Reading later) : later_(std::move(later)) {}
  Reading read_about(Source, const std::vector<std::string>&) override { return refused(ENODATA); }
  Reading read(Source source) override {
    if (source != source::target_identity)
      return refused(ENODATA);
    return first_ ? (first_ = false, Reading(identity)) : later_;
  }

private:
  bool first_ = true;
  Reading later_;
};

} // namespace

TEST_CASE("witness: each source is asked once and remembered as evidence") {
  FakeKernel kernel;
  kernel.answer(source::host_machine, "x86_64").fail(source::host_lsm, ENOENT, "no file");
  Witness witness(kernel);
  for (int i = 0; i < 3; ++i) {
    witness.text(source::host_machine)
        .match([](const Seen<std::string>& seen) { CHECK(seen.value() == "x86_64"); },
               [](const Gap&) { FAIL("it was answered"); });
    witness.text(source::host_lsm)
        .match([](const Seen<std::string>&) { FAIL("it was refused"); },
               [](const Gap& gap) { CHECK(gap.kind == GapKind::unsupported); });
  }
  CHECK(kernel.reads == 2);
  CHECK(witness.evidence().size() == 2);
  CHECK(witness.evidence().at(source::host_lsm) == refused(ENOENT, "no file"));
}

TEST_CASE("witness: a target that stayed the same is confirmed") {
  FakeKernel kernel;
  kernel.answer(source::target_identity, identity);
  Witness witness(kernel);
  CHECK(witness.confirm_identity());
}

TEST_CASE("witness: a target that ended or changed voids the run") {
  std::string other_program = identity;
  other_program.replace(other_program.find("1:2:3"), 5, "1:2:4");
  for (const Reading& later : {refused(ESRCH), Reading(other_program)}) {
    Changing kernel(later);
    Witness witness(kernel);
    (void)witness.identity();
    const auto same = witness.confirm_identity();
    REQUIRE_FALSE(same);
    CHECK(same.error().kind == ErrorKind::target);
  }
}

TEST_CASE("witness: a source that the recording lacks was not asked") {
  FakeKernel kernel;
  Witness witness(kernel);
  witness.stat().match([](const Seen<ProcStat>&) { FAIL("nothing was answered"); },
                       [](const Gap& gap) { CHECK(gap.kind == GapKind::not_attempted); });
}

TEST_CASE("witness: ENOSYS is the kernel's answer only when no filter is on us") {
  FakeKernel kernel;
  kernel.fail(source::host_lsm_modules, ENOSYS).fail(source::host_lsm, ENOSYS);
  const auto kind = [&] {
    Witness witness(kernel);
    return witness.active_lsms().match([](const auto&) { return GapKind::malformed; },
                                       [](const Gap& gap) { return gap.kind; });
  };
  CHECK(kind() == GapKind::denied); // our own status was not seen
  kernel.answer(source::self_status, "Seccomp:\t2\n");
  CHECK(kind() == GapKind::denied);
  kernel.answer(source::self_status, "Seccomp:\t0\n");
  CHECK(kind() == GapKind::unsupported);
}

TEST_CASE("witness: a peer that was asked about is confirmed too, and one that was not is not") {
  class Peers final : public Kernel {
  public:
    Reading read(Source source) override {
      if (source == source::peer_identity)
        return peer_reads++ == 0 ? Reading(identity) : refused(ESRCH);
      return source == source::target_identity ? Reading(identity) : refused(ENODATA);
    }
    Reading read_about(Source source, const std::vector<std::string>&) override { return read(source); }
    int peer_reads = 0;
  };
  Peers kernel;
  Witness alone(kernel);
  CHECK(alone.confirm_identity());
  CHECK(kernel.peer_reads == 0);
  Witness with_peer(kernel);
  (void)with_peer.peer_identity();
  const auto same = with_peer.confirm_identity();
  REQUIRE_FALSE(same);
  CHECK(same.error().kind == ErrorKind::target);
  CHECK(same.error().text.find("the other process") != std::string::npos);
}

TEST_CASE("witness: a list of descriptors is seen, a refused one is a gap, and each is asked once") {
  FakeKernel kernel;
  kernel.answer(source::target_fds, "known nsfs=- memfd=-\ntable 1\nlisted all own=0\nend settled\n");
  Witness witness(kernel);
  for (int i = 0; i < 3; ++i)
    CHECK(witness.fds().match([](const Seen<Fds>& fds) { return fds.value().whole(); },
                              [](const Gap&) { return false; }));
  CHECK(kernel.reads == 1);
  FakeKernel closed;
  closed.fail(source::target_fds, EACCES);
  CHECK(Witness(closed).fds().match([](const Seen<Fds>&) { return false; },
                                    [](const Gap& gap) { return gap.kind == GapKind::denied; }));
}
