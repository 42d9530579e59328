#include "cli/asking.h"

#include "can/evaluate.h"
#include "can/gather.h"

namespace sbx {

std::optional<std::int64_t> peer_of(const Question& question) {
  const auto* process = std::get_if<ProcessQuestion>(&question.about);
  return process ? std::optional(process->pid) : std::nullopt;
}

Ruling ask(Witness& witness, const Question& question) {
  if (peer_of(question))
    (void)witness.peer_identity(); // before everything else that is read of it
  const World world = gather(witness, question);
  return evaluate(question, world);
}

Result<Question> parse_question(const std::string& text) {
  const std::size_t space = text.find(' ');
  if (space == std::string::npos)
    return parse_question(std::vector<std::string>{text});
  return parse_question(std::vector<std::string>{text.substr(0, space), text.substr(space + 1)});
}

} // namespace sbx
