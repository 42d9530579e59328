// How are a set and a process of it called, for people? And which set is a process in?
#pragma once

#include "sandbox/named_container.h"
#include "sandbox/sandbox_set.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// Of a set: "podman container 0123456789ab", "processes under 4242 (bwrap)"; escaped.
std::string set_words(const ProcessTable& table, const SandboxSet& set, const Named& named);

// The innermost set that a process belongs to; null where there is none.
const SandboxSet* set_with(const std::vector<SandboxSet>& sets, std::int64_t pid);

std::string process_words(const ProcessTable& table, std::int64_t pid); // "4242 (bwrap)", escaped
std::string comm_of(const ProcessTable& table, std::int64_t pid); // escaped; empty where it was not seen

// Null where nobody named it.
const NamedContainer* named_as(const Named& named, std::string_view id);

} // namespace sbx
