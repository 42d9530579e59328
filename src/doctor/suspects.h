// Who said no? What is established decides, in the order in which it is asked; else it is not known who of
// the candidates it was.
#pragma once

#include "doctor/ability.h"
#include "doctor/scene.h"

#include <string>
#include <vector>

namespace sbx {

struct Suspects {
  std::vector<Refuser> established; // would each say no by itself
  std::vector<std::string> candidates;

  void establish(Cause cause, std::string words) { established.push_back({cause, std::move(words)}); }
  void suspect(std::string words) { candidates.push_back(std::move(words)); }
};

// `trial` did not work. One that died of it was killed by a seccomp filter, where one is on this process.
Ability decided(Ability ability, const DoctorScene& scene, const Trial& trial, Suspects suspects);

Ability that_works(std::string id, std::string title, std::string detail);
Ability not_known(std::string id, std::string title, std::string detail,
                  std::vector<std::string> candidates = {});

// The first of the two is what was asked for, the second what it needs, and was refused or is not known.
Ability for_want_of(Ability ability, const Ability& needed);

// "seccomp filter answers EPERM to unshare"
std::string filter_answers(const DoctorScene& scene, std::string_view experiment, std::string_view call);

// May be a profile of AppArmor or another module: who may have refused by EACCES or EPERM, as far as the list
// of modules goes.
void suspect_modules(Suspects& suspects, const DoctorScene& scene);
void suspect_filter(Suspects& suspects, const DoctorScene& scene);
// The label is one of a profile that confines: established where only such can have said it.
std::optional<std::string> confining_profile(const DoctorScene& scene);

} // namespace sbx
