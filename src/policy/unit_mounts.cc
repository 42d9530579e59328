#include "core/escape.h"
#include "policy/fields.h"
#include "policy/unit_parts.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

using Kind = MountWish::Kind;

constexpr std::string_view systemd = "systemd";

// What a setting does to paths that it does not name. None of them needs to be there.
struct ImpliedMount {
  std::string_view setting, word; // empty: whatever turns it on
  std::string_view path;
  Kind kind;
};
constexpr std::array implied_mounts{
    ImpliedMount{"PrivateTmp", "", "/tmp", Kind::own},
    ImpliedMount{"PrivateTmp", "", "/var/tmp", Kind::own},
    ImpliedMount{"PrivateDevices", "", "/dev", Kind::own},
    ImpliedMount{"PrivateDevices", "", "/dev", Kind::read_only},
    ImpliedMount{"ProtectSystem", "yes", "/usr", Kind::read_only},
    ImpliedMount{"ProtectSystem", "yes", "/boot", Kind::read_only},
    ImpliedMount{"ProtectSystem", "yes", "/efi", Kind::read_only},
    ImpliedMount{"ProtectSystem", "full", "/usr", Kind::read_only},
    ImpliedMount{"ProtectSystem", "full", "/boot", Kind::read_only},
    ImpliedMount{"ProtectSystem", "full", "/efi", Kind::read_only},
    ImpliedMount{"ProtectSystem", "full", "/etc", Kind::read_only},
    ImpliedMount{"ProtectSystem", "strict", "/", Kind::read_only},
    ImpliedMount{"ProtectHome", "yes", "/home", Kind::masked},
    ImpliedMount{"ProtectHome", "yes", "/root", Kind::masked},
    ImpliedMount{"ProtectHome", "yes", "/run/user", Kind::masked},
    ImpliedMount{"ProtectHome", "read-only", "/home", Kind::read_only},
    ImpliedMount{"ProtectHome", "read-only", "/root", Kind::read_only},
    ImpliedMount{"ProtectHome", "read-only", "/run/user", Kind::read_only},
    ImpliedMount{"ProtectHome", "tmpfs", "/home", Kind::own},
    ImpliedMount{"ProtectHome", "tmpfs", "/root", Kind::own},
    ImpliedMount{"ProtectHome", "tmpfs", "/run/user", Kind::own},
    ImpliedMount{"ProtectHome", "tmpfs", "/home", Kind::read_only},
    ImpliedMount{"ProtectHome", "tmpfs", "/root", Kind::read_only},
    ImpliedMount{"ProtectHome", "tmpfs", "/run/user", Kind::read_only},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/acpi", Kind::read_only},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/fs", Kind::read_only},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/irq", Kind::read_only},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/latency_stats", Kind::read_only},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/sys", Kind::read_only},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/sysrq-trigger", Kind::read_only},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/timer_stats", Kind::read_only},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/kallsyms", Kind::masked},
    ImpliedMount{"ProtectKernelTunables", "", "/proc/kcore", Kind::masked},
    ImpliedMount{"ProtectKernelTunables", "", "/sys", Kind::read_only},
    ImpliedMount{"ProtectKernelModules", "", "/usr/lib/modules", Kind::masked},
    ImpliedMount{"ProtectKernelLogs", "", "/dev/kmsg", Kind::masked},
    ImpliedMount{"ProtectKernelLogs", "", "/proc/kmsg", Kind::masked},
    ImpliedMount{"ProtectControlGroups", "", "/sys/fs/cgroup", Kind::read_only},
};

// Directories that it is given, and that ProtectSystem=strict leaves writable.
struct GivenDirectory {
  std::string_view setting, below;
};
constexpr std::array given_directories{
    GivenDirectory{"RuntimeDirectory", "/run/"},       GivenDirectory{"StateDirectory", "/var/lib/"},
    GivenDirectory{"CacheDirectory", "/var/cache/"},   GivenDirectory{"LogsDirectory", "/var/log/"},
    GivenDirectory{"ConfigurationDirectory", "/etc/"},
};

struct PathList {
  std::string_view setting;
  Kind kind;
};
constexpr std::array path_lists{
    PathList{"ReadOnlyPaths", Kind::read_only},  PathList{"ReadOnlyDirectories", Kind::read_only},
    PathList{"InaccessiblePaths", Kind::masked}, PathList{"InaccessibleDirectories", Kind::masked},
    PathList{"ReadWritePaths", Kind::writable},  PathList{"ReadWriteDirectories", Kind::writable},
};

class UnitMounts {
public:
  UnitMounts(const UnitService& service, Policy& policy)
      : service_(service), policy_(policy),
        other_root_(service.last("RootDirectory") || service.last("RootImage")) {}

