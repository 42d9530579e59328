#include "core/plain_path.h"

#include <algorithm>

namespace sbx {

std::string plain_path(std::string_view path) {
  std::string plain = path.starts_with('/') ? "/" : "";
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    if (name.empty() || name == ".")
      continue;
    if (!plain.empty() && plain.back() != '/')
      plain += '/';
    plain += name;
  }
  return plain.empty() ? "." : plain;
}

} // namespace sbx
