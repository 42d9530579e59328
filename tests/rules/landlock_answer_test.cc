#include "rules/landlock_answer.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;
using Lsms = std::optional<std::vector<std::string>>;

namespace {

const Lsms unseen, listed = std::vector<std::string>{"capability", "landlock", "yama"},
                   unlisted = std::vector<std::string>{"capability", "yama"};

LandlockAnswer of(int error, bool filtered, const Lsms& lsms) {
  return landlock_answer(tl::unexpected<int>(error), filtered, lsms);
}

} // namespace

TEST_CASE("landlock_answer: an ABI number is an offer, whatever else was seen") {
  for (const bool filtered : {false, true})
    for (const Lsms& lsms : {unseen, listed, unlisted}) {
      const LandlockAnswer answer = landlock_answer(7U, filtered, lsms);
      CHECK(answer.offer == LandlockOffer::available);
      CHECK_FALSE(answer.none_can_exist);
      CHECK(answer.words == "ABI 7");
    }
}

TEST_CASE("landlock_answer: ENOSYS without a filter is a kernel that has none") {
  for (const Lsms& lsms : {unseen, unlisted}) {
    CHECK(of(ENOSYS, false, lsms).offer == LandlockOffer::not_built);
    CHECK(of(ENOSYS, false, lsms).none_can_exist);
  }
}

TEST_CASE("landlock_answer: EOPNOTSUPP without a filter is a kernel that leaves it out of its list") {
  for (const Lsms& lsms : {unseen, unlisted}) {
    CHECK(of(EOPNOTSUPP, false, lsms).offer == LandlockOffer::not_enabled);
    CHECK(of(EOPNOTSUPP, false, lsms).none_can_exist);
  }
}

TEST_CASE("landlock_answer: under a filter both prove nothing unless the list says the same") {
  for (const int error : {ENOSYS, EOPNOTSUPP}) {
    CHECK(of(error, true, unseen).offer == LandlockOffer::unclear);
    CHECK_FALSE(of(error, true, unseen).none_can_exist);
    CHECK(of(error, true, unlisted).offer != LandlockOffer::unclear);
    CHECK(of(error, true, unlisted).none_can_exist);
  }
}

TEST_CASE("landlock_answer: a list with landlock contradicts both, so they prove nothing") {
  for (const int error : {ENOSYS, EOPNOTSUPP})
    for (const bool filtered : {false, true}) {
      CHECK(of(error, filtered, listed).offer == LandlockOffer::unclear);
      CHECK_FALSE(of(error, filtered, listed).none_can_exist);
    }
}

TEST_CASE("landlock_answer: every other errno is a refusal, and only the list can prove that there is none") {
  for (int error = 1; error <= 4095; ++error)
    if (error != ENOSYS && error != EOPNOTSUPP)
      for (const bool filtered : {false, true}) {
        REQUIRE(of(error, filtered, unseen).offer == LandlockOffer::refused);
        REQUIRE_FALSE(of(error, filtered, unseen).none_can_exist);
        REQUIRE_FALSE(of(error, filtered, listed).none_can_exist);
        REQUIRE(of(error, filtered, unlisted).none_can_exist);
      }
}

TEST_CASE("landlock_answer: the words name the errno that came") {
  for (const int error : {ENOSYS, EOPNOTSUPP, EPERM, EACCES})
    for (const bool filtered : {false, true})
      for (const Lsms& lsms : {unseen, listed, unlisted}) {
        const std::string words = of(error, filtered, lsms).words;
        CAPTURE(words);
        CHECK(words.find(error == ENOSYS       ? "ENOSYS"
                         : error == EOPNOTSUPP ? "EOPNOTSUPP"
                         : error == EPERM      ? "EPERM"
                                               : "EACCES") != std::string::npos);
      }
}

TEST_CASE("landlock_answer: a name that only begins like landlock is another module") {
  CHECK(of(EPERM, false, std::vector<std::string>{"landlock2", "xlandlock"}).none_can_exist);
}
