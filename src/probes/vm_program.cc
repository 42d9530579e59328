#include "probes/vm_program.h"

#include "core/escape.h"
#include "core/plain_word.h"
#include "rules/vmm_arguments.h"

#include <fmt/core.h>
#include <optional>

namespace sbx {

namespace {

std::optional<Command> command(Witness& witness) {
  const auto pid = witness.identity().match(
      [](const Seen<Identity>& seen) { return std::optional(std::to_string(seen.value().pid)); },
      [](const Gap&) { return std::optional<std::string>(); });
  if (!pid)
    return std::nullopt;
  return witness.commands({*pid}).match(
      [](const Seen<std::vector<Command>>& seen) {
        return seen.value().empty() ? std::nullopt : std::optional(seen.value().front());
      },
      [](const Gap&) { return std::optional<Command>(); });
}

Claims arguments(const Command& command) {
  if (command.error != 0 || !command.argv)
    return nullptr;
  Claims list = Claims::array();
  for (const VmmArgument& it : vmm_arguments(*command.argv)) {
    const bool told = !it.value.empty() && it.value.find(untold_word) == std::string::npos;
    list.push_back({{"kind", it.kind},
                    {"option", it.option},
                    {"value", told ? Claims(escaped(it.value, 4096)) : Claims()}});
  }
  return list;
}

void look_at(const Command& command, VmProgram& found) {
  found.arguments = arguments(command);
  if (command.error != 0 || !command.exe)
    return;
  const std::string_view path = *command.exe, file = path.substr(path.rfind('/') + 1); // npos + 1 is 0
  if (const VmmProgram* row = vmm_program(file))
    found = {row, fmt::format("{}, by its executable {}", row->name, escaped(file, 64)), found.arguments};
  else if (found.row)
    found.words += fmt::format(", though it executes {}", escaped(file, 64));
}

} // namespace

VmProgram vm_program(Witness& witness, bool monitor) {
  VmProgram found;
  witness.stat().match(
      [&](const Seen<ProcStat>& stat) {
        found.row = vmm_program(stat.value().comm);
        if (found.row)
          found.words = fmt::format("{}, by its name {}", found.row->name, escaped(stat.value().comm, 64));
      },
      [](const Gap&) {});
  if (monitor || found.row)
    if (const auto its = command(witness))
      look_at(*its, found);
  return found;
}

} // namespace sbx
