// What is each process of a sandbox there: the payload, its launcher, somebody who entered? And who decides?
#pragma once

#include "launchers/launcher.h"
#include "sandbox/sandbox_set.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct MemberRole {
  std::string_view role = "member"; // docs/targets.md tells them
  std::string why;                  // in words, escaped; empty where there is nothing to say
  bool judged = true;
};

// `agents_only`: the user named an OpenShell sandbox, so that its supervisor is shown apart where it has
// agents. Without that everybody inside counts, for a name and a process tree are easily made to look like
// OpenShell's.
std::map<std::int64_t, MemberRole> member_roles(const ProcessTable& table, const SandboxSet& set,
                                                const Surroundings& surroundings,
                                                const std::vector<Launcher>& chain, bool agents_only);

// The processes that OpenShell's supervisor confines: descendants of it with another network namespace, or
// with no_new_privs and an empty bounding set on every thread.
std::vector<std::int64_t> openshell_agents(const ProcessTable& table, std::int64_t supervisor);

// The supervisor, where the chain has OpenShell or its successor, at least likely; else null.
const Launcher* openshell_in(const std::vector<Launcher>& chain);

} // namespace sbx
