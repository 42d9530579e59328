// Families of processes for tests of launchers: recorded ones of fixtures/ancestries, and ones made of words.
#pragma once

#include "launchers/chain.h"
#include "parse/commands.h"
#include "parse/processes.h"

#include <string>
#include <vector>

namespace sbx::test {

// One process of a family made of words. What is not said is as of an ordinary process of the host's root.
struct Kin {
  std::int64_t pid = 0, ppid = 1;
  std::string name;
  std::string exe;               // "!EACCES": not shown
  std::vector<std::string> argv; // empty: the path alone
  unsigned uid = 0;
  std::string ns;     // kinds that are its own, "mnt=11 pid=12"; the rest is the host's
  std::string cgroup; // the path in the unified hierarchy
  std::string more;   // lines of the status to replace: "CapEff:\t0"
  std::string kvm = {};
};

struct Family {
  std::string processes, commands;

  std::vector<Launcher> chain(const std::vector<std::int64_t>& members,
                              const LauncherSight& sight = {}) const;
};

// With init (1), of that executable, and kthreadd (2).
Family family(const std::vector<Kin>& kin, const std::string& init = "/sbin/init");
Family recorded_family(const std::string& name);
// The payload of a recorded family, and all that share its PID namespace, where that is not the host's.
std::vector<std::int64_t> recorded_members(const std::string& name);

const Launcher* launcher_of(const std::vector<Launcher>& chain, std::string_view id);
bool has_evidence(const Launcher& launcher, EvidenceKind kind);

} // namespace sbx::test
