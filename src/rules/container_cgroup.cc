#include "rules/container_cgroup.h"

#include "core/escape.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sbx {

namespace {

// cgroups(7): a path has at most PATH_MAX bytes; deeper than this nobody nests what we know.
constexpr std::size_t most_line = 4096, most_components = 64, most_name = 255;

constexpr std::size_t container_id_length = 64;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a prefix and a suffix off, when both are there and something is left.
std::optional<std::string_view> between(std::string_view text, std::string_view prefix,
                                        std::string_view suffix) {
  if (!text.starts_with(prefix) || !text.ends_with(suffix) || text.size() <= prefix.size() + suffix.size())
    return std::nullopt;
  return text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
}

// The forms in which engines name the group of a container, all with 64 hexadecimal digits. What conmon lives
// in (libpod-conmon-, crio-conmon-) is no container's.
struct IdForm {
  std::string_view prefix, suffix, runtime;
};
constexpr std::array id_forms{IdForm{"docker-", ".scope", "docker"},
                              IdForm{"libpod-", ".scope", "podman"},
                              IdForm{"libpod-", "", "podman"},
                              IdForm{"libpod-payload-", "", "podman"}, // podman --cgroups=split
                              IdForm{"cri-containerd-", ".scope", "containerd"},
                              IdForm{"nerdctl-", ".scope", "containerd"},
                              IdForm{"crio-", ".scope", "crio"},
                              IdForm{"crio-", "", "crio"}};

// "0a1b…-…" of 8-4-4-4-12 digits, systemd's form with underscores, or the 32 digits of a static pod.
std::optional<std::string> pod_uid(std::string_view text) {
  std::string uid(text);
  std::replace(uid.begin(), uid.end(), '_', '-');
  const bool bare = uid.size() == 32 && std::all_of(uid.begin(), uid.end(), is_hex);
  bool dashed = uid.size() == 36;
  for (std::size_t i = 0; dashed && i < uid.size(); ++i)
    dashed = i == 8 || i == 13 || i == 18 || i == 23 ? uid[i] == '-' : is_hex(uid[i]);
  return bare || dashed ? std::optional(uid) : std::nullopt;
}

// kubepods-burstable-pod<uid>.slice; kind puts "kubelet-" before it.
std::optional<std::string> pod_of_slice(std::string_view component) {
  const auto name = between(component, "", ".slice");
  const std::size_t at = name ? name->rfind("-pod") : std::string_view::npos;
  if (at == std::string_view::npos)
    return std::nullopt;
  constexpr std::array<std::string_view, 4> classes{"kubepods", "kubepods-burstable", "kubepods-besteffort",
                                                    "kubepods-guaranteed"};
  std::string_view parent = name->substr(0, at);
  if (parent.starts_with("kubelet-"))
    parent.remove_prefix(8);
  return std::find(classes.begin(), classes.end(), parent) == classes.end() ? std::nullopt
                                                                            : pod_uid(name->substr(at + 4));
}

bool snap_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_' ||
           c == '+';
  });
}

// snap.NAME.APP.service, or snap.NAME.APP-UUID.scope (snap.NAME.APP.UUID.scope before snapd 2.58).
std::optional<std::string> snap_of(std::string_view component) {
  auto name = between(component, "snap.", ".scope");
  if (name && name->size() > 37 && pod_uid(name->substr(name->size() - 36)) &&
      (name->at(name->size() - 37) == '-' || name->at(name->size() - 37) == '.'))
    name = name->substr(0, name->size() - 37);
  else if (!name)
    name = between(component, "snap.", ".service");
  const std::size_t dot = name ? name->find('.') : std::string_view::npos;
  if (dot == std::string_view::npos || !snap_word(name->substr(0, dot)) || !snap_word(name->substr(dot + 1)))
    return std::nullopt;
  return std::string(*name);
}

