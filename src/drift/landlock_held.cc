#include "drift/landlock_held.h"

#include "core/some_of.h"
#include "probes/landlock_domain_claims.h"
#include "probes/landlock_inode.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr unsigned format_mask = 0170000, format_directory = 0040000; // inode(7)
constexpr std::size_t most_rights = 8;                                // named in one line

const std::vector<Mount>* mounts_of(Witness& witness) {
  static const std::vector<Mount> none;
  return witness.mounts().match([](const Seen<std::vector<Mount>>& seen) { return &seen.value(); },
                                [](const Gap&) { return &none; });
}

const Mount* mount_of(const std::vector<Mount>& mounts, const WalkStep& step) {
  const auto found =
      std::find_if(mounts.begin(), mounts.end(), [&](const Mount& mount) { return mount.id == step.mount; });
  return found == mounts.end() ? nullptr : &*found;
}

// "/usr", and not "/" or "/usr/lib".
bool is_entry_of_root(const std::string& path) {
  return path.size() > 1 && path.front() == '/' && path.find('/', 1) == path.npos;
}

} // namespace

std::string landlock_words(LandlockKind kind, std::uint64_t mask) {
  std::uint64_t known = 0;
  if (kind == LandlockKind::fs)
    for (const LandlockAbi& abi : landlock_abis()) {
      for (const LandlockRight& right : landlock_rights())
        if (right.kind == kind && right.abi == abi.abi)
          known |= std::uint64_t{1} << right.bit;
      if (mask == known)
        return fmt::format("every file right of ABI {}", abi.abi);
    }
  return mask == 0 ? "nothing" : some_of(landlock_names(kind, mask), most_rights);
}

std::string landlock_rights_words(std::uint64_t fs) { return landlock_words(LandlockKind::fs, fs); }

bool is_directory_mode(unsigned mode) { return (mode & format_mask) == format_directory; }

LandlockHeld::LandlockHeld(Witness& witness, const LandlockDomain& domain, std::optional<unsigned> kernel_abi,
                           bool toplevel)
    : domain_(&domain), mounts_(mounts_of(witness)), kernel_abi_(kernel_abi),
      places_(landlock_places(witness, domain)) {
  for (std::size_t i = 0; i < domain.rule_list.size(); ++i) {
    if (domain.rule_list[i].inode)
      by_inode_.emplace(domain.rule_list[i].inode->inode, i);
    if (places_[i].path)
      by_name_.emplace(*places_[i].path, i);
    for (const std::string& path : places_[i].also_at)
      by_name_.emplace(path, i);
  }
  learn_keys(witness);
  if (toplevel)
    find_toplevel_layer();
}

// A name that the kernel holds and that leads to these numbers now tells more than they do: of one file
// system, only one file has it.
void LandlockHeld::learn_keys(Witness& witness) {
  std::vector<std::string> names;
  for (const auto& [name, rule] : by_name_)
    if (places_[rule].status == PlaceStatus::live)
      names.push_back(name);
  if (names.empty())
    return;
  witness.spots(names).match(
      [&](const Seen<std::vector<PathSpot>>& seen) {
        for (const PathSpot& spot : seen.value()) {
          if (!spot.found)
            continue;
          const auto [first, last] = by_name_.equal_range(spot.path);
          for (auto it = first; it != last; ++it)
            if (places_[it->second].status == PlaceStatus::live)
              by_key_.emplace(Key(spot.found->mount, spot.found->major, spot.found->minor, spot.found->inode),
                              it->second);
        }
      },
      [](const Gap&) {});
}

