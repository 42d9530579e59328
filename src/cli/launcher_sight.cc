#include "cli/launcher_sight.h"

#include "launchers/chain.h"

#include <algorithm>

namespace sbx {

namespace {

std::optional<std::vector<std::string>> variables_of(Witness& witness) {
  return witness.environ_names().match(
      [](const Seen<EnvironNames>& seen) -> std::optional<std::vector<std::string>> {
        std::vector<std::string> names;
        for (const EnvironName& it : seen.value().names)
          if (!it.redacted)
            names.push_back(it.name);
        return names;
      },
      [](const Gap&) { return std::optional<std::vector<std::string>>(); });
}

std::optional<std::string> container_variable_of(Witness& witness) {
  return witness.properties(source::target_environ)
      .match(
          [](const Seen<Properties>& seen) {
            const Property* it = find_property(seen.value(), "container");
            if (!it)
              return std::optional(std::string());
            return it->value ? std::optional(*it->value) : std::nullopt;
          },
          [](const Gap&) { return std::optional<std::string>(); });
}

std::optional<std::vector<std::string>> markers_of(Witness& witness) {
  return witness.spots(wanted_markers())
      .match(
          [](const Seen<std::vector<PathSpot>>& seen) {
            std::vector<std::string> present;
            for (const PathSpot& it : seen.value())
              if (it.found)
                present.push_back(it.path);
            return std::optional(present);
          },
          [](const Gap&) { return std::optional<std::vector<std::string>>(); });
}

void take_mounts(Witness& witness, LauncherSight& sight) {
  witness.mounts().match(
      [&](const Seen<std::vector<Mount>>& seen) {
        sight.overlay_root = std::any_of(seen.value().begin(), seen.value().end(), [](const Mount& it) {
          return it.point == "/" && it.type == "overlay";
        });
        sight.new_root_traces = std::any_of(seen.value().begin(), seen.value().end(), [](const Mount& it) {
          return it.point.starts_with("/newroot") || it.point.starts_with("/oldroot") ||
                 it.root.starts_with("/newroot");
        });
      },
      [](const Gap&) {});
}

std::optional<std::string> profile_of(const std::vector<std::pair<std::string, Finding>>& layers) {
  for (const auto& [id, finding] : layers)
    if (id == "seccomp")
      if (const auto profile = finding.claims().find("profile");
          profile != finding.claims().end() && profile->is_object()) {
        const bool equals = profile->value("relation", "") == "equals";
        const auto name = profile->find("name");
        return equals && name != profile->end() && name->is_string() ? name->get<std::string>()
                                                                     : std::string();
      }
  return std::nullopt;
}

} // namespace

LauncherSight launcher_sight(Witness& witness, const std::vector<std::pair<std::string, Finding>>& layers) {
  LauncherSight sight;
  sight.variables = variables_of(witness);
  sight.container_variable = container_variable_of(witness);
  sight.markers = markers_of(witness);
  take_mounts(witness, sight);
  sight.lsm_label = witness.task_attr().match(
      [](const Seen<std::vector<TaskAttr>>& seen) {
        const Label& label = seen.value().front().current;
        return label ? std::optional(*label) : std::nullopt;
      },
      [](const Gap&) { return std::optional<std::string>(); });
  sight.seccomp_profile = profile_of(layers);
  sight.kvm = witness.fds().match(
      [](const Seen<Fds>& seen) {
        bool any = false;
        for (const FdTable& table : seen.value().tables)
          for (const Descriptor& it : table.descriptors)
            any = any || (it.kind == FdKind::anon && it.name.starts_with("kvm-v"));
        return any || seen.value().whole() ? std::optional(any) : std::nullopt;
      },
      [](const Gap&) { return std::optional<bool>(); });
  return sight;
}

} // namespace sbx
