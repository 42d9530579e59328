#include "probes/landlock_warnings.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "probes/landlock_domain_claims.h"
#include "probes/landlock_fd_warnings.h"
#include "probes/landlock_openings.h"
#include "probes/target_ns.h"
#include "rules/capability_names.h"
#include "rules/risky_places.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Warnings = std::vector<Warning>;

// seccomp was put on all threads together while Landlock reached some alone: the two calls were made in one
// breath, and the second was refused.
bool seccomp_on_all(Witness& witness) {
  return witness.tasks().match(
      [](const Seen<Tasks>& tasks) {
        const auto counting = counted(tasks.value());
        return tasks.value().settled && std::all_of(counting.begin(), counting.end(), [](const Task* task) {
                 return task->status && task->status->seccomp == 2u;
               });
      },
      [](const Gap&) { return false; });
}

void about_threads(Witness& witness, const LandlockReach& reach, const LandlockOffered& offered,
                   Warnings& to) {
  if (reach.tally.without > 0 && reach.tally.with > 0) {
    const std::size_t more = reach.tally.without - std::min(reach.tally.without, reach.outside.size());
    const std::string who = fmt::format("{}{}", fmt::join(reach.outside, ", "),
                                        more > 0 ? fmt::format(" and {} more", more) : "");
    const std::string remedy =
        offered.abi.value_or(0) >= 8
            ? "restrict with LANDLOCK_RESTRICT_SELF_TSYNC, or before any thread is started"
            : "restrict before any thread is started: this kernel cannot restrict others "
              "(LANDLOCK_RESTRICT_SELF_TSYNC is ABI 8)";
    if (seccomp_on_all(witness))
      to.push_back({"landlock.half_thread_sync", Severity::high,
                    fmt::format("seccomp reached every thread, Landlock only {} of {}: half a sandbox",
                                reach.tally.with, reach.tally.total()),
                    "outside: " + who, remedy});
    to.push_back(
        {"landlock.threads_outside", Severity::high,
         fmt::format("{} of {} threads are in no domain and may do for the others what these may not",
                     reach.tally.without, reach.tally.total()),
         "outside: " + who, remedy});
  }
  if (reach.domains > 1)
    to.push_back(
        {"landlock.threads_differ", Severity::medium,
         fmt::format(
             "the threads are in {} different domains; they share their memory, so the weakest one counts",
             reach.domains),
         "sbx-attest landlock PID shows each", "put all threads into the same domain"});
}

void about_layers(const LandlockOpenings& openings, Warnings& to) {
  const LandlockNothing nothing = restricts_nothing(openings);
  if (nothing.layers.empty())
    return;
  to.push_back(
      {"landlock.layer_restricts_nothing", nothing.nothing ? Severity::high : Severity::low,
       fmt::format("{} everything below /{}", nothing.nothing ? "every layer grants" : "a layer grants",
                   nothing.all_but_refer ? " but linking and renaming across directories" : ""),
       fmt::format(
           "layer {}: all file rights that it handles are granted on /, and it handles no port and no scope",
           fmt::join(nothing.layers, ", ")),
       "grant rights on the directories that are needed, not on /"});
}

void about_rules(const LandlockDomain& domain, const std::vector<LandlockPlace>& places,
                 const LandlockOpenings& openings, std::optional<unsigned> kernel_abi, Warnings& to) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].status != PlaceStatus::live || !places[i].path)
      continue;
    std::uint64_t granted = 0;
    for (const LandlockGrant& grant : domain.rule_list[i].grants)
      granted |= landlock_granted(domain, domain.rule_list[i], grant, kernel_abi);
    const std::uint64_t writes = granted & openings.below(*places[i].path) & landlock_fs_write;
    if (writes == 0)
      continue;
    const auto risky = risky_places(*places[i].path);
    if (risky.empty())
      continue;
    std::vector<std::string> reasons;
    reasons.reserve(risky.size());
    for (const RiskyPlace& place : risky)
      reasons.push_back(place.path == *places[i].path ? std::string(place.why)
                                                      : fmt::format("{}: {}", place.path, place.why));
    to.push_back({"landlock.write_grant",
                  risky.size() == 1 && risky[0].path != "/etc" ? Severity::high : Severity::medium,
                  fmt::format("writing below {} is granted: this lets it {}", escaped(*places[i].path),
                              some_of(reasons)),
                  fmt::format("every layer that handles it grants {}",
                              fmt::join(landlock_names(LandlockKind::fs, writes), ", ")),
                  "grant reading only, or writing to the directory that is needed below it"});
  }
}

