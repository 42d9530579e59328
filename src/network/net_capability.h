// Does a capability reach a network namespace? capabilities(7), user_namespaces(7): it counts in the user
// namespace that owns the network namespace, and reaches down to that from any of its ancestors.
#pragma once

#include "core/answer.h"
#include "parse/user_ns.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace sbx {

// cap_capable(), security/commoncap.c. `has`: the thread has it in its own user namespace, `own`. `owner`: of
// the network namespace; both as inodes, nothing where not seen. `chain`: the thread's user namespace and
// those above it; may be null.
Answer capable_over_net(Answer has, std::optional<std::uint64_t> own, std::optional<std::uint64_t> owner,
                        const std::vector<UserNs>* chain);

} // namespace sbx
