#include "probes/proc_net_config.h"

#include "network/proc_net_config.h"
#include "probes/target_ns.h"

#include <cerrno>

namespace sbx {

namespace {

bool is_missing(Witness& witness, Source source) {
  const auto reading = witness.evidence().find(source);
  return reading != witness.evidence().end() && !reading->second && reading->second.error().error == ENOENT;
}

template <class T> std::optional<T> taken(const Observation<T>& it) {
  return it.match([](const Seen<T>& seen) { return std::optional<T>(seen.value()); },
                  [](const Gap&) { return std::optional<T>(); });
}

// Which thread was read, and where it lives.
void name(NetConfig& config, Witness& witness) {
  const std::set<std::int64_t> exited = exited_tids(witness);
  witness.task_ns().match(
      [&](const Seen<std::vector<TaskNs>>& tasks) {
        for (const TaskNs& task : tasks.value()) {
          const auto net = task.inodes.find("net");
          if (exited.contains(task.tid))
            continue;
          config.tid = task.tid;
          if (net != task.inodes.end() && net->second)
            config.inode = *net->second;
          return;
        }
      },
      [](const Gap&) {});
}

} // namespace

Observation<NetConfig> proc_net_config(Witness& witness) {
  ProcNetFiles files;
  const auto links = witness.net_dev();
  const auto tables4 = witness.net_fib_trie();
  const auto main4 = witness.net_route();
  const auto tables6 = witness.net_ipv6_route();
  const auto addresses6 = witness.net_if_inet6();
  files.links = taken(links);
  files.tables4 = taken(tables4);
  files.main4 = taken(main4);
  files.tables6 = taken(tables6);
  files.addresses6 = taken(addresses6);
  // Without IPv6 the kernel makes neither file; the others that were read show that the directory is there.
  if (files.links && files.tables4 && is_missing(witness, source::target_net_ipv6_route) &&
      is_missing(witness, source::target_net_if_inet6)) {
    files.tables6.emplace();
    files.addresses6.emplace();
  }
  const auto made = [&](const auto&) {
    NetConfig config = net_config_of(files);
    name(config, witness);
    return config;
  };
  if (files.tables4)
    return tables4.map(made);
  if (files.main4)
    return main4.map(made);
  if (files.tables6)
    return tables6.map(made);
  return links.map(made); // a gap, or no more than names
}

} // namespace sbx
