// How are decoded seccomp filters shown? To people as a page, to programs as JSON.
#pragma once

#include "report/report.h"
#include "report/table.h"

#include <optional>
#include <string>

namespace sbx {

struct SeccompPage {
  std::optional<Report> report; // of a process: the layer seccomp alone; nothing: of a file
  std::string file;             // its name, escaped
  Claims document;              // of probes/seccomp_document.h; null where the filters were not read
  Claims against;               // the difference to a profile, where that was asked; else null
  bool every_call = false;      // one row for each system call
  bool listings = false;        // the programs, and nothing else
};

std::string render_seccomp(const SeccompPage& page, const TableStyle& style);
std::string render_seccomp_json(const SeccompPage& page, const std::string& tool_version);

} // namespace sbx
