#include "policy/oci_config.h"

#include "core/escape.h"
#include "policy/claims.h"
#include "policy/fields.h"
#include "rules/capability_names.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <limits>

namespace sbx {

namespace {

constexpr std::size_t most_mounts = 4096;

struct NamespaceName {
  std::string_view oci, kernel;
};
constexpr std::array namespace_names{
    NamespaceName{"cgroup", "cgroup"}, NamespaceName{"ipc", "ipc"}, NamespaceName{"mount", "mnt"},
    NamespaceName{"network", "net"},   NamespaceName{"pid", "pid"}, NamespaceName{"time", "time"},
    NamespaceName{"user", "user"},     NamespaceName{"uts", "uts"},
};

struct UncheckedKey {
  std::string_view key, why;
};
constexpr std::array unchecked_of_linux{
    UncheckedKey{"gidMappings", "which ids a user namespace maps is not compared"},
    UncheckedKey{"intelRdt", "no layer here shows cache and bandwidth that are set apart"},
    UncheckedKey{"personality", "the personality is not compared"},
    UncheckedKey{"resources", "what its control group allows, devices too, is not compared"},
    UncheckedKey{"sysctl", "settings of its namespaces are not compared"},
    UncheckedKey{"uidMappings", "which ids a user namespace maps is not compared"},
};

class OciReader {
public:
  OciReader(const PolicyFile& file, const Node& root) : file_(file), root_(root, file.name, "") {}

  Policy read() {
    if (const Node* process = root_.find("process"))
      read_process(*process);
    if (const Node* root = root_.find("root")) {
      Fields fields(*root, file_.name, "root");
      if (fields.boolean("readonly").value_or(false))
        wish_mount("/", MountWish::Kind::read_only, false, fields.mark("readonly"));
    }
    read_mounts();
    if (const Node* linux_part = root_.find("linux"))
      read_linux(*linux_part);
    if (root_.find("vm"))
      leave("vm", root_.mark("vm"), "the container runs in a virtual machine, and what is in it is not seen");
    if (const auto* annotations = root_.map("annotations"))
      claim_members(*annotations, file_.name, "annotation", "annotations", policy_);
    return std::move(policy_);
  }

private:
  Place at(Mark mark) const { return {file_.name, mark}; }
  void leave(std::string_view what, Mark mark, std::string_view why) {
    policy_.unchecked.push_back({{escaped(what, 160), std::string(why)}, at(mark), ""});
  }
  void wish_mount(std::string path, MountWish::Kind kind, bool optional, Mark mark) {
    policy_.mounts.push_back({{std::move(path), kind, optional}, at(mark), ""});
  }
  std::string absolute_path(const Node& node, std::string_view called) const {
    std::string path = text_of(node, file_.name, called);
    if (!path.starts_with('/'))
      refuse(file_.name, node.mark, fmt::format("{}: '{}' is no absolute path", called, escaped(path, 120)));
    while (path.size() > 1 && path.ends_with('/'))
      path.pop_back();
    return path;
  }

  void read_process(const Node& node) {
    Fields process(node, file_.name, "process");
    if (process.boolean("noNewPrivileges").value_or(false))
      policy_.no_new_privs = {true, at(process.mark("noNewPrivileges")), ""};
    if (const Node* user = process.find("user"))
      read_user(*user);
    if (const Node* capabilities = process.find("capabilities"))
      read_capabilities(*capabilities);
    read_label(process, "apparmorProfile", "apparmor");
    read_label(process, "selinuxLabel", "selinux");
    if (const auto* limits = process.list("rlimits"); limits && !limits->empty())
      leave("process.rlimits", process.mark("rlimits"), "limits of resources are not compared");
    if (const auto* env = process.list("env"))
      claim_environment(*env, file_.name, "process.env", policy_);
  }

  void read_user(const Node& node) {
    constexpr std::int64_t most_id = 0xfffffffe; // (uid_t) -1 is none
    Fields user(node, file_.name, "process.user");
    UserWish wish;
    if (const auto uid = user.integer("uid", 0, most_id))
      wish.uid = static_cast<std::uint32_t>(*uid);
    if (const auto gid = user.integer("gid", 0, most_id))
      wish.gid = static_cast<std::uint32_t>(*gid);
    if (const auto* more = user.list("additionalGids"); more && !more->empty()) {
      for (const Node& gid : *more)
        integer_of(gid, file_.name, "process.user.additionalGids", 0, most_id);
      leave("process.user.additionalGids", user.mark("additionalGids"), "further groups are not compared");
    }
    if (wish.uid || wish.gid)
      policy_.user = {wish, at(user.mark(wish.uid ? "uid" : "gid")), ""};
  }

  void read_capabilities(const Node& node) {
    Fields sets(node, file_.name, "process.capabilities");
    for (const CapabilitySet set : capability_sets) {
      const std::string_view key = capability_set_name(set);
      const auto* names = sets.list(key);
      if (!names)
        continue;
      std::uint64_t most = 0;
      for (const Node& name : *names) {
        const std::uint64_t bit = capability_bit(text_of(name, file_.name, sets.path(key)));
        if (bit == 0)
          refuse(file_.name, name.mark,
                 fmt::format("{}: no capability is called '{}'", sets.path(key), escaped(name.text, 80)));
        most |= bit;
      }
      policy_.capabilities.push_back({{set, most}, at(sets.mark(key)), ""});
    }
  }

