// What do a container's labels and environment say about it? Shown beside the truth, and never believed.
#pragma once

#include "policy/document.h"
#include "policy/policy.h"

namespace sbx {

// "NAME=value" of each; the value only of those that are known to hold no secret.
void claim_environment(const std::vector<Node>& variables, const std::string& file, std::string_view called,
                       Policy& policy);
// `what`: "label", "annotation".
void claim_members(const std::vector<Member>& members, const std::string& file, std::string_view what,
                   std::string_view called, Policy& policy);

} // namespace sbx
