#include "kernel/layout.h"

#include <algorithm>

namespace sbx {

namespace {

// Calls with(path) for each alternative, until it returns true.
template <class With> void each_path(std::string_view paths, With&& with) {
  while (!paths.empty()) {
    const std::string_view path = paths.substr(0, paths.find('|'));
    if (with(path))
      return;
    paths.remove_prefix(std::min(paths.size(), path.size() + 1));
  }
}

kernel_field stored(const std::optional<BtfField>& field) {
  if (!field)
    return {-1, 0, 0, 0};
  return {static_cast<__s32>(field->offset), static_cast<__u16>(std::min(field->size, 0xffffu)),
          static_cast<__u8>(field->first_bit), static_cast<__u8>(std::min(field->bits, 64u))};
}

} // namespace

std::optional<BtfField> first_of(const Btf& btf, std::string_view paths) {
  std::optional<BtfField> found;
  each_path(paths, [&](std::string_view path) {
    found = btf.field(path);
    return found.has_value();
  });
  return found;
}

std::vector<std::string_view> structs_of(const std::vector<std::string_view>& paths) {
  std::vector<std::string_view> names;
  for (const std::string_view row : paths)
    each_path(row, [&](std::string_view path) {
      const std::string_view name = path.substr(0, path.find(':'));
      if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
      return false;
    });
  return names;
}

tl::expected<kernel_field, LayoutError> resolve_field(const Btf& btf, std::string_view paths, bool required,
                                                      bool whole) {
  const auto missing = [](std::string text) {
    return tl::unexpected<LayoutError>(LayoutError{false, std::move(text)});
  };
  const kernel_field field = stored(first_of(btf, paths));
  if (required && field.offset < 0)
    return missing("the kernel's BTF has no " + std::string(paths));
  // Scalars are read into 8 bytes; a layout that says otherwise is no kernel's.
  if (field.offset >= 0 && !whole && (field.size < 1 || field.size > 8))
    return missing("the kernel's BTF gives " + std::string(paths) + " a size of " +
                   std::to_string(field.size) + " bytes");
  return field;
}

} // namespace sbx
