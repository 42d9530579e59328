#include "kernel/landlock_record.h"

#include "kernel/landlock_layout.h"

#include <algorithm>
#include <cstring>

namespace sbx {

namespace {

bool take_rule(std::vector<LandlockRuleRecord>& rules, std::string_view bytes) {
  LandlockRuleRecord rule;
  if (bytes.size() < sizeof rule.head)
    return false;
  std::memcpy(&rule.head, bytes.data(), sizeof rule.head);
  rule.path = bytes.substr(sizeof rule.head);
  if (rule.path.size() != rule.head.path_size)
    return false;
  rules.push_back(std::move(rule));
  return true;
}

std::string_view text_of(const __u8* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

HandledMasks decode_masks(const landlock_layout& layout, std::string_view bytes) {
  if (layout.mask_kind == static_cast<__u32>(MaskKind::bitfields))
    return {field_value(bytes, layout.masks_fs), field_value(bytes, layout.masks_net),
            field_value(bytes, layout.masks_scope)};
  const std::uint64_t whole = field_value(bytes, {0, static_cast<__u16>(layout.mask_size), 0, 0});
  if (layout.mask_kind == static_cast<__u32>(MaskKind::fs_only))
    return {whole, 0, 0};
  const std::uint32_t cut = std::min(layout.shifted_fs_bits, 63u);
  return {whole & ((std::uint64_t{1} << cut) - 1), whole >> cut, 0};
}

} // namespace

bool take_record(LandlockSnapshot& snapshot, std::string_view bytes) {
  switch (record_kind(bytes)) {
  case landlock_record_task:
    return file_record(snapshot.tasks, bytes);
  case landlock_record_domain:
    return file_record(snapshot.domains, bytes);
  case landlock_record_layer:
    return file_record(snapshot.layers, bytes);
  case landlock_record_slot:
    return file_record(snapshot.slots, bytes);
  case landlock_record_rule:
    return take_rule(snapshot.rules, bytes);
  default:
    return false;
  }
}

bool same_tasks(const LandlockSnapshot& one, const LandlockSnapshot& other) {
  return std::equal(one.tasks.begin(), one.tasks.end(), other.tasks.begin(), other.tasks.end(),
                    [](const landlock_task_record& a, const landlock_task_record& b) {
                      return a.tid == b.tid && a.start_boottime == b.start_boottime && a.domain == b.domain &&
                             a.real_domain == b.real_domain;
                    });
}

std::uint64_t field_value(std::string_view bytes, const kernel_field& field) {
  std::uint64_t value = 0;
  if (field.offset < 0 || field.size > sizeof value ||
      static_cast<std::size_t>(field.offset) > bytes.size() ||
      field.size > bytes.size() - static_cast<std::size_t>(field.offset))
    return 0;
  std::memcpy(&value, bytes.data() + field.offset, field.size);
  if (field.bits > 0 && field.bits < 64)
    value = (value >> std::min<unsigned>(field.first_bit, 63)) & ((std::uint64_t{1} << field.bits) - 1);
  return value;
}

LandlockHead decode_head(const landlock_layout& layout, const __u8 (&head)[landlock_head_bytes],
                         const __u8 (&masks)[landlock_masks_bytes]) {
  LandlockHead decoded;
  decoded.layers = field_value(text_of(head, sizeof head), layout.domain_layers);
  decoded.rules = field_value(text_of(head, sizeof head), layout.domain_rules);
  const std::size_t shown = std::min<std::uint64_t>(decoded.layers, landlock_max_layers);
  const std::string_view all = text_of(masks, sizeof masks);
  for (std::size_t i = 0; i < shown && (i + 1) * layout.mask_size <= all.size(); ++i)
    decoded.masks.push_back(decode_masks(layout, all.substr(i * layout.mask_size, layout.mask_size)));
  return decoded;
}

std::vector<LandlockGrantRecord> decode_grants(const landlock_layout& layout,
                                               const landlock_rule_head& rule) {
  std::vector<LandlockGrantRecord> grants;
  const std::string_view raw = text_of(rule.raw_layers, sizeof rule.raw_layers);
  if (rule.layers > landlock_max_layers || rule.layers * layout.layer_size > raw.size())
    return {};
  for (std::size_t i = 0; i < rule.layers; ++i) {
    const std::string_view layer = raw.substr(i * layout.layer_size, layout.layer_size);
    grants.push_back({field_value(layer, layout.layer_level), field_value(layer, layout.layer_access)});
    const std::uint64_t before = i > 0 ? grants[i - 1].layer : 0; // sparse, but ascending from 1
    if (grants[i].layer <= before || grants[i].layer > landlock_max_layers)
      return {};
  }
  return grants;
}

std::optional<std::string> decode_path(const LandlockRuleRecord& rule) {
  const landlock_rule_head& head = rule.head;
  const bool whole = head.top_parent == head.top && head.top == head.root;
  if (!head.inode_address || !head.alias || !whole)
    return std::nullopt;
  std::string path;
  std::string_view rest = rule.path;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos || end == 0)
      return std::nullopt;
    path.insert(0, "/" + std::string(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
  }
  return path.empty() ? "/" : path;
}

bool was_removed(const LandlockRuleRecord& rule) {
  return rule.head.hashed == 0 && rule.head.parent != rule.head.dentry; // a root is never hashed
}

} // namespace sbx