  void read_label(Fields& process, std::string_view key, std::string_view module) {
    const std::string* label = process.text(key);
    if (!label || label->empty())
      return;
    if (policy_.label)
      leave(process.path(key), process.mark(key), "one label is compared, and apparmorProfile is it");
    else
      policy_.label = {
          {std::string(module), *label == "unconfined" ? "" : *label}, at(process.mark(key)), ""};
  }

  // The last mount at a place is what is seen there.
  void read_mounts() {
    const auto* mounts = root_.list("mounts");
    if (mounts && mounts->size() > most_mounts)
      refuse(file_.name, root_.mark("mounts"), fmt::format("mounts: more than {}", most_mounts));
    for (std::size_t i = 0; mounts && i < mounts->size(); ++i) {
      Fields mount((*mounts)[i], file_.name, "mounts");
      const std::string path = absolute_path(mount.need("destination"), "mounts.destination");
      std::erase_if(policy_.mounts, [&](const auto& one) { return path != "/" && one.value.path == path; });
      bool read_only = false, bound = false;
      for (const std::string& option : mount.texts("options")) {
        read_only = option == "ro" || option == "rro" || (read_only && option != "rw" && option != "rrw");
        bound = bound || option == "bind" || option == "rbind";
      }
      const std::string* type = mount.text("type");
      if (type && *type == "tmpfs")
        wish_mount(path, MountWish::Kind::own, false, mount.mark("destination"));
      if (read_only)
        wish_mount(path, MountWish::Kind::read_only, false, mount.mark("options"));
      else if (bound || (type && *type == "bind"))
        wish_mount(path, MountWish::Kind::writable, false, mount.mark("destination"));
      if (read_only && type && *type == "cgroup")
        policy_.mounts.back().value.control_groups = true;
    }
  }

  void read_linux(const Node& node) {
    Fields part(node, file_.name, "linux");
    read_namespaces(part);
    read_paths(part, "maskedPaths", MountWish::Kind::masked);
    read_paths(part, "readonlyPaths", MountWish::Kind::read_only);
    read_seccomp(part);
    for (const UncheckedKey& one : unchecked_of_linux)
      if (const Node* found = part.find(one.key); found && !(found->map.empty() && found->list.empty()))
        leave(fmt::format("linux.{}", one.key), part.mark(one.key), one.why);
  }

  // Runtimes pass over those that are not there.
  void read_paths(Fields& part, std::string_view key, MountWish::Kind kind) {
    const auto* paths = part.list(key);
    for (std::size_t i = 0; paths && i < paths->size(); ++i)
      wish_mount(absolute_path((*paths)[i], part.path(key)), kind, true, (*paths)[i].mark);
  }

  void read_namespaces(Fields& part) {
    std::array<bool, namespace_names.size()> listed{};
    const auto* namespaces = part.list("namespaces");
    for (std::size_t i = 0; namespaces && i < namespaces->size(); ++i) {
      Fields one((*namespaces)[i], file_.name, "linux.namespaces");
      const Node& type = one.need("type");
      const std::string& name = text_of(type, file_.name, "linux.namespaces.type");
      const auto* const known =
          std::ranges::find(namespace_names, std::string_view(name), &NamespaceName::oci);
      if (known == namespace_names.end())
        refuse(file_.name, type.mark,
               fmt::format("linux.namespaces.type: no kind of namespace is called '{}'", escaped(name, 80)));
      bool& seen = listed.at(static_cast<std::size_t>(known - namespace_names.begin()));
      if (seen)
        refuse(file_.name, type.mark, fmt::format("linux.namespaces: {} is there twice", name));
      seen = true;
      const std::string* path = one.text("path");
      // Those of `ip netns` and of the networks of containers are made there; elsewhere it may be any.
      const bool made =
          !path || path->empty() || path->starts_with("/run/netns/") || path->starts_with("/var/run/netns/");
      if (made)
        policy_.namespaces.push_back({{std::string(known->kernel), true}, at(one.mark()), ""});
      else
        leave(fmt::format("linux.namespaces: {} at {}", name, *path), one.mark("path"),
              "which namespace stands at a path is not known here");
    }
    for (std::size_t i = 0; i < namespace_names.size(); ++i)
      if (!listed.at(i)) // "the container inherits that of the runtime"
        policy_.namespaces.push_back(
            {{std::string(namespace_names.at(i).kernel), false}, at(part.mark("namespaces")), ""});
  }

  void read_seccomp(Fields& part) {
    const Node* node = part.find("seccomp");
    SeccompWish wish;
    if (!node) {
      wish.kind = SeccompWish::Kind::unconfined;
      policy_.seccomp = {std::move(wish), at(part.mark()), ""};
      return;
    }
    map_of(*node, file_.name, "linux.seccomp");
    auto profile = parse_oci_profile(file_.bytes); // finds linux.seccomp itself
    if (!profile)
      refuse(file_.name, node->mark, fmt::format("linux.seccomp: {}", escaped(profile.error().text, 300)));
    wish.kind = SeccompWish::Kind::profile;
    wish.profile = std::move(*profile);
    policy_.seccomp = {std::move(wish), at(part.mark("seccomp")), ""};
  }

  const PolicyFile& file_;
  Fields root_;
  Policy policy_;
};

} // namespace

Result<Policy> parse_oci_config(const PolicyFile& file) {
  const auto document = parse_json_document(file.bytes, file.name);
  if (!document)
    return tl::unexpected(document.error());
  return reading([&] { return OciReader(file, *document).read(); });
}

} // namespace sbx
