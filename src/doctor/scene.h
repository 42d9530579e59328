// What was seen of the place where this process runs, as far as doctor's answers rest on it? What is empty
// was not seen, and then nothing follows from it.
#pragma once

#include "parse/landlock_trial.h"
#include "parse/mountinfo.h"
#include "parse/proc_status.h"
#include "parse/trials.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

class Witness;

struct DoctorScene {
  Trials trials;                        // empty where they could not be made, and then:
  std::optional<std::string> no_trials; // why
  std::optional<Trials> launchers;      // what came of starting those that are installed
  std::optional<ProcStatus> status;
  std::optional<bool> initial_user_ns; // does it live in the initial user namespace?
  std::optional<LandlockTrial> landlock;
  std::optional<std::vector<std::string>> lsms;
  std::optional<std::vector<Mount>> mounts;
  std::optional<std::string> lockdown, ptrace_scope, release;
  // Ids of experiments (doctor/filter_sight.h) whose real call the programs of its filters refuse, where
  // kernel memory could be read. Of one that is not here nothing follows.
  std::set<std::string, std::less<>> refused_by_program;
};

DoctorScene gather_scene(Witness& witness);

// Of the trials: its end, TrialEnd::untried where there is none of that name.
Trial trial_of(const DoctorScene& scene, std::string_view id);
bool worked(const DoctorScene& scene, std::string_view id);
bool failed_with(const DoctorScene& scene, std::string_view id, int error);
// A fact that was seen, without white space at its end.
std::optional<std::string> fact_of(const DoctorScene& scene, std::string_view key);

// Nothing where that was not seen.
std::optional<bool> is_filtered(const DoctorScene& scene); // by seccomp
std::optional<bool> holds(const DoctorScene& scene,
                          std::string_view capability); // "CAP_SYS_ADMIN", effective
std::optional<bool> holds_initially(const DoctorScene& scene,
                                    std::string_view capability); // in the initial namespace too
std::optional<bool> has_lsm(const DoctorScene& scene, std::string_view name);
std::optional<unsigned> landlock_depth(const DoctorScene& scene); // layers that this process lives under
std::optional<unsigned> own_uid(const DoctorScene& scene);
std::optional<bool> ids_are_mapped(const DoctorScene& scene); // its user and group, in its own user namespace
std::optional<std::vector<std::string>>
proc_masks(const DoctorScene& scene); // what is mounted over files of /proc

} // namespace sbx
