// What of a virtual machine do open descriptors show: the machine itself, and what of the host its guest is
// given? A pure function of the list.
#pragma once

#include "core/finding.h"
#include "parse/fds.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct CrossingFd {
  std::string_view kind; // "vsock", "tap", "vhost_net", "vhost", "vfio", "userfaultfd", "disk", "directory"
  const Descriptor* it;
};

struct VmDescriptors {
  std::size_t machines = 0;         // descriptors of virtual machines, of all tables
  std::size_t cpus = 0;             // virtual CPUs, each name of a table once where it holds one machine
  bool together = false;            // a table holds a machine and a virtual CPU
  bool kvm_device = false;          // /dev/kvm: could make one
  std::vector<CrossingFd> crossing; // each number of a table once
};

VmDescriptors vm_descriptors(const Fds& fds);

// "tap0 (fd 12)", "/srv (fd 7)": escaped.
std::string crossing_words(const CrossingFd& fd);
// {"fd", "kind", "name", "writable"}
Claims crossing_claim(const CrossingFd& fd);

} // namespace sbx
