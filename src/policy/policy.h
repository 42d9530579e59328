// What was asked for? The wanted state of each layer, whoever wrote it down and in which format, each wish
// with the place where it is written.
#pragma once

#include "core/error.h"
#include "policy/place.h"
#include "seccomp/oci_profile.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class PolicyKind { openshell, landlock_config, oci_config, container, systemd_unit };

inline constexpr std::array policy_kinds{PolicyKind::openshell, PolicyKind::landlock_config,
                                         PolicyKind::oci_config, PolicyKind::container,
                                         PolicyKind::systemd_unit};
std::string_view
policy_kind_name(PolicyKind kind); // "openshell", "landlockconfig", "oci", "container", "systemd"

template <class T> struct Wish {
  T value{};
  Place place;
  // Empty: the file says so at `place`. Else who adds it to what the file says: "baseline" "gpu" "workdir"
  // "toplevel" (what OpenShell adds), or "openshell", "docker", "systemd" (what that program always does);
  // then `place` is what makes it do so.
  std::string origin;
};

// Landlock. Rights are masks of include/uapi/linux/landlock.h.
struct PathWish {
  std::string path; // absolute, raw bytes, as it is written
  std::string as;   // how the file calls it: "read_only", "read_write", "allowed_access"
  std::uint64_t access =
      0;                 // must be granted below it; what only a directory can have does not count for files
  std::uint64_t may = 0; // more that may be granted, where the domain handles it: holds `access`
  bool optional = false; // the launcher drops it before it counts where it does not exist
};

struct PortWish {
  std::uint16_t port = 0;
  std::uint64_t access = 0; // LANDLOCK_ACCESS_NET_*
};

struct LandlockWish {
  std::optional<Wish<bool>> hard; // true: nothing may be left out (hard_requirement); false: best effort
  // Must be handled, where the file says so; for OpenShell, what every generation of it handles.
  std::optional<Wish<std::uint64_t>> fs, net, scoped;
  std::vector<Wish<PathWish>> paths;
  std::vector<Wish<PortWish>> ports;
  // Grants everything below each entry of "/" in a layer of its own (OpenShell's newer generations): such a
  // layer is no extra.
  bool toplevel_layer = false;
};

// Namespaces by the kernel's names: "user" "mnt" "pid" "net" "ipc" "uts" "cgroup" "time".
struct NamespaceWish {
  std::string kind;
  bool own = true; // false: the host's is asked for, so that one of its own is stronger
};

enum class CapabilitySet { effective, permitted, inheritable, bounding, ambient };
inline constexpr std::array capability_sets{CapabilitySet::effective, CapabilitySet::permitted,
                                            CapabilitySet::inheritable, CapabilitySet::bounding,
                                            CapabilitySet::ambient};
std::string_view capability_set_name(CapabilitySet set); // "effective" ...

struct CapabilityWish {
  CapabilitySet set = CapabilitySet::bounding;
  std::uint64_t most = 0; // the set may hold these and no others; fewer is stronger
};

struct SeccompWish {
  enum class Kind {
    unconfined, // no filter is asked for: any is stronger
    some,       // a filter, and nothing more is known of it
    profile,    // `profile`
    reference,  // `reference`, an id of seccomp/reference_profile.h
  } kind = Kind::some;
  std::optional<OciProfile> profile;
  std::string reference;
};

struct UserWish {
  std::optional<std::uint32_t> uid, gid; // as the target's user namespace numbers them
  std::optional<std::string> user,
      group;               // names that must be looked up where they are used: not checked here
  bool never_root = false; // any uid but 0
};

// A path of the target's, seen as its mounts make it.
struct MountWish {
  std::string path; // absolute; "/" for the whole root
  enum class Kind {
    read_only,
    masked,   // nothing of what stands there can be read: /dev/null or an empty file system over it
    writable, // asked to be writable: read-only is stronger
    own,      // a file system of its own stands there (PrivateTmp): not the host's
  } kind = Kind::read_only;
  bool optional = false; // where nothing stands at `path`, nothing is asked
  // Of control groups: where their first version is, runtimes make a tmpfs that holds a mount of each
  // hierarchy, and what is asked for is done to the hierarchies.
  bool control_groups = false;
};

struct LabelWish {
  std::string module; // "apparmor", "selinux"
  std::string label;  // the profile, or the context; empty: none is asked for (unconfined)
};

// A part of the file that no layer of ours shows, so that nobody takes it for checked.
struct Unchecked {
  std::string what; // "network_policies.forge", escaped
  std::string why;
};

// Something the file, or its launcher, says about the sandbox that is no wish: labels, environment. Shown
// beside the truth, and never believed.
struct Claimed {
  std::string what;  // "label openshell.ai/managed-by", "env OPENSHELL_SANDBOX"; raw bytes
  std::string value; // raw bytes; empty for those that may be secret
};

struct Policy {
  PolicyKind kind = PolicyKind::openshell;
  std::string file;   // as the user named it, raw bytes
  std::string sha256; // of its bytes, hex
  std::optional<LandlockWish> landlock;
  std::optional<Wish<SeccompWish>> seccomp;
  std::optional<Wish<bool>> no_new_privs; // true: wanted
  std::vector<Wish<CapabilityWish>> capabilities;
  std::vector<Wish<NamespaceWish>> namespaces;
  std::optional<Wish<UserWish>> user;
  std::vector<Wish<MountWish>> mounts;
  std::optional<Wish<LabelWish>> label;
  std::vector<Wish<Unchecked>> unchecked;
  std::vector<Wish<Claimed>> claimed;
  std::vector<Wish<std::string>>
      notes; // what the reader of this file must know: "OpenShell takes it for best_effort"
};

// What OpenShell adds to its policy at start (`--enrich`), so that what is applied can be compared.
struct Enrichment {
  bool baseline = false, gpu = false, toplevel = false;
  std::optional<std::string> workdir; // absolute
};

// One file; of a systemd unit its fragment and then its drop-ins, in the order in which systemd reads them.
struct PolicyFile {
  std::string name; // as the user named it, raw bytes
  std::string bytes;
};

// Which reader is for it? `kind` where the user says so, else by what the file says: keys of its top level,
// or a section; never by its name alone. An Error is ErrorKind::usage, one line, "file:line:column: what".
Result<Policy> parse_policy(const std::vector<PolicyFile>& files, std::optional<PolicyKind> kind,
                            const Enrichment& enrichment);

} // namespace sbx
