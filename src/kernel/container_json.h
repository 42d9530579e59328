// What does a container runtime's JSON say of containers? Of the answers of Docker's and Podman's API, and of
// Docker's own file of a container (config.v2.json): into lines of the dialect of parse/containers.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

inline constexpr std::size_t most_containers = 512;

// Ids from the answer to GET /containers/json, 64 hexadecimal digits each, at most one more than
// most_containers; nothing where it is no such answer.
std::optional<std::vector<std::string>> listed_ids(std::string_view json);

// One line, from the answer to GET /containers/ID/json or from a file of Docker's; nothing where the text is
// no such thing, or is about another container than `id`. Names, networks and labels are bounded; of the
// labels those are told that recognition needs, for others may hold secrets.
std::optional<std::string> container_line(std::string_view runtime, const std::string& id,
                                          std::string_view json);

// The line of a container that is listed, and of which no more was learnt.
std::string unseen_container_line(std::string_view runtime, const std::string& id, int error);

} // namespace sbx
