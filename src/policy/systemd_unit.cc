#include "policy/systemd_unit.h"

#include "core/escape.h"
#include "parse/line.h"
#include "policy/fields.h"
#include "policy/unit_parts.h"
#include "rules/capability_names.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::uint64_t every_capability = ~std::uint64_t{0};

// Settings that take capabilities away, too.
struct DroppedCapability {
  std::string_view setting, capability;
};
constexpr std::array dropped_capabilities{
    DroppedCapability{"PrivateDevices", "CAP_MKNOD"},
    DroppedCapability{"PrivateDevices", "CAP_SYS_RAWIO"},
    DroppedCapability{"ProtectClock", "CAP_SYS_TIME"},
    DroppedCapability{"ProtectClock", "CAP_WAKE_ALARM"},
    DroppedCapability{"ProtectKernelLogs", "CAP_SYSLOG"},
    DroppedCapability{"ProtectKernelModules", "CAP_SYS_MODULE"},
};

// Settings that need a mount namespace of the service's own.
constexpr std::array<std::string_view, 20> mount_settings{"PrivateMounts",
                                                          "PrivateTmp",
                                                          "PrivateDevices",
                                                          "ProtectSystem",
                                                          "ProtectHome",
                                                          "ProtectKernelTunables",
                                                          "ProtectKernelModules",
                                                          "ProtectKernelLogs",
                                                          "ProtectControlGroups",
                                                          "ReadOnlyPaths",
                                                          "ReadWritePaths",
                                                          "InaccessiblePaths",
                                                          "ExecPaths",
                                                          "NoExecPaths",
                                                          "BindPaths",
                                                          "BindReadOnlyPaths",
                                                          "TemporaryFileSystem",
                                                          "RootImage",
                                                          "MountImages",
                                                          "ExtensionImages"};

class UnitReader {
public:
  explicit UnitReader(const std::vector<PolicyFile>& files) : service_(files, policy_) {}

  Policy read() {
    read_user();
    read_no_new_privs();
    read_capabilities();
    read_namespaces();
    read_label();
    add_unit_mounts(service_, policy_);
    add_unit_seccomp(service_, policy_);
    return std::move(policy_);
  }

private:
  [[noreturn]] static void wrong(const UnitSetting& setting, std::string_view why) {
    refuse(setting.place.file, setting.at(0).mark,
           fmt::format("{}: '{}' {}", setting.key, escaped(setting.value, 80), why));
  }
  void leave(const UnitSetting& setting, std::string_view why) {
    policy_.unchecked.push_back({{unit_words_of(setting), std::string(why)}, setting.place, ""});
  }

  // A name, or a number.
  void read_id(const UnitSetting& setting, std::optional<std::uint32_t>& id,
               std::optional<std::string>& name) {
    constexpr std::uint32_t no_id = 0xffffffff, no_id_16 = 0xffff; // (uid_t) -1, and that of 16 bits
    const bool digits = std::ranges::all_of(setting.value, [](char c) { return c >= '0' && c <= '9'; });
    if (has_specifier(setting.value)) {
      leave(setting, "systemd puts a specifier in at start");
    } else if (digits) {
      id = number<std::uint32_t>(setting.value);
      if (!id || *id == no_id || *id == no_id_16)
        wrong(setting, "is no user or group");
    } else {
      const auto fits = [](unsigned char c) { return c > ' ' && c != ':' && c != '/' && c != 0x7f; };
      if (!std::ranges::all_of(setting.value, fits) || setting.value.starts_with('-'))
        wrong(setting, "is no user or group");
      name = setting.value;
    }
  }

  void read_user() {
    const UnitSetting* user = service_.last("User");
    const UnitSetting* group = service_.last("Group");
    const auto dynamic = service_.on("DynamicUser");
    UserWish wish;
    if (user)
      read_id(*user, wish.uid, wish.user);
    if (group)
      read_id(*group, wish.gid, wish.group);
    wish.never_root = dynamic.has_value();
    if (wish.uid || wish.gid || wish.user || wish.group || dynamic)
      policy_.user = {wish,
                      user    ? user->place
                      : group ? group->place
                              : dynamic->place,
                      user || group ? "" : std::string("systemd")};
  }

  // Other settings imply it too, but only for services without CAP_SYS_ADMIN, and not in every version.
  void read_no_new_privs() {
    if (const auto said = service_.on("NoNewPrivileges"))
      policy_.no_new_privs = {true, said->place, ""};
    else if (const auto dynamic = service_.on("DynamicUser"))
      policy_.no_new_privs = {true, dynamic->place, "systemd"};
  }

