#include "cli/asking.h"
#include "cli/command.h"
#include "cli/inspection.h"
#include "cli/live_target.h"
#include "report/ruling.h"

namespace sbx {

namespace {

// Differs from that of the requirements in words alone: 0 yes, 1 no, 4 unknown.
int status_of(Answer answer) {
  switch (answer) {
  case Answer::yes:
    return 0;
  case Answer::no:
    return 1;
  case Answer::unknown:
    return 4;
  }
  return 4;
}

} // namespace

Result<int> can_command(const Options& given) {
  Options options = given;
  if (options.replay.empty()) {
    options.target = options.question.front();
    options.question.erase(options.question.begin());
  }
  const auto question = parse_question(options.question);
  if (!question)
    return tl::unexpected<Error>(question.error());
  return with_target(options, peer_of(*question), [&](Witness& witness) -> Result<int> {
    const auto identity = identify(witness);
    if (!identity)
      return tl::unexpected<Error>(identity.error());
    const Ruling ruling = ask(witness, *question);
    const Target target = target_of(witness, *identity);
    if (auto same = witness.confirm_identity(); !same)
      return tl::unexpected<Error>(same.error());
    const std::string text =
        options.format == Format::json
            ? render_ruling_json(ruling, target, SBX_VERSION)
            : render_ruling_text(ruling, target, table_style(options.colour, options.ascii));
    if (auto printed = print(text); !printed)
      return tl::unexpected<Error>(printed.error());
    return status_of(ruling.answer);
  });
}

} // namespace sbx
