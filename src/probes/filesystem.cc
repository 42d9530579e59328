#include "probes/filesystem.h"

#include "core/some_of.h"
#include "core/warning.h"
#include "probes/environment.h"
#include "probes/filesystem_claims.h"
#include "probes/filesystem_credentials.h"
#include "probes/filesystem_devices.h"
#include "probes/filesystem_kernel.h"
#include "probes/filesystem_sight.h"
#include "probes/filesystem_warnings.h"
#include "probes/limits.h"
#include "probes/outside_fds.h"
#include "rules/credential_places.h"

#include <fmt/format.h>

namespace sbx {

namespace {

struct Judged {
  State state;
  std::string summary;
  std::optional<Gap> gap; // where it is unknown
};

std::string writable_words(const FilesystemSight& sight, const HostWritable& writable) {
  if (writable.points.empty())
    return writable.gap ? "whether anything of the host is writable was not seen"
                        : "nothing of the host is writable";
  return fmt::format("{} {} of the host writable: {}", writable.points.size(),
                     writable.points.size() == 1 ? "place" : "places",
                     some_of(outermost(sight, writable.points), 4));
}

Judged judged(const FilesystemSight& sight, const HostWritable& writable, std::optional<bool> escapable) {
  const std::string root = root_words(sight, escapable);
  const std::string words = root + "; " + writable_words(sight, writable);
  const auto unknown = [&](const std::optional<Gap>& gap) {
    return Judged{State::unknown, words,
                  gap.value_or(Gap{GapKind::not_attempted, std::string(source::target_roots.name),
                                   "where its threads stand was not seen whole"})};
  };
  if (sight.ns.initial == true && sight.ns.differs)
    return {State::partial, "some threads are in the host's mount namespace; " + words, {}};
  if (sight.root.kind == RootKind::chroot)
    return {State::partial, sight.ns.initial == true ? "in the host's mount namespace: " + root : words, {}};
  if (!sight.root.kind)
    return sight.ns.initial == false && !writable.points.empty() ? Judged{State::partial, words, {}}
                                                                 : unknown(sight.root_gap);
  if (sight.root.kind == RootKind::host) {
    if (!sight.ns.initial)
      return unknown(sight.ns.gap);
    return *sight.ns.initial ? Judged{State::absent, "the host's own mounts and root directory", {}}
                             : Judged{State::partial, words, {}};
  }
  if (!writable.points.empty() || sight.root.cwd_outside == true)
    return {State::partial, words, {}};
  if (writable.gap || !sight.root.cwd_outside)
    return unknown(writable.gap);
  return {State::enforced, words, {}};
}

// The state rests on the roots and on the mounts, whichever were seen.
Finding stated(Witness& witness, Judged&& judged) {
  if (judged.state == State::unknown)
    return Finding::unknown(*std::move(judged.gap), std::move(judged.summary));
  const auto by_mounts = [&] {
    return witness.mounts().match(
        [&](const Seen<std::vector<Mount>>& mounts) {
          return Finding::of(judged.state, mounts, judged.summary);
        },
        [](const Gap& gap) { return Finding::unknown(gap); });
  };
  Finding finding = witness.roots().match(
      [&](const Seen<Roots>& roots) { return Finding::of(judged.state, roots, judged.summary); },
      [&](const Gap&) { return by_mounts(); });
  if (finding.state() == State::unknown)
    return finding;
  witness.task_ns().match([&](const Seen<std::vector<TaskNs>>& ns) { std::move(finding).citing(ns); },
                          [](const Gap&) {});
  witness.mounts().match([&](const Seen<std::vector<Mount>>& it) { std::move(finding).citing(it); },
                         [](const Gap&) {});
  return finding;
}

// What is looked for in every sandbox, all at once: each asking is a child.
void ask_ahead(Witness& witness) {
  std::vector<std::string> paths = kernel_file_paths();
  paths.insert(paths.end(), module_directories.begin(), module_directories.end());
  for (const CredentialPlace& place : root_credentials())
    paths.emplace_back(place.path);
  (void)witness.spots(paths);
  (void)witness.directories({"/dev", "/home"});
}

} // namespace

Finding filesystem(Witness& witness) {
  FilesystemSight sight;
  see_files(witness, sight);
  const HostWritable writable = host_writable(sight);
  const auto escapable = holds_capability(witness, "CAP_SYS_CHROOT");
  Finding finding = stated(witness, judged(sight, writable, escapable));
  const bool isolates = !(sight.in_host() && sight.root.kind == RootKind::host);
  std::vector<Warning> warnings;
  finding.claim("root", root_claim(sight, escapable));
  claim_mounts(finding, sight, writable);
  ask_ahead(witness);
  add_ways_out(witness, sight, writable, isolates, escapable, warnings);
  add_kernel_files(witness, sight, isolates, finding, warnings);
  add_devices(witness, isolates, finding, warnings);
  add_credentials(witness, sight, isolates, finding, warnings);
  add_outside_fds(witness, finding, warnings);
  add_environment(witness, finding, warnings);
  add_limits(witness, finding, warnings);
  finding.claim("warnings", warning_claims(warnings));
  return finding;
}

} // namespace sbx
