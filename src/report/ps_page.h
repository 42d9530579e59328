// Which sandboxes are there on this machine? A line each, or JSON.
#pragma once

#include "core/finding.h"
#include "core/share.h"
#include "report/table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sbx {

struct PsRow {
  std::string what;  // "podman container 0123456789ab (web)", escaped
  std::string chain; // "systemd > podman", escaped; empty: nobody was recognised
  Claims launchers;  // launchers/launcher_claims.h says their shape
  std::int64_t first = 0;
  std::string first_comm; // escaped
  std::vector<std::int64_t> members;
  std::size_t processes = 0, threads = 0, exited = 0;
  // Of how many processes: namespaces by kind, "chroot", "vm", "seccomp", "no_new_privs", "no_bounding",
  // "landlock", "no_capabilities".
  std::vector<std::pair<std::string, Share>> has;
  std::optional<unsigned> landlock_layers;
  std::int64_t weakest = 0;
  std::string weakest_comm; // escaped
  std::vector<std::string> lacks;
};

struct PsPage {
  std::string tool_version;
  std::vector<PsRow> rows;
  std::size_t looked_at = 0;      // processes
  bool settled = false;           // no process came that was not read
  std::vector<std::string> notes; // what was not seen, and why; escaped
};

std::string render_ps(const PsPage& page, const TableStyle& style);
std::string render_ps_json(const PsPage& page);

} // namespace sbx
