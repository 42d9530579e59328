#include "kernel/settled_passes.h"

#include <catch2/catch.hpp>
#include <deque>
#include <string>

using sbx::Refusal;

namespace {

struct Snapshot {
  std::string tasks, rest;
};

// Passes as told, one after the other; the last one again and again.
struct Told {
  std::deque<std::string> passes; // "!" is a refusal
  int error_between = 0;
  int asked = 0;

  std::string settle() {
    const auto read = sbx::read_settled(
        [&]() -> tl::expected<Snapshot, Refusal> {
          const std::string tasks = passes.front();
          if (passes.size() > 1)
            passes.pop_front();
          ++asked;
          if (tasks == "!")
            return tl::unexpected<Refusal>(Refusal{ENOBUFS, ""});
          return Snapshot{tasks, ""};
        },
        [&]() -> tl::expected<std::string, Refusal> {
          if (error_between)
            return tl::unexpected<Refusal>(Refusal{error_between, ""});
          return "after " + std::to_string(asked);
        },
        [](const Snapshot& one, const Snapshot& other) { return one.tasks == other.tasks; },
        [](Snapshot& snapshot, tl::expected<std::string, Refusal>&& rest) {
          snapshot.rest = rest ? *rest : "refused";
        });
    if (!read)
      return "errno " + std::to_string(read.error().error);
    return std::string(read->settled ? "settled " : "moving ") + read->snapshot.tasks + " " +
           read->snapshot.rest;
  }
};

} // namespace

TEST_CASE("settled passes: two that agree, with what was read between these two") {
  CHECK(Told{{"a", "a"}}.settle() == "settled a after 1");
  CHECK(Told{{"a", "b", "b"}}.settle() == "settled b after 2");
  CHECK(Told{{"a", "b", "a", "b", "b"}}.settle() == "settled b after 4");
}

TEST_CASE("settled passes: what never agrees in five passes is not settled") {
  Told told{{"a", "b", "c", "d", "e", "e"}};
  CHECK(told.settle() == "moving e after 4");
  CHECK(told.asked == 5);
}

TEST_CASE("settled passes: passes that agree do not settle what could not be read between them") {
  Told told{{"a"}, EFAULT};
  CHECK(told.settle() == "moving a refused");
  CHECK(told.asked == 5);
  CHECK(Told{{"a"}, EFBIG}.settle() == "settled a refused"); // it would be so again
}

TEST_CASE("settled passes: a pass that is refused refuses the whole") {
  CHECK(Told{{"!"}}.settle() == "errno " + std::to_string(ENOBUFS));
  CHECK(Told{{"a", "!"}}.settle() == "errno " + std::to_string(ENOBUFS));
}
