#include "core/finding.h"

#include "test_mint.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
const Gap denied{GapKind::denied, "target/stat", "permission refused (EACCES)"};
Seen<int> seen(Source source) { return TestMint::seen(1, source); }
} // namespace

TEST_CASE("finding: unknown carries its gap, cites what was asked, and says why in the gap's words") {
  const Finding finding = Finding::unknown(denied);
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap() == denied);
  CHECK(finding.summary() == denied.detail);
  CHECK(finding.sources() == std::vector<std::string>{"target/stat"});
}

TEST_CASE("finding: unknown may say it in other words and keeps the gap") {
  const Finding finding = Finding::unknown(denied, "nobody knows");
  CHECK(finding.summary() == "nobody knows");
  CHECK(finding.gap() == denied);
}

TEST_CASE("finding: every other state cites what was seen and has no gap") {
  const auto stat = seen(source::target_stat);
  for (const Finding& finding : {Finding::enforced(stat, "a"), Finding::partial(stat, "b"),
                                 Finding::absent(stat, "c"), Finding::of(State::not_applicable, stat, "d")}) {
    CHECK_FALSE(finding.gap().has_value());
    CHECK(finding.state() != State::unknown);
    CHECK(finding.sources() == std::vector<std::string>{"target/stat"});
  }
}

TEST_CASE("finding: sources are cited once each, in the order they were used") {
  const Finding finding = Finding::enforced(seen(source::target_stat), "a")
                              .citing(seen(source::self_status))
                              .citing(seen(source::target_stat))
                              .citing(seen(source::host_lsm));
  CHECK(finding.sources() == std::vector<std::string>{"target/stat", "self/status", "host/lsm"});
}

TEST_CASE("finding: claims are an object from the start, and null says not seen") {
  CHECK(Finding::unknown(denied).claims() == Claims::object());
  const Finding finding =
      Finding::unknown(denied).claim("mode", nullptr).claim("filters", 3).remedy("run it as root");
  CHECK(finding.claims() == Claims{{"mode", nullptr}, {"filters", 3}});
  CHECK(finding.remedy() == "run it as root");
}

TEST_CASE("observation: a field that the kernel does not print is a gap that names it, never a zero") {
  struct Text {
    std::optional<int> printed = 0, missing;
  };
  const auto text = TestMint::observation(Text{}, source::self_status);
  CHECK(text.field("printed", &Text::printed)
            .match([](const Seen<int>& it) { return it.value(); }, [](const Gap&) { return -1; }) == 0);
  const auto gap = text.field("missing", &Text::missing)
                       .match([](const Seen<int>&) { return denied; }, [](const Gap& it) { return it; });
  CHECK(gap == Gap{GapKind::unsupported, "self/status", "this kernel does not print missing"});
}

TEST_CASE("observation: a field of what was not seen is the same gap") {
  struct Text {
    std::optional<int> printed = 0;
  };
  const auto gap = TestMint::observation<Text>(denied)
                       .field("printed", &Text::printed)
                       .match([](const Seen<int>&) { return Gap{}; }, [](const Gap& it) { return it; });
  CHECK(gap == denied);
}

TEST_CASE("finding: weakened lowers enforced to partial, and leaves every other state as it is") {
  const auto stat = seen(source::target_stat);
  const Finding lowered = Finding::enforced(stat, "all of it").weakened("but for one");
  CHECK(lowered.state() == State::partial);
  CHECK(lowered.summary() == "all of it; but for one");
  CHECK(lowered.sources() == std::vector<std::string>{"target/stat"});
  CHECK(Finding(Finding::absent(stat, "none").weakened("x")).state() == State::absent);
  const Finding unseen = Finding::unknown(denied).weakened("x");
  CHECK(unseen.state() == State::unknown);
  CHECK(unseen.gap() == denied);
}
