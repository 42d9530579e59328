// What was seen in this run? Asks each source once, remembers the answer, and alone may call a value seen.
#pragma once

#include "core/error.h"
#include "core/evidence.h"
#include "core/observation.h"
#include "kernel/kernel.h"
#include "parse/cgroup_limits.h"
#include "parse/commands.h"
#include "parse/containers.h"
#include "parse/directories.h"
#include "parse/environ_names.h"
#include "parse/fds.h"
#include "parse/fib_trie.h"
#include "parse/held_sockets.h"
#include "parse/id_map.h"
#include "parse/identity.h"
#include "parse/if_inet6.h"
#include "parse/ipv6_route.h"
#include "parse/landlock_domains.h"
#include "parse/landlock_layers.h"
#include "parse/landlock_trial.h"
#include "parse/lsm_list.h"
#include "parse/mountinfo.h"
#include "parse/net_attempts.h"
#include "parse/net_config.h"
#include "parse/net_dev.h"
#include "parse/net_peers.h"
#include "parse/net_route.h"
#include "parse/net_ruleset.h"
#include "parse/net_sockets.h"
#include "parse/path_spots.h"
#include "parse/path_walks.h"
#include "parse/pods.h"
#include "parse/proc_stat.h"
#include "parse/processes.h"
#include "parse/properties.h"
#include "parse/proxies.h"
#include "parse/resolv_conf.h"
#include "parse/roots.h"
#include "parse/route_lookups.h"
#include "parse/seccomp_filters.h"
#include "parse/task_attr.h"
#include "parse/task_ns.h"
#include "parse/tasks.h"
#include "parse/trials.h"
#include "parse/user_ns.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sbx {

class Witness {
public:
  explicit Witness(Kernel& kernel) : kernel_(kernel) {}

  Observation<Identity> identity();
  Observation<ProcStat> stat();
  const Observation<Tasks>& tasks(); // kept: it may be large, and several probes read it
  const Observation<std::vector<TaskNs>>& task_ns();
  Observation<std::vector<TaskAttr>> task_attr();
  Observation<std::vector<UserNs>> user_ns();
  Observation<std::vector<IdRange>> id_map(Source source);   // target_uid_map or target_gid_map
  const Observation<Fds>& fds();                             // kept, like tasks()
  const Observation<LandlockDomains>& landlock_domains();    // kept: it may hold many rules
  const Observation<SeccompFilters>& seccomp_filters();      // kept: it may hold many programs
  const Observation<std::vector<NetRuleset>>& net_ruleset(); // kept: it may hold many rules
  Observation<LandlockTrial> landlock_trial();
  Observation<Trials> trials(Source source); // self_trials or self_launchers
  // What /proc shows of the network namespace of its first living thread.
  Observation<std::vector<std::string>> net_dev();
  Observation<std::vector<ProcRoute>> net_route();
  Observation<std::vector<FibEntry>> net_fib_trie();
  Observation<std::vector<Ipv6Route>> net_ipv6_route();
  Observation<std::vector<Ipv6Address>> net_if_inet6();
  const Observation<NetSockets>& net_sockets();   // kept: it may be large
  const Observation<HeldSockets>& held_sockets(); // kept
  // The other process of a question about one; nothing was asked where there is none.
  Observation<Identity> peer_identity();
  Observation<Tasks> peer_tasks();
  Observation<std::vector<TaskNs>> peer_ns();
  Observation<std::vector<TaskAttr>> peer_attr();
  Observation<std::vector<UserNs>> peer_user_ns();
  Observation<LandlockDomains> peer_landlock();
  const Observation<std::vector<NetConfig>>& net_config(); // kept, as are its peers
  const Observation<NetPeers>& net_peers();
  // One for each of route_question(), in their order, as spots().
  Observation<std::vector<RouteLookup>> route_lookups(const std::vector<std::string>& questions);
  // One for each of attempt_question(), in their order: packets are sent. And all that were asked for so far.
  Observation<std::vector<NetAttempt>> net_attempts(const std::vector<std::string>& questions);
  std::vector<NetAttempt> attempts_made() const;
  const Observation<std::vector<Mount>>& mounts();
  Observation<std::vector<Mount>> own_mounts(); // of the inspector
  // Whether that list was read whole, with no mount made or gone meanwhile.
  Observation<bool> mounts_settled();
  Observation<bool> own_mounts_settled();
  Observation<Roots> roots(); // of every thread
  // One for each path, in their order; its errno is ENODATA where the recording of a replay does not hold it.
  Observation<std::vector<PathSpot>> spots(const std::vector<std::string>& paths);
  Observation<std::vector<PathSpot>> own_spots(const std::vector<std::string>& paths);    // from our own root
  Observation<std::vector<Directory>> directories(const std::vector<std::string>& paths); // as spots()
  Observation<PathWalk> walk(const std::string& path);
  Observation<std::vector<PathWalk>> walks(const std::vector<std::string>& paths); // as spots()
  Observation<Proxies> proxies();
  Observation<ResolvConf> resolv_conf(); // no file is seen too: ResolvConf::missing
  Observation<EnvironNames> environ_names();
  Observation<CgroupLimits> cgroup_limits();
  const Observation<Processes>& processes();     // kept: of the machine
  Observation<Processes> kin();                  // the target, and who is above and below it
  Observation<Pods> pods();     // of the machine
  Observation<LandlockLayers> landlock_layers(); // of the machine
  Observation<std::vector<Command>> commands(const std::vector<std::string>& pids); // as spots()
  Observation<Containers> containers();                                             // of the machine
  Observation<ProcStatus> self_status();
  bool filtered(); // the inspector is under a seccomp filter, or cannot tell
  Observation<std::vector<TaskNs>> self_ns();
  Observation<std::vector<TaskNs>> init_ns();
  Observation<std::vector<std::string>> active_lsms(); // from lsm_list_modules(2), else from securityfs
  Observation<std::string> lockdown();
  Observation<std::uint64_t> count(Source source); // a file that is one number
  Observation<Properties> properties(Source source);
  Observation<std::string> text(Source source); // as it is, without white space around it

