// Memory of an imagined kernel, in the layout of 6.18: what landlock.bpf.c would have copied.
#pragma once

#include "kernel/landlock_layout.h"
#include "kernel/landlock_offset.h"

#include <cstring>

namespace sbx_test {

inline landlock_layout layout_618() {
  landlock_layout layout{};
  layout.domain_layers = {64, 4, 0, 0};
  layout.domain_rules = {60, 4, 0, 0};
  layout.domain_masks = {68, 0, 0, 0};
  layout.masks_fs = {0, 2, 0, 16};
  layout.masks_net = {2, 1, 0, 2};
  layout.masks_scope = {2, 1, 2, 2};
  layout.hierarchy_id = {24, 8, 0, 0};
  layout.hierarchy_denials = {16, 8, 0, 0};
  layout.hierarchy_details = {32, 8, 0, 0};
  layout.blob_domain = {0, 8, 0, 0};
  layout.layer_level = {0, 2, 0, 0};
  layout.layer_access = {2, 2, 0, 0};
  layout.layer_size = 4;
  layout.head_size = 68;
  layout.mask_size = 4;
  layout.mask_kind = static_cast<__u32>(sbx::MaskKind::bitfields);
  return layout;
}

template <class Record>
void put_domain(Record& record, std::uint32_t layers, std::uint32_t rules,
                const std::vector<sbx::HandledMasks>& masks) {
  std::memcpy(record.head + 64, &layers, 4);
  std::memcpy(record.head + 60, &rules, 4);
  for (std::size_t i = 0; i < masks.size(); ++i) {
    const auto word = static_cast<std::uint32_t>(masks[i].fs | masks[i].net << 16 | masks[i].scoped << 18);
    std::memcpy(record.masks + 4 * i, &word, 4);
  }
}

inline landlock_slot_record slot(std::uint32_t tid, std::uint32_t offset, std::uint64_t value,
                                 const std::vector<sbx::HandledMasks>& masks = {}, std::uint32_t rules = 0) {
  landlock_slot_record it{};
  it.kind = landlock_record_slot;
  it.tid = it.creator = tid;
  it.offset = offset;
  it.value = value;
  put_domain(it, static_cast<std::uint32_t>(masks.size()), rules, masks);
  return it;
}

} // namespace sbx_test
