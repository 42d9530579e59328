// A kernel made of sentences: what it was told to answer, and "not asked" for the rest.
#pragma once

#include "core/evidence.h"
#include "kernel/kernel.h"

#include <cerrno>
#include <string>

namespace sbx {

class FakeKernel final : public Kernel {
public:
  FakeKernel& answer(Source source, std::string text) {
    evidence_.insert_or_assign(source, Reading(std::move(text)));
    return *this;
  }
  FakeKernel& fail(Source source, int error, std::string detail = {}) {
    evidence_.insert_or_assign(source, refused(error, std::move(detail)));
    return *this;
  }
  Reading read(Source source) override {
    ++reads;
    const auto found = evidence_.find(source);
    return found == evidence_.end() ? refused(ENODATA, "not in this recording") : found->second;
  }
  Reading read_about(Source source, const std::vector<std::string>&) override { return read(source); }
  int reads = 0;

private:
  Evidence evidence_;
};

// The text of target/tasks/status for tasks whose status is given by lines such as "Seccomp:\t2\n".
inline std::string tasks_text(std::initializer_list<std::string> statuses, bool settled = true) {
  std::string text = settled ? "Listing:\tsettled\n" : "Listing:\tmoving\n";
  int tid = 100;
  for (const std::string& status : statuses) {
    const bool refused_status = status.starts_with("Errno:");
    text +=
        "Task:\t" + std::to_string(tid) + "\n" +
        (refused_status ? status
                        : "Name:\tfake\nState:\tS (sleeping)\nPid:\t" + std::to_string(tid) + "\n" + status);
    ++tid;
  }
  return text;
}

} // namespace sbx
