#include "kernel/landlock_record.h"

#include "kernel/layout.h"

#include <algorithm>
#include <cstring>

namespace sbx {

namespace {

template <class Record> bool take(std::vector<Record>& records, std::string_view bytes) {
  Record record;
  if (bytes.size() != sizeof record)
    return false;
  std::memcpy(&record, bytes.data(), sizeof record);
  records.push_back(record);
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
  __u32 kind = 0;
  if (bytes.size() < sizeof kind)
    return false;
  std::memcpy(&kind, bytes.data(), sizeof kind);
  switch (kind) {
  case landlock_record_task:
    return take(snapshot.tasks, bytes);
  case landlock_record_domain:
    return take(snapshot.domains, bytes);
  case landlock_record_layer:
    return take(snapshot.layers, bytes);
  case landlock_record_slot:
    return take(snapshot.slots, bytes);
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

std::uint64_t field_value(std::string_view bytes, const landlock_field& field) {
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

} // namespace sbx
