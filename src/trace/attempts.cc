#include "trace/attempts.h"

#include "trace/event_outcome.h"

#include <algorithm>
#include <map>

namespace sbx {

namespace {

// include/uapi/linux/{sched,prctl,seccomp,landlock}.h
constexpr std::uint64_t clone_new = 0x7e020000, clone_newtime = 0x80;
constexpr std::uint64_t pr_set_keepcaps = 8, pr_set_seccomp = 22, pr_capbset_drop = 24,
                        pr_set_securebits = 28, pr_set_no_new_privs = 38, pr_cap_ambient = 47,
                        pr_cap_ambient_is_set = 1;
constexpr std::uint64_t set_mode_strict = 0, set_mode_filter = 1, mode_filter = 2;

std::uint64_t argument(const TraceEvent& event, std::size_t index) {
  return index < event.args.size() ? event.args[index] : 0;
}

bool one_of(std::string_view call, std::initializer_list<std::string_view> calls) {
  return std::ranges::find(calls, call) != calls.end();
}

// To be root, or what one is (-1), is no isolation: make(1) does that for each command.
bool changes_to_a_user(const TraceEvent& event) {
  return one_of(event.call, {"setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid",
                             "setfsgid"}) &&
         std::ranges::any_of(event.args, [](std::uint64_t id) {
           const auto seen = static_cast<std::uint32_t>(id);
           return seen != 0 && seen != 0xffffffff;
         });
}

std::optional<Attempted> attempted_by_prctl(const TraceEvent& event) {
  switch (argument(event, 0)) {
  case pr_set_no_new_privs:
    return Attempted::no_new_privs;
  case pr_set_seccomp:
    return Attempted::seccomp;
  case pr_capbset_drop:
  case pr_set_securebits:
  case pr_set_keepcaps:
    return Attempted::capabilities;
  case pr_cap_ambient:
    return argument(event, 1) == pr_cap_ambient_is_set ? std::nullopt
                                                       : std::optional(Attempted::capabilities);
  default:
    return std::nullopt;
  }
}

} // namespace

std::string_view attempted_name(Attempted layer) {
  switch (layer) {
  case Attempted::landlock:
    return "landlock";
  case Attempted::seccomp:
    return "seccomp";
  case Attempted::no_new_privs:
    return "no_new_privs";
  case Attempted::namespaces:
    return "namespaces";
  case Attempted::capabilities:
    return "capabilities";
  case Attempted::user:
    return "user";
  case Attempted::mounts:
    return "mounts";
  }
  return {};
}

bool asks_only(const TraceEvent& event) {
  if (event.call == "landlock_create_ruleset")
    return argument(event, 2) != 0; // its flags are questions, every one so far
  if (event.call == "seccomp")      // libseccomp tries each flag with no filter, and a mode that takes none
    return argument(event, 0) > set_mode_filter ||
           (argument(event, 0) == set_mode_strict ? argument(event, 1) != 0 : argument(event, 2) == 0);
  return event.call == "prctl" && argument(event, 0) == pr_set_seccomp && argument(event, 1) == mode_filter &&
         argument(event, 2) == 0;
}

std::uint64_t namespace_flags(const TraceEvent& event) {
  if (event.call == "clone")
    return argument(event, 0) & clone_new; // its lowest byte is a signal
  if (event.call == "clone3")
    return event.number("flags").value_or(0) & (clone_new | clone_newtime);
  if (event.call == "unshare")
    return argument(event, 0) & (clone_new | clone_newtime);
  return event.call == "setns" ? argument(event, 1) & (clone_new | clone_newtime) : 0;
}

std::optional<Attempted> attempted_by(const TraceEvent& event) {
  const std::string_view call = event.call;
  if (!event.ret || asks_only(event))
    return std::nullopt;
  if (call.starts_with("landlock_"))
    return Attempted::landlock;
  if (call == "seccomp")
    return Attempted::seccomp;
  if (call == "prctl")
    return attempted_by_prctl(event);
  if (call == "capset")
    return Attempted::capabilities;
  if (call == "setns" || namespace_flags(event) != 0)
    return Attempted::namespaces;
  if (call == "setgroups" || changes_to_a_user(event))
    return Attempted::user;
  if (one_of(call, {"mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "mount_setattr",
                    "fsmount", "fsopen", "fsconfig", "fspick"}))
    return Attempted::mounts;
  return std::nullopt;
}

LandlockAttempts landlock_attempts(const Course& course) {
  LandlockAttempts attempts;
  std::map<std::pair<std::size_t, std::uint64_t>, std::size_t> by_descriptor; // of a process
  const auto find = [&](std::size_t process, std::uint64_t fd) -> std::optional<std::size_t> {
    constexpr int most_generations = 64;
    for (int generation = 0; generation < most_generations; ++generation) {
      if (const auto found = by_descriptor.find({process, fd}); found != by_descriptor.end())
        return found->second;
      if (!course.processes[process].parent)
        break;
      process = *course.processes[process].parent;
    }
    return std::nullopt;
  };
  for (const Step& step : course.steps) {
    const TraceEvent& event = *step.event;
    if (!event.ret || asks_only(event))
      continue;
    if (event.call == "landlock_create_ruleset" && *event.ret >= 0) {
      by_descriptor[{step.process, static_cast<std::uint64_t>(*event.ret)}] = attempts.rulesets.size();
      attempts.rulesets.push_back({&event});
    } else if (event.call == "landlock_add_rule") {
      if (const auto ruleset = find(step.process, argument(event, 0)))
        ++(error_of(event) == 0 ? attempts.rulesets[*ruleset].rules : attempts.rulesets[*ruleset].refused);
    }
  }
  return attempts;
}

} // namespace sbx
