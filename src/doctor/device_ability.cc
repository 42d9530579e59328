#include "doctor/device_ability.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "doctor/suspects.h"
#include "parse/line.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

// What owner, group and mode say to reading and writing; nothing where they were not seen.
std::optional<bool> mode_allows(const DoctorScene& scene, const std::optional<std::string>& node) {
  if (!node || !scene.status || !scene.status->uid || !scene.status->gid || !scene.status->groups)
    return std::nullopt;
  const auto parts = words(*node);
  const auto mode = parts.size() == 3 ? number<unsigned>(parts[0], 8) : std::nullopt;
  const auto uid = parts.size() == 3 ? number<unsigned>(parts[1]) : std::nullopt;
  const auto gid = parts.size() == 3 ? number<unsigned>(parts[2]) : std::nullopt;
  if (!mode || !uid || !gid)
    return std::nullopt;
  if (holds(scene, "CAP_DAC_OVERRIDE") != false)
    return true;
  const auto& groups = *scene.status->groups;
  const bool owner = (*scene.status->uid)[3] == *uid;
  const bool group =
      (*scene.status->gid)[3] == *gid || std::find(groups.begin(), groups.end(), *gid) != groups.end();
  return (*mode >> (owner ? 6 : group ? 3 : 0) & 6) == 6;
}

// fs/namei.c, inode_permission(): owner and mode say EACCES, then the rules of the control group EPERM, then
// the modules.
Suspects who_forbids_it(const DoctorScene& scene, const Trial& trial, const std::string& path,
                        const std::optional<std::string>& node) {
  Suspects suspects;
  const auto allowed = mode_allows(scene, node);
  if (trial.error == ENOENT)
    suspects.establish(Cause::no_device, fmt::format("there is no {} here", path));
  if (trial.error == ENODEV || trial.error == ENXIO)
    suspects.establish(Cause::no_device, fmt::format("no driver is behind {}", path));
  if (trial.error == EACCES && allowed == false)
    suspects.establish(Cause::file_permissions, fmt::format("owner, group and mode of {}", path));
  if (trial.error == EPERM && allowed == true && is_filtered(scene) == false &&
      has_lsm(scene, "bpf").value_or(true) == false)
    suspects.establish(Cause::device_rules,
                       fmt::format("the device rules of its control group refuse {}", path));
  if (!suspects.established.empty())
    return suspects;
  if (trial.error == EACCES && !allowed)
    suspects.suspect("owner, group and mode of " + path);
  if (trial.error == EPERM)
    suspects.suspect("the device rules of its control group");
  if (trial.error == EACCES && landlock_depth(scene).value_or(1) > 0)
    suspects.suspect("the Landlock domain that this process lives in");
  suspect_filter(suspects, scene);
  suspect_modules(suspects, scene);
  return suspects;
}

} // namespace

Ability device_ability(const DoctorScene& scene, const char* id, const char* title, const char* path) {
  Ability ability = that_works(id, title, "");
  const Trial trial = trial_of(scene, id);
  if (trial.end == TrialEnd::ok)
    return ability;
  return decided(std::move(ability), scene, trial,
                 who_forbids_it(scene, trial, path, fact_of(scene, fmt::format("{}.node", id))));
}

Ability kvm_ability(const DoctorScene& scene) {
  Ability ability = that_works("kvm", "virtual machines (KVM)", "");
  const auto version = fact_of(scene, "kvm.api"), driver = fact_of(scene, "kvm.driver");
  ability.claims = {{"api", version ? nlohmann::json(escaped(*version, 20)) : nlohmann::json(nullptr)},
                    {"driver", driver ? nlohmann::json(*driver == "yes") : nlohmann::json(nullptr)}};
  const Trial open = trial_of(scene, "kvm.open"), create = trial_of(scene, "kvm.create");
  if (create.end == TrialEnd::ok) {
    ability.detail = fmt::format("a machine was made; API {}", escaped(version.value_or("not seen"), 20));
    return ability;
  }
  if (open.end != TrialEnd::ok) {
    Suspects suspects = who_forbids_it(scene, open, "/dev/kvm", fact_of(scene, "kvm.node"));
    for (Refuser& refuser : suspects.established)
      if (refuser.cause == Cause::no_device && driver)
        refuser.words += *driver == "yes"
                             ? ", but the kernel has the driver: it was not given to this process"
                             : ", and the kernel has no such driver loaded";
    return decided(std::move(ability), scene, open, std::move(suspects));
  }
  Suspects suspects;
  suspect_filter(suspects, scene);
  if (create.error == EBUSY)
    suspects.suspect("another hypervisor that holds the processor");
  suspects.suspect("the driver");
  return decided(std::move(ability), scene, create, std::move(suspects));
}

} // namespace sbx
