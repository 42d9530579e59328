// What does one run say, all of it? Every output is drawn from this and from nothing else.
#pragma once

#include "core/finding.h"
#include "gate/appraisal.h"
#include "report/made_by.h"
#include "report/sandbox.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sbx {

enum class Vantage {
  observer, // from outside the target
  self,     // by a process inside it, about itself
};

struct Observer {
  std::optional<unsigned> euid;
  bool kernel_memory = false;              // target/landlock was answered: BPF reads kernel memory
  std::optional<unsigned> landlock_layers; // that the inspector itself lives under
};

struct Target {
  std::int64_t pid = 0;                   // as the inspector's PID namespace numbers it
  std::optional<std::string> start_ticks; // these are empty where /proc hides the process
  std::optional<std::string> boot_id;
  std::optional<std::string> comm; // escaped
  std::optional<char> state;       // proc_pid_stat(5): R S D T t Z X I
  std::optional<bool> kernel_thread;
  std::optional<std::size_t> threads;      // seen in the run
  std::optional<std::int64_t> age_seconds; // since it started
};

struct Report {
  std::string tool_version;
  Vantage vantage = Vantage::observer;
  Observer observer;
  Target target;
  nlohmann::json platform;                             // probes/platform.h says its shape
  std::vector<std::pair<std::string, Finding>> layers; // in the order of the registry
  std::optional<Appraisal> appraisal;                  // empty without requirements
  // Of several processes: then `target` is the first of them, and `layers` are what holds for all that count.
  std::optional<Sandbox> sandbox;
  std::optional<MadeBy> made_by; // of one process, where it was asked for
  Claims claims; // of others, drift/supervisor_claims.h says their shape; null where none were asked for
  Claims trace;  // trace/trace_claims.h says its shape; null where nothing was traced
};

} // namespace sbx
