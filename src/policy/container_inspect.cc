#include "policy/container_inspect.h"

#include "core/escape.h"
#include "parse/line.h"
#include "policy/claims.h"
#include "policy/container_options.h"
#include "rules/capability_names.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

using Kind = MountWish::Kind;

// Podman does not print these; containers/common says them.
constexpr std::array podman_masked{"/proc/acpi",          "/proc/kcore",       "/proc/keys",
                                   "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
                                   "/proc/timer_list",    "/proc/timer_stats", "/sys/firmware",
                                   "/sys/fs/selinux",     "/sys/dev/block"};
constexpr std::array podman_read_only{"/proc/asound", "/proc/bus", "/proc/fs",
                                      "/proc/irq",    "/proc/sys", "/proc/sysrq-trigger"};
// They make a container of namespaces; others put another kernel between.
constexpr std::array<std::string_view, 6> usual_runtimes{"",    "crun", "io.containerd.runc.v2",
                                                         "oci", "runc", "youki"};

const Node* call_of(const Node& container) {
  const Node* config = container.find("Config");
  const Node* call = config && config->kind == NodeKind::map ? config->find("CreateCommand") : nullptr;
  return call && call->kind == NodeKind::list ? call : nullptr;
}

class InspectReader {
public:
  InspectReader(const PolicyFile& file, const Node& container)
      : file_(file), container_(container), top_(container, file.name, ""),
        host_(top_.need("HostConfig"), file.name, "HostConfig"),
        options_{host_, call_of(container), container.find("BoundingCaps") || container.find("ConmonPidFile"),
                 host_.boolean("Privileged").value_or(false)} {}

  Policy read() {
    read_labels();
    add_security_options(options_, policy_);
    add_namespace_modes(options_, policy_);
    if (options_.podman)
      read_podman_capabilities();
    else
      add_docker_capabilities(options_, policy_);
    read_mounts();
    if (options_.podman)
      read_podman_paths();
    else
      read_docker_paths();
    if (const Node* config = top_.find("Config"))
      read_config(*config);
    read_rest();
    return std::move(policy_);
  }

private:
  Place at(Mark mark) const { return {file_.name, mark}; }
  void leave(std::string_view what, Mark mark, std::string_view why) {
    policy_.unchecked.push_back({{escaped(what, 160), std::string(why)}, at(mark), ""});
  }
  void wish_mount(const Node& node, std::string_view called, Kind kind, bool optional) {
    std::string path = text_of(node, file_.name, called);
    if (!path.starts_with('/'))
      refuse(file_.name, node.mark, fmt::format("{}: '{}' is no absolute path", called, escaped(path, 120)));
    policy_.mounts.push_back({{std::move(path), kind, optional}, at(node.mark), ""});
  }

  // What the engine came to, which it prints beside what it was told.
  void read_labels() {
    if (const std::string* profile = top_.text("AppArmorProfile"); profile && !profile->empty())
      policy_.label = {
          {"apparmor", *profile == "unconfined" ? "" : *profile}, at(top_.mark("AppArmorProfile")), ""};
    if (const std::string* label = top_.text("ProcessLabel"); label && !label->empty()) {
      if (policy_.label)
        leave("ProcessLabel=" + *label, top_.mark("ProcessLabel"),
              "one label is compared, and AppArmorProfile is it");
      else
        policy_.label = {{"selinux", *label}, at(top_.mark("ProcessLabel")), ""};
    }
  }

  // Podman prints what its options come to.
  void read_podman_capabilities() {
    read_capabilities("BoundingCaps", {CapabilitySet::bounding});
    read_capabilities("EffectiveCaps", {CapabilitySet::effective, CapabilitySet::permitted});
  }
  void read_capabilities(std::string_view key, const std::vector<CapabilitySet>& sets) {
    const auto* names = top_.list(key);
    if (!container_.find(key)) // null is printed where there are none
      return;
    std::uint64_t most = 0;
    for (std::size_t i = 0; names && i < names->size(); ++i) {
      const Node& name = (*names)[i];
      const std::uint64_t bit = capability_bit(text_of(name, file_.name, key));
      if (bit == 0)
        refuse(file_.name, name.mark,
               fmt::format("{}: no capability is called '{}'", key, escaped(name.text, 80)));
      most |= bit;
    }
    for (const CapabilitySet set : sets)
      policy_.capabilities.push_back({{set, most}, at(top_.mark(key)), ""});
  }

  void read_mounts() {
    if (host_.boolean("ReadonlyRootfs").value_or(false))
      policy_.mounts.push_back({{"/", Kind::read_only, false}, at(host_.mark("ReadonlyRootfs")), ""});
    const auto* mounts = top_.list("Mounts");
    for (std::size_t i = 0; mounts && i < mounts->size(); ++i) {
      Fields mount((*mounts)[i], file_.name, "Mounts");
      const Node& destination = mount.need("Destination");
      wish_mount(destination, "Mounts.Destination",
                 mount.boolean("RW").value_or(true) ? Kind::writable : Kind::read_only, false);
    }
    if (const auto* tmpfs = host_.map("Tmpfs"))
      for (const Member& member : *tmpfs) {
        if (!member.key.starts_with('/'))
          refuse(file_.name, member.mark,
                 fmt::format("HostConfig.Tmpfs: '{}' is no absolute path", escaped(member.key, 120)));
        policy_.mounts.push_back({{member.key, Kind::own, false}, at(member.mark), ""});
      }
  }

