// How is one Landlock domain written into claims: its layers, and its rules with paths?
#pragma once

#include "core/finding.h"
#include "parse/landlock_domains.h"
#include "probes/landlock_places.h"
#include "rules/landlock_abi.h"

#include <optional>
#include <vector>

namespace sbx {

// All layers together: a right is restricted when any of them handles it. A domain with any file right denies
// refer even where no layer handles it, on kernels that know it (include/uapi/linux/landlock.h).
LandlockMasks landlock_masks(const LandlockDomain& domain, std::optional<unsigned> kernel_abi);
LandlockMasks landlock_masks(const LandlockLayer& layer, std::optional<unsigned> kernel_abi);

// What a layer grants by a rule: as it was asked for, of what the layer handles. What is stored holds every
// right that the layer does not handle, too.
std::uint64_t landlock_granted(const LandlockDomain& domain, const LandlockRule& rule,
                               const LandlockGrant& grant, std::optional<unsigned> kernel_abi);

Claims landlock_layers_claims(const LandlockDomain& domain); // "layers_detail", oldest first

// "rule_list"; null where the rules were not read. `places` as landlock_places() gives them.
Claims landlock_rules_claims(const LandlockDomain& domain, const std::vector<LandlockPlace>& places,
                             std::optional<unsigned> kernel_abi);

// An entry of "domain_list": who is in the domain, and what it is. The weakest one's layers and rules are
// claims of their own and not repeated here.
Claims landlock_domain_claims(Witness& witness, const LandlockDomains& domains, std::size_t index,
                              bool weakest, std::optional<unsigned> kernel_abi);

// "not_handled": the rights up to the kernel's ABI that no layer restricts; null where the ABI is not known.
Claims landlock_not_handled_claims(const LandlockMasks& masks, std::optional<unsigned> kernel_abi);

} // namespace sbx
