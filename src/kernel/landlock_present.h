// What does the Landlock domain that we already live in forbid? Tried with calls that change nothing,
// whatever they answer: each either only looks, or is refused by the kernel for another reason after Landlock
// was asked. docs/recording-format.md lists them. An answer is only worth something beside what ordinary
// permission says.
#pragma once

#include <string>
#include <sys/types.h>

namespace sbx {

// Writes lines "present RIGHT OBJECT ORDINARY CAME" to `out`. In a throw-away child, for the limit on message
// queues is set to 0.
void try_present_files(int out);
void try_present_network(int out, int abi);

// The scope of signals: signal 0, which is none, to our parent process. For the inspector itself, not a child
// of it: those of one domain may always signal each other.
std::string present_signal();

// Whether it is worth trying: not under a seccomp filter, for it could answer in Landlock's place, or kill.
bool present_can_be_tried();

} // namespace sbx
