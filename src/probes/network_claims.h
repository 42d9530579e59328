// The network of the target, as claims: the same in a report and on the page of `sbx-attest network`.
#pragma once

#include "core/finding.h"
#include "probes/network_view.h"

#include <string_view>

namespace sbx {

// Which of the ways in which sandboxes are held back is this? Told from what was seen, for people.
std::string_view network_shape(const NetworkView& view);

void add_network_claims(Witness& witness, const NetworkView& view, Finding& finding);

} // namespace sbx
