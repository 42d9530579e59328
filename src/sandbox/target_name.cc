#include "sandbox/target_name.h"

#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace sbx {

namespace {

using Kind = TargetName::Kind;

constexpr std::size_t longest = 4096; // PATH_MAX, limits.h

constexpr std::array<std::pair<std::string_view, Kind>, 9> prefixes{{{"tree", Kind::tree},
                                                                     {"name", Kind::name},
                                                                     {"container", Kind::container},
                                                                     {"docker", Kind::docker},
                                                                     {"podman", Kind::podman},
                                                                     {"pod", Kind::pod},
                                                                     {"openshell", Kind::openshell},
                                                                     {"cgroup", Kind::cgroup},
                                                                     {"unit", Kind::unit}}};

tl::unexpected<Error> no_target(std::string_view text, const std::string& why) {
  return error(ErrorKind::usage, fmt::format("'{}' is no target: {}", escaped(text, 80), why));
}

bool is_pod(std::string_view value) {
  const auto slashes = std::count(value.begin(), value.end(), '/');
  return (slashes == 1 || slashes == 2) && value.front() != '/' && value.back() != '/' &&
         value.find("//") == value.npos;
}

} // namespace

Result<TargetName> parse_target_name(std::string_view text) {
  if (text == "self")
    return TargetName{};
  const std::size_t colon = text.find(':');
  if (colon == text.npos) {
    const auto pid = number<std::int32_t>(text);
    if (!pid || *pid <= 0)
      return no_target(text, fmt::format("give {}", target_forms));
    return TargetName{Kind::pid, std::string(text), *pid};
  }
  const auto* const known = std::find_if(prefixes.begin(), prefixes.end(),
                                         [&](const auto& it) { return it.first == text.substr(0, colon); });
  if (known == prefixes.end())
    return no_target(text, fmt::format("give {}", target_forms));
  TargetName name{known->second, std::string(text.substr(colon + 1)), 0};
  if (name.value.empty() || name.value.size() > longest || name.value.find('\0') != std::string::npos)
    return no_target(text, fmt::format("nothing that can be looked for follows '{}:'", known->first));
  if (name.kind == Kind::tree) {
    const auto pid = number<std::int32_t>(name.value);
    if (!pid || *pid <= 0)
      return no_target(text, "a process id follows 'tree:'");
    name.pid = *pid;
  }
  if (name.kind == Kind::pod && !is_pod(name.value))
    return no_target(text, "a pod is NAMESPACE/NAME, or NAMESPACE/NAME/CONTAINER");
  if (name.kind == Kind::cgroup && name.value.front() != '/')
    return no_target(text, "the path of a control group begins with '/', as /proc/PID/cgroup shows it");
  return name;
}

} // namespace sbx