  // As systemd merges: lines add, "~" takes away, an empty one makes it empty, and the first one begins.
  std::optional<std::uint64_t> capabilities_of(std::string_view key, std::uint64_t initial) const {
    const UnitValues* all = service_.find(key);
    if (!all)
      return std::nullopt;
    std::uint64_t set = all->emptied ? 0 : initial;
    const std::vector<PlacedWord> words = service_.words(key);
    for (std::size_t i = 0; i < all->values.size(); ++i) {
      const bool inverted = all->values[i].value.starts_with('~');
      std::uint64_t sum = 0;
      for (const PlacedWord& word : words) {
        if (word.setting != i)
          continue;
        const std::string name = word.text.substr(word.text.starts_with('~') ? 1 : 0);
        const std::uint64_t bit = capability_bit(name);
        if (bit == 0 && !name.empty())
          refuse(word.place.file, word.place.mark,
                 fmt::format("{}: no capability is called '{}'", key, escaped(name, 80)));
        sum |= bit;
      }
      if (sum == 0 || set == initial)
        set = inverted ? ~sum : sum;
      else
        set = inverted ? set & ~sum : set | sum;
    }
    return set;
  }

  void read_capabilities() {
    const auto bounding = capabilities_of("CapabilityBoundingSet", every_capability);
    std::uint64_t most = bounding.value_or(every_capability);
    std::optional<Place> dropped;
    for (const DroppedCapability& one : dropped_capabilities)
      if (const auto choice = service_.on(one.setting)) {
        most &= ~capability_bit(one.capability);
        dropped = dropped ? dropped : choice->place;
      }
    if (most != every_capability) {
      const Place place = bounding ? place_of("CapabilityBoundingSet") : *dropped;
      for (const CapabilitySet set : {CapabilitySet::effective, CapabilitySet::permitted,
                                      CapabilitySet::inheritable, CapabilitySet::bounding})
        policy_.capabilities.push_back({{set, most}, place, bounding ? "" : "systemd"});
    }
    if (const auto ambient = capabilities_of("AmbientCapabilities", 0))
      policy_.capabilities.push_back(
          {{CapabilitySet::ambient, *ambient & most}, place_of("AmbientCapabilities"), ""});
  }
  Place place_of(std::string_view key) const {
    const UnitValues* all = service_.find(key);
    return all->values.empty() ? *all->emptied : all->values.front().place;
  }

  void wish_own(std::string_view kind, const std::optional<UnitChoice>& choice,
                std::string_view origin = "") {
    if (choice)
      policy_.namespaces.push_back({{std::string(kind), true}, choice->place, std::string(origin)});
  }

  void read_namespaces() {
    wish_own("user", service_.on("PrivateUsers"));
    wish_own("pid", service_.on("PrivatePIDs"));
    if (!service_.last("NetworkNamespacePath"))
      wish_own("net", service_.on("PrivateNetwork"));
    if (!service_.last("IPCNamespacePath"))
      wish_own("ipc", service_.on("PrivateIPC"));
    wish_own("uts", service_.on("ProtectHostname"));
    if (const auto groups = service_.on("ProtectControlGroups"); groups && groups->word != "yes")
      wish_own("cgroup", groups);
    const UnitSetting* first = nullptr;
    for (const std::string_view key : mount_settings)
      if (const UnitSetting* setting = service_.last(key); setting && !first && needs_mounts(*setting))
        first = setting;
    const auto dynamic = service_.on("DynamicUser");
    if (first)
      wish_own("mnt", UnitChoice{"", first->place}, first->key == "PrivateMounts" ? "" : "systemd");
    else
      wish_own("mnt", dynamic, "systemd");
  }
  bool needs_mounts(const UnitSetting& setting) const {
    return (!setting.key.starts_with("Private") && !setting.key.starts_with("Protect")) ||
           service_.on(setting.key);
  }

  void read_label() {
    const UnitSetting* apparmor = service_.last("AppArmorProfile");
    const UnitSetting* selinux = service_.last("SELinuxContext");
    for (const UnitSetting* setting : {apparmor, selinux}) {
      if (!setting)
        continue;
      if (has_specifier(setting->value))
        leave(*setting, "systemd puts a specifier in at start");
      else if (policy_.label)
        leave(*setting, "one label is compared, and AppArmorProfile is it");
      else
        policy_.label = {{setting == apparmor ? "apparmor" : "selinux",
                          setting->value.substr(setting->value.starts_with('-') ? 1 : 0)},
                         setting->place,
                         ""};
    }
  }

  Policy policy_;
  UnitService service_;
};

} // namespace

Result<Policy> parse_systemd_unit(const std::vector<PolicyFile>& files) {
  return reading([&] { return UnitReader(files).read(); });
}

} // namespace sbx
