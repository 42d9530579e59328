#include "cli/network_attempts.h"

#include "core/escape.h"

#include <fmt/format.h>
#include <set>

namespace sbx {

Result<std::vector<SocketAddress>> attempt_addresses(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 8;
  if (texts.size() > most)
    return error(ErrorKind::usage, fmt::format("--probe: at most {} addresses at a time", most));
  std::vector<SocketAddress> addresses;
  for (const std::string& text : texts) {
    const auto address = parse_attempt_address(text);
    if (!address)
      return error(ErrorKind::usage,
                   fmt::format("--probe: '{}' is no address; write tcp:1.1.1.1:443, or tcp:[fd00::1]:443",
                               escaped(text, 80)));
    addresses.push_back(*address);
  }
  return addresses;
}

void try_connections(Witness& witness, const std::vector<SocketAddress>& addresses) {
  if (addresses.empty())
    return;
  std::vector<std::string> questions;
  std::set<std::uint64_t> asked;
  const auto ask_from = [&](const TaskNs& links, const ProcStatus& status) {
    const auto net = links.inodes.find("net");
    if (net == links.inodes.end() || !net->second || !status.uid || !status.gid ||
        !asked.insert(*net->second).second)
      return;
    for (const SocketAddress& to : addresses)
      questions.push_back(attempt_question({*net->second, to, (*status.uid)[1], (*status.gid)[1]}));
  };
  witness.tasks().match(
      [&](const Seen<Tasks>& tasks) {
        witness.task_ns().match(
            [&](const Seen<std::vector<TaskNs>>& all) {
              for (const Task* task : counted(tasks.value()))
                for (const TaskNs& links : all.value())
                  if (task->status && links.tid == task->tid)
                    ask_from(links, *task->status);
            },
            [](const Gap&) {});
      },
      [](const Gap&) {});
  (void)witness.net_attempts(questions);
}

} // namespace sbx
