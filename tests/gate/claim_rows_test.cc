#include "gate/claim_rows.h"

#include "test_mint.h"

#include <catch2/catch.hpp>
#include <set>

using namespace sbx;

namespace {

Finding seen(const char* name, Claims value) {
  return Finding::partial(TestMint::seen(0, source::target_mountinfo), "some").claim(name, std::move(value));
}

Judged judged(const ClaimRow& row, Claims value) {
  return judge_claim(seen(row.claim.data() + 1, std::move(value)), row);
}

constexpr ClaimRow word{"door", "shut", "x", "/door", ClaimRow::Kind::word, "shut|locked", "it is shut"};
constexpr ClaimRow none{"holes", "0", "x", "/holes", ClaimRow::Kind::none, "name", "no holes"};
constexpr ClaimRow deep{"root", "ro", "x", "/root/read_only", ClaimRow::Kind::word, "true", "read-only"};

} // namespace

TEST_CASE("claim_rows: a word meets when it is one of those asked for") {
  CHECK(judged(word, "shut").verdict == Verdict::met);
  CHECK(judged(word, "locked").verdict == Verdict::met);
  CHECK(judged(word, "open").verdict == Verdict::unmet);
  CHECK(judged(word, "shu").verdict == Verdict::unmet);
  CHECK(judged(word, "").verdict == Verdict::unmet);
  CHECK(judged(word, "shut|locked").verdict == Verdict::unmet);
  CHECK(judged(word, "open").observed == "door: open");
  CHECK(judged(word, 1).verdict == Verdict::unmet);
}

TEST_CASE("claim_rows: a claim that was not seen decides nothing") {
  for (const ClaimRow& row : {word, none}) {
    CHECK(judged(row, nullptr).verdict == Verdict::unknown);
    CHECK(judged(row, Claims::object()).verdict == Verdict::unknown);
    CHECK(judged(row, "unknown").verdict == Verdict::unknown);
    CHECK(judge_claim(seen("other", "shut"), row).verdict == Verdict::unknown);
  }
  const Gap gap{GapKind::denied, "target/mountinfo", "open: EACCES"};
  CHECK(judge_claim(Finding::unknown(gap), word).observed == "open: EACCES");
  CHECK(judge_claim(seen("holes", nullptr), none).observed == "holes was not seen, or not all of it");
}

TEST_CASE("claim_rows: a list meets when it is empty, and what it holds is named") {
  CHECK(judged(none, Claims::array()).verdict == Verdict::met);
  CHECK(judged(none, {"/a", "/b"}).verdict == Verdict::unmet);
  CHECK(judged(none, {"/a", "/b"}).observed == "2: /a, /b");
  const Claims objects = Claims::array({Claims{{"name", "/c"}}, Claims{{"name", 4}}, Claims{{"x", 1}}, 5});
  CHECK(judged(none, objects).observed == "4: /c, 4, ?, ?");
}

TEST_CASE("claim_rows: a claim within a claim is found, and a step that is not there is not seen") {
  CHECK(judge_claim(seen("root", {{"read_only", true}}), deep).verdict == Verdict::met);
  CHECK(judge_claim(seen("root", {{"read_only", false}}), deep).verdict == Verdict::unmet);
  CHECK(judge_claim(seen("root", {{"read_only", false}}), deep).observed == "root.read_only: false");
  CHECK(judge_claim(seen("root", {{"read_only", nullptr}}), deep).verdict == Verdict::unknown);
  CHECK(judge_claim(seen("root", nullptr), deep).verdict == Verdict::unknown);
  CHECK(judge_claim(seen("root", "true"), deep).verdict == Verdict::unknown);
  CHECK(judge_claim(seen("read_only", true), deep).verdict == Verdict::unknown);
}

TEST_CASE("claim_rows: every row can be found, and says what it wants") {
  std::set<std::string> clauses;
  for (const ClaimRow& row : claim_rows) {
    CHECK(find_claim_row(row.subject, row.value) == &row);
    CHECK(find_claim_subject(row.subject) != nullptr);
    CHECK(row.claim.starts_with('/'));
    CHECK_FALSE(row.wanted.empty());
    CHECK_FALSE((row.kind == ClaimRow::Kind::word && row.met_by.empty()));
    CHECK(clauses.insert(std::string(row.subject) + "=" + std::string(row.value)).second);
  }
  CHECK(claim_clauses().size() == claim_rows.size());
  CHECK(find_claim_row("root", "rw") == nullptr);
  CHECK(find_claim_row("", "") == nullptr);
}
