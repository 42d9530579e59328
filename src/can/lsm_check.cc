#include "can/lsm_check.h"

#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

// Layers of their own here (landlock, yama, bpf), the capabilities that the ordinary permissions ask for, and
// modules without a hook on what is asked: lockdown guards the kernel's own memory and modules, loadpin what
// it loads, safesetid the changing of ids; integrity and evm guard attributes of files.
constexpr std::array<std::string_view, 8> elsewhere{"capability", "landlock",  "yama",      "bpf",
                                                    "lockdown",   "safesetid", "integrity", "evm"};

bool any_of_names(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Check by_label(const TaskLabel& label, const std::string& module, LsmDeed deed, const std::string& whose) {
  if (label.gap)
    return {Answer::unknown, fmt::format("{}label was not seen: {}", whose, label.gap->detail)};
  if (!label.label || label.module != module)
    return {Answer::unknown, fmt::format("{} is active, and {}label of it was not seen", module, whose)};
  const std::string words = label_words(label);
  // SELinux asks of two processes what one may do to the other, and unconfined types are asked too.
  const bool still_asked =
      module == "selinux" && deed == LsmDeed::process && label.label->mode != "permissive";
  const bool forbids = label.label->confines && (label.label->enforces || module == "smack");
  if (module == "smack" || forbids || still_asked)
    return {Answer::unknown, fmt::format("{}{}: what its policy says cannot be evaluated", whose, words)};
  return {Answer::yes, whose + words};
}

bool appraises(const World& world) {
  const std::string line = world.kernel_command_line.value_or("ima_policy=");
  return line.find("ima_policy=") != line.npos || line.find("ima_appraise=") != line.npos;
}

// Both are in Debian's kernels and do nothing until a policy is loaded. TOMOYO counts the loads (the line
// "Policy update:", security/tomoyo/common.c).
bool has_no_policy(const World& world, std::string_view module) {
  if (module == "ipe")
    return world.ipe_policies && world.ipe_policies->empty();
  constexpr std::string_view key = "Policy update:";
  const std::string text = world.tomoyo.value_or(std::string());
  return module == "tomoyo" && text.starts_with(key) &&
         trimmed(std::string_view(text).substr(key.size(), text.find('\n') - key.size())) == "0";
}

} // namespace

Check labels_allow(const World& world, const Subject& subject, LsmDeed deed, const Peer* peer) {
  if (!world.active_lsms)
    return {Answer::unknown,
            "which security modules are active was not seen: " + world.active_lsms.error().detail};
  Check check;
  const bool touches_files = deed == LsmDeed::file || deed == LsmDeed::execute;
  for (const std::string& name : *world.active_lsms) {
    if (any_of_names(elsewhere, name) || name == "loadpin")
      continue;
    if ((name == "ipe" && deed != LsmDeed::execute) || has_no_policy(world, name))
      continue;
    if (name == "ima") { // measures; it refuses only where a policy says appraise
      if (touches_files && appraises(world))
        check.and_then({Answer::unknown, "IMA may appraise what is opened, and its policy is not evaluated"});
      continue;
    }
    if (name != "apparmor" && name != "selinux" && name != "smack") {
      check.and_then({Answer::unknown,
                      fmt::format("{} is active, and its policy cannot be evaluated", escaped(name, 32))});
      continue;
    }
    check.and_then(by_label(subject.label, name, deed, ""));
    if (peer)
      check.and_then(by_label(peer->label, name, deed, "the other's "));
  }
  if (check.detail.empty())
    check.detail = "no module that labels processes is active";
  return check;
}

Check bpf_lsm_allows(const World& world) {
  if (!world.active_lsms)
    return {Answer::unknown,
            "which security modules are active was not seen: " + world.active_lsms.error().detail};
  if (!any_of_names(*world.active_lsms, "bpf"))
    return {Answer::yes, "not active"};
  const auto programs = programs_of(world, "lsm");
  if (!programs)
    return {Answer::unknown, "active, and whether programs are loaded was not seen"};
  if (*programs > 0)
    return {Answer::unknown, fmt::format("{} program{} loaded, which cannot be evaluated", *programs,
                                         *programs == 1 ? " is" : "s are")};
  return {Answer::yes, "no program is loaded"};
}

std::optional<std::uint64_t> programs_of(const World& world, std::string_view type) {
  const Property* count = world.bpf_programs ? find_property(*world.bpf_programs, type) : nullptr;
  return count && count->value ? number<std::uint64_t>(*count->value) : std::nullopt;
}

} // namespace sbx
