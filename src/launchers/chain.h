// Which launchers stand around a sandbox, outermost first?
#pragma once

#include "launchers/launcher.h"
#include "launchers/launcher_sight.h"
#include "parse/commands.h"
#include "sandbox/process_table.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// `members`: the processes of the sandbox. `commands`: of wanted_commands(), as far as they were seen.
std::vector<Launcher> launcher_chain(const ProcessTable& table, const std::vector<Command>& commands,
                                     const LauncherSight& sight, const std::vector<std::int64_t>& members);

// "systemd > docker 0123456789ab > openshell-sandbox > agent": those that are likely or sure, and the payload
// where it is given. Hints stand behind, if nothing is against them: "(perhaps unshare)". Escaped.
std::string chain_words(const std::vector<Launcher>& chain, std::string_view payload = {});

// The processes whose commands tell of launchers: ancestors, members, and what the ancestors started beside
// them. Decimal, at most 192.
std::vector<std::string> wanted_commands(const ProcessTable& table, const std::vector<std::int64_t>& members);

// What rows look for in the root of the sandbox: for LauncherSight::markers.
std::vector<std::string> wanted_markers();

} // namespace sbx