struct Useless {
  PlaceStatus status;
  std::string_view id;
  Severity severity;
  std::string_view what, remedy;
};
constexpr std::array useless{
    Useless{PlaceStatus::dead, "landlock.rule_dead", Severity::low,
            "are about a file system that was unmounted", "add the rules after the mounts are made"},
    Useless{PlaceStatus::deleted, "landlock.rule_deleted", Severity::low,
            "are about files that were deleted; new ones at the same path are not granted",
            "grant the directory above, or keep the file"},
    Useless{PlaceStatus::replaced, "landlock.rule_replaced", Severity::medium,
            "are about files that were replaced; what stands at the path now is not granted",
            "grant the directory above, so that replacing a file keeps the right"},
    Useless{PlaceStatus::hidden, "landlock.rule_hidden", Severity::low,
            "are about files that mounts hide from the target", "add the rules after the mounts are made"},
    Useless{PlaceStatus::unnamed, "landlock.rule_unnamed", Severity::info,
            "hold, but the kernel keeps no name of their files at the moment",
            "opening the files once by their paths lets the kernel learn the names again"},
    Useless{PlaceStatus::unknown, "landlock.rule_not_checked", Severity::info,
            "hold, but could not be looked up in the target", "run as root, outside of the sandbox"},
};

void about_places(const LandlockDomain& domain, const std::vector<LandlockPlace>& places, Warnings& to) {
  for (const Useless& kind : useless) {
    std::vector<std::string> which;
    for (std::size_t i = 0; i < places.size(); ++i)
      if (places[i].status == kind.status)
        which.push_back(places[i].path ? fmt::format("{} ({})", escaped(*places[i].path), places[i].detail)
                        : domain.rule_list[i].inode
                            ? fmt::format("inode {} of {}", domain.rule_list[i].inode->inode,
                                          escaped(domain.rule_list[i].inode->file_system))
                            : places[i].detail);
    if (!which.empty())
      to.push_back({std::string(kind.id), kind.severity,
                    fmt::format("{} of {} rules {}", which.size(), places.size(), kind.what), some_of(which),
                    std::string(kind.remedy)});
  }
}

void about_rights(const LandlockReach& reach, const LandlockOffered& offered, Warnings& to) {
  if (!offered.abi)
    return;
  for (const LandlockRight& right : landlock_not_handled(reach.masks, *offered.abi)) {
    const LandlockAbi* abi = landlock_abi(right.abi);
    to.push_back(
        {fmt::format("landlock.not_handled.{}", right.name),
         right.abi <= 3 ? Severity::medium : Severity::low,
         fmt::format("{} is not restricted: {} stays possible", right.name, right.open),
         fmt::format("no layer handles it; ABI {}, Linux {}", right.abi, abi ? abi->kernel : "?"),
         fmt::format("handle {} in the ruleset: this kernel offers ABI {}", right.name, *offered.abi)});
  }
}

void about_kernel(const LandlockOffered& offered, Warnings& to) {
  if (!offered.abi)
    return;
  if (!offered.errata) {
    to.push_back({"landlock.errata_unknown", Severity::info,
                  "this kernel does not say which errata of Landlock it has fixed",
                  "it answers no query for errata (6.15, or a stable kernel that has it backported)",
                  "update the kernel"});
    return;
  }
  for (const LandlockErratum& erratum : landlock_open_errata(*offered.errata, *offered.abi))
    to.push_back(
        {fmt::format("landlock.erratum_{}", erratum.number),
         erratum.security ? Severity::high : Severity::info,
         fmt::format("erratum {} is not fixed in this kernel: {}", erratum.number, erratum.meaning),
         fmt::format("the kernel answers {:#x}: bit {} is not set", *offered.errata, erratum.number - 1),
         "update the kernel; fixes are backported to stable series"});
}

