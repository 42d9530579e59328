// What do the raw bytes that landlock.bpf.c copied say? Pure: no kernel is asked here.
#pragma once

#include "core/reading.h"
#include "kernel/bpf/landlock_wire.h"
#include "kernel/raw_record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// The rights that one layer handles, as the kernel stores them.
struct HandledMasks {
  std::uint64_t fs = 0, net = 0, scoped = 0;
  bool operator==(const HandledMasks&) const = default;
};

struct LandlockHead {
  std::uint64_t layers = 0, rules = 0;
  std::vector<HandledMasks> masks; // oldest first; at most 16, whatever `layers` says
};

struct LandlockRuleRecord {
  landlock_rule_head head;
  std::string path; // as it was sent: the deepest name first, each with its NUL
};

struct LandlockSnapshot {
  std::vector<landlock_task_record> tasks;
  std::vector<landlock_domain_record> domains;
  std::vector<landlock_layer_record> layers;
  std::vector<landlock_slot_record> slots;
  std::vector<LandlockRuleRecord> rules;
  std::optional<Refusal> rules_refused; // why there are none
};

inline constexpr std::uint64_t fs_refer = 1 << 13; // LANDLOCK_ACCESS_FS_REFER

// Files one record of the ring buffer; false when it is none of ours.
bool take_record(LandlockSnapshot& snapshot, std::string_view bytes);

// The same tasks with the same domains: nothing changed between two passes.
bool same_tasks(const LandlockSnapshot& one, const LandlockSnapshot& other);

std::uint64_t field_value(std::string_view bytes, const kernel_field& field); // 0 when out of bounds
LandlockHead decode_head(const landlock_layout& layout, const __u8 (&head)[landlock_head_bytes],
                         const __u8 (&masks)[landlock_masks_bytes]);

// What each layer of a rule grants, as stored; empty when the bytes contradict themselves.
struct LandlockGrantRecord {
  std::uint64_t layer, access;
};
std::vector<LandlockGrantRecord> decode_grants(const landlock_layout& layout, const landlock_rule_head& rule);

// The path from the root of the file system, raw bytes; nothing when the kernel held no whole one.
std::optional<std::string> decode_path(const LandlockRuleRecord& rule);
bool was_removed(const LandlockRuleRecord& rule); // then the path is the last one that it had

} // namespace sbx
