// What does a seccomp profile say? The JSON of Docker and Podman (their default.json) and of the OCI runtime
// specification (linux.seccomp of a config.json), read as runc and crun read it. Nothing is resolved: for
// which process, see policy_table.h.
#pragma once

#include "core/error.h"
#include "seccomp/action.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class OciComparison { not_equal, less, less_or_equal, equal, at_least, greater, masked_equal };

struct OciArgument {
  unsigned index = 0; // below most_arguments
  OciComparison op = OciComparison::equal;
  std::uint64_t value = 0;     // masked_equal: the mask
  std::uint64_t value_two = 0; // masked_equal: what is left under the mask
  bool low_half = false;       // only of our own references: the upper 32 bits are not looked at
};

struct KernelVersion {
  unsigned major = 0, minor = 0;
  auto operator<=>(const KernelVersion&) const = default;
};

// "includes": the rule is for a process for which all of it holds. "excludes": for which nothing of it holds.
struct OciWhen {
  std::uint64_t capabilities = 0;       // bounding set
  bool other_capability = false;        // names one that is not known here: nobody holds it
  std::vector<std::string> arches;      // as Docker calls them: "amd64"
  std::optional<KernelVersion> minimum; // "minKernel"
};

struct OciRule {
  std::vector<std::string> names;
  SeccompAction action;
  std::vector<OciArgument> arguments;
  OciWhen includes, excludes;
  std::optional<SeccompAction> otherwise; // only of our own references: where its arguments do not hold
};

struct OciArchMap {
  std::string arch; // SCMP_ARCH_*, as libseccomp calls them
  std::vector<std::string> others;
};

struct OciProfile {
  SeccompAction default_action;
  std::vector<std::string> arches; // SCMP_ARCH_*
  std::vector<OciArchMap> arch_map;
  std::vector<OciRule> rules;
  bool native_too = true; // for the native ABI, whatever `arches` says
  bool libseccomp = true; // made by it: a rule about socket(2) is one about socketcall(2) too
};

// Our own references say what the format cannot: "bits": 32 of an argument, "otherwise" of a rule,
// "libseccomp": false; and their "architectures" are all that they are for. In anybody else's file these mean
// nothing to a runtime, and so nothing here.
enum class OciDialect { runtimes, references };

// Bounded: at most a MiB. What is wrong is told with its place: "syscalls[3].args[0].op: ...".
Result<OciProfile> parse_oci_profile(std::string_view text, OciDialect dialect = OciDialect::runtimes);

} // namespace sbx
