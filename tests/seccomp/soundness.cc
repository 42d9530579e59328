// soundness [SEED]: is what evaluate() says of all arguments true of each? Filters of compilers and random
// ones, each against hundreds of thousands of single calls through the interpreter of concrete.h. Exits 1 at
// the first call that differs.
#include "seccomp/branches.h"
#include "seccomp/concrete.h"
#include "seccomp/ends.h"
#include "seccomp/program_check.h"
#include "seccomp/random_programs.h"
#include "seccomp/sample_filters.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <linux/audit.h>
#include <linux/filter.h>
#include <map>

namespace {

using namespace sbx;

constexpr int calls_of_sample = 400'000, calls_of_random = 10'000, random_chains = 1200;
constexpr int ladders = 10'000, calls_of_ladder = 100; // of 16 values each
constexpr std::uint32_t four_bits = 16;
constexpr std::size_t most_branches = 1000;

bool holds(const SeccompBranch& branch, const seccomp_data& call) {
  for (unsigned word = 0; word < data_words; ++word)
    if (!branch.words.of(static_cast<DataWord>(word)).contains(word_of(call, static_cast<DataWord>(word))))
      return false;
  return true;
}

struct Tally {
  long exact = 0, among = 0, not_evaluated = 0;
};

class Comparison {
public:
  Comparison(std::string name, const SeccompChain& chain, std::uint64_t seed, std::uint32_t below = 0)
      : name_(std::move(name)), chain_(chain), random_(seed, values_of(chain), below) {
    for (const SeccompProgram* program : chain)
      if (const auto wrong = check_program(*program))
        std::printf("soundness: %s: %s\n", name_.c_str(), wrong->c_str());
  }

  bool run(int calls, Tally& tally) {
    for (int i = 0; i < calls; ++i)
      if (!compare(next_call(), i % 16 == 0, tally))
        return false;
    return true;
  }

private:
  struct Known {
    std::optional<DecisionId> decision;
    std::vector<SeccompAction> actions;
    std::optional<SeccompBranches> branches;
  };

  static std::vector<std::uint32_t> values_of(const SeccompChain& chain) {
    std::vector<std::uint32_t> values = {0, 1, 0xffffffff, 0x80000000};
    for (const SeccompProgram* program : chain)
      for (const SeccompInstruction& it : *program)
        if (BPF_CLASS(it.code) == BPF_JMP || BPF_CLASS(it.code) == BPF_ALU)
          values.push_back(it.k);
    return values;
  }

  seccomp_data next_call() {
    constexpr std::uint32_t archs[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,
                                       AUDIT_ARCH_AARCH64};
    if (numbers_.size() < 600)
      numbers_.push_back(random_.one_in(3) ? random_.number(460) : random_.value());
    seccomp_data call{};
    call.arch = archs[random_.number(4)];
    call.nr = static_cast<int>(numbers_[random_.number(static_cast<std::uint32_t>(numbers_.size()))]);
    call.instruction_pointer = std::uint64_t{random_.value()} << 32 | random_.value();
    for (auto& argument : call.args) {
      argument = random_.value();
      if (random_.one_in(2))
        argument |= std::uint64_t{random_.value()} << 32;
    }
    return call;
  }

  // Of the number alone, or of a range around it.
  Known& know(const seccomp_data& call, bool range) {
    const auto number = static_cast<std::uint32_t>(call.nr);
    const auto [at, added] = known_.try_emplace({call.arch, range ? number >> 4 << 4 : number, range});
    if (added) {
      const std::uint32_t first = number >> 4 << 4;
      const SeccompCall asked{range ? WordSet::between(first, first + 15) : WordSet::only(number), call.arch};
      SeccompBudget budget;
      at->second.decision = evaluate(chain_, asked, decisions_, budget);
      if (at->second.decision) {
        at->second.actions = actions_of(decisions_, *at->second.decision);
        at->second.branches = branches_of(decisions_, *at->second.decision, most_branches);
      }
    }
    return at->second;
  }

