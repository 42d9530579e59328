#include "probes/landlock_openings.h"

#include "probes/landlock_domain_claims.h"

#include <algorithm>

namespace sbx {

LandlockOpenings::LandlockOpenings(const LandlockDomain& domain, const std::vector<LandlockPlace>& places,
                                   std::optional<unsigned> kernel_abi) {
  for (const LandlockLayer& layer : domain.layers)
    handled_.push_back(landlock_masks(layer, kernel_abi));
  for (std::size_t i = 0; i < domain.rule_list.size(); ++i) {
    if (places[i].status != PlaceStatus::live || !places[i].path)
      continue;
    const auto grant_at = [&](const std::string& path) {
      auto& granted = granted_[path];
      granted.resize(handled_.size());
      for (const LandlockGrant& grant : domain.rule_list[i].grants)
        granted[grant.layer - 1] |= landlock_granted(domain, domain.rule_list[i], grant, kernel_abi);
    };
    grant_at(*places[i].path);
    for (const std::string& path : places[i].also_at)
      grant_at(path);
  }
}

std::uint64_t LandlockOpenings::below(const std::string& path) const {
  std::vector<std::uint64_t> granted(handled_.size());
  for (std::string at = path;;) {
    if (const auto found = granted_.find(at); found != granted_.end())
      for (std::size_t layer = 0; layer < granted.size(); ++layer)
        granted[layer] |= found->second[layer];
    if (at.size() <= 1)
      break;
    at.resize(std::max<std::size_t>(at.rfind('/'), 1));
  }
  std::uint64_t open = ~std::uint64_t{0};
  for (std::size_t layer = 0; layer < granted.size(); ++layer)
    open &= granted[layer] | ~handled_[layer].fs;
  return open;
}

std::uint64_t LandlockOpenings::restricted(std::size_t layer) const {
  const auto root = granted_.find("/");
  return handled_[layer].fs & ~(root == granted_.end() ? 0 : root->second[layer]);
}

LandlockNothing restricts_nothing(const LandlockOpenings& openings) {
  LandlockNothing found;
  for (std::size_t layer = 0; layer < openings.layers(); ++layer) {
    const std::uint64_t restricted = openings.restricted(layer);
    if (openings.handled(layer).net != 0 || openings.handled(layer).scoped != 0 ||
        (restricted & ~landlock_fs_refer))
      continue;
    found.layers.push_back(layer + 1);
    found.all_but_refer = found.all_but_refer || restricted != 0;
  }
  found.nothing = openings.layers() > 0 && found.layers.size() == openings.layers();
  return found;
}

} // namespace sbx
