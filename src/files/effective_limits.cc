#include "files/effective_limits.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

#include <cerrno>
#include <fmt/core.h>
#include <optional>

namespace sbx {

namespace {

using Sight = EffectiveLimit::Sight;

struct Amount {
  bool none = false;
  std::uint64_t value = 0, period = 0;
};

using Answer = tl::expected<Amount, std::string>; // or why it was not seen

constexpr Amount no_limit{true, 0, 0};

std::string not_read(std::string_view what, int error) {
  return fmt::format("{}: {}", what, errno_name(error));
}

// ENOENT: the group was opened, so it has no such file, as those have none in which the controller is off.
tl::expected<std::optional<std::string_view>, std::string> text_of(const Cgroup& group,
                                                                   std::string_view name) {
  const CgroupFile* file = group.file(name);
  if (!file)
    return tl::unexpected<std::string>(fmt::format("{}: not in the recording", name));
  if (!file->value && file->value.error() == ENOENT)
    return std::optional<std::string_view>();
  if (!file->value)
    return tl::unexpected<std::string>(not_read(name, file->value.error()));
  return std::optional<std::string_view>(*file->value);
}

Answer senseless(std::string_view name, std::string_view text) {
  return tl::unexpected<std::string>(fmt::format("{} makes no sense: {}", name, escaped(text, 40)));
}

// "max", or a number; from `unlimited` on it is none.
Answer plain_amount(const Cgroup& group, std::string_view name, std::uint64_t unlimited) {
  const auto text = text_of(group, name);
  if (!text)
    return tl::unexpected<std::string>(text.error());
  if (!*text || **text == "max")
    return no_limit;
  const auto value = number<std::uint64_t>(**text);
  if (!value)
    return senseless(name, **text);
  return *value >= unlimited ? no_limit : Amount{false, *value, 0};
}

constexpr std::uint64_t unlimited_pids = std::uint64_t{1} << 53; // far above PID_MAX_LIMIT

// What version 1 prints of no limit is the largest signed number, rounded down to whole pages
// (mm/page_counter.c); the largest pages are of 64 KiB.
constexpr std::uint64_t unlimited_bytes = INT64_MAX - 0xffff;

// A quota for each period in microseconds. The kernel takes less than both bounds (kernel/sched/core.c),
// whose product is a number of 64 bits.
Answer cpu_amount(std::string_view name, std::string_view quota, std::string_view period) {
  constexpr std::uint64_t most_quota = std::uint64_t{1} << 40, most_period = std::uint64_t{1} << 24;
  const auto part = number<std::uint64_t>(quota), whole = number<std::uint64_t>(period);
  if (!part || !whole || *part == 0 || *whole == 0 || *part >= most_quota || *whole >= most_period)
    return senseless(name, std::string(quota) + " " + std::string(period));
  return Amount{false, *part, *whole};
}

Answer cpu_max(const Cgroup& group) {
  constexpr std::string_view name = "cpu.max";
  const auto text = text_of(group, name);
  if (!text)
    return tl::unexpected<std::string>(text.error());
  if (!*text)
    return no_limit;
  const auto parts = words(**text);
  if (parts.size() != 2)
    return senseless(name, **text);
  return parts[0] == "max" ? Answer(no_limit) : cpu_amount(name, parts[0], parts[1]);
}

Answer cfs_quota(const Cgroup& group) {
  constexpr std::string_view name = "cpu.cfs_quota_us";
  const auto quota = text_of(group, name), period = text_of(group, "cpu.cfs_period_us");
  if (!quota || !period)
    return tl::unexpected<std::string>(quota ? period.error() : quota.error());
  if (!*quota || **quota == "-1")
    return no_limit;
  return cpu_amount(name, **quota, period->value_or(""));
}

struct Resource {
  std::string_view controller;
  Answer (*second)(const Cgroup&);
  Answer (*first)(const Cgroup&); // nullptr: version 1 has no such limit, or it is not read
};

bool is_less(const Amount& one, const EffectiveLimit& other) {
  return other.period == 0 ? one.value < other.value : one.value * other.period < other.value * one.period;
}

class Search {
public:
  void over(const CgroupHierarchy& hierarchy, const Resource& resource) {
    if (hierarchy.error != 0)
      return missed(hierarchy.error == EXDEV || hierarchy.error == ENOENT
                        ? fmt::format("the inspector does not see the group {} ({})",
                                      escaped(hierarchy.path, 200), errno_name(hierarchy.error))
                        : not_read("the groups of " + escaped(hierarchy.controllers, 60), hierarchy.error));
    for (const Cgroup& group : hierarchy.groups) {
      if (&group != &hierarchy.groups.front() && ends_here(group, hierarchy, resource))
        return;
      if (group.error != 0)
        missed(not_read("the group " + escaped(group.path, 200), group.error));
      else
        take(group, hierarchy.version == 1 ? resource.first(group) : resource.second(group));
    }
    if (!hierarchy.top)
      missed("groups above are not seen from here");
  }

