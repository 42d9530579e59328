// Whose are a uid and a gid? What the inspector reads is numbered by its own user namespace, and what a
// capability reaches is decided by the target's. user_namespaces(7), "Capabilities and user namespaces".
#pragma once

#include "can/world.h"

#include <cstdint>

namespace sbx {

enum class IdKind { uid, gid };

// Whether 65534 may stand for an id that has no number where it was read: the overflow id
// (proc_sys_kernel(5)). Below the initial user namespace it may be anybody; and a file system that belongs to
// another user namespace may hold ids that nobody has.
bool doubtful(const World& world, std::uint32_t id);

Answer same_id(const World& world, std::uint32_t one, std::uint32_t other);      // of which one is a file's
Answer same_task_id(const World& world, std::uint32_t one, std::uint32_t other); // both of processes, or
                                                                                 // owners of namespaces

// Does the user namespace of the thread give this id a number?
Answer maps(const World& world, const Subject& subject, IdKind kind, std::uint32_t id);

// Has the thread this capability over an inode of theirs? capable_wrt_inode_uidgid(), kernel/capability.c.
Answer capable_over(const World& world, const Subject& subject, unsigned capability, std::uint32_t uid,
                    std::uint32_t gid);

// ... in the user namespace `chain.front()`, whose ancestors follow? cap_capable(), security/commoncap.c.
Answer capable_in(const World& world, const Subject& subject, unsigned capability,
                  const Known<std::vector<UserNs>>& chain);

// ... in its own user namespace.
Answer has_capability(const Subject& subject, unsigned capability);

bool in_initial_user_ns(const Subject& subject);
bool mounts_of_initial_user_ns(
    const World& world); // the mount namespace belongs to the initial user namespace

// include/uapi/linux/capability.h
inline constexpr unsigned cap_dac_override = 1, cap_dac_read_search = 2, cap_fowner = 3, cap_kill = 5,
                          cap_net_bind_service = 10, cap_sys_ptrace = 19;

} // namespace sbx
