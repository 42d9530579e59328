#include "cli/asking.h"
#include "cli/command.h"
#include "cli/inspection.h"
#include "cli/live_target.h"
#include "cli/network_attempts.h"
#include "cli/sandbox_inspection.h"
#include "kernel/recording.h"
#include "probes/socket_warnings.h"
#include "report/json.h"
#include "report/table.h"

namespace sbx {

namespace {

Result<int> print_report(const Report& report, const Options& options) {
  const std::string text = options.format == Format::json
                               ? render_json(report)
                               : render_table(report, table_style(options.colour, options.ascii));
  if (auto printed = print(text); !printed)
    return tl::unexpected<Error>(printed.error());
  return exit_status(report.appraisal);
}

} // namespace

Result<int> inspect_command(const Options& options) {
  const auto wanted = wanted_of(options);
  if (!wanted)
    return tl::unexpected<Error>(wanted.error());
  const auto name = parse_target_name(options.target);
  if (!name)
    return tl::unexpected<Error>(name.error());
  if (!name->one_process()) {
    const auto report = inspect_sandbox(options, *name, *wanted);
    if (!report)
      return tl::unexpected<Error>(report.error());
    return print_report(*report, options);
  }
  return with_target(options, std::nullopt, [&](Witness& witness) -> Result<int> {
    const auto report = inspect(witness, *wanted);
    if (!report)
      return tl::unexpected<Error>(report.error());
    return print_report(*report, options);
  });
}

// A recording answers later what it was asked now; about ports it answers always.
Result<int> capture_command(const Options& options) {
  std::vector<Question> questions{*parse_question("connect tcp:1")};
  std::optional<std::int64_t> peer;
  for (const std::string& text : options.questions) {
    const auto question = parse_question(text);
    if (!question)
      return tl::unexpected<Error>(question.error());
    const auto other = peer_of(*question);
    if (peer && other && *peer != *other)
      return error(ErrorKind::usage, "a recording holds one other process; ask about one with --ask");
    peer = other ? other : peer;
    questions.push_back(*question);
  }
  const auto wanted = wanted_of(options); // what a policy asks about is read and kept, too
  if (!wanted)
    return tl::unexpected<Error>(wanted.error());
  const auto addresses = attempt_addresses(options.attempts);
  if (!addresses)
    return tl::unexpected<Error>(addresses.error());
  return with_target(options, peer, [&](Witness& witness) -> Result<int> {
    if (peer)
      (void)witness.peer_identity(); // before everything else that is read of it
    for (const Question& question : questions)
      (void)ask(witness, question);
    try_connections(witness, *addresses);
    (void)socket_claims(witness); // of the page of network, which a plain report does not show
    if (const auto report = inspect(witness, *wanted); !report)
      return tl::unexpected<Error>(report.error());
    if (const auto saved = save_recording(witness.evidence(), options.directory, SBX_VERSION); !saved)
      return tl::unexpected<Error>(saved.error());
    return 0;
  });
}

Result<int> replay_command(const Options& options) {
  const auto wanted = wanted_of(options);
  if (!wanted)
    return tl::unexpected<Error>(wanted.error());
  return with_recording(
      options.directory,
      [&](Witness& witness) -> Result<int> {
        const auto report = inspect(witness, *wanted);
        if (!report)
          return tl::unexpected<Error>(report.error());
        return print_report(*report, options);
      },
      options.redact_environment);
}

} // namespace sbx