  // It prints what it masks; runtimes pass over what is not there.
  void read_docker_paths() {
    for (const auto& [key, kind] :
         {std::pair("MaskedPaths", Kind::masked), std::pair("ReadonlyPaths", Kind::read_only)}) {
      const auto* paths = host_.list(key);
      for (std::size_t i = 0; paths && i < paths->size(); ++i)
        wish_mount((*paths)[i], host_.path(key), kind, true);
      if (!paths && !options_.privileged)
        leave(host_.path(key), host_.mark(), "this output does not say which paths it hides");
    }
  }

  // It does not print what it leaves unmasked, but how it was called.
  void read_podman_paths() {
    const std::string* pid_mode = host_.text("PidMode");
    if (options_.privileged)
      return;
    const bool unmasks =
        options_.command && std::ranges::any_of(options_.command->list, [](const Node& word) {
          return word.text.find("unmask") != std::string::npos ||
                 word.text.find("systempaths") != std::string::npos;
        });
    if (!options_.command || unmasks || (pid_mode && *pid_mode == "host")) {
      leave("masked and read-only paths", host_.mark(), "this output does not say which paths it hides");
      return;
    }
    for (const char* path : podman_masked)
      policy_.mounts.push_back({{path, Kind::masked, true}, at(host_.mark()), "podman"});
    for (const char* path : podman_read_only)
      policy_.mounts.push_back({{path, Kind::read_only, true}, at(host_.mark()), "podman"});
    read_further_masks();
  }

  // "--security-opt mask=/a:/b", which is printed nowhere else.
  void read_further_masks() {
    for (const GivenWord& word : given(options_, "--security-opt")) {
      std::string_view paths = word.value;
      if (!paths.starts_with("mask="))
        continue;
      for (paths.remove_prefix(paths.find('=') + 1); !paths.empty();) {
        const std::string_view path = paths.substr(0, paths.find(':'));
        paths.remove_prefix(std::min(paths.size(), path.size() + 1));
        if (path.starts_with('/'))
          policy_.mounts.push_back({{std::string(path), Kind::masked, true}, at(word.mark), ""});
      }
    }
  }

  // For a systemd in the container, Podman makes what that needs to write, and prints none of it.
  void read_systemd_mode(Fields& config) {
    if (!options_.podman || !config.boolean("SystemdMode").value_or(false))
      return;
    for (const char* path : {"/run", "/run/lock", "/tmp", "/var/log/journal"})
      policy_.mounts.push_back({{path, Kind::writable, true}, at(config.mark("SystemdMode")), "podman"});
  }

  void read_config(const Node& node) {
    Fields config(node, file_.name, "Config");
    read_systemd_mode(config);
    if (const std::string* user = config.text("User"); user && !user->empty())
      read_user(*user, config.mark("User"));
    if (const auto* labels = config.map("Labels"))
      claim_members(*labels, file_.name, "label", "Config.Labels", policy_);
    if (const auto* annotations = config.map("Annotations"))
      claim_members(*annotations, file_.name, "annotation", "Config.Annotations", policy_);
    if (const auto* env = config.list("Env"))
      claim_environment(*env, file_.name, "Config.Env", policy_);
  }

  // "1000:1001", "name", "1000:name"
  void read_user(std::string_view text, Mark mark) {
    UserWish wish;
    const std::string_view user = text.substr(0, text.find(':'));
    const std::string_view group = text.substr(std::min(text.size(), user.size() + 1));
    if (const auto uid = number<std::uint32_t>(user))
      wish.uid = uid;
    else if (!user.empty())
      wish.user = user;
    if (const auto gid = number<std::uint32_t>(group))
      wish.gid = gid;
    else if (!group.empty())
      wish.group = group;
    policy_.user = {wish, at(mark), ""};
  }

  void read_rest() {
    if (const auto* groups = host_.list("GroupAdd"); groups && !groups->empty())
      leave("HostConfig.GroupAdd", host_.mark("GroupAdd"), "further groups are not compared");
    if (const auto* rules = host_.list("DeviceCgroupRules"); rules && !rules->empty())
      leave("HostConfig.DeviceCgroupRules", host_.mark("DeviceCgroupRules"),
            "what its control group allows is not compared");
    const std::string* runtime = options_.podman ? top_.text("OCIRuntime") : host_.text("Runtime");
    if (runtime &&
        std::ranges::find(usual_runtimes, runtime->substr(runtime->rfind('/') + 1)) == usual_runtimes.end())
      policy_.notes.push_back(
          {fmt::format("the runtime {} may put another kernel between the container and this one",
                       escaped(*runtime, 80)),
           at(options_.podman ? top_.mark("OCIRuntime") : host_.mark("Runtime")), ""});
    if (!options_.podman && policy_.seccomp && policy_.seccomp->origin == "docker" && !options_.privileged)
      policy_.notes.push_back({"a daemon can be told another default for seccomp and no_new_privs, which "
                               "this output does not say",
                               at(host_.mark()), ""});
  }

  const PolicyFile& file_;
  const Node& container_;
  Fields top_, host_;
  ContainerOptions options_;
  Policy policy_;
};

const Node& only_container(const Node& root, const std::string& file) {
  if (root.kind != NodeKind::list)
    return root;
  if (root.list.size() != 1)
    refuse(file, root.list.empty() ? root.mark : root.list[1].mark,
           fmt::format("{} containers: give the output about one", root.list.size()));
  return root.list.front();
}

} // namespace

Result<Policy> parse_container_inspect(const PolicyFile& file) {
  const auto document = parse_json_document(file.bytes, file.name);
  if (!document)
    return tl::unexpected(document.error());
  return reading([&] { return InspectReader(file, only_container(*document, file.name)).read(); });
}

} // namespace sbx
