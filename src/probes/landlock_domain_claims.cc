#include "probes/landlock_domain_claims.h"

#include "core/escape.h"

#include <fmt/core.h>

namespace sbx {

namespace {

constexpr unsigned refer_abi = 2;
constexpr std::uint64_t refer = 1 << 13; // LANDLOCK_ACCESS_FS_REFER
constexpr std::size_t most_path = 4 * 4096;
constexpr std::size_t most_threads = 64; // named; all are counted

// The kernel keeps who made a layer, and its id, since 6.15; before that they are null.
Claims layer_claims(const LandlockLayer& layer) {
  Claims creator;
  if (layer.creator)
    creator = {{"pid", layer.creator->pid},
               {"uid", layer.creator->uid},
               {"comm", escaped(layer.creator->comm)},
               {"exe", escaped(layer.creator->exe, 4096)}};
  return {{"handled_fs", landlock_names(LandlockKind::fs, layer.fs)},
          {"handled_net", landlock_names(LandlockKind::net, layer.net)},
          {"scoped", landlock_names(LandlockKind::scope, layer.scoped)},
          {"id", layer.id ? Claims(fmt::format("{:x}", *layer.id)) : Claims()},
          {"denials", layer.denials ? Claims(std::to_string(*layer.denials)) : Claims()},
          {"creator", creator}};
}

Claims path_claim(const std::optional<std::string>& path) {
  return path ? Claims(escaped(*path, most_path)) : Claims();
}

// Made member by member: there may be 200,000 rules, and an initializer list copies every value twice.
Claims rule_claims(const LandlockDomain& domain, const LandlockRule& rule, const LandlockPlace& place,
                   std::optional<unsigned> kernel_abi) {
  Claims::object_t layers;
  for (const LandlockGrant& grant : rule.grants)
    layers.emplace(std::to_string(grant.layer),
                   landlock_names(rule.port ? LandlockKind::net : LandlockKind::fs,
                                  landlock_granted(domain, rule, grant, kernel_abi)));
  Claims::array_t also;
  for (const std::string& path : place.also_at)
    also.emplace_back(escaped(path, most_path));
  Claims::object_t claims;
  claims.emplace("kind", rule.port ? "port" : "path");
  claims.emplace("status", place_status_name(place.status));
  claims.emplace("detail", place.detail);
  claims.emplace("path", path_claim(place.path));
  claims.emplace("also_at", std::move(also));
  claims.emplace("fs_path", path_claim(rule.inode ? rule.inode->name : std::nullopt));
  claims.emplace("file_system", rule.inode ? Claims(escaped(rule.inode->file_system)) : Claims());
  claims.emplace("device",
                 rule.inode ? Claims(fmt::format("{}:{}", rule.inode->major, rule.inode->minor)) : Claims());
  claims.emplace("inode", rule.inode ? Claims(std::to_string(rule.inode->inode)) : Claims());
  claims.emplace("port", rule.port ? Claims(*rule.port) : Claims());
  claims.emplace("layers", std::move(layers));
  return claims;
}

} // namespace

LandlockMasks landlock_masks(const LandlockLayer& layer, std::optional<unsigned> kernel_abi) {
  LandlockMasks masks{layer.fs, layer.net, layer.scoped};
  if (masks.fs != 0 && kernel_abi.value_or(0) >= refer_abi)
    masks.fs |= refer;
  return masks;
}

LandlockMasks landlock_masks(const LandlockDomain& domain, std::optional<unsigned> kernel_abi) {
  LandlockMasks all;
  for (const LandlockLayer& layer : domain.layers) {
    const LandlockMasks masks = landlock_masks(layer, kernel_abi);
    all.fs |= masks.fs;
    all.net |= masks.net;
    all.scoped |= masks.scoped;
  }
  return all;
}

std::uint64_t landlock_granted(const LandlockDomain& domain, const LandlockRule& rule,
                               const LandlockGrant& grant, std::optional<unsigned> kernel_abi) {
  const LandlockMasks masks = landlock_masks(domain.layers[grant.layer - 1], kernel_abi);
  return grant.access & (rule.port ? masks.net : masks.fs);
}

Claims landlock_layers_claims(const LandlockDomain& domain) {
  Claims claims = Claims::array();
  for (const LandlockLayer& layer : domain.layers)
    claims.push_back(layer_claims(layer));
  return claims;
}

Claims landlock_rules_claims(const LandlockDomain& domain, const std::vector<LandlockPlace>& places,
                             std::optional<unsigned> kernel_abi) {
  if (domain.rules_gap)
    return nullptr;
  Claims::array_t claims;
  claims.reserve(domain.rule_list.size());
  for (std::size_t i = 0; i < domain.rule_list.size(); ++i)
    claims.push_back(rule_claims(domain, domain.rule_list[i], places[i], kernel_abi));
  return claims;
}

Claims landlock_not_handled_claims(const LandlockMasks& masks, std::optional<unsigned> kernel_abi) {
  if (!kernel_abi)
    return nullptr;
  Claims claims = Claims::array();
  for (const LandlockRight& right : landlock_not_handled(masks, *kernel_abi))
    claims.push_back({{"right", right.name}, {"abi", right.abi}});
  return claims;
}

Claims landlock_domain_claims(Witness& witness, const LandlockDomains& domains, std::size_t index,
                              bool weakest, std::optional<unsigned> kernel_abi) {
  const LandlockDomain& domain = domains.domains[index];
  Claims threads = Claims::array();
  std::size_t tasks = 0;
  for (const LandlockTask& task : domains.tasks)
    if (task.domain == index && ++tasks <= most_threads)
      threads.push_back({{"tid", task.tid}, {"name", escaped(task.name, 32)}});
  const LandlockMasks masks = landlock_masks(domain, kernel_abi);
  Claims claims{{"weakest", weakest},
                {"threads", threads},
                {"tasks", tasks},
                {"level", landlock_level(masks, kernel_abi)},
                {"layers", domain.layers.size()},
                {"rules", domain.rules},
                {"not_handled", landlock_not_handled_claims(masks, kernel_abi)}};
  if (!weakest) {
    claims["layers_detail"] = landlock_layers_claims(domain);
    claims["rule_list"] = landlock_rules_claims(domain, landlock_places(witness, domain), kernel_abi);
  }
  return claims;
}

} // namespace sbx