  // Asks again who the target is, and the peer where it was asked about. An Error (ErrorKind::target) when
  // one is gone or another one: then nothing that was read in between may be believed.
  Result<void> confirm_identity();

  const Evidence& evidence() const { return evidence_; }

private:
  // Asked piece by piece, each path once; the evidence holds all that was answered.
  template <class Answer> struct Asked {
    std::unordered_set<std::string> paths;
    std::unordered_map<std::string, Answer> answers;
  };
  struct Dialect;

  const Reading& read(Source source);
  Result<void> confirm(Source identity, const std::string& who);
  Gap gap(Source source, const Refusal& refusal);
  template <class T, class Parse> Observation<T> observe(Source source, Parse&& parse);
  template <class Answer, class Parse>
  std::optional<Gap> ask_about(const Dialect& dialect, const std::vector<std::string>& paths,
                               Asked<Answer>& known, Parse&& parse);
  template <class Answer> static Answer without_answer(const std::string& path);
  template <class Answer, class Parse>
  Observation<std::vector<Answer>> answers_about(const Dialect& dialect,
                                                 const std::vector<std::string>& paths, Asked<Answer>& known,
                                                 Parse&& parse);

  Kernel& kernel_;
  Evidence evidence_;
  std::optional<Observation<Tasks>> tasks_;
  std::optional<Observation<std::vector<TaskNs>>> task_ns_;
  std::optional<Observation<Fds>> fds_;
  std::optional<Observation<Processes>> processes_;
  std::optional<Observation<std::vector<Mount>>> mounts_;
  std::optional<Observation<std::vector<NetConfig>>> net_config_;
  std::optional<Observation<NetPeers>> net_peers_;
  Asked<RouteLookup> lookups_;
  Asked<NetAttempt> attempts_;
  Asked<PathSpot> spots_, own_spots_;
  Asked<Directory> directories_;
  Asked<PathWalk> walks_;
  Asked<Command> commands_;
  std::optional<Observation<LandlockDomains>> landlock_domains_;
  std::optional<Observation<SeccompFilters>> seccomp_filters_;
  std::optional<Observation<std::vector<NetRuleset>>> net_ruleset_;
  std::optional<Observation<NetSockets>> net_sockets_;
  std::optional<Observation<HeldSockets>> held_sockets_;
};

} // namespace sbx
