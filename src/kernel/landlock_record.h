// What do the raw bytes that landlock.bpf.c copied say? Pure: no kernel is asked here.
#pragma once

#include "kernel/bpf/landlock_wire.h"

#include <cstdint>
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

struct LandlockSnapshot {
  std::vector<landlock_task_record> tasks;
  std::vector<landlock_domain_record> domains;
  std::vector<landlock_layer_record> layers;
  std::vector<landlock_slot_record> slots;
};

inline constexpr std::uint64_t fs_refer = 1 << 13; // LANDLOCK_ACCESS_FS_REFER

// Files one record of the ring buffer; false when it is none of ours.
bool take_record(LandlockSnapshot& snapshot, std::string_view bytes);

// The same tasks with the same domains: nothing changed between two passes.
bool same_tasks(const LandlockSnapshot& one, const LandlockSnapshot& other);

std::uint64_t field_value(std::string_view bytes, const landlock_field& field); // 0 when out of bounds
LandlockHead decode_head(const landlock_layout& layout, const __u8 (&head)[landlock_head_bytes],
                         const __u8 (&masks)[landlock_masks_bytes]);

// User space ends far below, with four and with five levels of page tables.
inline bool is_kernel_pointer(std::uint64_t value) { return value >> 56 == 0xff && value % 8 == 0; }

} // namespace sbx
