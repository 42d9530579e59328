#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"
#include "policy/fields.h"
#include "policy/unit_parts.h"
#include "seccomp/reference_profile.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr int most_errno = 4095; // the kernel's MAX_ERRNO

constexpr SeccompAction allow{ActionKind::allow}, kill{ActionKind::kill_process};
SeccompAction fails(int error) { return {ActionKind::fails, static_cast<std::uint16_t>(error)}; }

// Settings that refuse whole calls with EPERM, whatever the calls are given.
struct RefusedSet {
  std::string_view setting, set; // a group, or one call
};
constexpr std::array refused_sets{
    RefusedSet{"PrivateDevices", "@raw-io"},        RefusedSet{"ProtectClock", "@clock"},
    RefusedSet{"ProtectHostname", "sethostname"},   RefusedSet{"ProtectHostname", "setdomainname"},
    RefusedSet{"ProtectKernelLogs", "syslog"},      RefusedSet{"ProtectKernelModules", "@module"},
    RefusedSet{"ProtectKernelTunables", "_sysctl"},
};
// Settings with a filter that looks at arguments.
constexpr std::array argument_settings{"LockPersonality",         "MemoryDenyWriteExecute",
                                       "RestrictAddressFamilies", "RestrictNamespaces",
                                       "RestrictRealtime",        "RestrictSUIDSGID"};

struct ArchName {
  std::string_view systemd, libseccomp;
};
constexpr std::array arch_names{
    ArchName{"native", "SCMP_ARCH_NATIVE"}, ArchName{"x86", "SCMP_ARCH_X86"},
    ArchName{"x86-64", "SCMP_ARCH_X86_64"}, ArchName{"x32", "SCMP_ARCH_X32"},
    ArchName{"arm", "SCMP_ARCH_ARM"},       ArchName{"arm64", "SCMP_ARCH_AARCH64"},
};
// Known to systemd; no process of the machines that are known here runs by them.
constexpr std::array<std::string_view, 18> foreign_arches{
    "alpha", "arc",   "arc-be", "cris",     "ia64", "loongarch64", "m68k",    "mips64-n32", "mips64-le-n32",
    "ppc",   "ppc64", "ppc-le", "ppc64-le", "s390", "s390x",       "riscv32", "riscv64",    "sparc"};

std::vector<std::string_view> calls_of(std::string_view name) {
  if (!name.starts_with('@'))
    return {name};
  const auto& sets = syscall_sets();
  const auto found = std::ranges::find(sets, name, &SyscallSet::name);
  return found == sets.end() ? std::vector<std::string_view>{} : found->calls;
}

class UnitSeccomp {
public:
  UnitSeccomp(const UnitService& service, Policy& policy) : service_(service), policy_(policy) {}

  void add() {
    check_families();
    check_namespaces();
    read_default_error();
    read_filter();
    const bool sets = refuse_sets();
    const bool by_name = !calls_.empty() || allow_list_ || sets || service_.last("SystemCallArchitectures");
    const std::vector<std::string> arches = read_arches();
    const auto by_arguments = argument_filters();
    if (!by_name && by_arguments.empty())
      return;
    SeccompWish wish;
    if (by_name) {
      wish.kind = SeccompWish::Kind::profile;
      wish.profile = profile(arches);
    }
    const UnitSetting* filter = service_.last("SystemCallFilter");
    const UnitSetting* said = filter ? filter : service_.last("SystemCallArchitectures");
    policy_.seccomp = {std::move(wish), said ? service_.find(said->key)->values.front().place : place_,
                       said ? "" : "systemd"};
  }

private:
  [[noreturn]] void wrong(const PlacedWord& word, std::string_view setting, std::string_view why) const {
    refuse(word.place.file, word.place.mark,
           fmt::format("{}: '{}' {}", setting, escaped(word.text, 80), why));
  }

