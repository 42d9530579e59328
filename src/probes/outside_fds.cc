#include "probes/outside_fds.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "probes/fd_surroundings.h"
#include "rules/inode_numbers.h"

#include <array>
#include <cerrno>
#include <fmt/core.h>
#include <map>

namespace sbx {

namespace {

constexpr std::size_t most_claimed = 64, most_asked = 256, most_path = 4096;

struct Found {
  const Descriptor* it;
  FdJudged judged;
};

struct Kind {
  std::string_view id, kind;
  Severity severity;
  std::string_view summary, remedy;
};

constexpr std::string_view close_it =
    "open it with O_CLOEXEC in the launcher, or close it before the sandbox is entered";

constexpr std::array kinds{
    Kind{"filesystem.fd_directory", "directory", Severity::high,
         "an open directory lies outside of its root: openat(2) with \"..\" goes up from there to the root "
         "of the host",
         close_it},
    Kind{
        "filesystem.fd_namespace", "namespace", Severity::high,
        "a namespace that it does not live in is held open: with the capabilities for it, setns(2) enters it",
        close_it},
    Kind{"filesystem.fd_kvm", "kvm", Severity::medium,
         "KVM is held open: code that runs in a virtual machine of its own is seen by no filter here",
         close_it},
    Kind{"filesystem.fd_device", "device", Severity::medium,
         "a device is held open: it is read, written and controlled whatever /dev shows", close_it},
    Kind{"filesystem.fd_listener", "listener", Severity::medium,
         "a seccomp listener is held open: it decides on system calls of other processes", close_it},
    Kind{"filesystem.fd_bpf", "bpf", Severity::medium,
         "a BPF map, program or link is held open: what the kernel runs may be changed by it", close_it},
    Kind{"filesystem.fd_file", "file", Severity::medium,
         "a file outside of its root is held open: it is read or written as it was opened", close_it},
    Kind{"filesystem.fd_terminal", "terminal", Severity::low,
         "a terminal outside of its root is held open, which is none of its standard ones: input can be put "
         "into it "
         "(TIOCSTI)",
         close_it},
    Kind{"filesystem.fd_fanotify", "fanotify", Severity::medium,
         "a fanotify group is held open: it may hand over files of what it watches", close_it},
    Kind{"filesystem.fd_io_uring", "io_uring", Severity::low,
         "an io_uring ring is held open: files or credentials may be registered with it that no list shows",
         "make rings inside the sandbox, or forbid io_uring_setup with seccomp (kernel.io_uring_disabled)"},
    Kind{"filesystem.fd_process", "process", Severity::low,
         "a pidfd is held open: the process behind it may be outside of its PID namespace, and be signalled",
         close_it},
    Kind{"filesystem.fd_mount", "mount", Severity::low,
         "a file system that is being made is held open: who may mount can put it into its tree", close_it},
    Kind{"filesystem.fd_perf", "perf", Severity::low,
         "a perf event is held open: it may measure other processes or the kernel", close_it},
    Kind{"filesystem.fd_userfaultfd", "userfaultfd", Severity::low,
         "a userfaultfd is held open: it may serve the memory of another process, and stops it", close_it},
    Kind{"filesystem.fd_other", "other", Severity::info,
         "a descriptor of a kind that is not known here is held open: where it leads is not known", close_it},
};

std::string path_of(const Descriptor& it) {
  return it.link ? escaped(*it.link, 200) : std::string("name not seen");
}

std::string described(const Found& found) {
  return fmt::format("{} -> {}", found.it->number, path_of(*found.it));
}

Claims claimed(const std::vector<Found>& list) {
  Claims entries = Claims::array();
  for (const Found& found : list)
    if (entries.size() < most_claimed)
      entries.push_back({{"fd", found.it->number},
                         {"kind", found.judged.kind},
                         {"path", found.it->link ? Claims(escaped(*found.it->link)) : Claims()},
                         {"why", found.judged.why},
                         {"writable", found.it->flags ? Claims(found.it->writable()) : Claims()}});
  return entries;
}

// By suffixes of its name, for what the kernel calls /srv/jail/tmp/x is /tmp/x beneath the root /srv/jail.
std::vector<std::string> paths_beneath_root(const Descriptor& it) {
  std::vector<std::string> paths;
  const std::string& link = *it.link;
  if (link.size() > most_path)
    return paths;
  for (std::size_t at = 0; at != link.npos && paths.size() < most_asked; at = link.find('/', at + 1))
    paths.push_back(link.substr(at));
  if (it.kind == FdKind::directory) // the root itself
    paths.emplace_back("/");
  return paths;
}

// Of what file systems the inspector knows the mounts to be, by their ids.
using Types = std::map<std::uint64_t, std::string>;

// A root that is no mount point: its files and those beside it are on one mount, and only a lookup tells
// which are beneath it.
FdJudged by_lookup(Witness& witness, const Descriptor& it, const FdJudged& judged, const Types& types) {
  const FdJudged not_told{FdLead::unclear, judged.kind, "whether it lies beneath its root was not seen"};
  if (!it.link || !it.status)
    return not_told;
  const std::vector<std::string> paths = paths_beneath_root(it);
  return witness.spots(paths).match(
      [&](const Seen<std::vector<PathSpot>>& spots) {
        const auto type = types.find(*it.mount);
        bool sure = !paths.empty() && !it.link->ends_with(" (deleted)");
        for (const PathSpot& spot : spots.value()) {
          const bool nothing = !spot.found && (spot.found.error() == ENOENT ||
                                               spot.found.error() == ENOTDIR || spot.found.error() == ELOOP);
          if (!spot.found) {
            sure = sure && nothing;
            continue;
          }
          if (spot.found->mount != *it.mount)
            continue;
          if (spot.found->inode == it.status->ino)
            return FdJudged{};
          // What stands there is another file, where numbers tell files apart.
          sure = sure && type != types.end() &&
                 numbers_are_unique(type->second, it.kind == FdKind::directory) && type->second != "overlay";
        }
        return sure ? judged : not_told;
      },
      [&](const Gap&) { return not_told; });
}

Types known_types(Witness& witness) {
  return witness.own_mounts().match(
      [](const Seen<std::vector<Mount>>& mounts) {
        Types types;
        for (const Mount& mount : mounts.value())
          types.emplace(mount.id, mount.type);
        return types;
      },
      [](const Gap&) { return Types(); });
}

struct Sorted {
  std::vector<Found> outside, unclear, stdio;
  bool whole = true;
};

Sorted sorted(Witness& witness, const Fds& fds, const FdSurroundings& around) {
  Sorted result;
  result.whole = fds.whole();
  const Types types = known_types(witness);
  std::size_t looked_up = 0;
  for (const FdTable& table : fds.tables) {
    const FdJudge judge(table, around);
    for (const Descriptor& it : table.descriptors) {
      FdJudged judged = judge.judge(it);
      if (judge.by_path(it))
        judged = ++looked_up <= most_claimed
                     ? by_lookup(witness, it, judged, types)
                     : FdJudged{FdLead::unclear, judged.kind, "too many to look up where they lie"};
      switch (judged.lead) {
      case FdLead::inside:
        break;
      case FdLead::stdio:
        result.stdio.push_back({&it, judged});
        break;
      case FdLead::outside:
        result.outside.push_back({&it, judged});
        break;
      case FdLead::unclear:
        result.unclear.push_back({&it, judged});
        break;
      case FdLead::unseen:
        result.whole = false;
        break;
      }
    }
  }
  return result;
}

void warn(const Sorted& found, std::vector<Warning>& warnings) {
  for (const Kind& kind : kinds) {
    std::vector<std::string> shown;
    bool writable = false;
    for (const auto* list : {&found.outside, &found.unclear})
      for (const Found& it : *list)
        if (it.judged.kind == kind.kind) {
          shown.push_back(described(it));
          writable = writable || it.it->writable();
        }
    if (shown.empty())
      continue;
    const bool only_read = kind.kind == "file" && !writable;
    warnings.push_back({std::string(kind.id), only_read ? Severity::low : kind.severity,
                        std::string(kind.summary), some_of(std::move(shown)), std::string(kind.remedy)});
  }
  std::vector<std::string> given;
  for (const Found& it : found.stdio)
    given.push_back(described(it));
  if (!given.empty())
    warnings.push_back(
        {"filesystem.fd_stdio", Severity::info,
         "its standard descriptors are files or terminals outside of its root, as launchers give them",
         some_of(std::move(given)), "give it pipes in their place"});
}

void not_seen(std::vector<Warning>& warnings, const std::string& detail) {
  warnings.push_back({"filesystem.fds_not_seen", Severity::info,
                      "not every descriptor of the target was seen", detail,
                      "run as root, outside of the sandbox"});
}

} // namespace

void add_outside_fds(Witness& witness, Finding& finding, std::vector<Warning>& warnings) {
  Claims outside, count, unclear, given;
  witness.fds().match(
      [&](const Seen<Fds>& fds) {
        const FdSurroundings around = fd_surroundings(witness);
        const Sorted found = sorted(witness, fds.value(), around);
        if (!found.outside.empty() || (found.whole && found.unclear.empty())) {
          outside = claimed(found.outside);
          count = found.outside.size();
        }
        unclear = found.whole || !found.unclear.empty() ? claimed(found.unclear) : Claims();
        given = found.whole || !found.stdio.empty() ? claimed(found.stdio) : Claims();
        warn(found, warnings);
        if (!found.whole)
          not_seen(warnings, "some were refused or came too fast, or its mounts or namespaces were not seen");
      },
      [&](const Gap& gap) { not_seen(warnings, gap.detail); });
  finding.claim("fds_outside", std::move(outside));
  finding.claim("fds_outside_count", std::move(count));
  finding.claim("fds_unclear", std::move(unclear));
  finding.claim("fds_stdio", std::move(given));
}

} // namespace sbx