void about_denials(const LandlockDomain& domain, Warnings& to) {
  std::vector<std::string> counts;
  for (std::size_t i = 0; i < domain.layers.size(); ++i)
    if (const LandlockLayer& layer = domain.layers[i]; layer.denials.value_or(0) > 0)
      counts.push_back(
          fmt::format("layer {}: {}{}", i + 1, *layer.denials,
                      layer.id ? fmt::format(" (domain={:x} in the audit log)", *layer.id) : ""));
  if (!counts.empty())
    to.push_back({"landlock.denials", Severity::info, "requests were denied so far",
                  fmt::format("{}", fmt::join(counts, ", ")),
                  "what was denied stands in the audit log as LANDLOCK_ACCESS (type 1423), if audit is on"});
}

struct Around {
  std::uint64_t mask; // all of them
  std::string_view how;
};
constexpr std::uint64_t cap(unsigned number) { return std::uint64_t{1} << number; }
// Numbers of include/uapi/linux/capability.h. What Landlock itself denies (mounting, tracing others) is not
// in here.
constexpr std::array around{
    Around{cap(16), "load code into the kernel"},                        // CAP_SYS_MODULE
    Around{cap(17), "write to raw memory and I/O ports"},                // CAP_SYS_RAWIO
    Around{cap(22), "start another kernel"},                             // CAP_SYS_BOOT
    Around{cap(21), "read and change kernel memory with BPF"},           // CAP_SYS_ADMIN
    Around{cap(38) | cap(39), "read and change kernel memory with BPF"}, // CAP_PERFMON, CAP_BPF
};

// What an inspector in a domain cannot look at is left unknown; this says why.
void about_inspector(Witness& witness, const LandlockOffered& offered, Warnings& to) {
  const bool self = witness.identity().match([](const Seen<Identity>& id) { return id.value().self; },
                                             [](const Gap&) { return true; });
  if (!self && offered.own_layers.value_or(0) > 0)
    to.push_back(
        {"landlock.inspector_confined", Severity::info,
         "the inspector itself lives under Landlock, so processes outside of its domain are closed to it",
         fmt::format("a child of it could add {} layers less than 16", *offered.own_layers),
         "run it outside of that sandbox"});
}

void about_privileges(Witness& witness, Warnings& to) {
  std::uint64_t effective = 0;
  std::vector<std::string> without;
  witness.tasks().match(
      [&](const Seen<Tasks>& tasks) {
        for (const Task* task : counted(tasks.value())) {
          if (!task->status)
            continue;
          effective |= task->status->cap_eff.value_or(0);
          if (task->status->no_new_privs == false)
            without.push_back(std::to_string(task->tid));
        }
      },
      [](const Gap&) {});
  const std::optional<bool> initial = target_ns(witness, "user").initial;
  std::vector<std::string> ways;
  for (const Around& it : around)
    if (initial != false && (effective & it.mask) == it.mask)
      ways.push_back(fmt::format("{} ({})", fmt::join(capability_names(it.mask), " and "), it.how));
  if (!ways.empty())
    to.push_back(
        {"landlock.capability", initial ? Severity::high : Severity::medium,
         fmt::format("it holds capabilities that no domain stops: {}", fmt::join(ways, ", ")),
         initial ? "effective on a thread, in the initial user namespace"
                 : "effective on a thread; whether its user namespace is the initial one, where alone they "
                   "count, was not seen",
         "drop them"});
  if (!without.empty())
    to.push_back({"landlock.no_new_privs_missing", Severity::low,
                  "no_new_privs is not set: set-user-ID programs still raise privileges inside the domain",
                  "threads: " + some_of(without), "set no_new_privs before the restriction"});
}

} // namespace

std::vector<Warning> landlock_warnings(Witness& witness, const LandlockReach& reach,
                                       const LandlockOffered& offered,
                                       const std::vector<LandlockPlace>& places) {
  Warnings warnings;
  if (!reach.weakest)
    return warnings;
  const LandlockDomain& domain = *reach.weakest;
  about_threads(witness, reach, offered, warnings);
  if (!domain.rules_gap) {
    const LandlockOpenings openings(domain, places, offered.abi);
    about_layers(openings, warnings);
    about_rules(domain, places, openings, offered.abi, warnings);
    about_places(domain, places, warnings);
  }
  about_privileges(witness, warnings);
  landlock_fd_warnings(witness, warnings);
  about_inspector(witness, offered, warnings);
  about_rights(reach, offered, warnings);
  about_kernel(offered, warnings);
  about_denials(domain, warnings);
  return warnings;
}

} // namespace sbx
