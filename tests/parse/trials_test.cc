#include "parse/trials.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_trials(text).has_value(); }
} // namespace

TEST_CASE("trials: each trial has its end, each fact its value or its errno") {
  const auto trials =
      parse_trials("try inside.unshare EPERM\ntry alone.mnt ok\ntry mount.bad killed\ntry btf late\n"
                   "try inside.pid untried\ntry seccomp.filter ineffective\ntry bwrap.srt failed\n"
                   "fact label unconfined\\x0a\nfact sysctl.user/max_user_namespaces 0\n"
                   "fact uid_map \nfact kvm.node !ENOENT\nend\n");
  REQUIRE(trials);
  REQUIRE(trials->find("inside.unshare"));
  CHECK(trials->find("inside.unshare")->end == TrialEnd::error);
  CHECK(trials->find("inside.unshare")->error == EPERM);
  CHECK(trials->find("alone.mnt")->end == TrialEnd::ok);
  CHECK(trials->find("mount.bad")->end == TrialEnd::killed);
  CHECK(trials->find("btf")->end == TrialEnd::late);
  CHECK(trials->find("inside.pid")->end == TrialEnd::untried);
  CHECK(trials->find("seccomp.filter")->end == TrialEnd::ineffective);
  CHECK(trials->find("bwrap.srt")->end == TrialEnd::failed);
  CHECK_FALSE(trials->find("other"));
  CHECK(trials->fact("label")->value == "unconfined\n");
  CHECK(trials->fact("sysctl.user/max_user_namespaces")->value == "0");
  CHECK(trials->fact("uid_map")->value == "");
  CHECK(trials->fact("kvm.node")->value.error() == ENOENT);
  CHECK_FALSE(trials->fact("inside.unshare"));
}

TEST_CASE("trials: a list without its end was cut off") {
  CHECK(parse_trials("end\n"));
  CHECK(bad(""));
  CHECK(bad("end"));
  CHECK(bad("try a ok\n"));
  CHECK(bad("try a ok\nen"));
  CHECK(bad("end\ntry a ok\n"));
  CHECK(bad("end\nend\n"));
}

TEST_CASE("trials: what is no trial and no fact makes the whole malformed") {
  for (const char* line :
       {"try",     "try a",        "try a ",        "try  ok",    "try a ok ok", "try a OK",  "try a EWHAT",
        "try a 0", "try a !EPERM", "try A ok",      "try a;b ok", "try a  ok",   " try a ok", "fact",
        "fact ",   "fact A 1",     "fact a !EWHAT", "fact a \\y", "word",        ""}) {
    CAPTURE(line);
    CHECK(bad(std::string(line) + "\nend\n"));
  }
  CHECK(bad("try " + std::string(81, 'a') + " ok\nend\n"));
}

TEST_CASE("trials: a name that comes twice is malformed, of a trial and a fact it may be the same") {
  CHECK(bad("try a ok\ntry a EPERM\nend\n"));
  CHECK(bad("fact a 1\nfact a 2\nend\n"));
  CHECK(parse_trials("try a ok\nfact a 1\nend\n"));
}

TEST_CASE("trials: a list without bounds is malformed") {
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += "try a" + std::to_string(i) + " ok\n";
  CHECK(bad(text + "end\n"));
}