  EffectiveLimit limit() const {
    EffectiveLimit result = found_;
    result.why = why_;
    if (result.sight != Sight::limited)
      result.sight = why_.empty() ? Sight::none : Sight::unseen;
    return result;
  }

  void missed(std::string why) {
    if (why_.empty())
      why_ = std::move(why);
  }

private:
  // A group of version 1 that does not count its children limits none of them.
  static bool ends_here(const Cgroup& parent, const CgroupHierarchy& hierarchy, const Resource& resource) {
    if (hierarchy.version != 1 || resource.controller != "memory")
      return false;
    const CgroupFile* counts = parent.file("memory.use_hierarchy");
    return counts && counts->value && *counts->value == "0";
  }

  void take(const Cgroup& group, const Answer& answer) {
    if (!answer)
      return missed(answer.error());
    if (answer->none || (found_.sight == Sight::limited && !is_less(*answer, found_)))
      return;
    found_ = {Sight::limited, answer->value, answer->period, group.path, {}};
  }

  EffectiveLimit found_;
  std::string why_;
};

// A controller is in one hierarchy at a time. One that no hierarchy has limits nothing.
EffectiveLimit limit_of(const CgroupLimits& limits, const Resource& resource) {
  Search search;
  const CgroupHierarchy* in = nullptr;
  for (const CgroupHierarchy& hierarchy : limits.hierarchies)
    if (hierarchy.version == 1 ? hierarchy.has(resource.controller) : !in)
      in = &hierarchy; // version 1 wins, whichever comes first
  if (in && in->version == 1 && !resource.first)
    search.missed("not read of control groups of version 1");
  else if (in)
    search.over(*in, resource);
  return search.limit();
}

Answer of_bytes(const Cgroup& group, std::string_view name) {
  return plain_amount(group, name, unlimited_bytes);
}

Answer of_pids(const Cgroup& group) { return plain_amount(group, "pids.max", unlimited_pids); }

} // namespace

EffectiveLimits effective_limits(const CgroupLimits& limits) {
  EffectiveLimits found;
  found.memory = limit_of(limits, {"memory", [](const Cgroup& it) { return of_bytes(it, "memory.max"); },
                                   [](const Cgroup& it) { return of_bytes(it, "memory.limit_in_bytes"); }});
  found.memory_high =
      limit_of(limits, {"memory", [](const Cgroup& it) { return of_bytes(it, "memory.high"); }, nullptr});
  found.swap =
      limit_of(limits, {"memory", [](const Cgroup& it) { return of_bytes(it, "memory.swap.max"); }, nullptr});
  found.pids = limit_of(limits, {"pids", of_pids, of_pids});
  found.cpus = limit_of(limits, {"cpu", cpu_max, cfs_quota});
  return found;
}

} // namespace sbx
