// Can the process do it? Each layer asked about each thread that differs, the kernel's way, and nothing
// tried.
#pragma once

#include "can/answer.h"
#include "can/permission_check.h"
#include "can/question.h"
#include "can/world.h"

#include <vector>

namespace sbx {

Ruling evaluate(const Question& question, const World& world);

// One thread, layer by layer, in the order in which the kernel asks them.
std::vector<Asked> ask_about_file(const FileQuestion& question, const World& world, const Subject& subject);
std::vector<Asked> ask_about_port(const NetQuestion& question, const World& world, const Subject& subject);
std::vector<Asked> ask_about_unix(const UnixQuestion& question, const World& world, const Subject& subject);
std::vector<Asked> ask_about_process(const ProcessQuestion& question, const World& world,
                                     const Subject& subject);

inline Asked asked(std::string layer, Check check) {
  return {std::move(layer), check.answer, std::move(check.detail)};
}

inline Asked asked_seccomp(const World& world, const Subject& subject, const Syscalls& needed) {
  SeccompReach reach = world.seccomp(subject.task, needed);
  return {"seccomp", reach.answer, std::move(reach.detail)};
}

} // namespace sbx
