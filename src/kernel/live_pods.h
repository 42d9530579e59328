// Which pods has the kubelet of this machine? In the dialect of parse/pods.h.
#pragma once

#include "core/reading.h"

namespace sbx {

// The names in /var/log/pods, which the kubelet makes as root: one for each pod.
Reading read_pods();

} // namespace sbx
