// Which packets are meant? A box holds those whose protocol, destination and port lie in its three sides; a
// condition holds those that a test lets through.
#pragma once

#include "network/spans.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace sbx {

enum Side : std::size_t { protocol_side, address_side, port_side };
inline constexpr std::size_t sides = 3;

using SharedSpans = std::shared_ptr<const Spans>; // never null in a box, never empty

struct Box {
  std::array<SharedSpans, sides> side;
};

// What all the work may cost. Rules may be an adversary's.
struct Budget {
  std::size_t steps = 400'000;   // expressions that are followed
  std::size_t items = 8'000'000; // ranges that are looked at or made
  std::size_t regions = 16'384;  // that are on their way at one time
  std::size_t endings = 32'768;  // that have ended
  bool spent = false;
  void step(std::size_t count = 1) { take(steps, count); }
  void item(std::size_t count) { take(items, count); }

private:
  void take(std::size_t& from, std::size_t count) {
    spent = spent || from < count;
    from -= spent ? 0 : count;
  }
};

struct Condition {
  std::array<SharedSpans, sides> side; // null: any
  bool never = false;
  bool maybe = false; // and something else, which is not known, has to hold as well
  bool plain() const { return !side[0] && !side[1] && !side[2]; }
};

// A box, by a condition: apart from each other, and together the box.
struct Parts {
  std::optional<Box> in; // where the condition holds, or may hold where it is a `maybe`
  std::vector<Box> out;  // where it does not
};

Box everything(unsigned address_bits);
Parts parted(const Box& box, const Condition& condition, Budget& budget);
std::optional<Box> overlap(const Box& one, const Box& other, Budget& budget);
std::vector<Box> without(const Box& from, const Box& what, Budget& budget);
bool meet(const Box& one, const Box& other, Budget& budget);
// As one box where they differ in one side at most.
std::optional<Box> joined(const Box& one, const Box& other, Budget& budget);

SharedSpans shared(Spans spans);

} // namespace sbx
