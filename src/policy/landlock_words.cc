#include "policy/landlock_words.h"

#include "core/plain_path.h"

#include <algorithm>
#include <map>

namespace sbx {

std::uint64_t landlock_mask(LandlockKind kind, unsigned abi) {
  std::uint64_t mask = 0;
  for (const LandlockRight& right : landlock_rights())
    if (right.kind == kind && right.abi <= abi)
      mask |= std::uint64_t{1} << right.bit;
  return mask;
}

std::uint64_t landlock_bit(LandlockKind kind, std::string_view name) {
  for (const LandlockRight& right : landlock_rights())
    if (right.kind == kind && right.name == name)
      return std::uint64_t{1} << right.bit;
  return 0;
}

std::uint64_t landlock_read_rights() {
  return landlock_bit(LandlockKind::fs, "execute") | landlock_bit(LandlockKind::fs, "read_file") |
         landlock_bit(LandlockKind::fs, "read_dir");
}

void join_wishes_for_one_path(std::vector<Wish<PathWish>>& paths) {
  std::map<std::string, std::uint64_t> may;
  for (const Wish<PathWish>& wish : paths)
    may[plain_path(wish.value.path)] |= wish.value.may;
  for (Wish<PathWish>& wish : paths)
    wish.value.may = may[plain_path(wish.value.path)];
}

} // namespace sbx
