#include "kernel/landlock_offset.h"

#include "kernel/landlock_memory.h"

#include <catch2/catch.hpp>
#include <cerrno>

using sbx::Calibration;
using sbx::HandledMasks;
using sbx::match_offset;
using sbx_test::layout_618;
using sbx_test::slot;

namespace {

constexpr std::uint64_t kernel = 0xffff888000000000;

// Three children with masks of their own at `offset`, under `own` layers that we already live under.
Calibration calibration(std::uint32_t offset, const std::vector<HandledMasks>& own = {}) {
  Calibration it;
  for (std::uint32_t i = 0; i < 3; ++i) {
    std::vector<HandledMasks> layers{{0x1a5d + i, i, 1}, {0x41 + i, 3 - i, 2}};
    std::vector<HandledMasks> all = own;
    all.insert(all.end(), layers.begin(), layers.end());
    it.children.push_back(
        {layers, i, {slot(100 + i, offset, kernel + 0x1000 * i, all, own.empty() ? i : 40)}});
  }
  const std::uint64_t ours = own.empty() ? 0 : kernel + 0x8000;
  it.plain = {slot(90, offset, ours, own)};
  it.self = {slot(80, offset, ours, own)};
  return it;
}

} // namespace

TEST_CASE("landlock_offset: the slot that holds every child's layers is the one") {
  for (std::uint32_t offset : {0u, 8u, 24u, 248u})
    CHECK(match_offset(layout_618(), calibration(offset)) == offset);
}

TEST_CASE("landlock_offset: what the kernel adds to a layer does not matter") {
  Calibration it = calibration(8);
  for (auto& child : it.children)
    child.slots[0].masks[1] |= 0x20; // REFER, bit 13
  CHECK(match_offset(layout_618(), it) == 8u);
}

TEST_CASE("landlock_offset: layers that we live under ourselves are not the children's") {
  CHECK(match_offset(layout_618(), calibration(8, {{0xffff, 3, 3}})) == 8u);
  CHECK(match_offset(layout_618(), calibration(0, std::vector<HandledMasks>(14, {1, 1, 1}))) == 0u);
}

TEST_CASE("landlock_offset: a neighbour's blob matches one child and never all") {
  Calibration it = calibration(8);
  it.children[0].slots.push_back(slot(100, 32, kernel, it.children[0].layers, 0));
  it.children[1].slots.push_back(slot(101, 32, kernel, it.children[0].layers, 0));
  it.plain.push_back(slot(90, 32, 0));
  it.self.push_back(slot(80, 32, 0));
  CHECK(match_offset(layout_618(), it) == 8u);
}

TEST_CASE("landlock_offset: a stale blob of an earlier layer, or of another maker, does not match") {
  Calibration it = calibration(8);
  it.children[2].slots[0] = slot(102, 8, kernel, {it.children[2].layers[0]}, 2);
  CHECK_FALSE(match_offset(layout_618(), it));
  it = calibration(8);
  it.children[2].slots[0].creator = 20377;
  CHECK_FALSE(match_offset(layout_618(), it));
}

TEST_CASE("landlock_offset: a different number of rules does not match, where it can be known") {
  Calibration it = calibration(8);
  it.children[1].rules += 1;
  CHECK_FALSE(match_offset(layout_618(), it));
}

TEST_CASE("landlock_offset: two places that fit are none") {
  Calibration it = calibration(8);
  const Calibration other = calibration(16);
  for (std::size_t i = 0; i < 3; ++i)
    it.children[i].slots.push_back(other.children[i].slots[0]);
  it.plain.push_back(other.plain[0]);
  it.self.push_back(other.self[0]);
  const auto found = match_offset(layout_618(), it);
  REQUIRE_FALSE(found);
  CHECK(found.error() == "two places in the credentials look like the domain, at 8 and at 16");
}

TEST_CASE("landlock_offset: a child that added nothing must read as we do") {
  Calibration it = calibration(8);
  it.plain[0].value = kernel + 0x40;
  CHECK_FALSE(match_offset(layout_618(), it));
  it = calibration(8);
  it.self.clear();
  CHECK_FALSE(match_offset(layout_618(), it));
}

TEST_CASE("landlock_offset: fewer than three children prove nothing") {
  Calibration it = calibration(8);
  it.children.pop_back();
  CHECK_FALSE(match_offset(layout_618(), it));
  CHECK_FALSE(match_offset(layout_618(), {}));
}

TEST_CASE("landlock_offset: the domain may lie inside Landlock's part of the blob") {
  landlock_layout layout = layout_618();
  layout.blob_domain.offset = 8;
  CHECK(match_offset(layout, calibration(24)) == 16u);
  CHECK_FALSE(match_offset(layout, calibration(0)));
}

TEST_CASE("landlock_offset: the symbol and the children must agree, and one of them must answer") {
  using Symbol = tl::expected<std::uint32_t, std::string>;
  using Measured = tl::expected<std::uint32_t, sbx::Refusal>;
  const Symbol hidden = tl::unexpected<std::string>("hidden");
  const auto failed = [](int error) {
    return Measured(tl::unexpected<sbx::Refusal>(sbx::Refusal{error, "why"}));
  };
  CHECK(sbx::agreed_offset(8, 8)->bytes == 8);
  CHECK(sbx::agreed_offset(8, 8)->symbol == 8u);
  CHECK_FALSE(sbx::agreed_offset(hidden, 24)->symbol);
  CHECK(sbx::agreed_offset(hidden, 24)->calibrated == 24u);
  CHECK_FALSE(sbx::agreed_offset(8, failed(E2BIG))->calibrated);
  CHECK(sbx::agreed_offset(8, failed(E2BIG))->bytes == 8);
  CHECK(sbx::agreed_offset(8, 0).error().error == ENXIO);
  CHECK(sbx::agreed_offset(8, failed(ENXIO)).error().error == ENXIO); // children are there and are not found
  CHECK(sbx::agreed_offset(hidden, failed(E2BIG)).error().detail ==
        "the domain's place in the credentials was not found: why; hidden");
}