  // "EPERM", "1", "kill"
  std::optional<SeccompAction> error_action(std::string_view text) const {
    if (text == "kill")
      return kill;
    if (const auto named = errno_from_name(text); named && *named <= most_errno)
      return fails(*named);
    const auto value = number<int>(text);
    return value && *value >= 0 && *value <= most_errno ? std::optional(fails(*value)) : std::nullopt;
  }

  void read_default_error() {
    const UnitSetting* setting = service_.last("SystemCallErrorNumber");
    if (!setting)
      return;
    const auto action = error_action(setting->value);
    if (!action || *action == fails(0))
      wrong({setting->value, setting->at(0)}, setting->key, "is no errno from 1 to 4095, its name, or kill");
    negative_ = *action;
  }

  void read_filter() {
    std::size_t setting = std::string::npos;
    bool inverted = false;
    std::vector<PlacedWord> words = service_.words("SystemCallFilter");
    for (PlacedWord& word : words) {
      if (word.setting != setting) {
        setting = word.setting;
        inverted = word.text.starts_with('~');
        if (inverted)
          word.text.erase(0, 1);
        if (!filtered_ && (allow_list_ = !inverted))
          for (const std::string_view call : calls_of("@default"))
            calls_[std::string(call)] = allow;
        filtered_ = true;
      }
      if (!word.text.empty())
        take(word, inverted);
    }
  }

  // As systemd merges: what the first line began, later ones add to or take from.
  void take(const PlacedWord& word, bool inverted) {
    const std::string_view text = word.text;
    const std::string_view name = text.substr(0, text.find(':'));
    std::optional<SeccompAction> error;
    if (name.size() != text.size()) {
      error = error_action(text.substr(name.size() + 1));
      if (!error)
        wrong(word, "SystemCallFilter", "ends with no errno from 0 to 4095, its name, or kill");
    }
    const auto calls = calls_of(name);
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    if (calls.empty())
      wrong(word, "SystemCallFilter", "is a group that is not known here");
    if (!name.starts_with('@') && (name.empty() || !std::ranges::all_of(name, letter)))
      wrong(word, "SystemCallFilter", "is no name of a system call, or of a group");
    groups_ = groups_ || name.starts_with('@');
    for (const std::string_view call : calls) {
      if (inverted != allow_list_ || (inverted && error))
        calls_[std::string(call)] = error ? *error : inverted ? negative_ : allow;
      else
        calls_.erase(std::string(call));
    }
  }

  // Whether any is asked for.
  bool refuse_sets() {
    bool any = false;
    for (const RefusedSet& one : refused_sets) {
      const auto choice = service_.on(one.setting);
      if (!choice || choice->word == "private")
        continue;
      any = true;
      place_ = place_.mark.line == 0 ? choice->place : place_;
      groups_ = groups_ || one.set.starts_with('@');
      for (const std::string_view call : calls_of(one.set)) {
        const auto found = calls_.find(std::string(call));
        if (found == calls_.end() ? !allow_list_ : found->second == allow)
          calls_[std::string(call)] = fails(1); // EPERM
      }
    }
    return any;
  }

