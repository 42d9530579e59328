#include "probes/capabilities.h"

#include "probes/target_ns.h"
#include "probes/task_tally.h"
#include "rules/capability_names.h"

#include <bit>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

struct Sets {
  std::uint64_t effective = 0, permitted = 0, inheritable = 0, bounding = 0, ambient = 0;
  std::uint64_t all() const { return effective | permitted | inheritable | bounding | ambient; }
};

struct OverTasks {
  Sets sets; // what any thread holds: the one that holds most decides
  std::size_t total = 0;
  std::optional<Gap> gap; // a thread that was not seen
};

OverTasks over_tasks(const Tasks& tasks) {
  OverTasks found;
  // A status prints the five sets together or, before 4.3, without the ambient one: then nothing is said of
  // it.
  const auto printed = [](const ProcStatus& status) -> std::optional<bool> {
    const bool all = status.cap_eff && status.cap_prm && status.cap_inh && status.cap_bnd && status.cap_amb;
    return all ? std::optional(true) : std::nullopt;
  };
  const TaskTally counts = tally_tasks(tasks, "the five capability sets", printed);
  found.total = counts.tally.total();
  found.gap = counts.gap;
  for (const Task* task : counted(tasks)) {
    if (!task->status || !printed(*task->status))
      continue;
    found.sets.effective |= *task->status->cap_eff;
    found.sets.permitted |= *task->status->cap_prm;
    found.sets.inheritable |= *task->status->cap_inh;
    found.sets.bounding |= *task->status->cap_bnd;
    found.sets.ambient |= *task->status->cap_amb;
  }
  return found;
}

std::uint64_t known_to_kernel(Witness& witness) {
  return witness.count(source::host_cap_last_cap)
      .match(
          [](const Seen<std::uint64_t>& last) {
            return all_capabilities(static_cast<unsigned>(last.value()));
          },
          [](const Gap&) { return all_capabilities(last_named_capability); });
}

std::string names_of(std::uint64_t mask) {
  auto names = capability_names(mask);
  constexpr std::size_t shown = 3;
  const bool cut = names.size() > shown;
  if (cut)
    names.resize(shown);
  return fmt::format("{}{}", fmt::join(names, ", "), cut ? ", ..." : "");
}

// "effective none, bounding still holds 14: chown, dac_override, ..."
std::string summary(const Sets& sets, std::uint64_t all, const TargetNs& user) {
  const std::string where = user.initial == true    ? ""
                            : user.initial == false ? " in its own user namespace"
                                                    : " in a user namespace that was not seen";
  std::string text;
  if (sets.effective == 0)
    text = "effective none";
  else if (sets.effective == all)
    text = fmt::format("effective all {}{}", std::popcount(all), where);
  else if (std::popcount(all & ~sets.effective) <= 3)
    text = fmt::format("effective all but {}{}", fmt::join(capability_names(all & ~sets.effective), ", "),
                       where);
  else
    text = fmt::format("effective {}: {}{}", std::popcount(sets.effective), names_of(sets.effective), where);
  if (sets.permitted != sets.effective && sets.permitted != 0)
    text += fmt::format("; permitted {}", std::popcount(sets.permitted));
  if (sets.ambient != 0)
    text += fmt::format("; ambient {}", std::popcount(sets.ambient));
  if (sets.bounding != sets.effective && sets.bounding != 0)
    text += sets.bounding == all ? "; bounding still holds all"
                                 : fmt::format("; bounding still holds {}: {}", std::popcount(sets.bounding),
                                               names_of(sets.bounding));
  return text;
}

Finding stated(const Seen<Tasks>& tasks, const OverTasks& found, std::uint64_t all, const TargetNs& user) {
  const std::string words = summary(found.sets, all, user);
  const bool full = (found.sets.effective & all) == all;
  if (full && user.initial == true)
    return Finding::absent(tasks, words); // one such thread is enough, whatever the unseen ones hold
  if (found.gap)
    return Finding::unknown(*found.gap);
  if (found.sets.all() == 0)
    return Finding::enforced(tasks, "all five sets are empty");
  if (full && !user.initial)
    return Finding::unknown(*user.gap, words);
  return Finding::partial(tasks, words);
}

} // namespace

Finding capabilities(Witness& witness) {
  const TargetNs user = target_ns(witness, "user");
  const Claims user_claim{{"inode", user.inode ? Claims(*user.inode) : Claims()},
                          {"initial", user.initial ? Claims(*user.initial) : Claims()}};
  return witness.tasks().match(
      [&](const Seen<Tasks>& tasks) {
        const OverTasks found = over_tasks(tasks.value());
        const auto names = [&](std::uint64_t mask) {
          return found.gap ? Claims() : Claims(capability_names(mask));
        };
        Finding finding = stated(tasks, found, known_to_kernel(witness), user);
        return Finding(std::move(finding)
                           .claim("effective", names(found.sets.effective))
                           .claim("permitted", names(found.sets.permitted))
                           .claim("inheritable", names(found.sets.inheritable))
                           .claim("bounding", names(found.sets.bounding))
                           .claim("ambient", names(found.sets.ambient))
                           .claim("user_namespace", user_claim)
                           .claim("tasks_total", found.total));
      },
      [&](const Gap& gap) {
        return Finding(Finding::unknown(gap)
                           .claim("effective", nullptr)
                           .claim("permitted", nullptr)
                           .claim("inheritable", nullptr)
                           .claim("bounding", nullptr)
                           .claim("ambient", nullptr)
                           .claim("user_namespace", user_claim)
                           .claim("tasks_total", nullptr));
      });
}

} // namespace sbx
