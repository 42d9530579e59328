// What do the filters look like that programs put on? Compiled by libseccomp, and written as other compilers
// write them.
#pragma once

#include "seccomp/evaluate.h"

#include <string>
#include <vector>

namespace sbx {

struct SampleFilter {
  std::string name;
  std::vector<SeccompProgram> programs; // the newest first
};

// Several hundred rules of three architectures, tests of arguments of every kind among them, in the order of
// the numbers and as a binary tree; and the ways of minijail, Chromium, systemd's firsts, and of people.
std::vector<SampleFilter> sample_filters();

SeccompChain chain_of(const SampleFilter& sample);

} // namespace sbx
