#include "probes/seccomp_claims.h"

#include "core/sha256.h"
#include "probes/seccomp_profile.h"
#include "seccomp/conditions.h"
#include "seccomp/program_bytes.h"

#include <algorithm>

namespace sbx {

namespace {

constexpr std::size_t most_tasks = 64; // named of one chain; tasks_total counts them all

Claims action_claim(const EffectiveTable& table, const std::optional<DecisionId>& decision) {
  if (!decision)
    return nullptr;
  const Decision& node = table.decisions.at(*decision);
  return node.leaf ? action_name(node.action) : "conditional";
}

void add_conditions(Claims& to, const EffectiveTable& table, const std::optional<DecisionId>& decision,
                    SyscallAbi abi, std::string_view name) {
  if (!decision || table.decisions.at(*decision).leaf)
    return;
  const SeccompConditions conditions = conditions_of(table.decisions, *decision, abi, name);
  Claims list = Claims::array();
  for (const SeccompCondition& it : conditions.list) {
    list.push_back({{"when", it.when}, {"action", action_name(it.action)}});
    if (it.guessed)
      list.back()["guessed"] = true;
  }
  to["conditions"] = std::move(list);
  if (conditions.cut)
    to["conditions_cut"] = true;
}

bool is_exempt(const EffectiveTable& table, SyscallAbi abi, std::uint32_t number) {
  return std::any_of(table.exempt.begin(), table.exempt.end(),
                     [&](const NumberedCall& it) { return it.abi == abi && it.number == number; });
}

} // namespace

CallFate fate_of(const EffectiveTable& table, const std::optional<DecisionId>& decision) {
  if (!decision)
    return CallFate::unknown;
  const Decision& node = table.decisions.at(*decision);
  return !node.leaf                  ? CallFate::conditional
         : refuses(node.action)      ? CallFate::refused
         : lets_through(node.action) ? CallFate::allowed
                                     : CallFate::supervised;
}

std::vector<std::string> calls_with(const EffectiveTable& table, const AbiTable& abi, CallFate fate) {
  std::vector<std::string> names;
  for (const SyscallDecision& call : abi.calls)
    if (fate_of(table, call.decision) == fate)
      names.emplace_back(call.name);
  return names;
}

Claims seccomp_filter_list(const SeccompView& view, const MatchSubject& subject, bool named) {
  constexpr std::size_t most_named = 16; // each costs some milliseconds
  const auto& filters = view.filters.filters;
  Claims list = Claims::array();
  for (const SeccompFilter& filter : filters) {
    list.push_back(
        {{"previous", filter.previous ? Claims(*filter.previous + 1) : Claims()},
         {"instructions", filter.program ? Claims(filter.program->size()) : Claims()},
         {"sha256", filter.program ? Claims(sha256_hex(program_bytes(*filter.program))) : Claims()},
         {"log", filter.log},
         {"notify", filter.notify ? Claims(*filter.notify) : Claims()},
         {"wait_killable", filter.wait_killable ? Claims(*filter.wait_killable) : Claims()},
         {"profile", nullptr}});
    if (!named || filters.size() > most_named || !filter.program)
      continue;
    SeccompBudget budget;
    const EffectiveTable alone = effective_table(SeccompChain{&*filter.program}, view.abis, budget);
    list.back()["profile"] = profile_claim(match_profile(alone, subject));
  }
  return list;
}

Claims seccomp_chain_list(const SeccompView& view) {
  Claims list = Claims::array();
  for (const SeccompThreads& group : view.threads) {
    Claims numbers = Claims::array(), tids = Claims::array();
    if (group.newest)
      for (const std::size_t filter : filters_of(view.filters, *group.newest))
        numbers.push_back(filter + 1);
    for (const std::int64_t tid : group.tids)
      if (tids.size() < most_tasks)
        tids.push_back(tid);
    list.push_back({{"filters", std::move(numbers)},
                    {"strict", group.strict},
                    {"tasks", std::move(tids)},
                    {"tasks_total", group.tids.size()}});
  }
  return list;
}

Claims seccomp_architectures(const SeccompView& view) {
  Claims found = Claims::object();
  for (std::size_t i = 0; i < view.table.abis.size(); ++i) {
    const AbiTable& abi = view.table.abis[i];
    Claims exempt = Claims::array();
    for (const NumberedCall& call : view.table.exempt)
      if (call.abi == abi.abi)
        exempt.push_back(syscall_name(call.abi, call.number));
    found[std::string(abi_name(abi.abi))] = {
        {"default_action", abi.default_action ? Claims(action_name(*abi.default_action)) : Claims()},
        {"offered", view.offered[i] ? Claims(*view.offered[i]) : Claims()},
        {"allowed", calls_with(view.table, abi, CallFate::allowed).size()},
        {"denied", calls_with(view.table, abi, CallFate::refused)},
        {"conditional", calls_with(view.table, abi, CallFate::conditional)},
        {"supervised", calls_with(view.table, abi, CallFate::supervised)},
        {"not_evaluated", calls_with(view.table, abi, CallFate::unknown).size()},
        {"exempt", std::move(exempt)}};
  }
  return found;
}

Claims seccomp_tables(const SeccompView& view, const std::vector<std::string>& only) {
  Claims found = Claims::object();
  for (const AbiTable& abi : view.table.abis) {
    Claims calls = Claims::object(), others = Claims::array();
    for (const SyscallDecision& call : abi.calls) {
      if (!only.empty() && std::find(only.begin(), only.end(), call.name) == only.end())
        continue;
      Claims row{{"number", call.number}, {"action", action_claim(view.table, call.decision)}};
      add_conditions(row, view.table, call.decision, abi.abi, call.name);
      if (is_exempt(view.table, abi.abi, call.number))
        row["exempt"] = true;
      calls[std::string(call.name)] = std::move(row);
    }
    for (const NumberDecision& other : only.empty() ? abi.others : std::vector<NumberDecision>()) {
      Claims row{{"first", other.range.first},
                 {"last", other.range.last},
                 {"action", action_claim(view.table, other.decision)}};
      add_conditions(row, view.table, other.decision, abi.abi, "");
      others.push_back(std::move(row));
    }
    found[std::string(abi_name(abi.abi))] = {
        {"default", abi.default_action ? Claims(action_name(*abi.default_action)) : Claims()},
        {"syscalls", std::move(calls)},
        {"others", std::move(others)}};
  }
  return found;
}

} // namespace sbx