  std::vector<std::string> read_arches() {
    std::vector<std::string> arches;
    for (const PlacedWord& word : service_.words("SystemCallArchitectures")) {
      const auto* const known =
          std::ranges::find(arch_names, std::string_view(word.text), &ArchName::systemd);
      if (known != arch_names.end())
        arches.emplace_back(known->libseccomp);
      else if (std::ranges::find(foreign_arches, std::string_view(word.text)) == foreign_arches.end())
        wrong(word, "SystemCallArchitectures", "is no architecture that systemd knows");
    }
    // Else it makes a filter for each way into the kernel.
    if (!service_.last("SystemCallArchitectures"))
      arches = {"SCMP_ARCH_NATIVE", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_ARM"};
    return arches;
  }

  // Of settings that look at arguments, or only log: their filters are not rebuilt here.
  std::vector<UnitChoice> argument_filters() {
    std::vector<UnitChoice> found;
    const auto add = [&](std::string_view what, const Place& place, std::string_view origin) {
      found.push_back({std::string(what), place});
      place_ = place_.mark.line == 0 ? place : place_;
      policy_.unchecked.push_back(
          {{std::string(what),
            "its filter looks at arguments, or only logs: that one is held is seen, not which"},
           place,
           std::string(origin)});
    };
    for (const std::string_view setting : argument_settings)
      if (const UnitSetting* said = service_.last(setting); said && !is_off(setting))
        add(unit_words_of(*said), said->place, "");
    if (const UnitSetting* log = service_.last("SystemCallLog"))
      add(unit_words_of(*log), log->place, "");
    if (const auto dynamic = service_.on("DynamicUser"); dynamic && !service_.on("RestrictSUIDSGID"))
      add("RestrictSUIDSGID=yes", dynamic->place, "systemd");
    return found;
  }
  bool is_off(std::string_view setting) const {
    if (setting == "RestrictAddressFamilies")
      return false;
    if (setting == "RestrictNamespaces")
      return !restricts_namespaces_;
    return !service_.on(setting);
  }

  void check_families() const {
    for (const PlacedWord& word : service_.words("RestrictAddressFamilies")) {
      std::string_view name = word.text;
      name.remove_prefix(name.starts_with('~') ? 1 : 0);
      if (!name.empty() && name != "none" && !name.starts_with("AF_"))
        wrong(word, "RestrictAddressFamilies", "is no address family such as AF_UNIX");
    }
  }

  void check_namespaces() {
    constexpr std::array<std::string_view, 8> kinds{"cgroup", "ipc",  "mnt",  "net",
                                                    "pid",    "time", "user", "uts"};
    for (const PlacedWord& word : service_.words("RestrictNamespaces")) {
      std::string_view name = word.text;
      name.remove_prefix(name.starts_with('~') ? 1 : 0);
      if (name.empty() || std::ranges::find(kinds, name) != kinds.end()) {
        restricts_namespaces_ = true;
        continue;
      }
      restricts_namespaces_ =
          service_.on("RestrictNamespaces").has_value(); // or it is no boolean, and refused there
    }
  }

  // systemd 257: calls that are newer than its list of all calls fail with ENOSYS; older versions do the same
  // to them as to all others, which is no weaker.
  OciProfile profile(const std::vector<std::string>& arches) const {
    constexpr int not_implemented = 38;
    OciProfile profile;
    profile.default_action = allow_list_ ? fails(not_implemented) : allow;
    profile.arches = arches;
    std::map<std::string, SeccompAction, std::less<>> calls = calls_;
    if (allow_list_)
      for (const std::string_view call : calls_of("@known"))
        calls.try_emplace(std::string(call), negative_);
    for (const auto& call : calls) {
      const SeccompAction action = call.second;
      if (action == profile.default_action)
        continue;
      auto rule =
          std::ranges::find_if(profile.rules, [&](const OciRule& one) { return one.action == action; });
      if (rule == profile.rules.end())
        rule = profile.rules.insert(rule, OciRule{{}, action, {}, {}, {}, {}});
      rule->names.push_back(call.first);
    }
    return profile;
  }

  const UnitService& service_;
  Policy& policy_;
  SeccompAction negative_ = kill;
  bool filtered_ = false, allow_list_ = false, restricts_namespaces_ = false;
  bool groups_ = false; // a group of calls counts
  std::map<std::string, SeccompAction, std::less<>> calls_;
  Place place_; // of the first setting that implies a filter

public:
  bool groups() const { return groups_; }
};

} // namespace

void add_unit_seccomp(const UnitService& service, Policy& policy) {
  UnitSeccomp seccomp(service, policy);
  seccomp.add();
  if (seccomp.groups() && policy.seccomp)
    policy.notes.push_back(
        {"groups of system calls are those of systemd 257; other versions have other members",
         policy.seccomp->place, ""});
}

} // namespace sbx
