#include "can/answer.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

constexpr Answer all[] = {Answer::yes, Answer::no, Answer::unknown};

ThreadAnswer thread(std::int64_t tid, std::vector<Answer> answers) {
  ThreadAnswer made{tid, 1, {}};
  for (std::size_t i = 0; i < answers.size(); ++i)
    made.asked.push_back({"layer" + std::to_string(i), answers[i], "said"});
  return made;
}

} // namespace

TEST_CASE("answer: any no is no, whatever is unknown; unknown is never yes") {
  for (const Answer other : all) {
    CHECK(all_of(Answer::no, other) == Answer::no);
    CHECK(all_of(other, Answer::no) == Answer::no);
    CHECK(any_of(Answer::yes, other) == Answer::yes);
    CHECK(any_of(other, Answer::yes) == Answer::yes);
  }
  CHECK(all_of(Answer::yes, Answer::yes) == Answer::yes);
  CHECK(all_of(Answer::yes, Answer::unknown) == Answer::unknown);
  CHECK(all_of(Answer::unknown, Answer::yes) == Answer::unknown);
  CHECK(any_of(Answer::no, Answer::no) == Answer::no);
  CHECK(any_of(Answer::no, Answer::unknown) == Answer::unknown);
}

TEST_CASE("answer: a no names the first layer that says so, in the order asked") {
  const ThreadAnswer one = thread(1, {Answer::unknown, Answer::no, Answer::no});
  CHECK(one.answer() == Answer::no);
  CHECK(one.denied_by() == "layer1");
  CHECK_FALSE(thread(1, {Answer::yes, Answer::unknown}).denied_by());
}

TEST_CASE("answer: where nobody was asked, nothing is known") {
  CHECK(thread(1, {}).answer() == Answer::unknown);
  CHECK(rule_over_threads("q", {}, true).answer == Answer::unknown);
}

TEST_CASE("answer: one thread that can is enough, and it is the one that is shown") {
  const Ruling ruling = rule_over_threads(
      "q", {thread(1, {Answer::no}), thread(2, {Answer::yes}), thread(3, {Answer::unknown})}, true);
  CHECK(ruling.answer == Answer::yes);
  CHECK(ruling.thread == 2);
  CHECK(ruling.threads == 3);
  CHECK_FALSE(ruling.decided_by);
}

TEST_CASE("answer: no only if none of the threads can") {
  const Ruling none = rule_over_threads("q", {thread(1, {Answer::no}), thread(2, {Answer::no})}, true);
  CHECK(none.answer == Answer::no);
  CHECK(none.decided_by == "layer0");
  const Ruling unsure = rule_over_threads("q", {thread(1, {Answer::no}), thread(2, {Answer::unknown})}, true);
  CHECK(unsure.answer == Answer::unknown);
  CHECK(unsure.thread == 2);
  CHECK_FALSE(unsure.decided_by);
}

TEST_CASE("answer: where threads may be missing, none of the seen says no for them, but one says yes") {
  const Ruling unsure = rule_over_threads("q", {thread(1, {Answer::no})}, false);
  CHECK(unsure.answer == Answer::unknown);
  CHECK(unsure.asked.back().layer == "threads");
  CHECK(rule_over_threads("q", {thread(1, {Answer::yes})}, false).answer == Answer::yes);
}
