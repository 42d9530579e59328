#include "cli/made_by.h"

#include "cli/machine.h"
#include "core/some_of.h"
#include "launchers/chain.h"
#include "launchers/launcher_claims.h"
#include "launchers/member_roles.h"
#include "sandbox/choose.h"

#include <algorithm>
#include <fmt/format.h>

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
            return it && it->value ? std::optional(*it->value) : std::optional(std::string());
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

std::vector<std::string> notes_of(const ProcessTable& table, const SandboxSet& set, const MemberRole& role,
                                  const std::vector<Launcher>& chain) {
  std::vector<std::string> notes;
  if (role.role == "supervisor") {
    std::vector<std::string> agents;
    const Launcher* openshell = openshell_in(chain);
    for (const std::int64_t it :
         openshell_agents(table, openshell && openshell->pid > 0 ? openshell->pid : set.first))
      agents.push_back(fmt::format("{} ({})", it, comm_of(table, it)));
    notes.push_back(fmt::format("this is OpenShell's supervisor, not what an agent runs in; agents: {}",
                                some_of(std::move(agents), 6)));
  } else if (role.role == "monitor" || role.role == "entered") {
    notes.push_back("this is not what the sandbox runs: " + role.why);
  }
  if (set.members.size() > 1)
    notes.push_back(
        fmt::format("one of {} processes of its sandbox that are seen from here; tree:{} judges all of them",
                    set.members.size(), set.first));
  if (!set.conflicts.empty())
    notes.push_back("its control groups disagree: " + some_of(set.conflicts, 3));
  return notes;
}

} // namespace

MadeBy made_by(Witness& witness, const std::vector<std::pair<std::string, Finding>>& layers) {
  MadeBy made;
  const auto pid = witness.identity().match([](const Seen<Identity>& seen) { return seen.value().pid; },
                                            [](const Gap&) { return std::int64_t{0}; });
  witness.kin().match(
      [&](const Seen<Processes>& seen) {
        const ProcessTable table(seen.value());
        const Surroundings surroundings = surroundings_of(witness);
        const auto sets = sandbox_sets(table, surroundings, 0);
        const SandboxSet* in = set_with(sets, pid);
        const SandboxSet set = in ? *in : table.find(pid) ? set_of(table, {pid}) : SandboxSet();
        const auto chain = launcher_chain(table, commands_for(witness, table, set.members),
                                          sight_of(witness, layers), {pid});
        made.launchers = launcher_claims(chain);
        made.chain = chain_words(chain);
        if (in) {
          const auto roles = member_roles(table, set, surroundings, chain, false);
          made.role = roles.at(pid).role;
          made.notes = notes_of(table, set, roles.at(pid), chain);
        }
      },
      [&](const Gap& gap) { made.gap = gap; });
  return made;
}

LauncherSight sight_of(Witness& witness, const std::vector<std::pair<std::string, Finding>>& layers) {
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
