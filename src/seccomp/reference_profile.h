// Which profiles are known by name? Those of data/seccomp/, compiled in (embed_references.py); its README.md
// says where each is from.
#pragma once

#include "seccomp/decision.h"
#include "seccomp/evaluate.h"
#include "seccomp/oci_profile.h"
#include "seccomp/policy_table.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sbx {

struct ReferenceFilter {
  std::string_view text; // a profile in our dialect; or a program, 16 hex digits an instruction
  bool program;
  std::string_view others; // OtherAbis, as action_name() spells it
  std::string_view x32;    // the same for x32; empty: as the others
};

struct ReferenceVersion {
  std::string_view version; // and what it was started with: "1.16, --devel"
  bool open;                // lets through what no rule speaks of
  // Bits of reference_names(): what it lets through whole, and what it refuses, on the native ABI and for
  // every process. What depends on anything is in neither.
  std::vector<std::uint64_t> lets, refuses;
  std::vector<ReferenceFilter> filters; // the newest first
};

struct ReferenceProfile {
  std::string_view id;        // for requirements: stays what it is
  std::string_view title;     // for people
  std::uint64_t capabilities; // what the project leaves in the bounding set unless told otherwise
  std::vector<ReferenceVersion> versions;
};

const std::vector<ReferenceProfile>& reference_profiles();
const std::vector<std::string_view>& reference_names(); // all calls that any of them speaks of

// systemd's groups of system calls: "@module". Those of the newest version that is known here.
struct SyscallSet {
  std::string_view name;
  std::vector<std::string_view> calls;
};
const std::vector<SyscallSet>& syscall_sets();

// A version, parsed: what is left to do is cheap, and depends on the process.
class LoadedReference {
public:
  explicit LoadedReference(const ReferenceVersion& version);

  // Which capabilities it asks for anywhere: two sets that are the same among these come to the same.
  std::uint64_t asks_for() const { return asks_for_; }
  // How many calls can come out otherwise for other capabilities, at most.
  std::size_t conditional_calls() const { return conditional_calls_; }
  // For the ABIs of the subject, all filters taken together.
  std::vector<AbiPolicy> table(const PolicySubject& subject, Decisions& decisions) const;

private:
  struct Part {
    std::optional<OciProfile> profile;
    SeccompProgram program;
    OtherAbis others;
  };
  std::vector<Part> parts_;
  std::uint64_t asks_for_ = 0;
  std::size_t conditional_calls_ = 0;
};

} // namespace sbx