  void add() {
    for (const ImpliedMount& one : implied_mounts)
      if (const auto choice = choice_of(one.setting);
          choice && (one.word.empty() || one.word == choice->word))
        wish(std::string(one.path), one.kind, true, choice->place, systemd);
    for (const PathList& list : path_lists)
      for (const PlacedWord& word : service_.words(list.setting))
        add_listed(list.setting, word, list.kind);
    for (const PlacedWord& word : service_.words("TemporaryFileSystem"))
      add_tmpfs(word);
    for (const PlacedWord& word : service_.words("BindReadOnlyPaths"))
      add_bind("BindReadOnlyPaths", word, Kind::read_only);
    for (const PlacedWord& word : service_.words("BindPaths"))
      add_bind("BindPaths", word, Kind::writable);
    for (const GivenDirectory& given : given_directories)
      for (const PlacedWord& word : service_.words(given.setting))
        add_directory(given, word);
  }

private:
  // DynamicUser implies some, and overrides what is weaker.
  std::optional<UnitChoice> choice_of(std::string_view setting) const {
    const auto dynamic = service_.on("DynamicUser");
    const auto implied = [&](const char* word) { return std::optional(UnitChoice{word, dynamic->place}); };
    const auto said = service_.on(setting);
    if (!dynamic)
      return said;
    if (setting == "ProtectSystem" && (!said || said->word != "strict"))
      return implied("strict");
    if (!said && (setting == "PrivateTmp" || setting == "ProtectHome"))
      return implied(setting == "PrivateTmp" ? "yes" : "read-only");
    return said;
  }

  void wish(std::string path, Kind kind, bool optional, const Place& place, std::string_view origin = "") {
    policy_.mounts.push_back({{std::move(path), kind, optional}, place, std::string(origin)});
  }
  void leave(std::string_view setting, const PlacedWord& word, std::string_view why) {
    policy_.unchecked.push_back(
        {{fmt::format("{}={}", setting, escaped(word.text, 120)), std::string(why)}, word.place, ""});
  }

  // An absolute path without "..", as systemd demands it; nothing where a specifier is in it.
  std::optional<std::string> path_of(std::string_view setting, const PlacedWord& word,
                                     std::string_view text) {
    if (has_specifier(text)) {
      leave(setting, word, "systemd puts a specifier in at start");
      return std::nullopt;
    }
    std::string path;
    for (std::size_t at = 0; at < text.size(); ++at)
      if (!(path.ends_with('/') && text[at] == '/')) {
        path += text[at];
        at += text[at] == '%' ? 1 : 0; // "%%"
      }
    if (!path.starts_with('/'))
      refuse(word.place.file, word.place.mark,
             fmt::format("{}: '{}' is no absolute path", setting, escaped(word.text, 120)));
    if ((path + "/").find("/../") != std::string::npos)
      refuse(word.place.file, word.place.mark,
             fmt::format("{}: '{}' goes up with '..', and systemd takes no such path", setting,
                         escaped(word.text, 120)));
    if (path.size() > 1 && path.ends_with('/'))
      path.pop_back();
    return path;
  }

  void add_listed(std::string_view setting, const PlacedWord& word, Kind kind) {
    std::string_view text = word.text;
    const bool optional = text.starts_with('-');
    text.remove_prefix(optional ? 1 : 0);
    const bool below_root = text.starts_with('+');
    text.remove_prefix(below_root ? 1 : 0);
    const auto path = path_of(setting, word, text);
    if (path && other_root_ && !below_root)
      leave(setting, word, "it counts from the root of the host, and the service has another root");
    else if (path)
      wish(*path, kind, optional, word.place);
  }

  // "/var:ro,size=1M"
  void add_tmpfs(const PlacedWord& word) {
    const std::string_view text = word.text;
    const std::size_t colon = std::min(text.find(':'), text.size());
    const auto path = path_of("TemporaryFileSystem", word, text.substr(0, colon));
    if (!path)
      return;
    wish(*path, Kind::own, false, word.place);
    const std::string options = "," + std::string(text.substr(std::min(colon + 1, text.size()))) + ",";
    if (options.find(",ro,") != std::string::npos)
      wish(*path, Kind::read_only, false, word.place);
  }

  // "-/from:/to:rbind"
  void add_bind(std::string_view setting, const PlacedWord& word, Kind kind) {
    std::string_view text = word.text;
    const bool optional = text.starts_with('-');
    text.remove_prefix(optional ? 1 : 0);
    const std::string_view from = text.substr(0, text.find(':'));
    text.remove_prefix(std::min(text.size(), from.size() + 1));
    const std::string_view to = text.substr(0, text.find(':'));
    const auto source = path_of(setting, word, from);
    if (!source)
      return;
    if (const auto path = to.empty() ? source : path_of(setting, word, to))
      wish(*path, kind, optional, word.place);
  }

  // "foo/bar:link"
  void add_directory(const GivenDirectory& given, const PlacedWord& word) {
    const std::string name = word.text.substr(0, word.text.find(':'));
    if (name.empty() || name.starts_with('/') || ("/" + name + "/").find("/../") != std::string::npos)
      refuse(
          word.place.file, word.place.mark,
          fmt::format("{}: '{}' is no relative path without '..'", given.setting, escaped(word.text, 120)));
    if (has_specifier(name))
      leave(given.setting, word, "systemd puts a specifier in at start");
    else
      wish(std::string(given.below) + name, Kind::writable, false, word.place, systemd);
  }

  const UnitService& service_;
  Policy& policy_;
  bool other_root_;
};

} // namespace

void add_unit_mounts(const UnitService& service, Policy& policy) { UnitMounts(service, policy).add(); }

} // namespace sbx