void LandlockHeld::find_toplevel_layer() {
  for (unsigned layer = 1; layer <= domain_->layers.size(); ++layer) {
    const std::uint64_t handled = landlock_masks(domain_->layers[layer - 1], kernel_abi_).fs;
    bool any = false, all = handled != 0;
    for (std::size_t i = 0; i < domain_->rule_list.size(); ++i) {
      const LandlockRule& rule = domain_->rule_list[i];
      for (const LandlockGrant& grant : rule.grants) {
        if (grant.layer != layer || places_[i].status == PlaceStatus::dead)
          continue;
        const std::uint64_t whole =
            rule.inode && !is_directory_mode(rule.inode->mode) ? handled & landlock_fs_file : handled;
        any = true;
        all = all && rule.inode && places_[i].path && is_entry_of_root(*places_[i].path) &&
              (grant.access & whole) == whole;
      }
    }
    if (any && all) {
      toplevel_layer_ = layer;
      return;
    }
  }
}

bool LandlockHeld::rules_read() const {
  return !domain_->rules_gap && domain_->rule_list.size() == domain_->rules;
}

std::uint64_t LandlockHeld::handled() const { return landlock_masks(*domain_, kernel_abi_).fs; }

template <class Met> void LandlockHeld::met_by(const WalkStep& step, Met&& met) const {
  const Key key(step.mount, step.major, step.minor, step.inode);
  const auto same_key = by_key_.equal_range(key);
  const auto by_name = [&](std::size_t rule) {
    return std::any_of(same_key.first, same_key.second, [&](const auto& it) { return it.second == rule; });
  };
  const auto [first, last] = by_inode_.equal_range(step.inode);
  for (auto it = first; it != last; ++it) {
    const LandlockInode& inode = *domain_->rule_list[it->second].inode;
    switch (same_inode(inode, step, mount_of(*mounts_, step))) {
    case SameInode::yes:
      met(it->second, true);
      break;
    case SameInode::no:
      break;
    case SameInode::unknown:
      met(it->second, by_name(it->second));
      break;
    }
  }
}

LandlockAt LandlockHeld::at(const PathWalk& walk) const {
  LandlockAt found;
  std::vector<std::uint64_t> sure(domain_->layers.size()), most(domain_->layers.size());
  const auto add = [&](std::size_t rule, bool is_sure) {
    for (const LandlockGrant& grant : domain_->rule_list[rule].grants) {
      const std::uint64_t granted = landlock_granted(*domain_, domain_->rule_list[rule], grant, kernel_abi_);
      most[grant.layer - 1] |= granted;
      if (is_sure)
        sure[grant.layer - 1] |= granted;
    }
  };
  if (walk.file)
    met_by(*walk.file, [&](std::size_t rule, bool is_sure) {
      add(rule, is_sure);
      if (of_policy(rule))
        (is_sure ? found.own : found.perhaps).push_back(rule);
    });
  for (const WalkStep& step : walk.above)
    met_by(step, [&](std::size_t rule, bool is_sure) {
      add(rule, is_sure);
      if (is_sure && of_policy(rule))
        found.above.push_back(rule);
    });
  found.open = found.open_at_most = ~std::uint64_t{0};
  for (std::size_t i = 0; i < sure.size(); ++i) {
    const std::uint64_t left = ~landlock_masks(domain_->layers[i], kernel_abi_).fs;
    found.open &= sure[i] | left;
    found.open_at_most &= most[i] | left;
  }
  if (walk.error != 0) // what is above it was not all seen
    found.open_at_most = ~std::uint64_t{0};
  return found;
}

std::vector<std::size_t> LandlockHeld::named(const std::string& path) const {
  std::vector<std::size_t> found;
  const auto [first, last] = by_name_.equal_range(path);
  for (auto it = first; it != last; ++it)
    found.push_back(it->second);
  return found;
}

bool LandlockHeld::of_policy(std::size_t rule) const {
  const auto& grants = domain_->rule_list[rule].grants;
  return std::any_of(grants.begin(), grants.end(),
                     [&](const LandlockGrant& grant) { return grant.layer != toplevel_layer_; });
}

std::uint64_t LandlockHeld::granted(std::size_t rule) const {
  std::uint64_t all = 0;
  for (const LandlockGrant& grant : domain_->rule_list[rule].grants)
    if (grant.layer != toplevel_layer_)
      all |= landlock_granted(*domain_, domain_->rule_list[rule], grant, kernel_abi_);
  return all;
}

} // namespace sbx
