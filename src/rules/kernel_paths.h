// Which files of procfs and sysfs do container engines hide or make read-only, and which hand the machine to
// whoever may write them?
#pragma once

#include <span>
#include <string_view>

namespace sbx {

enum class Cover {
  hidden,    // something else is mounted over it
  read_only, // it is mounted over itself, read-only
};

// What engines cover by default: Docker (moby, oci/defaults.go), Podman (containers/common,
// pkg/config/default.go), CRI-O and containerd. The newest of them cover all of these.
struct CoveredPath {
  std::string_view path;
  Cover cover;
  std::string_view why;
};
std::span<const CoveredPath> covered_paths();

// What a write does to the whole machine, by DAC of the initial user namespace alone: whose owner is its
// root.
struct KernelKnob {
  std::string_view path;
  std::string_view why;
  bool needs_sys_admin; // CAP_SYS_ADMIN there, too
};
std::span<const KernelKnob> kernel_knobs();

} // namespace sbx
