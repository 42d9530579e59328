// Do ids and capabilities let a thread attach to another process, or signal it? ptrace(2), "Ptrace access
// mode checking"; kill(2).
#pragma once

#include "can/permission_check.h"
#include "can/world.h"

namespace sbx {

// __ptrace_may_access() with PTRACE_MODE_ATTACH_REALCREDS, and cap_ptrace_access_check().
Check ptrace_permission(const World& world, const Subject& subject, const Peer& peer);

// kill_ok_by_cred(), kernel/signal.c.
Check signal_permission(const World& world, const Subject& subject, const Peer& peer);

} // namespace sbx
