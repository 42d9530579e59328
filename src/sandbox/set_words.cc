#include "sandbox/set_words.h"

#include "core/escape.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

const NamedContainer* named_as(const Named& named, std::string_view id) {
  const auto found = std::find_if(named.containers.begin(), named.containers.end(),
                                  [&](const NamedContainer& it) { return it.id == id; });
  return found == named.containers.end() ? nullptr : &*found;
}

std::string set_words(const ProcessTable& table, const SandboxSet& set, const Named& named) {
  if (!set.container)
    return "processes under " + process_words(table, set.first);
  std::string words = place_words(*set.container);
  if (const NamedContainer* it = named_as(named, set.container->id); it && !it->names.empty())
    words += fmt::format(" ({})", escaped(it->names.front(), 60));
  return words;
}

const SandboxSet* set_with(const std::vector<SandboxSet>& sets, std::int64_t pid) {
  const SandboxSet* innermost = nullptr;
  for (const SandboxSet& set : sets)
    if (std::binary_search(set.members.begin(), set.members.end(), pid) &&
        (!innermost || set.members.size() < innermost->members.size()))
      innermost = &set;
  return innermost;
}

std::string process_words(const ProcessTable& table, std::int64_t pid) {
  const std::string comm = comm_of(table, pid);
  return comm.empty() ? fmt::format("{}", pid) : fmt::format("{} ({})", pid, comm);
}

std::string comm_of(const ProcessTable& table, std::int64_t pid) {
  const Process* process = table.find(pid);
  return process && process->status && process->status->name ? escaped(*process->status->name, 64)
                                                             : std::string();
}

} // namespace sbx
