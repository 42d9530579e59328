#include "sandbox/merged_layers.h"

#include "test_mint.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace sbx;

namespace {

Finding finding(char letter, Claims claims = Claims::object()) {
  const auto seen = TestMint::seen(0, source::target_tasks_status);
  const std::string summary(1, letter);
  Finding made = letter == 'e'   ? Finding::enforced(seen, summary)
                 : letter == 'p' ? Finding::partial(seen, summary)
                 : letter == 'a' ? Finding::absent(seen, summary)
                 : letter == 'n' ? Finding::of(State::not_applicable, seen, summary)
                                 : Finding::unknown({GapKind::denied, "target/status", summary});
  for (const auto& [name, value] : claims.items())
    made.claim(name, value);
  return made;
}

// A process for each letter: e(nforced), p(artial), a(bsent), u(nknown), n(ot applicable).
std::vector<MemberLayers> members_of(const std::string& letters) {
  std::vector<MemberLayers> members;
  for (const char letter : letters)
    members.push_back(
        {"process " + std::to_string(100 + members.size()) + " (sh)", {{"seccomp", finding(letter)}}});
  return members;
}

Finding merged(const std::string& letters, bool settled = true) {
  const Layers layers = merged_layers(members_of(letters), settled);
  REQUIRE(layers.size() == 1);
  CHECK(layers[0].first == "seccomp");
  return layers[0].second;
}

char letter(const Finding& of) {
  switch (of.state()) {
  case State::enforced:
    return 'e';
  case State::partial:
    return 'p';
  case State::absent:
    return 'a';
  case State::unknown:
    return 'u';
  case State::not_applicable:
    return 'n';
  }
  return '?';
}

// The rule in words, for one process of each kind that there is: what judge() says of threads.
char rule(bool e, bool p, bool a, bool u, bool n) {
  if (!e && !p && !a && !u)
    return n ? 'n' : '?';
  if (p || (e && a))
    return 'p'; // whatever was not seen
  if (u)
    return 'u';
  return e ? 'e' : 'a';
}

} // namespace

TEST_CASE("merged_layers: every combination of states, in every order that begins with another one") {
  for (unsigned bits = 1; bits < 32; ++bits) {
    std::string letters;
    for (std::size_t i = 0; i < 5; ++i)
      if ((bits >> i & 1U) != 0)
        letters += "epaun"[i];
    const char expected = rule(bits & 1U, bits & 2U, bits & 4U, bits & 8U, bits & 16U);
    for (std::size_t turn = 0; turn < letters.size(); ++turn) {
      std::rotate(letters.begin(), letters.begin() + 1, letters.end());
      for (const std::string& some : {letters, letters + letters}) {
        CAPTURE(some);
        const Finding all = merged(some);
        CHECK(letter(all) == expected);
        CHECK(all.gap().has_value() == (expected == 'u'));
        const char moving = letter(merged(some, false));
        CHECK(moving == (expected == 'p' ? 'p' : 'u')); // who was not seen may lack it, or have it
      }
    }
  }
}

TEST_CASE("merged_layers: nobody has no layers, and one process has its own") {
  CHECK(merged_layers({}, true).empty());
  CHECK(deciders({}).empty());
  CHECK(merged("e").summary() == "e");
  CHECK(merged("a").summary() == "a");
  CHECK(letter(merged("e", false)) == 'u');
}

TEST_CASE("merged_layers: the weakest is named, with how many are as it is") {
  CHECK(merged("ee").summary() == "all 2 processes, the weakest process 100 (sh): e");
  CHECK(merged("eae").summary() == "1 of 3 processes, first process 101 (sh): a");
  CHECK(merged("euu").summary() == "2 of 3 processes, first process 101 (sh): u");
  CHECK(merged("eup").summary() == "1 of 3 processes, first process 102 (sh): p");
  CHECK(merged("ena").summary() == "1 of 2 processes, first process 102 (sh): a");
  CHECK(merged("ee", false).summary() ==
        "processes came faster than they could be inspected; those that were: all 2 processes, the weakest "
        "process 100 (sh): e");
  CHECK(deciders(members_of("eae"))[0] == std::pair<std::string, std::string>("seccomp", "process 101 (sh)"));
  CHECK(deciders(members_of("eup"))[0].second == "process 102 (sh)");
  CHECK(deciders(members_of("enu"))[0].second == "process 102 (sh)");
}

