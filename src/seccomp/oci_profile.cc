#include "seccomp/oci_profile.h"

#include "core/errno_name.h"
#include "rules/capability_names.h"
#include "seccomp/test.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sbx {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_bytes = 1U << 20, most_names = 1U << 16, most_arguments_of_a_rule = 64;
constexpr std::size_t most_conditions = 4096; // BPF_MAXINSNS, and each takes an instruction
constexpr int most_depth = 16;
constexpr std::uint64_t default_errno = 1; // EPERM: runc's and crun's, where a rule names none

// Where in the file something is wrong. Thrown within this file, and nowhere else.
struct Wrong {
  std::string text;
};
[[noreturn]] void wrong(const std::string& place, std::string_view what) {
  throw Wrong{fmt::format("{}: {}", place.empty() ? "the profile" : place, what)};
}

std::string inside(const std::string& place, std::string_view key) {
  return place.empty() ? std::string(key) : fmt::format("{}.{}", place, key);
}

// The member, or nullptr where it is not there or null: Go's encoder writes null for an empty list.
const Json* member(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

const std::string& text_of(const Json& value, const std::string& place) {
  if (!value.is_string())
    wrong(place, "not a string");
  return value.get_ref<const std::string&>();
}

std::uint64_t number_of(const Json& value, const std::string& place) {
  if (!value.is_number_unsigned())
    wrong(place, "not a whole number from 0 on");
  return value.get<std::uint64_t>();
}

template <class Each>
void for_each(const Json& object, const char* key, const std::string& place, Each each) {
  const Json* list = member(object, key);
  if (!list)
    return;
  const std::string where = inside(place, key);
  if (!list->is_array())
    wrong(where, "not a list");
  for (std::size_t i = 0; i < list->size(); ++i)
    each((*list)[i], fmt::format("{}[{}]", where, i));
}

std::vector<std::string> texts(const Json& object, const char* key, const std::string& place) {
  std::vector<std::string> found;
  for_each(object, key, place,
           [&](const Json& value, const std::string& at) { found.push_back(text_of(value, at)); });
  return found;
}

void demand_object(const Json& value, const std::string& place) {
  if (!value.is_object())
    wrong(place, "not an object");
}

// The number, or its name; the name counts where both are there, as in containers/common.
std::uint64_t errno_of(const Json& object, const char* number, const char* name, const std::string& place) {
  const Json* value = member(object, number);
  std::uint64_t error = value ? number_of(*value, inside(place, number)) : default_errno;
  const Json* named = name ? member(object, name) : nullptr;
  if (named && !text_of(*named, inside(place, name)).empty()) {
    const auto known = errno_from_name(named->get_ref<const std::string&>());
    if (!known)
      wrong(inside(place, name), "no errno of that name");
    error = static_cast<std::uint64_t>(*known);
  }
  if (error > 0xffff) // SECCOMP_RET_DATA
    wrong(inside(place, number), "above 65535");
  return error;
}

struct NamedAction {
  std::string_view name;
  ActionKind kind;
};
constexpr std::array actions{
    NamedAction{"SCMP_ACT_KILL", ActionKind::kill_thread},
    NamedAction{"SCMP_ACT_KILL_THREAD", ActionKind::kill_thread},
    NamedAction{"SCMP_ACT_KILL_PROCESS", ActionKind::kill_process},
    NamedAction{"SCMP_ACT_TRAP", ActionKind::trap},
    NamedAction{"SCMP_ACT_ERRNO", ActionKind::fails},
    NamedAction{"SCMP_ACT_TRACE", ActionKind::trace},
    NamedAction{"SCMP_ACT_ALLOW", ActionKind::allow},
    NamedAction{"SCMP_ACT_LOG", ActionKind::log},
    NamedAction{"SCMP_ACT_NOTIFY", ActionKind::notify},
};

SeccompAction action_of_json(const Json& object, const char* key, const char* number, const char* name,
                             const std::string& place) {
  const Json* value = member(object, key);
  if (!value)
    wrong(inside(place, key), "missing");
  const auto* const known =
      std::ranges::find(actions, text_of(*value, inside(place, key)), &NamedAction::name);
  if (known == actions.end())
    wrong(inside(place, key),
          fmt::format("no action is called \"{}\"", value->get_ref<const std::string&>()));
  SeccompAction action{known->kind};
  const std::uint64_t error = errno_of(object, number, name, place);
  if (known->kind == ActionKind::fails)
    action.data = static_cast<std::uint16_t>(std::min<std::uint64_t>(error, 4095)); // the kernel's MAX_ERRNO
  else if (known->kind == ActionKind::trace)
    action.data = static_cast<std::uint16_t>(error);
  return action;
}

struct NamedComparison {
  std::string_view name;
  OciComparison op;
};
constexpr std::array comparisons{
    NamedComparison{"SCMP_CMP_NE", OciComparison::not_equal},
    NamedComparison{"SCMP_CMP_LT", OciComparison::less},
    NamedComparison{"SCMP_CMP_LE", OciComparison::less_or_equal},
    NamedComparison{"SCMP_CMP_EQ", OciComparison::equal},
    NamedComparison{"SCMP_CMP_GE", OciComparison::at_least},
    NamedComparison{"SCMP_CMP_GT", OciComparison::greater},
    NamedComparison{"SCMP_CMP_MASKED_EQ", OciComparison::masked_equal},
};

OciArgument argument_of_json(const Json& json, const std::string& place, OciDialect dialect) {
  demand_object(json, place);
  OciArgument argument;
  const auto number = [&](const char* key) {
    const Json* value = member(json, key);
    return value ? number_of(*value, inside(place, key)) : 0;
  };
  const std::uint64_t index = number("index");
  if (index >= most_arguments)
    wrong(inside(place, "index"), "a system call has the arguments 0 to 5");
  argument.index = static_cast<unsigned>(index);
  argument.value = number("value");
  argument.value_two = number("valueTwo");
  const Json* op = member(json, "op");
  const auto* const known =
      std::ranges::find(comparisons, op ? text_of(*op, inside(place, "op")) : "", &NamedComparison::name);
  if (known == comparisons.end())
    wrong(inside(place, "op"), "not one of SCMP_CMP_NE, LT, LE, EQ, GE, GT, MASKED_EQ");
  argument.op = known->op;
  argument.low_half = dialect == OciDialect::references && number("bits") == 32;
  return argument;
}

// "4.8": two numbers, as moby reads them.
KernelVersion version_of(const std::string& text, const std::string& place) {
  KernelVersion version;
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.')
    wrong(place, "not a kernel version such as 4.8");
  const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
  if (minor.ec != std::errc() || minor.ptr != end)
    wrong(place, "not a kernel version such as 4.8");
  return version;
}

OciWhen when_of_json(const Json& rule, const char* key, const std::string& place) {
  OciWhen when;
  const Json* json = member(rule, key);
  if (!json)
    return when;
  const std::string where = inside(place, key);
  demand_object(*json, where);
  for (const std::string& name : texts(*json, "caps", where)) {
    const std::uint64_t bit = capability_bit(name);
    when.capabilities |= bit;
    when.other_capability |= bit == 0;
  }
  when.arches = texts(*json, "arches", where);
  if (const Json* version = member(*json, "minKernel"))
    if (const std::string& text = text_of(*version, inside(where, "minKernel")); !text.empty())
      when.minimum = version_of(text, inside(where, "minKernel"));
  return when;
}

OciRule rule_of_json(const Json& json, const std::string& place, OciDialect dialect) {
  demand_object(json, place);
  OciRule rule;
  rule.names = texts(json, "names", place);
  if (const Json* name = member(json, "name"); name && !text_of(*name, inside(place, "name")).empty()) {
    if (!rule.names.empty())
      wrong(place, "has both \"name\" and \"names\"");
    rule.names.push_back(name->get_ref<const std::string&>());
  }
  rule.action = action_of_json(json, "action", "errnoRet", "errno", place);
  for_each(json, "args", place, [&](const Json& value, const std::string& at) {
    if (rule.arguments.size() == most_arguments_of_a_rule)
      wrong(at, fmt::format("more than {} conditions", most_arguments_of_a_rule));
    rule.arguments.push_back(argument_of_json(value, at, dialect));
  });
  rule.includes = when_of_json(json, "includes", place);
  rule.excludes = when_of_json(json, "excludes", place);
  const Json* otherwise = dialect == OciDialect::references ? member(json, "otherwise") : nullptr;
  if (otherwise) {
    demand_object(*otherwise, inside(place, "otherwise"));
    rule.otherwise = action_of_json(*otherwise, "action", "errnoRet", "errno", inside(place, "otherwise"));
  }
  return rule;
}

// linux.seccomp, where the file is a whole config.json of the runtime specification.
const Json& seccomp_of(const Json& file) {
  demand_object(file, "");
  const Json* linux_part = member(file, "linux");
  if (!linux_part)
    return file;
  demand_object(*linux_part, "linux");
  const Json* seccomp = member(*linux_part, "seccomp");
  if (!seccomp)
    wrong("linux.seccomp", "missing: this container has no seccomp filter");
  demand_object(*seccomp, "linux.seccomp");
  return *seccomp;
}

OciProfile profile_of(const Json& json, OciDialect dialect) {
  OciProfile profile;
  profile.default_action = action_of_json(json, "defaultAction", "defaultErrnoRet", "defaultErrno", "");
  profile.arches = texts(json, "architectures", "");
  for_each(json, "archMap", "", [&](const Json& value, const std::string& at) {
    demand_object(value, at);
    const Json* arch = member(value, "architecture");
    profile.arch_map.push_back(
        {arch ? text_of(*arch, inside(at, "architecture")) : "", texts(value, "subArchitectures", at)});
  });
  if (!profile.arches.empty() && !profile.arch_map.empty())
    wrong("", "has both \"architectures\" and \"archMap\""); // as moby says
  if (dialect == OciDialect::references) {
    const Json* libseccomp = member(json, "libseccomp");
    profile.libseccomp = !libseccomp || *libseccomp != false;
    profile.native_too = profile.arches.empty();
  }
  std::size_t names = 0, conditions = 0;
  for_each(json, "syscalls", "", [&](const Json& value, const std::string& at) {
    profile.rules.push_back(rule_of_json(value, at, dialect));
    const OciRule& rule = profile.rules.back();
    if ((names += rule.names.size()) > most_names)
      wrong(at, fmt::format("more than {} names in all", most_names));
    if ((conditions += rule.names.size() * rule.arguments.size()) > most_conditions)
      wrong(at, fmt::format("more than {} conditions in all, so that no filter holds them", most_conditions));
  });
  return profile;
}

} // namespace

Result<OciProfile> parse_oci_profile(std::string_view text, OciDialect dialect) {
  if (text.size() > most_bytes)
    return error(ErrorKind::usage, "it has more than a MiB");
  bool deep = false;
  const auto keep = [&](int depth, Json::parse_event_t, const Json&) {
    deep = deep || depth > most_depth;
    return depth <= most_depth;
  };
  const Json json = Json::parse(text, keep, false);
  if (json.is_discarded() || deep)
    return error(ErrorKind::usage, deep ? "its JSON is nested too deep" : "it is not JSON");
  try {
    return profile_of(seccomp_of(json), dialect);
  } catch (const Wrong& found) {
    return error(ErrorKind::usage, found.text);
  }
}

} // namespace sbx