  bool compare(const seccomp_data& call, bool thoroughly, Tally& tally) {
    const SeccompAction truth = action_of(run_concretely(chain_, call));
    for (const bool range : {false, true}) {
      if (range && !thoroughly)
        break;
      const Known& known = know(call, range);
      if (!known.decision) {
        ++tally.not_evaluated;
        continue;
      }
      const std::vector<SeccompAction> ends = ends_of(decisions_, *known.decision, call);
      ++(ends.size() == 1 ? tally.exact : tally.among);
      const auto among = [&](const auto& list) {
        return std::find(list.begin(), list.end(), truth) != list.end();
      };
      if (!among(ends))
        return differs(call, truth, ends, "the tree");
      if (!among(known.actions))
        return differs(call, truth, known.actions, "actions_of()");
      if (thoroughly && !known.branches->cut && !branches_hold(*known.branches, call, truth))
        return differs(call, truth, known.actions, "branches_of()");
    }
    return true;
  }

  // The one that holds for this call says what is true; with something computed, one of those that do.
  static bool branches_hold(const SeccompBranches& branches, const seccomp_data& call,
                            const SeccompAction& truth) {
    int sure = 0;
    bool said = false;
    for (const SeccompBranch& branch : branches.list)
      if (holds(branch, call)) {
        sure += branch.computed ? 0 : 1;
        said = said || branch.action == truth;
        if (!branch.computed && branch.action != truth)
          return false;
      }
    return said && sure <= 1;
  }

  bool differs(const seccomp_data& call, const SeccompAction& truth, const std::vector<SeccompAction>& said,
               const char* who) const {
    std::printf("soundness: %s: nr %u arch %#x ip %#llx args", name_.c_str(), static_cast<unsigned>(call.nr),
                call.arch, call.instruction_pointer);
    for (const auto argument : call.args)
      std::printf(" %#llx", argument);
    std::printf(": %s; %s says", action_name(truth).c_str(), who);
    for (const SeccompAction& action : said)
      std::printf(" %s", action_name(action).c_str());
    std::printf("\n");
    for (const SeccompProgram* program : chain_) {
      std::printf("program:\n");
      for (std::size_t i = 0; i < std::min<std::size_t>(program->size(), 60); ++i)
        std::printf("  {%#x, %u, %u, %#x}\n", (*program)[i].code, (*program)[i].jt, (*program)[i].jf,
                    (*program)[i].k);
    }
    return false;
  }

  std::string name_;
  SeccompChain chain_;
  RandomPrograms random_;
  std::vector<std::uint32_t> numbers_;
  Decisions decisions_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, bool>, Known> known_;
};

} // namespace

int main(int argc, char** argv) {
  const std::uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  Tally all;
  for (const SampleFilter& sample : sample_filters()) {
    Tally tally;
    if (!Comparison(sample.name, chain_of(sample), seed).run(calls_of_sample, tally))
      return 1;
    std::printf("soundness: %s: %ld calls exactly, %ld among several ends, %ld not evaluated\n",
                sample.name.c_str(), tally.exact, tally.among, tally.not_evaluated);
    if (tally.not_evaluated > 0)
      return 1;
  }
  RandomPrograms wide(
      seed, {0, 1, 2, 39, 41, 0x40000000, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, 0xffffffff, 7, 0x80000000}),
      narrow(seed, {}, four_bits);
  for (int i = 0; i < random_chains; ++i) {
    RandomPrograms& random = i % 2 == 0 ? wide : narrow;
    SampleFilter sample{"random chain " + std::to_string(i),
                        std::vector<SeccompProgram>(1 + random.number(3))};
    for (SeccompProgram& program : sample.programs)
      program = random.valid(random.one_in(10) ? 200 : 30);
    if (!Comparison(sample.name, chain_of(sample), seed + static_cast<std::uint64_t>(i),
                    i % 2 == 0 ? 0 : four_bits)
             .run(calls_of_random, all))
      return 1;
  }
  for (int i = 0; i < ladders; ++i) {
    SampleFilter sample{"ladder " + std::to_string(i), {narrow.ladder(2 + narrow.number(12))}};
    if (!Comparison(sample.name, chain_of(sample), seed + static_cast<std::uint64_t>(i), four_bits)
             .run(calls_of_ladder, all))
      return 1;
  }
  std::printf("soundness: %d random chains: %ld calls exactly, %ld among several ends, %ld not evaluated\n",
              random_chains, all.exact, all.among, all.not_evaluated);
  return all.exact > all.not_evaluated ? 0 : 1;
}
