#include "random_rules.h"
#include "rule_texts.h"

#include <chrono>

using namespace sbx;
using namespace sbx::rules;

namespace {

bool in(const auto& ranges, const auto& value) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const auto& range) { return range.first <= value && value <= range.second; });
}

std::vector<const Passage*> holding(const Passages& all, const NaivePacket& packet) {
  std::vector<const Passage*> found;
  for (const Passage& it : all.list)
    if (in(it.region.protocols, packet.protocol) && in(it.region.destinations, packet.to) &&
        in(it.region.ports, packet.port))
      found.push_back(&it);
  return found;
}

} // namespace

TEST_CASE("passages: what is said of all packets at once is what each one meets, rule by rule") {
  std::mt19937 random(20260730);
  std::map<Fate, int> seen;
  int only_one_way = 0, said_undecided = 0;
  for (int round = 0; round < 800; ++round) {
    const bool v6 = round % 3 == 0;
    const NetRuleset rules = random_ruleset(random, v6);
    Sender from = sender(v6);
    if (round % 5 == 0)
      from.uid.reset();
    const Passages all = passages(rules, from);
    for (int i = 0; i < 60; ++i) {
      const NaivePacket packet = random_packet(random, v6);
      const auto held = holding(all, packet);
      const auto naive = naive_fates(rules, from, packet);
      INFO("round " << round << " protocol " << int(packet.protocol) << " to " << ip_text(packet.to)
                    << " port " << packet.port);
      REQUIRE(held.size() == 1); // apart from each other, and all of them together
      const Passage& said = *held.front();
      ++seen[said.fate];
      INFO("said " << int(said.fate) << " by " << said.by << ", naive " << naive.size() << " first "
                   << int(std::get<0>(*naive.begin())));
      if (naive.size() == 1 && std::get<0>(*naive.begin()) != Fate::undecided) {
        ++only_one_way;
        said_undecided += said.fate == Fate::undecided;
        if (said.fate != Fate::undecided)
          REQUIRE(*naive.begin() == NaiveFate(said.fate, said.to, said.to_port));
      } else {
        REQUIRE(said.fate == Fate::undecided);
      }
    }
  }
  CHECK(seen[Fate::accepted] > 5000);
  CHECK(seen[Fate::refused] > 5000);
  CHECK(seen[Fate::redirected] > 300);
  CHECK(seen[Fate::undecided] > 1000);
  INFO(said_undecided << " of " << only_one_way << " are decided and said to be undecided");
  CHECK(said_undecided * 50 < only_one_way);
}

TEST_CASE("passages: rules that were written to cost much cost little") {
  const auto seconds = [](const TableText& t) {
    const NetRuleset rules = ruleset({t});
    const auto before = std::chrono::steady_clock::now();
    const Passages all = passages(rules, sender());
    to_public(all, false);
    accepted_words(all, 32);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
    return took.count();
  };
  TableText forks, boxes, deep;
  forks.base("output", 3, 0);
  boxes.base("output", 3, 0);
  for (unsigned i = 0; i < 20'000; ++i) {
    const std::string to = fmt::format("10.{}.{}.{}", i % 7, i / 256, i % 256);
    forks.rule("output", limit + daddr(to) + tcp + dport(i) + accept);
    boxes.rule("output", daddr(to) + tcp + dports(i, i + 9) + (i % 2 == 0 ? accept : drop));
  }
  deep.base("output", 3, 0); // twice as many ways with each chain
  for (int i = 0; i < 15; ++i) {
    deep.chain("c" + std::to_string(i));
    const std::string from = i == 0 ? "output" : "c" + std::to_string(i - 1), to = "c" + std::to_string(i);
    deep.rule(from, limit + verdict("jump", to))
        .rule(from, dport(80 + static_cast<unsigned>(i)) + verdict("jump", to));
    deep.rule(from, verdict("jump", to));
  }
  for (const TableText& t : {forks, boxes, deep})
    CHECK(seconds(t) < 10); // unoptimised, and beside other tests
}

TEST_CASE("passages: ten thousand rules are followed in a moment") {
  TableText t;
  t.base("output", 3, 0, "drop");
  t.set("many", 4, 4);
  for (unsigned i = 0; i < 100'000; ++i)
    t.element("many", hex(0x0a000000 + i * 64, 4)).element("many", hex(0x0a000000 + i * 64 + 32, 4), 1);
  for (unsigned i = 0; i < 10'000; ++i)
    t.rule("output", tcp + dport(i % 65536) + (i % 3 == 0 ? accept : drop));
  t.rule("output", meta(15) + cmp("02") + load_daddr() + in_set("many") + accept);
  const NetRuleset rules = ruleset({t});
  const auto before = std::chrono::steady_clock::now();
  const Passages all = passages(rules, sender());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
  WARN("10,000 rules and 100,000 elements in " << took.count() << " s");
  CHECK(took.count() < 10); // unoptimised, and beside other tests
  CHECK(fate_of(all, 6, ip("1.1.1.1"), 3) == Fate::accepted);
  CHECK(fate_of(all, 6, ip("1.1.1.1"), 4) == Fate::refused);
  CHECK(fate_of(all, 17, ip("10.0.0.31"), 4) == Fate::accepted);
  CHECK(fate_of(all, 17, ip("10.0.0.32"), 4) == Fate::refused);
}
