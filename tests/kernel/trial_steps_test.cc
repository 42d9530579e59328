#include "kernel/trial_steps.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <csignal>
#include <memory>
#include <unistd.h>

using namespace sbx;

namespace {

using Steps = std::vector<TrialStep>;

std::string tried(const Steps& steps, int milliseconds = 5000) {
  return try_steps(steps, std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds));
}

int dies() {
  raise(SIGKILL);
  return 0;
}

int hangs() {
  for (;;)
    pause();
}

} // namespace

TEST_CASE("trial steps: each ends with ok, an errno or a word, in their order") {
  CHECK(tried({{"a", [] { return 0; }, {}},
               {"b", [] { return EPERM; }, {}},
               {"c", [] { return not_tried; }, {}},
               {"d", [] { return no_effect; }, {}},
               {"e", {}, [] { return Reading("x y\n"); }},
               {"f", {}, [] { return refused(ENOENT); }}}) ==
        "try a ok\ntry b EPERM\ntry c untried\ntry d ineffective\nfact e x y\\x0a\nfact f !ENOENT\n");
}

TEST_CASE("trial steps: one that kills costs itself alone, and what worked before it is done again for those "
          "behind") {
  const auto made = std::make_shared<bool>(false);
  const Steps steps{{"make",
                     [=] {
                       *made = true;
                       return 0;
                     },
                     {}},
                    {"kill", dies, {}},
                    {"look", {}, [=] { return Reading(*made ? "made" : "not made"); }},
                    {"kill again", dies, {}},
                    {"behind", [] { return EACCES; }, {}}};
  CHECK(tried(steps) ==
        "try make ok\ntry kill killed\nfact look made\ntry kill again killed\ntry behind EACCES\n");
  CHECK_FALSE(*made); // here nothing was changed
}

TEST_CASE("trial steps: a look that kills is a refusal, and nobody else is blamed for it") {
  CHECK(tried({{"a", [] { return 0; }, {}},
               {"b", {}, [] { return Reading(std::to_string(dies())); }},
               {"c", [] { return 0; }, {}}}) == "try a ok\nfact b !ECHILD\ntry c ok\n");
}

TEST_CASE("trial steps: one that never ends is late, and the rest is tried") {
  CHECK(tried({{"a", [] { return 0; }, {}}, {"b", hangs, {}}, {"c", [] { return 0; }, {}}}) ==
        "try a ok\ntry b late\ntry c ok\n");
}

TEST_CASE("trial steps: without time nothing is tried, and all is late") {
  CHECK(tried({{"a", [] { return 0; }, {}}, {"b", {}, [] { return Reading("x"); }}}, -1) ==
        "try a late\nfact b !ETIMEDOUT\n");
}

TEST_CASE("trial steps: the rest may go on in a grandchild, and its death is one of a step") {
  const pid_t here = getpid();
  CHECK(tried({{"go on", go_on_in_child, {}},
               {"parent", [=] { return getppid() != here ? 0 : ESRCH; }, {}},
               {"kill", dies, {}},
               {"behind", [] { return 0; }, {}}}) ==
        "try go on ok\ntry parent ok\ntry kill killed\ntry behind ok\n");
}