// app-flatpak-ORG.EXAMPLE.APP-12345.scope
std::optional<std::string> flatpak_of(std::string_view component) {
  const auto name = between(component, "app-flatpak-", ".scope");
  const std::size_t dash = name ? name->rfind('-') : std::string_view::npos;
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == name->size() ||
      !std::all_of(name->begin() + static_cast<std::ptrdiff_t>(dash) + 1, name->end(), is_digit))
    return std::nullopt;
  return std::string(name->substr(0, dash));
}

ContainerPlace place(std::string_view runtime, std::string_view id) {
  ContainerPlace found;
  found.runtime = runtime;
  found.id = id;
  return found;
}

// A place that the component names by itself. `pod`: the path led through a pod's group just before.
std::optional<ContainerPlace> named_place(std::string_view component, const std::string& pod) {
  for (const IdForm& form : id_forms)
    if (const auto id = between(component, form.prefix, form.suffix); id && is_container_id(*id))
      return place(form.runtime, *id);
  // containerd told to use systemd's names without systemd: "…-pod<uid>.slice:cri-containerd:<id>"
  if (const std::size_t colon = component.find(".slice:cri-containerd:"); colon != std::string_view::npos) {
    const auto uid = pod_of_slice(component.substr(0, colon + 6));
    const std::string_view id = component.substr(colon + 22);
    if (!uid || !is_container_id(id))
      return std::nullopt;
    auto found = place("containerd", id);
    found.pod_uid = *uid;
    return found;
  }
  if (!pod.empty() && is_container_id(component))
    return place("kubernetes", component);
  if (const auto name = between(component, "lxc.payload.", ""))
    return place("lxc", *name);
  if (const auto name = snap_of(component))
    return place("snap", *name);
  if (const auto name = flatpak_of(component))
    return place("flatpak", *name);
  return std::nullopt;
}

// A place that needs its parent to be told: "docker/<id>", "lxc/<name>",
// "machine.slice/machine-<name>.scope".
std::optional<ContainerPlace> child_place(std::string_view parent, std::string_view component) {
  if (parent == "docker" && is_container_id(component))
    return place("docker", component);
  if (parent == "lxc" && !component.starts_with("lxc."))
    return place("lxc", component);
  if (parent == "firecracker")
    return place("firecracker", component);
  if (parent == "machine.slice") {
    if (const auto name = between(component, "machine-", ".scope"))
      return place("machined", *name);
    if (const auto name = between(component, "systemd-nspawn@", ".service"))
      return place("machined", *name);
  }
  return std::nullopt;
}

bool is_unit(std::string_view component) {
  return component.ends_with(".service") || component.ends_with(".scope") || component.ends_with(".slice");
}

// Groups at the root of a hierarchy in which engines that run as the host's root put theirs.
bool engine_root(std::string_view component) {
  constexpr std::array<std::string_view, 5> roots{"docker", "libpod_parent", "kubepods", "lxc",
                                                  "firecracker"};
  return std::find(roots.begin(), roots.end(), component) != roots.end();
}

// Below `component`, of what was below `maker`.
CgroupMaker maker_below(CgroupMaker maker, std::string_view component, bool at_root) {
  if (maker != CgroupMaker::host)
    return maker;
  if (at_root && component == "user.slice")
    return CgroupMaker::user;
  if (component.ends_with(".service"))
    return CgroupMaker::service;
  // Slices, and what an engine sorts its containers by: quality classes, pods.
  constexpr std::array<std::string_view, 3> classes{"burstable", "besteffort", "guaranteed"};
  const bool sorted = std::find(classes.begin(), classes.end(), component) != classes.end() ||
                      (component.starts_with("pod") && pod_uid(component.substr(3))) ||
                      is_container_id(component);
  if (component.ends_with(".slice") || (at_root ? engine_root(component) : sorted))
    return CgroupMaker::host;
  return CgroupMaker::unknown;
}

std::optional<std::string_view> path_of(std::string_view line) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
  if (line.size() > most_line || first == 0 || second == line.npos ||
      !std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(first), is_digit))
    return std::nullopt;
  const std::string_view path = line.substr(second + 1);
  return path.starts_with('/') ? std::optional(path) : std::nullopt;
}

} // namespace

