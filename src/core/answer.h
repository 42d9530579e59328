// Yes, no or unknown? As Kleene's logic has it: what was not evaluated never turns into a yes.
#pragma once

#include <string_view>

namespace sbx {

enum class Answer { yes, no, unknown };

std::string_view answer_name(Answer answer);
Answer all_of(Answer one, Answer other); // any no is no, else any unknown is unknown
Answer any_of(Answer one, Answer other); // any yes is yes, else any unknown is unknown

} // namespace sbx
