// Does a filter on us refuse anything? Tried: system calls with arguments of which nothing can come, each in
// a child that may die of it. For an inspector inside of a sandbox, who may not read the filters' programs.
#pragma once

#include "core/reading.h"

namespace sbx {

// The text of source::self_seccomp, properties: "keyctl !EOPNOTSUPP", "setns killed" (a signal ended the
// child), "kcmp done" (it claims to have succeeded). rules/seccomp_trial.h says what each answers where no
// filter is asked.
Reading read_seccomp_trial();

} // namespace sbx
