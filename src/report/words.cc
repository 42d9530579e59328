#include "report/words.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace sbx {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> titles{{
    {"landlock", "Landlock"},
    {"seccomp", "Seccomp"},
    {"no_new_privs", "No new privileges"},
    {"capabilities", "Capabilities"},
    {"namespaces", "Namespaces"},
    {"lsm", "LSM label"},
    {"network", "Network"},
    {"filesystem", "Files"},
    {"vm", "Virtual machine"},
    {"policy", "Policy"},
}};

// proc_pid_stat(5); what merely runs or sleeps is not worth a word.
std::string_view state_word(char state) {
  switch (state) {
  case 'T':
    return "stopped";
  case 't':
    return "traced";
  case 'Z':
    return "zombie";
  case 'X':
  case 'x':
    return "dead";
  default:
    return {};
  }
}

std::string age_words(std::int64_t seconds) {
  if (seconds < 60)
    return fmt::format("{} s", std::max<std::int64_t>(seconds, 0));
  if (seconds < 60 * 60)
    return fmt::format("{} min", seconds / 60);
  if (seconds < 24 * 60 * 60)
    return fmt::format("{} h", seconds / (60 * 60));
  return fmt::format("{} d", seconds / (24 * 60 * 60));
}

// The platform comes as JSON: a member that is missing or of another type was not seen.
const json& member(const json& object, const char* name) {
  static const json nothing;
  const auto it = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && it != object.end() ? *it : nothing;
}

std::string text(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::vector<std::string> texts(const json& object, const char* name) {
  std::vector<std::string> out;
  if (const json& list = member(object, name); list.is_array())
    for (const json& value : list)
      if (value.is_string())
        out.push_back(value.get<std::string>());
  return out;
}

std::string landlock_words(const json& landlock) {
  const json& abi = member(landlock, "abi");
  const json& errata = member(landlock, "errata");
  if (abi.is_number_integer() && abi != 0)
    return errata.is_number_integer() ? fmt::format("Landlock ABI {} (errata {})", abi.dump(), errata.dump())
                                      : fmt::format("Landlock ABI {}", abi.dump());
  const std::string answer = text(landlock, "answer");
  return std::string(abi == 0 ? "no Landlock" : "Landlock ABI not seen") +
         (answer.empty() ? answer : " (" + answer + ")");
}

std::string virtual_machine_words(const json& machine) {
  const std::string state = text(machine, "state");
  std::string out = state == "yes"  ? "in a virtual machine"
                    : state == "no" ? "not in a virtual machine"
                                    : "in a virtual machine or not: unknown";
  const auto evidence = texts(machine, "evidence");
  constexpr std::size_t shown = 2;
  if (!evidence.empty()) {
    const auto end = evidence.begin() + static_cast<std::ptrdiff_t>(std::min(evidence.size(), shown));
    const std::string more =
        evidence.size() > shown ? fmt::format("; {} more", evidence.size() - shown) : std::string();
    out += fmt::format(" ({}{})", fmt::join(evidence.begin(), end, "; "), more);
  }
  return out;
}

std::string kernel_words(const json& platform) {
  const std::string release = text(platform, "kernel_release");
  const std::string architecture = text(platform, "architecture");
  std::string out = "Linux " + (release.empty() ? "of unknown release" : release);
  if (!architecture.empty())
    out += " " + architecture;
  out += ", " + landlock_words(member(platform, "landlock"));
  if (const std::string lockdown = text(platform, "lockdown"); !lockdown.empty() && lockdown != "none")
    out += ", lockdown " + lockdown;
  return out + ", " + virtual_machine_words(member(platform, "virtual_machine"));
}

} // namespace

std::string_view layer_title(std::string_view id) {
  const auto it =
      std::find_if(titles.begin(), titles.end(), [&](const auto& title) { return title.first == id; });
  return it == titles.end() ? id : it->second;
}

std::string target_words(const Target& target) {
  std::vector<std::string> facts{fmt::format("pid {}", target.pid)};
  if (target.kernel_thread == true)
    facts.emplace_back("kernel thread");
  if (const auto word = state_word(target.state.value_or(' ')); !word.empty())
    facts.emplace_back(word);
  if (target.threads && target.kernel_thread != true)
    facts.push_back(fmt::format("{} thread{}", *target.threads, *target.threads == 1 ? "" : "s"));
  if (target.age_seconds)
    facts.push_back("up " + age_words(*target.age_seconds));
  return fmt::format("{} ({})", target.comm.value_or("").empty() ? "(no name)" : *target.comm,
                     fmt::join(facts, ", "));
}

std::string vantage_words(const Report& report) {
  const Observer& observer = report.observer;
  std::string who = observer.euid ? *observer.euid == 0 ? "root" : fmt::format("uid {}", *observer.euid)
                                  : std::string("an unknown user");
  who += observer.kernel_memory ? " with BPF" : " without BPF";
  switch (report.vantage) {
  case Vantage::self:
    return "seen from inside (this process), as " + who;
  case Vantage::observer:
    if (observer.landlock_layers.value_or(0) > 0) // what it could not see may be its own sandbox's doing
      who += fmt::format(", itself under {} Landlock layer{}", *observer.landlock_layers,
                         *observer.landlock_layers == 1 ? "" : "s");
    return "seen from outside, as " + who;
  }
  return who;
}

std::string gap_words(const Gap& gap) {
  switch (gap.kind) {
  case GapKind::denied:
    return "refused to us";
  case GapKind::unsupported:
    return "this kernel has nothing to read";
  case GapKind::vanished:
    return "it went away while we looked";
  case GapKind::malformed:
    return "what was read makes no sense";
  case GapKind::not_attempted:
    return "not asked";
  }
  return {};
}

std::vector<std::string> platform_words(const nlohmann::json& platform) {
  std::vector<std::string> out;
  if (!platform.is_object())
    return out;
  out.push_back(kernel_words(platform));
  for (const json& erratum : member(member(platform, "landlock"), "open_errata"))
    out.push_back("Landlock erratum not fixed here: " +
                  (erratum.is_string() ? erratum.get<std::string>() : ""));
  std::vector<std::string> hints;
  for (const json& hint : member(platform, "hints")) {
    auto evidence = texts(hint, "also");
    evidence.insert(evidence.begin(), text(hint, "evidence"));
    hints.push_back(fmt::format("{}{} ({})", text(hint, "confidence") == "likely" ? "likely " : "",
                                text(hint, "name"), fmt::join(evidence, "; ")));
  }
  if (!hints.empty())
    out.push_back(fmt::format("hints: {}", fmt::join(hints, ", ")));
  for (const json& conflict : member(platform, "conflicts"))
    out.push_back(fmt::format("conflict: {} ({})", text(conflict, "text"),
                              fmt::join(texts(conflict, "evidence"), "; ")));
  for (const json& note : member(platform, "notes"))
    out.push_back(fmt::format("note: {} ({})", text(note, "text"), text(note, "source")));
  for (const json& gap : member(platform, "gaps"))
    out.push_back(fmt::format("not seen: {}: {}", text(gap, "source"), text(gap, "detail")));
  return out;
}

} // namespace sbx
