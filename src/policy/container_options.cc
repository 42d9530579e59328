#include "policy/container_options.h"

#include "core/escape.h"
#include "rules/capability_names.h"
#include "seccomp/reference_profile.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::uint64_t every_capability = ~std::uint64_t{0};

void leave(const ContainerOptions& options, Policy& policy, std::string_view what, Mark mark,
           std::string_view why) {
  policy.unchecked.push_back({{escaped(what, 160), std::string(why)}, options.at(mark), ""});
}

// "seccomp=x", and "seccomp:x" of older versions.
struct SecurityOption {
  std::string_view key, value;
};
SecurityOption option_of(std::string_view text) {
  const std::size_t cut = std::min(text.find_first_of("=:"), text.size());
  return {text.substr(0, cut), text.substr(std::min(cut + 1, text.size()))};
}

SeccompWish seccomp_of(const ContainerOptions& options, std::string_view value, Mark mark, Policy& policy) {
  SeccompWish wish;
  if (value == "unconfined") {
    wish.kind = SeccompWish::Kind::unconfined;
  } else if (value.empty() || value == "builtin" || value == "default") {
    wish.kind = SeccompWish::Kind::reference;
    wish.reference = options.podman ? "podman-default" : "docker-default";
  } else if (value.starts_with('{')) {
    auto profile = parse_oci_profile(value);
    if (!profile)
      refuse(options.host.file(), mark,
             fmt::format("HostConfig.SecurityOpt: seccomp: {}", escaped(profile.error().text, 300)));
    wish.kind = SeccompWish::Kind::profile;
    wish.profile = std::move(*profile);
  } else {
    leave(options, policy, fmt::format("seccomp={}", value), mark,
          "the profile is another file; that some filter is held is seen");
  }
  return wish;
}

std::uint64_t capabilities_of(const ContainerOptions& options, std::string_view key, bool& all) {
  std::uint64_t mask = 0;
  const auto* names = options.host.list(key);
  for (std::size_t i = 0; names && i < names->size(); ++i) {
    std::string name = text_of((*names)[i], options.host.file(), options.host.path(key));
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (name == "ALL") {
      all = true;
      continue;
    }
    const std::uint64_t bit = capability_bit(name.starts_with("CAP_") ? name : "CAP_" + name);
    if (bit == 0)
      refuse(options.host.file(), (*names)[i].mark,
             fmt::format("{}: no capability is called '{}'", options.host.path(key), escaped(name, 80)));
    mask |= bit;
  }
  return mask;
}

struct NamespaceMode {
  std::string_view key, kind;
  std::string_view own;    // words of it that say: its own
  bool others_own = false; // and so does every other word: a network's name
};
constexpr std::array docker_modes{
    NamespaceMode{"NetworkMode", "net", " default bridge none private ", true},
    NamespaceMode{"PidMode", "pid", "  private "},
    NamespaceMode{"IpcMode", "ipc", "  private shareable none "},
    NamespaceMode{"UTSMode", "uts", "  private "},
    NamespaceMode{"CgroupnsMode", "cgroup", " private "},
    NamespaceMode{"UsernsMode", "user", " private "},
};
constexpr std::array podman_modes{
    NamespaceMode{"NetworkMode", "net", " bridge none private slirp4netns pasta ", true},
    NamespaceMode{"PidMode", "pid", " private "},
    NamespaceMode{"IpcMode", "ipc", " private shareable none "},
    NamespaceMode{"UTSMode", "uts", " private "},
    NamespaceMode{"CgroupMode", "cgroup", " private "},
    NamespaceMode{"UsernsMode", "user", " private auto keep-id nomap "},
};

bool may_be_host_ipc(const ContainerOptions& options) {
  const auto words = given(options, "--ipc");
  return !options.command ||
         std::ranges::any_of(words, [](const GivenWord& word) { return word.value == "host"; });
}

} // namespace

std::vector<GivenWord> given(const ContainerOptions& options, std::string_view option) {
  std::vector<GivenWord> found;
  const std::string joined = std::string(option) + "=";
  for (std::size_t i = 0; options.command && i < options.command->list.size(); ++i) {
    const Node& word = options.command->list[i];
    if (word.text == option && i + 1 < options.command->list.size())
      found.push_back({options.command->list[i + 1].text, options.command->list[i + 1].mark});
    else if (word.text.starts_with(joined))
      found.push_back({std::string_view(word.text).substr(joined.size()), word.mark});
  }
  return found;
}

