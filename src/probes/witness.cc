#include "probes/witness.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"
#include "probes/witness_observe.h"
#include "rules/errno_gap.h"
#include "rules/lsm_names.h"

#include <algorithm>
#include <cerrno>

namespace sbx {

const Reading& Witness::read(Source source) {
  const auto known = evidence_.find(source);
  return known != evidence_.end() ? known->second
                                  : evidence_.emplace(source, kernel_.read(source)).first->second;
}

bool Witness::filtered() {
  const Reading& status = read(source::self_status);
  const auto parsed = status ? parse_proc_status(*status) : malformed("");
  return !parsed || parsed->seccomp.value_or(1) != 0; // not able to tell counts as filtered
}

Gap Witness::gap(Source source, const Refusal& refusal) {
  const int error = refusal.error;
  return gap_of(source, refusal, (error == ENOSYS || error == EOPNOTSUPP) && filtered());
}

Observation<Identity> Witness::identity() {
  return observe<Identity>(source::target_identity, parse_identity);
}

Observation<ProcStat> Witness::stat() { return observe<ProcStat>(source::target_stat, parse_proc_stat); }

const Observation<Tasks>& Witness::tasks() {
  if (!tasks_)
    tasks_ = observe<Tasks>(source::target_tasks_status, parse_tasks);
  return *tasks_;
}

const Observation<std::vector<TaskNs>>& Witness::task_ns() {
  if (!task_ns_)
    task_ns_ = observe<std::vector<TaskNs>>(source::target_tasks_ns, parse_task_ns);
  return *task_ns_;
}

Observation<std::vector<TaskAttr>> Witness::task_attr() {
  return observe<std::vector<TaskAttr>>(source::target_tasks_attr, parse_task_attr);
}

Observation<std::vector<UserNs>> Witness::user_ns() {
  return observe<std::vector<UserNs>>(source::target_user_ns, parse_user_ns);
}

Observation<std::vector<IdRange>> Witness::id_map(Source source) {
  return observe<std::vector<IdRange>>(source, parse_id_map);
}

const Observation<Fds>& Witness::fds() {
  if (!fds_)
    fds_ = observe<Fds>(source::target_fds, parse_fds);
  return *fds_;
}

Observation<Processes> Witness::kin() { return observe<Processes>(source::target_kin, parse_processes); }

Observation<Pods> Witness::pods() { return observe<Pods>(source::host_pods, parse_pods); }

Observation<LandlockLayers> Witness::landlock_layers() {
  return observe<LandlockLayers>(source::host_landlock, parse_landlock_layers);
}

const Observation<Processes>& Witness::processes() {
  if (!processes_)
    processes_ = observe<Processes>(source::host_processes, parse_processes);
  return *processes_;
}

Observation<Containers> Witness::containers() {
  return observe<Containers>(source::host_containers, parse_containers);
}

const Observation<LandlockDomains>& Witness::landlock_domains() {
  if (!landlock_domains_)
    landlock_domains_ = observe<LandlockDomains>(source::target_landlock, parse_landlock_domains);
  return *landlock_domains_;
}

const Observation<SeccompFilters>& Witness::seccomp_filters() {
  if (!seccomp_filters_)
    seccomp_filters_ = observe<SeccompFilters>(source::target_seccomp, parse_seccomp_filters);
  return *seccomp_filters_;
}

const Observation<std::vector<NetRuleset>>& Witness::net_ruleset() {
  if (!net_ruleset_)
    net_ruleset_ = observe<std::vector<NetRuleset>>(source::target_net_ruleset, parse_net_ruleset);
  return *net_ruleset_;
}

Observation<LandlockTrial> Witness::landlock_trial() {
  return observe<LandlockTrial>(source::self_landlock, parse_landlock_trial);
}

Observation<Trials> Witness::trials(Source source) { return observe<Trials>(source, parse_trials); }

const Observation<std::vector<Mount>>& Witness::mounts() {
  if (!mounts_)
    mounts_ = observe<std::vector<Mount>>(source::target_mountinfo, parse_mountinfo);
  return *mounts_;
}

Observation<std::vector<Mount>> Witness::own_mounts() {
  return observe<std::vector<Mount>>(source::self_mountinfo, parse_mountinfo);
}

const Observation<std::vector<NetConfig>>& Witness::net_config() {
  if (!net_config_)
    net_config_ = observe<std::vector<NetConfig>>(source::target_net_config, parse_net_config);
  return *net_config_;
}

const Observation<NetPeers>& Witness::net_peers() {
  if (!net_peers_)
    net_peers_ = observe<NetPeers>(source::target_net_peers, parse_net_peers);
  return *net_peers_;
}

Observation<bool> Witness::mounts_settled() {
  return observe<bool>(source::target_mountinfo, parse_mounts_settled);
}

Observation<bool> Witness::own_mounts_settled() {
  return observe<bool>(source::self_mountinfo, parse_mounts_settled);
}

Observation<Roots> Witness::roots() { return observe<Roots>(source::target_roots, parse_roots); }

// Of the sources that answer about paths, or other questions: how their text is cut into answers, and one
// without an answer written.
struct Witness::Dialect {
  Source source;
  std::string_view ends; // how the last line of an answer begins
  std::string_view path; // what stands before a path
  std::string_view before_errno;
  std::string_view after_errno = "";

