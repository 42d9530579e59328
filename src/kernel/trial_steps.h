// How are many things tried that no process of ours may do, and that may kill who tries? In a child, one
// after the other; what stands behind one that killed it is tried in the next child.
#pragma once

#include "core/reading.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace sbx {

inline constexpr int not_tried = -1; // for want of what an earlier step did not get
inline constexpr int no_effect = -2; // it claimed to have worked, and did not

// Either a trial, which ends with 0, an errno, or one of the above; or a look at what earlier steps led to.
struct TrialStep {
  std::string id;
  std::function<int()> attempt;
  std::function<Reading()> look;
};

// The calls of a chain share what the earlier ones changed, which is all undone by the death of the child. A
// step may fork: then it goes on in the grandchild (go_on_in_child()). Lines of the dialect of
// parse/trials.h, one for each step, in their order: those that were not reached in time are "late".
std::string try_steps(const std::vector<TrialStep>& steps, std::chrono::steady_clock::time_point end);

// What a system call that returns -1 ended with.
int outcome_of(long returned);

// The rest of the steps in a child of this process, which waits for it and ends with it. An errno where there
// is none.
int go_on_in_child();

} // namespace sbx