void add_security_options(const ContainerOptions& options, Policy& policy) {
  Fields& host = options.host;
  const auto* list = host.list("SecurityOpt");
  std::optional<Wish<LabelWish>> no_label;
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const Node& node = (*list)[i];
    const std::string& text = text_of(node, host.file(), "HostConfig.SecurityOpt");
    const auto [key, value] = option_of(text);
    if (key == "no-new-privileges") {
      if (value.empty() || value == "true")
        policy.no_new_privs = {true, options.at(node.mark), ""};
      else if (value != "false")
        refuse(host.file(), node.mark,
               fmt::format("HostConfig.SecurityOpt: '{}' is neither true nor false", escaped(text, 80)));
    } else if (key == "seccomp") {
      policy.seccomp = {seccomp_of(options, value, node.mark, policy), options.at(node.mark), ""};
    } else if (key == "apparmor") {
      policy.label = {
          {"apparmor", value == "unconfined" ? "" : std::string(value)}, options.at(node.mark), ""};
    } else if (key == "label" && value == "disable") {
      no_label = {{"selinux", ""}, options.at(node.mark), ""};
    } else if (key != "unmask" && key != "systempaths") { // those are seen in the paths
      leave(options, policy, text, node.mark, "this option is not compared");
    }
  }
  if (!policy.label)
    policy.label = no_label;
  if (policy.seccomp)
    return;
  const std::string_view usual = options.privileged ? "unconfined" : "default";
  const Mark mark = host.mark(options.privileged ? "Privileged" : "SecurityOpt");
  policy.seccomp = {seccomp_of(options, usual, mark, policy), options.at(mark),
                    std::string(options.engine())};
}

void add_namespace_modes(const ContainerOptions& options, Policy& policy) {
  Fields& host = options.host;
  policy.namespaces.push_back({{"mnt", true}, options.at(host.mark()), std::string(options.engine())});
  for (const NamespaceMode& mode : options.podman ? podman_modes : docker_modes) {
    const std::string* said = host.text(mode.key);
    const Mark mark = host.mark(mode.key);
    const std::string word = said ? said->substr(0, said->find(':')) : "";
    if (options.podman && mode.key == "IpcMode" && word == "shareable" && may_be_host_ipc(options)) {
      leave(options, policy, "HostConfig.IpcMode=shareable", mark,
            "podman calls the host's namespace so too");
      continue;
    }
    const bool joins = word == "container" || word == "ns" || word == "pod";
    if (said && *said == "host")
      policy.namespaces.push_back({{std::string(mode.kind), false}, options.at(mark), ""});
    else if (said && joins)
      leave(options, policy, fmt::format("HostConfig.{}={}", mode.key, *said), mark,
            "it is that of another, and whose is not known here");
    else if (said && word.find(' ') == std::string::npos &&
             ((mode.others_own && !word.empty()) ||
              mode.own.find(" " + word + " ") != std::string_view::npos))
      policy.namespaces.push_back({{std::string(mode.kind), true},
                                   options.at(mark),
                                   said->empty() ? std::string(options.engine()) : ""});
    else
      leave(options, policy, fmt::format("HostConfig.{}={}", mode.key, said ? *said : ""), mark,
            "which namespace it has is the engine's choice, and not in this output");
  }
}

// As Docker does: all that is added wins over all that is dropped.
void add_docker_capabilities(const ContainerOptions& options, Policy& policy) {
  bool add_all = false, drop_all = false;
  const std::uint64_t added = capabilities_of(options, "CapAdd", add_all);
  const std::uint64_t dropped = capabilities_of(options, "CapDrop", drop_all);
  const auto& references = reference_profiles();
  const auto docker = std::ranges::find(references, "docker-default", &ReferenceProfile::id);
  std::uint64_t most = docker == references.end() ? every_capability : docker->capabilities;
  if (options.privileged)
    most = every_capability;
  else if (add_all)
    most = every_capability & ~dropped;
  else
    most = drop_all ? added : (most | added) & ~dropped;
  const bool said = options.privileged || add_all || drop_all || added != 0 || dropped != 0;
  const std::string_view key = options.privileged         ? "Privileged"
                               : dropped != 0 || drop_all ? "CapDrop"
                                                          : "CapAdd";
  for (const CapabilitySet set :
       {CapabilitySet::effective, CapabilitySet::permitted, CapabilitySet::bounding})
    policy.capabilities.push_back(
        {{set, most}, options.at(options.host.mark(key)), said ? "" : std::string(options.engine())});
}

} // namespace sbx