  std::string_view first_answer(std::string_view text) const {
    std::size_t end = 0;
    for (bool last = false; !last && end < text.size();) {
      last = text.substr(end).starts_with(ends);
      end = std::min(text.find('\n', end), text.size() - 1) + 1;
    }
    return text.substr(0, end);
  }

  std::string without_answer(const std::vector<std::string>& paths, int error) const {
    std::string text;
    for (const std::string& asked : paths)
      text.append(path)
          .append(escaped_word(asked))
          .append(before_errno)
          .append(errno_name(error))
          .append(after_errno) += '\n';
    return text;
  }
};

// A kernel may answer about more than was asked (a recording answers with all that it holds), and what is
// known already stays as it is: so the evidence is the same text in a run and in its replay.
template <class Answer, class Parse>
std::optional<Gap> Witness::ask_about(const Dialect& dialect, const std::vector<std::string>& paths,
                                      Asked<Answer>& known, Parse&& parse) {
  std::vector<std::string> fresh;
  for (const std::string& path : paths)
    if (!path.empty() && !known.answers.contains(path) && known.paths.insert(path).second)
      fresh.push_back(path);
  const auto held = evidence_.find(dialect.source);
  const bool first = held == evidence_.end();
  if (!first && !held->second) // refused as a whole, and so it would be again
    return gap(dialect.source, held->second.error());
  if (!first && known.answers.empty())
    return Gap{GapKind::malformed, std::string(dialect.source.name), "the answer makes no sense"};
  if (fresh.empty())
    return std::nullopt;
  Reading reading = kernel_.read_about(dialect.source, fresh);
  auto answers = reading ? parse(std::string_view(*reading)) : malformed("");
  if (!answers && first) {
    const Reading& kept = evidence_.emplace(dialect.source, std::move(reading)).first->second;
    return kept ? Gap{GapKind::malformed, std::string(dialect.source.name), answers.error().what}
                : gap(dialect.source, kept.error());
  }
  if (!answers) { // the rest was answered; these were not, and the evidence has to say so too
    reading = dialect.without_answer(fresh, reading ? EBADMSG : reading.error().error);
    answers = parse(std::string_view(*reading));
  }
  std::string& text = *evidence_.emplace(dialect.source, std::string()).first->second;
  std::string_view rest = *reading;
  for (Answer& answer : *answers) {
    const std::string_view entry = dialect.first_answer(rest);
    rest.remove_prefix(entry.size());
    if (known.answers.try_emplace(answer.path, std::move(answer)).second)
      text += entry;
  }
  return std::nullopt;
}

template <class Answer> Answer Witness::without_answer(const std::string& path) {
  if constexpr (std::is_same_v<Answer, PathSpot>) {
    return PathSpot{path, tl::unexpected<int>(ENODATA)};
  } else {
    Answer answer;
    answer.path = path;
    answer.error = ENODATA;
    return answer;
  }
}

template <class Answer, class Parse>
Observation<std::vector<Answer>> Witness::answers_about(const Dialect& dialect,
                                                        const std::vector<std::string>& paths,
                                                        Asked<Answer>& known, Parse&& parse) {
  if (auto unseen = ask_about(dialect, paths, known, parse))
    return std::move(*unseen);
  std::vector<Answer> found;
  found.reserve(paths.size());
  for (const std::string& path : paths) {
    const auto answer = known.answers.find(path);
    found.push_back(answer != known.answers.end() ? answer->second : without_answer<Answer>(path));
  }
  return Seen<std::vector<Answer>>(std::move(found), dialect.source);
}

Observation<std::vector<PathSpot>> Witness::spots(const std::vector<std::string>& paths) {
  return answers_about({source::target_paths, "", "", " !"}, paths, spots_, parse_path_spots);
}

Observation<std::vector<PathSpot>> Witness::own_spots(const std::vector<std::string>& paths) {
  return answers_about({source::self_paths, "", "", " !"}, paths, own_spots_, parse_path_spots);
}

Observation<std::vector<Directory>> Witness::directories(const std::vector<std::string>& paths) {
  return answers_about({source::target_directories, "end ", "dir ", "\nend "}, paths, directories_,
                       parse_directories);
}

Observation<std::vector<PathWalk>> Witness::walks(const std::vector<std::string>& paths) {
  return answers_about({source::target_walks, "end ", "path ", "\nend "}, paths, walks_, parse_path_walks);
}

Observation<std::vector<Command>> Witness::commands(const std::vector<std::string>& pids) {
  return answers_about({source::host_commands, "", "", " !"}, pids, commands_, parse_commands);
}

Observation<std::vector<RouteLookup>> Witness::route_lookups(const std::vector<std::string>& questions) {
  return answers_about({source::target_net_lookups, "", "", " !", " join"}, questions, lookups_,
                       parse_route_lookups);
}

Observation<std::vector<NetAttempt>> Witness::net_attempts(const std::vector<std::string>& questions) {
  return answers_about({source::target_net_attempts, "", "", " !", " untried"}, questions, attempts_,
                       parse_net_attempts);
}

std::vector<NetAttempt> Witness::attempts_made() const {
  std::vector<NetAttempt> made;
  for (const auto& [question, attempt] : attempts_.answers)
    if (attempts_.paths.contains(question)) // a recording may hold others
      made.push_back(attempt);
  std::sort(made.begin(), made.end(),
            [](const NetAttempt& a, const NetAttempt& b) { return a.path < b.path; });
  return made;
}

Observation<PathWalk> Witness::walk(const std::string& path) {
  return walks({path}).match(
      [&](const Seen<std::vector<PathWalk>>& seen) -> Observation<PathWalk> {
        if (!walks_.answers.contains(path))
          return gap(source::target_walks, {ENODATA, "this path was not walked"});
        return Seen<PathWalk>(seen.value().front(), source::target_walks);
      },
      [](const Gap& gap) -> Observation<PathWalk> { return gap; });
}

Observation<Proxies> Witness::proxies() { return observe<Proxies>(source::target_proxies, parse_proxies); }

Observation<ResolvConf> Witness::resolv_conf() {
  const Reading& reading = read(source::target_resolv_conf);
  if (reading || reading.error().error != ENOENT)
    return observe<ResolvConf>(source::target_resolv_conf, parse_resolv_conf);
  ResolvConf none; // that no file is there was seen: kernel/live_resolv_conf.h
  none.missing = true;
  return Seen<ResolvConf>(std::move(none), source::target_resolv_conf);
}

Observation<EnvironNames> Witness::environ_names() {
  return observe<EnvironNames>(source::target_environ_names, parse_environ_names);
}

Observation<CgroupLimits> Witness::cgroup_limits() {
  return observe<CgroupLimits>(source::target_cgroup_limits, parse_cgroup_limits);
}

Observation<ProcStatus> Witness::self_status() {
  return observe<ProcStatus>(source::self_status, parse_proc_status);
}

Observation<std::vector<TaskNs>> Witness::self_ns() {
  return observe<std::vector<TaskNs>>(source::self_ns, parse_task_ns);
}

Observation<std::vector<TaskNs>> Witness::init_ns() {
  return observe<std::vector<TaskNs>>(source::init_ns, parse_task_ns);
}

Observation<std::vector<std::string>> Witness::active_lsms() {
  using Names = std::vector<std::string>;
  const auto by_call = observe<Names>(source::host_lsm_modules, [](std::string_view text) -> Parsed<Names> {
    const auto ids = parse_lsm_ids(text);
    if (!ids)
      return tl::unexpected<Malformed>(ids.error());
    Names names;
    for (const std::uint64_t id : *ids)
      names.push_back(lsm_name(id));
    return names;
  });
  return by_call.match([](const Seen<Names>& seen) -> Observation<Names> { return seen; },
                       [&](const Gap&) { return observe<Names>(source::host_lsm, parse_lsm_list); });
}

Observation<std::string> Witness::lockdown() {
  return observe<std::string>(source::host_lockdown, parse_lockdown);
}

Observation<std::uint64_t> Witness::count(Source source) {
  return observe<std::uint64_t>(source, [](std::string_view text) -> Parsed<std::uint64_t> {
    const auto value = number<std::uint64_t>(trimmed(text));
    if (!value)
      return malformed("not a number: " + escaped(text, 40));
    return *value;
  });
}

Observation<Properties> Witness::properties(Source source) {
  return observe<Properties>(source, parse_properties);
}

Observation<std::string> Witness::text(Source source) {
  return observe<std::string>(
      source, [](std::string_view bytes) -> Parsed<std::string> { return std::string(trimmed(bytes)); });
}

Observation<Identity> Witness::peer_identity() {
  return observe<Identity>(source::peer_identity, parse_identity);
}

Observation<Tasks> Witness::peer_tasks() { return observe<Tasks>(source::peer_tasks_status, parse_tasks); }

Observation<std::vector<TaskNs>> Witness::peer_ns() {
  return observe<std::vector<TaskNs>>(source::peer_tasks_ns, parse_task_ns);
}

Observation<std::vector<TaskAttr>> Witness::peer_attr() {
  return observe<std::vector<TaskAttr>>(source::peer_tasks_attr, parse_task_attr);
}

Observation<std::vector<UserNs>> Witness::peer_user_ns() {
  return observe<std::vector<UserNs>>(source::peer_user_ns, parse_user_ns);
}

Observation<LandlockDomains> Witness::peer_landlock() {
  return observe<LandlockDomains>(source::peer_landlock, parse_landlock_domains);
}

Result<void> Witness::confirm(Source identity, const std::string& who) {
  const Reading& before = read(identity);
  const Reading after = kernel_.read(identity);
  if (!before || !after)
    return error(ErrorKind::target, who + " ended while it was inspected; nothing that was read is reported");
  if (*before != *after)
    return error(ErrorKind::target, who +
                                        " became another one while it was inspected (it executed another "
                                        "program, or exited); nothing that was read is reported, try again");
  return {};
}

Result<void> Witness::confirm_identity() {
  const auto peer = evidence_.find(source::peer_identity);
  const bool with_peer = // a recording that holds none was not asked about one
      peer != evidence_.end() && (peer->second || peer->second.error().error != ENODATA);
  auto same = confirm(source::target_identity, "the target");
  return same && with_peer ? confirm(source::peer_identity, "the other process") : same;
}

} // namespace sbx
