// What did seccomp.bpf.c send? Pure: no kernel is asked here.
#pragma once

#include "core/reading.h"
#include "kernel/bpf/seccomp_wire.h"
#include "kernel/raw_record.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct SeccompFilterRecord {
  seccomp_filter_head head;
  std::string code; // its instructions: what there was room for
};

struct SeccompSnapshot {
  std::vector<seccomp_task_record> tasks;
  std::vector<SeccompFilterRecord> filters;
  std::optional<Refusal> filters_refused; // why there are none
  bool traced = false;                    // shown by ptrace(2), not read from kernel memory
};

// Files one record of the ring buffer; false when it is none of ours.
bool take_record(SeccompSnapshot& snapshot, std::string_view bytes);

// The same tasks with the same filters: nothing changed between two passes.
bool same_tasks(const SeccompSnapshot& one, const SeccompSnapshot& other);

} // namespace sbx
