#include "core/gap.h"

#include <catch2/catch.hpp>

#include <set>

using sbx::Gap;
using sbx::gap_kind_name;
using sbx::GapKind;

TEST_CASE("gap: each kind has a name of its own, and none of them says absent") {
  std::set<std::string_view> names;
  for (const GapKind kind :
       {GapKind::denied, GapKind::unsupported, GapKind::vanished, GapKind::malformed, GapKind::not_attempted})
    names.insert(gap_kind_name(kind));
  CHECK(names ==
        std::set<std::string_view>{"denied", "unsupported", "vanished", "malformed", "not_attempted"});
}

TEST_CASE("gap: two gaps are the same only with the same kind, source and detail") {
  const Gap gap{GapKind::denied, "target/stat", "refused"};
  CHECK(gap == Gap{GapKind::denied, "target/stat", "refused"});
  CHECK_FALSE(gap == Gap{GapKind::vanished, "target/stat", "refused"});
  CHECK_FALSE(gap == Gap{GapKind::denied, "target/cgroup", "refused"});
  CHECK_FALSE(gap == Gap{GapKind::denied, "target/stat", "gone"});
}
