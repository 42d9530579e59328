#include "can/answer.h"

#include <algorithm>

namespace sbx {

Answer ThreadAnswer::answer() const {
  if (asked.empty()) // nobody was asked, so nobody said yes
    return Answer::unknown;
  Answer merged = Answer::yes;
  for (const Asked& it : asked)
    merged = all_of(merged, it.answer);
  return merged;
}

std::optional<std::string> ThreadAnswer::denied_by() const {
  for (const Asked& it : asked)
    if (it.answer == Answer::no)
      return it.layer;
  return std::nullopt;
}

Ruling rule_over_threads(std::string question, const std::vector<ThreadAnswer>& threads, bool complete) {
  Ruling ruling;
  ruling.question = std::move(question);
  Answer merged = threads.empty() ? Answer::unknown : Answer::no;
  for (const ThreadAnswer& thread : threads) {
    merged = any_of(merged, thread.answer());
    ruling.threads += thread.alike;
  }
  ruling.answer = merged == Answer::no && !complete ? Answer::unknown : merged;
  const auto speaker = std::find_if(threads.begin(), threads.end(),
                                    [&](const ThreadAnswer& it) { return it.answer() == merged; });
  if (speaker != threads.end()) {
    ruling.thread = speaker->tid;
    ruling.alike = speaker->alike;
    ruling.asked = speaker->asked;
  }
  if (ruling.answer == Answer::no)
    ruling.decided_by = speaker->denied_by();
  if (!complete && ruling.answer != Answer::yes)
    ruling.asked.push_back({"threads", Answer::unknown,
                            "threads were made faster than they could be read: one may be missing here"});
  return ruling;
}

} // namespace sbx
