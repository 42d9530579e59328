// Which pods has the kubelet of this machine? The dialect of host/pods, a line for each folder that it made
// for the logs of one: NAMESPACE_NAME_UID, escaped. `cut` as the last line: there are more.
#pragma once

#include "parse/malformed.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct Pod {
  std::string ns, name, uid; // raw bytes; of a static pod the uid is 32 hexadecimal digits
};

struct Pods {
  std::vector<Pod> pods;
  bool cut = false;
};

// A folder whose name has another form is none of a pod, and left out.
Parsed<Pods> parse_pods(std::string_view text);

} // namespace sbx