TEST_CASE("merged_layers: of two that are enforced the lower level is the weaker; the claims are its own") {
  std::vector<MemberLayers> members{
      {"process 1", {{"landlock", finding('e', {{"level", 6}, {"domains", 2}})}}},
      {"process 2", {{"landlock", finding('e', {{"level", 2}, {"domains", 1}})}}},
      {"process 3", {{"landlock", finding('e', {{"level", 4}, {"domains", 3}})}}}};
  const Finding all = merged_layers(members, true)[0].second;
  CHECK(all.claims()["level"] == 2);
  CHECK(all.claims()["domains"] == 1);
  CHECK(deciders(members)[0].second == "process 2");
  members.push_back({"process 4", {{"landlock", finding('e', {{"level", nullptr}, {"domains", 1}})}}});
  CHECK(merged_layers(members, true)[0].second.claims()["level"].is_null()); // not seen is no level
}

TEST_CASE("merged_layers: where more may have come the claims stay, for a reader needs every key") {
  const std::vector<MemberLayers> members{{"process 1", {{"seccomp", finding('e', {{"filters", 1}})}}},
                                          {"process 2", {{"seccomp", finding('e', {{"filters", 2}})}}}};
  const Finding all = merged_layers(members, false)[0].second;
  CHECK(all.state() == State::unknown);
  CHECK(all.gap()->kind == GapKind::not_attempted);
  CHECK(all.claims()["filters"] == 1);
}

TEST_CASE("merged_layers: each layer is merged by itself") {
  const std::vector<MemberLayers> members{{"process 1", {{"a", finding('e')}, {"b", finding('a')}}},
                                          {"process 2", {{"a", finding('u')}, {"b", finding('a')}}}};
  const Layers all = merged_layers(members, true);
  REQUIRE(all.size() == 2);
  CHECK(letter(all[0].second) == 'u');
  CHECK(letter(all[1].second) == 'a');
}

TEST_CASE("merged_layers: the warnings are those of all, each once, with whom it is about") {
  const auto warning = [](const char* id, const char* severity) {
    return Claims{{"id", id}, {"severity", severity}};
  };
  const auto with = [&](char letter, Claims list) {
    return finding(letter, {{"warnings", std::move(list)}});
  };
  const std::vector<MemberLayers> members{
      {"process 1", {{"x", with('a', Claims::array())}}},
      {"process 2", {{"x", with('e', {warning("x.low", "low"), warning("x.info", "info")})}}},
      {"process 3", {{"x", with('n', {warning("x.low", "low"), warning("x.high", "high")})}}}};
  const Claims all = merged_layers(members, true)[0].second.claims()["warnings"];
  REQUIRE(all.size() == 3);
  CHECK(all[0]["id"] == "x.high"); // the most severe first
  CHECK(all[0]["process"] == "process 3");
  CHECK(all[1]["id"] == "x.low");
  CHECK(all[1]["process"] == "process 2");
  CHECK(all[1]["processes"] == 2);
  CHECK(all[2]["processes"] == 1);
}

TEST_CASE("merged_layers: no warning is said where not everybody was looked at for them") {
  const auto merged_of = [](Claims one, Claims other) {
    const std::vector<MemberLayers> members{
        {"process 1", {{"x", finding('a', {{"warnings", std::move(one)}})}}},
        {"process 2", {{"x", finding('u', {{"warnings", std::move(other)}})}}}};
    return merged_layers(members, true)[0].second.claims()["warnings"];
  };
  CHECK(merged_of(Claims::array(), Claims::array()) == Claims::array());
  CHECK(merged_of(Claims::array(), nullptr).is_null());
  CHECK(merged_of(nullptr, Claims::array()).is_null());
  CHECK(merged_of(nullptr, Claims::array({{{"id", "x.y"}, {"severity", "low"}}})).size() == 1);
  // A layer that has no such claim gets none.
  CHECK_FALSE(merged("ea").claims().contains("warnings"));
}
