// A place to run in, made of sentences: what an ordinary user sees on a plain machine, and what is different.
#pragma once

#include "doctor/scene.h"

#include <map>
#include <string>
#include <vector>

namespace sbx {

struct DoctorPlace {
  bool root = false;              // with every capability, in the initial user namespace
  unsigned uid = 1000;            // where it is no root with capabilities
  std::uint64_t capabilities = 0; // effective; of who is not `root`
  unsigned seccomp = 0;           // mode
  bool no_new_privs = false;
  bool initial = true;                      // user namespace
  std::map<std::string, std::string> tried; // over what a plain machine says: "inside.unshare" to "EPERM"
  std::map<std::string, std::string> facts; // likewise: "label" to "unconfined"
  std::vector<std::string> lsms{"lockdown", "capability", "landlock"};
  std::string landlock =
      "abi 7\nerrata 7\ndepth 0\ntrial restrict_self ok ok\ntrial open_denied EACCES EACCES\n";
  std::string mountinfo; // over "/" alone
  std::string launchers; // the text of self/launchers; empty: none was started
};

DoctorScene doctor_scene_of(const DoctorPlace& place);

} // namespace sbx
