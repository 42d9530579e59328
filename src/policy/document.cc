#include "policy/document.h"

#include <algorithm>

namespace sbx {

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(map, key, &Member::key);
  return found == map.end() ? nullptr : &found->value;
}

} // namespace sbx
