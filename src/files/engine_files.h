// Which mounts did a container engine make for one container alone? By the container's id, 64 hexadecimal
// digits, in the path that is bound: an inference from names, no evidence of the kernel's.
#pragma once

#include "files/mount_view.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// Each run of just 64 hexadecimal digits in a text.
std::set<std::string> long_ids(std::string_view text);

// Marks /etc/hosts and its like, where what is bound bears an id that is in `cgroup` (/proc/PID/cgroup), in
// the options of an overlay of these mounts, or in two of them.
void mark_engine_files(std::vector<ViewedMount>& views, std::string_view cgroup);

} // namespace sbx
