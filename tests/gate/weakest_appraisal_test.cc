#include "gate/weakest_appraisal.h"

#include <catch2/catch.hpp>

#include <array>

using namespace sbx;

namespace {

Verdict verdict_of(char letter) {
  return letter == 'm' ? Verdict::met : letter == 'u' ? Verdict::unmet : Verdict::unknown;
}

std::vector<Requirement> requirements_of(std::size_t count) {
  std::vector<Requirement> requirements;
  const std::array clauses{"seccomp", "no-new-privs", "landlock>=4"};
  for (std::size_t i = 0; i < count; ++i)
    requirements.push_back(*parse_requirement(clauses[i]));
  return requirements;
}

// A process for each word, with a letter for each requirement: m(et), u(nmet), ?.
std::vector<MemberAppraisal> members_of(const std::vector<std::string>& words) {
  std::vector<MemberAppraisal> members;
  for (const std::string& word : words) {
    Appraisal own{{}, Verdict::met};
    for (const char letter : word) {
      own.requirements.push_back(
          {"clause", "seccomp", "wanted", std::string("saw ") + letter, verdict_of(letter)});
      own.verdict = both(own.verdict, verdict_of(letter));
    }
    members.push_back({"process " + std::to_string(100 + members.size()), own});
  }
  return members;
}

Appraisal weakest(const std::vector<std::string>& words, bool settled = true) {
  const auto all = weakest_appraisal(members_of(words), requirements_of(words.front().size()), settled);
  REQUIRE(all);
  CHECK(all->requirements.size() == words.front().size());
  return *all;
}

} // namespace

TEST_CASE("weakest_appraisal: one that does not meet it decides, else one that was not seen") {
  const std::vector<std::pair<std::vector<std::string>, char>> cases{
      {{"m"}, 'm'},           {{"u"}, 'u'},           {{"?"}, '?'},           {{"m", "m"}, 'm'},
      {{"m", "u"}, 'u'},      {{"u", "m"}, 'u'},      {{"m", "?"}, '?'},      {{"?", "m"}, '?'},
      {{"u", "?"}, 'u'},      {{"?", "u"}, 'u'},      {{"m", "?", "u"}, 'u'}, {{"?", "?", "m"}, '?'},
      {{"u", "u", "u"}, 'u'}, {{"m", "m", "?"}, '?'},
  };
  for (const auto& [words, expected] : cases) {
    CAPTURE(words);
    CHECK(weakest(words).verdict == verdict_of(expected));
    CHECK(weakest(words).requirements[0].verdict == verdict_of(expected));
    // Where more may have come, none of them is known to meet it.
    CHECK(weakest(words, false).verdict == verdict_of(expected == 'm' ? '?' : expected));
  }
}

TEST_CASE("weakest_appraisal: each requirement is judged by itself") {
  const Appraisal all = weakest({"mm?", "m?m"});
  CHECK(all.requirements[0].verdict == Verdict::met);
  CHECK(all.requirements[1].verdict == Verdict::unknown);
  CHECK(all.requirements[2].verdict == Verdict::unknown);
  CHECK(all.verdict == Verdict::unknown);
  CHECK(weakest({"mmu", "mmm"}).verdict == Verdict::unmet);
}

TEST_CASE("weakest_appraisal: the first that decides is named, with how many do") {
  CHECK(weakest({"m"}).requirements[0].observed == "saw m");
  CHECK(weakest({"m", "m"}).requirements[0].observed == "by all 2 processes; the first, process 100: saw m");
  CHECK(weakest({"m", "u", "u"}).requirements[0].observed ==
        "by 2 of 3 processes; the first, process 101: saw u");
  CHECK(weakest({"m"}, false).requirements[0].observed ==
        "processes came faster than they could be inspected; those that were: saw m");
}

TEST_CASE("weakest_appraisal: without requirements there is nothing to judge") {
  CHECK_FALSE(weakest_appraisal({}, {}, true));
  CHECK_FALSE(weakest_appraisal({{"process 1", std::nullopt}}, {}, true));
}

TEST_CASE("weakest_appraisal: where nobody was judged, nothing is met") {
  const auto all = weakest_appraisal({}, requirements_of(2), true);
  REQUIRE(all);
  CHECK(all->verdict == Verdict::unknown);
  CHECK(exit_status(all) == 4);
  REQUIRE(all->requirements.size() == 2);
  CHECK(all->requirements[1].observed == "no process of it was judged");
}