bool is_container_id(std::string_view text) {
  return text.size() == container_id_length && std::all_of(text.begin(), text.end(), is_hex);
}

std::vector<ContainerPlace> container_places(std::string_view line) {
  std::vector<ContainerPlace> places;
  const auto path = path_of(line);
  if (!path)
    return places;
  CgroupMaker maker = CgroupMaker::host;
  std::string_view parent;
  std::string pod;
  bool kubepods = false;
  std::size_t count = 0;
  for (std::size_t begin = 1; begin < path->size() && count < most_components; ++count) {
    const std::size_t end = std::min(path->find('/', begin), path->size());
    const std::string_view component = path->substr(begin, end - begin);
    begin = end + 1;
    if (component.empty() || component.size() > most_name)
      break;
    if (component == "..") { // outside of our cgroup namespace: what is above it is not shown
      maker = CgroupMaker::unknown;
      continue;
    }
    auto found = child_place(parent, component);
    if (!found)
      found = named_place(component, pod);
    kubepods |= component == "kubepods";
    if (const auto uid =
            kubepods && component.starts_with("pod") ? pod_uid(component.substr(3)) : pod_of_slice(component);
        uid && !found) {
      pod = *uid;
      found = place("kubernetes", "");
    }
    if (!found && component.ends_with(".service"))
      found = place("systemd", component);
    if (found) {
      if (found->pod_uid.empty())
        found->pod_uid = pod;
      found->unit = is_unit(component) ? component : "";
      found->path = path->substr(0, end);
      found->maker = maker;
      places.push_back(*found);
    }
    const bool container = found && found->runtime != "systemd" && !found->id.empty();
    maker = maker_below(maker, component, count == 0);
    if (container) {
      pod.clear();
      if (maker == CgroupMaker::host || maker == CgroupMaker::service || maker == CgroupMaker::unknown)
        maker = CgroupMaker::container;
    }
    parent = component;
  }
  return places;
}

const ContainerPlace* CgroupSight::container() const {
  for (auto it = places.rbegin(); it != places.rend(); ++it)
    if (it->runtime != "systemd")
      return &*it;
  return nullptr;
}

CgroupSight cgroup_sight(const std::vector<std::string>& lines) {
  CgroupSight sight;
  const auto same = [](const ContainerPlace& a, const ContainerPlace& b) {
    return a.runtime == b.runtime && a.id == b.id && a.pod_uid == b.pod_uid;
  };
  for (const std::string& line : lines) {
    const auto places = container_places(line);
    const auto other = std::find_if(places.begin(), places.end(), [&](const ContainerPlace& place) {
      return place.runtime != "systemd" &&
             std::none_of(sight.places.begin(), sight.places.end(),
                          [&](const ContainerPlace& it) { return same(it, place); });
    });
    if (const ContainerPlace* known = sight.container();
        known && other != places.end() &&
        std::none_of(places.begin(), places.end(),
                     [&](const ContainerPlace& it) { return same(it, *known); }))
      sight.conflicts.push_back(place_words(*known) + " and " + place_words(*other));
    for (const ContainerPlace& place : places) {
      const auto known = std::find_if(sight.places.begin(), sight.places.end(),
                                      [&](const ContainerPlace& it) { return same(it, place); });
      if (known == sight.places.end())
        sight.places.push_back(place);
      else if (place.maker < known->maker)
        *known = place;
    }
  }
  return sight;
}

std::string place_words(const ContainerPlace& place) {
  const bool pod = place.runtime == "kubernetes" && place.id.empty();
  const std::string_view id = pod ? std::string_view(place.pod_uid) : std::string_view(place.id);
  return place.runtime + (pod ? " pod " : " ") + escaped(is_container_id(id) ? id.substr(0, 12) : id, 60);
}

} // namespace sbx
