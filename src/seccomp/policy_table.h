// What does a profile come to for one process: by its capabilities, its machine and its kernel? The same
// shape as an effective table, made of rules instead of programs.
#pragma once

#include "core/error.h"
#include "rules/syscall_abi.h"
#include "seccomp/decision.h"
#include "seccomp/oci_profile.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace sbx {

struct PolicySubject {
  std::uint64_t capabilities = 0; // the container's bounding set
  std::vector<SyscallAbi> abis;   // of its machine, the native one first
  // Nothing: one that is new enough for every "minKernel".
  std::optional<KernelVersion> kernel;
};

struct PolicyCall {
  std::uint32_t number;
  DecisionId decision;
};

struct AbiPolicy {
  SyscallAbi abi;
  std::vector<PolicyCall> calls; // those that a rule names, by rising number
  DecisionId otherwise;          // all other numbers
  bool covered;                  // the profile is for this ABI
};

// The decision about a number.
DecisionId decision_of(const AbiPolicy& policy, std::uint32_t number);

// What is done by the ways into the machine that the profile is not for. Nothing of it is in the profile:
// runc and crun leave it at libseccomp's SCMP_ACT_KILL, which is the thread.
struct OtherAbis {
  SeccompAction action{ActionKind::kill_thread};
  std::optional<SeccompAction> x32; // where it differs: many filters for x86_64 do not look at bit 30
};

// One for each ABI of the subject. Names that no ABI knows are left out, as the runtimes do; nothing else of
// the profile is. Fails where libseccomp refuses the rules, so that no container starts with this profile.
Result<std::vector<AbiPolicy>> policy_table(const OciProfile& profile, const PolicySubject& subject,
                                            Decisions& decisions, const OtherAbis& others = {});

} // namespace sbx
