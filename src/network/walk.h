// Which ways do packets take through chains, and where do they end?
#pragma once

#include "network/flow.h"
#include "network/hooks.h"
#include "network/passage.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct Leaf {
  Flow flow;
  Fate fate = Fate::undecided;
  std::uint32_t by = 0; // into the texts of the walk
};

class Walk {
public:
  Walk(const Sender& sender, Budget& budget) : sender_(sender), budget_(budget) { texts_.emplace_back(); }

  // What the chain lets through; the rest are leaves. Over the budget, all is a leaf.
  std::vector<Flow> through(const BaseChain& base, std::vector<Flow> flows);
  void leaf(Flow flow, Fate fate, std::uint32_t by);
  std::uint32_t text(std::string words);

  std::vector<Leaf> leaves;
  const std::string& words(std::uint32_t text) const { return texts_[text]; }

private:
  std::vector<Flow> follow(const NetFilterChain& chain, std::vector<Flow> flows, unsigned depth);
  std::vector<Flow> asked(const BaseChain& base, std::vector<Flow>& flows);
  void give_up(std::vector<Flow>& flows);
  std::uint32_t rule_text(const NetFilterChain& chain, std::size_t rule, const char* verdict);
  bool over(std::size_t held);

  const Sender& sender_;
  Budget& budget_;
  std::vector<std::string> texts_; // the first is none
  std::map<std::pair<const NetFilterRule*, std::string>, std::uint32_t> rule_texts_;
  Scene* scene_ = nullptr; // of the base chain that is followed
  TableView* view_ = nullptr;
  std::vector<Flow> accepted_; // by it
};

// The same packets in the same state are there once, and boxes that can be one are one.
void tidy(std::vector<Flow>& flows, Budget& budget);

} // namespace sbx
