// Does the Landlock domain of a thread grant it? Rules of each layer, added up over the file and every
// directory above it: is_access_to_paths_allowed() and landlock_unmask_layers(), security/landlock/.
#pragma once

#include "can/permission_check.h"
#include "can/world.h"

#include <cstdint>
#include <vector>

namespace sbx {

// include/uapi/linux/landlock.h
namespace landlock_fs {
inline constexpr std::uint64_t execute = 1 << 0, write_file = 1 << 1, read_file = 1 << 2, read_dir = 1 << 3,
                               remove_dir = 1 << 4, remove_file = 1 << 5, make_reg = 1 << 8,
                               truncate = 1 << 14, resolve_unix = 1 << 16;
} // namespace landlock_fs

namespace landlock_net {
inline constexpr std::uint64_t bind_tcp = 1 << 0, connect_tcp = 1 << 1, bind_udp = 1 << 2,
                               connect_send_udp = 1 << 3;
} // namespace landlock_net

namespace landlock_scope {
inline constexpr std::uint64_t abstract_unix_socket = 1 << 0, signal = 1 << 1;
} // namespace landlock_scope

// The rights that one access needs. `chain`: where rules may grant them, from the file or the directory
// itself up to the root of the mount namespace.
struct LandlockNeed {
  std::uint64_t rights = 0;
  std::vector<WalkStep> chain;
};

Check landlock_allows_files(const World& world, const Subject& subject,
                            const std::vector<LandlockNeed>& needs);
Check landlock_allows_port(const Subject& subject, std::uint64_t right, std::uint16_t port);

// Connecting to the UNIX socket at chain.front(): allowed, too, where its server is inside of the domain.
Check landlock_allows_unix(const World& world, const Subject& subject, const std::vector<WalkStep>& chain);
Check landlock_allows_abstract_unix(const Subject& subject);

// hook_ptrace_access_check(): the tracee must live in the tracer's domain or in one below it.
Check landlock_allows_ptrace(const Subject& subject, const Known<DomainPointer>& tracee);

// domain_is_scoped(): a layer that scopes signals, and that the receiver does not share, stops them.
Check landlock_allows_signal(const Subject& subject, const Known<DomainPointer>& receiver);

} // namespace sbx
