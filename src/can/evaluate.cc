#include "can/evaluate.h"

namespace sbx {

namespace {

struct AskAbout {
  const World& world;
  const Subject& subject;
  std::vector<Asked> operator()(const FileQuestion& it) const { return ask_about_file(it, world, subject); }
  std::vector<Asked> operator()(const NetQuestion& it) const { return ask_about_port(it, world, subject); }
  std::vector<Asked> operator()(const UnixQuestion& it) const { return ask_about_unix(it, world, subject); }
  std::vector<Asked> operator()(const ProcessQuestion& it) const {
    return ask_about_process(it, world, subject);
  }
};

// What runs no code of its own does nothing that could be asked about.
std::vector<Asked> asked_of(const Question& question, const World& world, const Subject& subject) {
  const auto& status = subject.task.status;
  if (status && (status->state == 'Z' || status->state == 'X'))
    return {{"process", Answer::no, "it has exited"}};
  if (status && status->kthread == true)
    return {{"process", Answer::unknown, "it is a kernel thread, to which none of this applies"}};
  return std::visit(AskAbout{world, subject}, question.about);
}

} // namespace

Ruling evaluate(const Question& question, const World& world) {
  std::vector<ThreadAnswer> threads;
  for (const Subject& subject : world.subjects)
    threads.push_back({subject.tid, subject.alike, asked_of(question, world, subject)});
  Ruling ruling = rule_over_threads(question.text, threads, world.complete);
  if (threads.empty())
    ruling.asked = {{"threads", Answer::unknown, "its threads were not seen: " + world.threads_gap}};
  return ruling;
}

} // namespace sbx
