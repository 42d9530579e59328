#include "core/answer.h"

namespace sbx {

std::string_view answer_name(Answer answer) {
  switch (answer) {
  case Answer::yes:
    return "yes";
  case Answer::no:
    return "no";
  case Answer::unknown:
    return "unknown";
  }
  return "unknown";
}

Answer all_of(Answer one, Answer other) {
  if (one == Answer::no || other == Answer::no)
    return Answer::no;
  return one == Answer::unknown || other == Answer::unknown ? Answer::unknown : Answer::yes;
}

Answer any_of(Answer one, Answer other) {
  if (one == Answer::yes || other == Answer::yes)
    return Answer::yes;
  return one == Answer::unknown || other == Answer::unknown ? Answer::unknown : Answer::no;
}

} // namespace sbx
