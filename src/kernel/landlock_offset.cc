#include "kernel/landlock_offset.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sbx {

namespace {

constexpr std::size_t least_children = 3;

const landlock_slot_record* slot_at(const std::vector<landlock_slot_record>& slots, std::uint32_t offset) {
  const auto it =
      std::find_if(slots.begin(), slots.end(), [&](const auto& slot) { return slot.offset == offset; });
  return it == slots.end() ? nullptr : &*it;
}

// How many layers we live under ourselves, if `offset` is the right one: what the plain child inherited from
// us.
std::optional<std::uint64_t> own_layers(const landlock_layout& layout, const Calibration& calibration,
                                        std::uint32_t offset) {
  const landlock_slot_record* plain = slot_at(calibration.plain, offset);
  if (!plain)
    return std::nullopt;
  const bool ours = std::any_of(calibration.self.begin(), calibration.self.end(), [&](const auto& slot) {
    return slot.offset == offset && slot.value == plain->value;
  });
  if (!ours)
    return std::nullopt;
  if (plain->value == 0)
    return 0;
  if (!is_kernel_pointer(plain->value))
    return std::nullopt;
  const std::uint64_t layers = decode_head(layout, plain->head, plain->masks).layers;
  if (layers < 1 || layers > landlock_max_layers)
    return std::nullopt;
  return layers;
}

// Newer kernels add REFER to what a layer handles, whether it asked for it or not.
bool same_masks(const HandledMasks& one, const HandledMasks& other) {
  return (one.fs | fs_refer) == (other.fs | fs_refer) && one.net == other.net && one.scoped == other.scoped;
}

bool matches(const landlock_layout& layout, const CalibratedChild& child, std::uint32_t offset,
             std::uint64_t own) {
  const landlock_slot_record* slot = slot_at(child.slots, offset);
  if (!slot || !is_kernel_pointer(slot->value) || child.layers.empty())
    return false;
  const LandlockHead head = decode_head(layout, slot->head, slot->masks);
  if (head.layers != own + child.layers.size() || head.masks.size() != head.layers)
    return false;
  if (own == 0 && head.rules != child.rules)
    return false;
  if (layout.hierarchy_details.offset >= 0 && slot->creator != slot->tid)
    return false;
  return std::equal(child.layers.begin(), child.layers.end(),
                    head.masks.end() - static_cast<long>(child.layers.size()), same_masks);
}

} // namespace

tl::expected<std::uint32_t, std::string> match_offset(const landlock_layout& layout,
                                                      const Calibration& calibration) {
  if (calibration.children.size() < least_children)
    return tl::unexpected<std::string>("fewer than three children to compare with");
  std::optional<std::uint32_t> found;
  for (std::uint32_t offset = 0; offset < landlock_blob_bytes; offset += 8) {
    const auto own = own_layers(layout, calibration, offset);
    const bool all =
        own && std::all_of(calibration.children.begin(), calibration.children.end(),
                           [&](const auto& child) { return matches(layout, child, offset, *own); });
    if (!all)
      continue;
    if (found)
      return tl::unexpected<std::string>("two places in the credentials look like the domain, at " +
                                         std::to_string(*found) + " and at " + std::to_string(offset));
    found = offset;
  }
  const auto inner = static_cast<std::uint32_t>(std::max(layout.blob_domain.offset, 0));
  if (!found || *found < inner)
    return tl::unexpected<std::string>("no place in the credentials holds what the children enforced");
  return *found - inner;
}

tl::expected<LandlockOffset, Refusal> agreed_offset(const tl::expected<std::uint32_t, std::string>& symbol,
                                                    const tl::expected<std::uint32_t, Refusal>& calibrated) {
  const auto refusal = [](std::string why) {
    return tl::unexpected<Refusal>(Refusal{ENXIO, std::move(why)});
  };
  if (calibrated && (!symbol || *symbol == *calibrated))
    return LandlockOffset{*calibrated, symbol ? std::optional(*symbol) : std::nullopt, *calibrated};
  if (calibrated)
    return refusal("the kernel's symbol puts the domain at " + std::to_string(*symbol) +
                   " of the credentials, but children of ours have it at " + std::to_string(*calibrated));
  if (symbol && calibrated.error().error == ENXIO)
    return refusal("the kernel's symbol puts the domain at " + std::to_string(*symbol) +
                   " of the credentials, but: " + calibrated.error().detail);
  if (symbol)
    return LandlockOffset{*symbol, *symbol, std::nullopt};
  return refusal("the domain's place in the credentials was not found: " + calibrated.error().detail + "; " +
                 symbol.error());
}

} // namespace sbx
