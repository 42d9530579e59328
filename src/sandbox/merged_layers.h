// What can be said of a layer of several processes? The weakest decides, and is named.
#pragma once

#include "core/finding.h"

#include <string>
#include <utility>
#include <vector>

namespace sbx {

using Layers = std::vector<std::pair<std::string, Finding>>;

struct MemberLayers {
  std::string who; // "process 4242 (bash)", escaped
  Layers layers;   // the same ones for every member, in the same order
};

// As judge() does with threads: one process with the layer beside one without is partial, one that could not
// be seen leaves an unknown, and where more processes may exist than were seen nothing is enforced. A process
// to which the layer does not apply does not count beside one to which it does. The claims are those of the
// weakest, and the warnings of all, each with its "process". None: no layers.
Layers merged_layers(const std::vector<MemberLayers>& members, bool settled);

// For each layer: who is the weakest.
std::vector<std::pair<std::string, std::string>> deciders(const std::vector<MemberLayers>& members);

} // namespace sbx
