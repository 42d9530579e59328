// A profile as a runtime compiles it: by libseccomp, with the loops of runc's libcontainer/seccomp/
// seccomp_linux.go and moby's profiles/seccomp/seccomp_linux.go. Written from those, not from ours.
#pragma once

#include "seccomp/effective_table.h"
#include "seccomp/oci_profile.h"
#include "seccomp/policy_table.h"

#include <optional>
#include <string>

namespace sbx {

std::string read_text(const std::string& path);
OciProfile load_profile(const std::string& name); // below data/seccomp/

// Nothing: libseccomp refused it. `native` is x86_64, as the machine that the tests run on.
std::optional<SeccompProgram> compile_profile(const OciProfile& profile, const PolicySubject& subject);

EffectiveTable table_of(const std::vector<SeccompProgram>& newest_first, const std::vector<SyscallAbi>& abis);

} // namespace sbx
