#include "probes/witness.h"

#include "fake_kernel.h"
#include "kernel/recorded_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string identity =
    "vantage observer\npid 100\nstart_ticks 1\nboot_id x\nexecutable 1:2:3\nexited no\n";

// A target that becomes another one after the first look.
class Changing final : public Kernel {
public:
  explicit Changing(Reading later) : later_(std::move(later)) {}
  Reading read(Source source) override {
    if (source != source::target_identity)
      return refused(ENODATA);
    return first_ ? (first_ = false, Reading(identity)) : later_;
  }
  Reading read_about(Source source, const std::vector<std::string>&) override { return read(source); }

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

namespace {

std::string spot_line(const std::string& path, int inode) {
  return path + " mnt=1 dev=8:1 inode=" + std::to_string(inode) + " mode=100644\n";
}

std::string walk_block(const std::string& path) {
  return "path " + path +
         "\nsearch mnt=1 dev=8:1 inode=2 mode=40755 uid=0 gid=0 nlink=2 rdev=0:0 attributes=0x0 "
         "acl=0 magic=0xef53\nmissing x\nend ok\n";
}

// Answers about what it is asked, and about nothing else, like the live one; remembers what that was.
class Answering final : public Kernel {
public:
  Reading read(Source) override { return refused(ENODATA); }
  Reading read_about(Source source, const std::vector<std::string>& paths) override {
    ++calls;
    asked.insert(asked.end(), paths.begin(), paths.end());
    if (calls == refuse_at)
      return refused(EACCES, "opening the root directory of the target");
    std::string text;
    for (const std::string& path : paths)
      text +=
          source == source::target_walks ? walk_block(path) : spot_line(path, static_cast<int>(path.size()));
    return text;
  }
  int calls = 0, refuse_at = 0;
  std::vector<std::string> asked;
};

std::vector<std::string> spots_text(Witness& witness, const std::vector<std::string>& paths) {
  return witness.spots(paths).match(
      [](const Seen<std::vector<PathSpot>>& seen) {
        std::vector<std::string> text;
        for (const PathSpot& spot : seen.value())
          text.push_back(
              spot.path + "=" +
              std::to_string(spot.found ? static_cast<int>(spot.found->inode) : -spot.found.error()));
        return text;
      },
      [](const Gap& gap) { return std::vector<std::string>{gap.detail}; });
}

std::string walk_text(Witness& witness, const std::string& path) {
  return witness.walk(path).match([](const Seen<PathWalk>& seen) { return seen.value().path; },
                                  [](const Gap& gap) { return gap.detail; });
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("witness: paths are answered in the order asked, and each is asked once in a run") {
  Answering kernel;
  Witness witness(kernel);
  CHECK(spots_text(witness, {"/bb", "/a", "/bb"}) == Texts{"/bb=3", "/a=2", "/bb=3"});
  CHECK(spots_text(witness, {"/a", "/ccc"}) == Texts{"/a=2", "/ccc=4"});
  CHECK(spots_text(witness, {"/a"}) == Texts{"/a=2"});
  CHECK(spots_text(witness, {}).empty());
  CHECK(kernel.asked == Texts{"/bb", "/a", "/ccc"});
  CHECK(kernel.calls == 2);
  CHECK(walk_text(witness, "/w") == "/w");
  CHECK(walk_text(witness, "/w") == "/w");
  CHECK(kernel.calls == 3);
  CHECK(witness.evidence().at(source::target_paths) ==
        spot_line("/bb", 3) + spot_line("/a", 2) + spot_line("/ccc", 4));
}

TEST_CASE("witness: what was asked about paths replays to the same answers and the same evidence") {
  const auto run = [](Witness& witness) {
    Texts texts = spots_text(witness, {"/bb", "", "/a"});
    texts.push_back(walk_text(witness, "/w"));
    const Texts more = spots_text(witness, {"/ccc", "/a"});
    texts.insert(texts.end(), more.begin(), more.end());
    texts.push_back(walk_text(witness, "/v"));
    texts.push_back(walk_text(witness, "/w"));
    return texts;
  };
  for (const int refuse_at : {0, 1, 2, 3, 4}) {
    Answering kernel;
    kernel.refuse_at = refuse_at;
    Witness live(kernel);
    const Texts first = run(live);
    RecordedKernel recorded(live.evidence());
    Witness replayed(recorded);
    CAPTURE(refuse_at);
    CHECK(run(replayed) == first);
    CHECK(replayed.evidence() == live.evidence());
  }
}

TEST_CASE("witness: a path that a recording does not hold was not asked, and changes nothing of it") {
  FakeKernel kernel;
  kernel.answer(source::target_paths, spot_line("/a", 1)).answer(source::target_walks, walk_block("/w"));
  Witness witness(kernel);
  CHECK(spots_text(witness, {"/b", "/a"}) == Texts{"/b=-" + std::to_string(ENODATA), "/a=1"});
  CHECK(spots_text(witness, {"/c"}) == Texts{"/c=-" + std::to_string(ENODATA)});
  witness.walk("/x").match([](const Seen<PathWalk>&) { FAIL("it was never walked"); },
                           [](const Gap& gap) { CHECK(gap.kind == GapKind::not_attempted); });
  CHECK(walk_text(witness, "/w") == "/w");
  CHECK(witness.evidence().at(source::target_paths) == spot_line("/a", 1));
  CHECK(witness.evidence().at(source::target_walks) == walk_block("/w"));
}

TEST_CASE("witness: answers about paths that are refused as a whole, or make no sense, stay so") {
  FakeKernel kernel;
  kernel.fail(source::target_paths, EACCES, "opening the root directory of the target")
      .answer(source::target_walks, "end ok\n");
  Witness witness(kernel);
  for (int i = 0; i < 2; ++i) {
    witness.spots({"/a"}).match([](const Seen<std::vector<PathSpot>>&) { FAIL("it was refused"); },
                                [](const Gap& gap) {
                                  CHECK(gap.kind == GapKind::denied);
                                  CHECK(gap.detail == "opening the root directory of the target (EACCES)");
                                });
    witness.walk("/a").match([](const Seen<PathWalk>&) { FAIL("it makes no sense"); },
                             [](const Gap& gap) { CHECK(gap.kind == GapKind::malformed); });
  }
  CHECK(kernel.reads == 2);
  CHECK(witness.evidence().at(source::target_walks) == "end ok\n");
}

TEST_CASE("witness: a route that could not be asked about is never one that leads nowhere") {
  class Routes final : public Kernel {
  public:
    Reading read(Source) override { return refused(ENODATA); }
    Reading read_about(Source, const std::vector<std::string>& questions) override {
      if (++calls > 1)
        return refused(EACCES, "opening its network namespace");
      std::string text;
      for (const std::string& question : questions)
        text += question + " !EACCES\n"; // the kernel's own answer: prohibit
      return text;
    }
    int calls = 0;
  };
  const auto run = [](Witness& witness) {
    Texts texts;
    for (const std::vector<std::string>& asked : {Texts{"1/1.1.1.1/0"}, Texts{"1/8.8.8.8/0", "1/1.1.1.1/0"}})
      witness.route_lookups(asked).match(
          [&](const Seen<std::vector<RouteLookup>>& seen) {
            for (const RouteLookup& it : seen.value())
              texts.push_back(it.path + (no_route(it) ? " none " : " ? ") + std::to_string(it.error));
          },
          [](const Gap& gap) { FAIL(gap.detail); });
    return texts;
  };
  Routes kernel;
  Witness live(kernel);
  const Texts first = run(live);
  CHECK(first == Texts{"1/1.1.1.1/0 none 13", "1/8.8.8.8/0 ? 13", "1/1.1.1.1/0 none 13"});
  RecordedKernel recorded(live.evidence());
  Witness replayed(recorded);
  CHECK(run(replayed) == first);
  CHECK(replayed.evidence() == live.evidence());
}

TEST_CASE("witness: how the network is set up is read once, and a gap stays one") {
  FakeKernel kernel;
  kernel.answer(source::target_net_config, "netns 1 tid=2\nend !EPERM\n")
      .fail(source::target_net_peers, ENODATA, "the target lives in the network namespace of the inspector");
  Witness witness(kernel);
  for (int i = 0; i < 2; ++i) {
    witness.net_config().match(
        [](const Seen<std::vector<NetConfig>>& seen) { CHECK(seen.value().at(0).error == EPERM); },
        [](const Gap& gap) { FAIL(gap.detail); });
    witness.net_peers().match([](const Seen<NetPeers>&) { FAIL("nobody was asked"); },
                              [](const Gap& gap) { CHECK(gap.kind == GapKind::not_attempted); });
  }
  CHECK(kernel.reads == 2);
}

TEST_CASE("witness: the mounts are read once, and a process that reaches none has none") {
  FakeKernel kernel;
  kernel.answer(source::target_mountinfo, "");
  Witness witness(kernel);
  for (int i = 0; i < 2; ++i)
    witness.mounts().match([](const Seen<std::vector<Mount>>& seen) { CHECK(seen.value().empty()); },
                           [](const Gap&) { FAIL("it was answered"); });
  CHECK(kernel.reads == 1);
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

TEST_CASE("witness: paths are walked together, and one that has no answer says so by itself") {
  FakeKernel kernel;
  kernel.answer(source::self_status, "Seccomp:\t0\n");
  kernel.answer(source::target_walks, "path /gone\nend ENOENT\npath /slow\nend ETIMEDOUT\n");
  Witness witness(kernel);
  const auto walked = [&](const std::vector<std::string>& paths) {
    return witness.walks(paths).match([](const Seen<std::vector<PathWalk>>& seen) { return seen.value(); },
                                      [](const Gap& gap) {
                                        FAIL(gap.detail);
                                        return std::vector<PathWalk>();
                                      });
  };
  const auto walks = walked({"/gone", "/slow", "/other", "/gone"});
  REQUIRE(walks.size() == 4);
  CHECK(walks[0].error == ENOENT);
  CHECK(walks[1].error == ETIMEDOUT);
  CHECK(walks[2].path == "/other");
  CHECK(walks[2].error == ENODATA);
  CHECK(walks[3].path == "/gone");
  const int reads = kernel.reads;
  walked({"/slow", "/other"});
  CHECK(kernel.reads == reads); // each path is asked once
}

TEST_CASE("witness: that there is no resolv.conf is seen, and no gap") {
  FakeKernel kernel;
  kernel.fail(source::target_resolv_conf, ENOENT);
  const auto found = Witness(kernel).resolv_conf().match(
      [](const Seen<ResolvConf>& seen) { return seen.value().missing ? "missing" : "there"; },
      [](const Gap&) { return "gap"; });
  CHECK(found == std::string("missing"));
}

TEST_CASE("witness: a resolv.conf that was not read is a gap, never a missing one") {
  for (const int error : {EACCES, ESRCH, ETIMEDOUT, EREMOTE, EBADMSG, ELOOP, ENODATA}) {
    CAPTURE(error);
    FakeKernel kernel;
    kernel.fail(source::target_resolv_conf, error);
    CHECK(Witness(kernel).resolv_conf().match([](const Seen<ResolvConf>&) { return false; },
                                              [](const Gap&) { return true; }));
  }
  FakeKernel kernel;
  kernel.answer(source::target_resolv_conf, "");
  CHECK(Witness(kernel).resolv_conf().match(
      [](const Seen<ResolvConf>& seen) { return !seen.value().missing && seen.value().no_server(); },
      [](const Gap&) { return false; }));
}
