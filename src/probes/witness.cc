#include "probes/witness.h"

#include "core/escape.h"
#include "parse/line.h"
#include "rules/errno_gap.h"
#include "rules/lsm_names.h"

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

template <class T, class Parse> Observation<T> Witness::observe(Source source, Parse&& parse) {
  const Reading& reading = read(source);
  if (!reading) {
    const int error = reading.error().error;
    return gap_of(source, reading.error(), (error == ENOSYS || error == EOPNOTSUPP) && filtered());
  }
  auto parsed = parse(std::string_view(*reading));
  if (!parsed)
    return Gap{GapKind::malformed, std::string(source.name), parsed.error().what};
  return Seen<T>(T(std::move(*parsed)), source);
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

Observation<LandlockDomains> Witness::landlock_domains() {
  return observe<LandlockDomains>(source::target_landlock, parse_landlock_domains);
}

Observation<LandlockTrial> Witness::landlock_trial() {
  return observe<LandlockTrial>(source::self_landlock, parse_landlock_trial);
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

Observation<std::vector<Mount>> Witness::mounts() {
  return Gap{GapKind::not_attempted, std::string(source::target_mountinfo.name), "no parser reads it yet"};
}

Observation<PathWalk> Witness::walk(const std::string&) {
  return Gap{GapKind::not_attempted, std::string(source::target_walks.name), "no parser reads it yet"};
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
  const bool with_peer = evidence_.contains(source::peer_identity);
  auto same = confirm(source::target_identity, "the target");
  return same && with_peer ? confirm(source::peer_identity, "the other process") : same;
}

} // namespace sbx
