#include "cli/look.h"

#include "core/escape.h"
#include "core/some_of.h"

#include <fmt/format.h>

namespace sbx {

Result<Look> look_for(const TargetName& name) {
  return with_machine([&](Witness& witness, Machine& machine) -> Result<Look> {
    const bool by_name = name.kind != TargetName::Kind::tree && name.kind != TargetName::Kind::cgroup;
    Named named = by_name ? named_of(witness, *machine.table) : Named();
    auto choice = choose(name, *machine.table, machine.sets, named);
    if (!choice)
      return tl::unexpected<Error>(choice.error());
    std::erase(choice->set.members, machine.self);
    std::optional<Gap> unseen;
    auto commands = seen_commands(commands_for(witness, *machine.table, choice->set.members), unseen);
    if (unseen)
      choice->notes.push_back("who made it was not seen: " + escaped(unseen->detail, 200));
    return Look{std::move(machine), std::move(*choice), std::move(named), std::move(commands)};
  });
}

Result<pid_t> only_process(const TargetName& name) {
  const auto look = look_for(name);
  if (!look)
    return tl::unexpected<Error>(look.error());
  std::vector<std::int64_t> running;
  std::vector<std::string> words;
  for (const std::int64_t pid : look->choice.set.members)
    if (const Process* it = look->machine.table->find(pid); it && !has_exited(*it)) {
      running.push_back(pid);
      words.push_back(fmt::format("{} ({})", pid, comm_of(*look->machine.table, pid)));
    }
  if (running.size() == 1)
    return static_cast<pid_t>(running.front());
  if (running.empty())
    return error(ErrorKind::target, fmt::format("no process of {} runs", look->choice.what));
  return error(ErrorKind::target,
               fmt::format("this is about one process, and {} has {}: {}; give the number of one",
                           look->choice.what, running.size(), some_of(words, 8)));
}

} // namespace sbx
