// Which sets of processes could the user have meant? One of them is the answer; none or several are an error.
#pragma once

#include "sandbox/choose.h"

#include <functional>

namespace sbx {

class Candidates {
public:
  Candidates(const ProcessTable& table, const Named& named) : table_(table), named_(named) {}

  // Where the same processes were found before, that candidate.
  Choice& add(Choice choice);
  Choice& add(const SandboxSet& set);
  void note(const std::string& note); // to each
  bool empty() const { return found_.empty(); }

  // `none` is said where there is none. `seen`: of a process, all that could have told that it is looked for.
  // What was not seen is said with either answer.
  using Seen = std::function<bool(const Process&)>;
  Result<Choice> one(const TargetName& name, std::string none, const Seen& seen = has_cgroups);

private:
  static bool has_cgroups(const Process& process) { return process.cgroups.has_value(); }

  const ProcessTable& table_;
  const Named& named_;
  std::vector<Choice> found_;
};

} // namespace sbx
