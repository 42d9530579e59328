#include "cli/command.h"
#include "cli/inspection.h"
#include "cli/live_target.h"
#include "cli/policy_input.h"
#include "core/errno_name.h"
#include "core/escape.h"
#include "kernel/file.h"
#include "report/difference_page.h"
#include "report/drift_page.h"
#include "report/json.h"

#include <algorithm>
#include <fmt/core.h>
#include <sys/stat.h>

namespace sbx {

namespace {

constexpr int differs = 1, undetermined = 4;
constexpr std::size_t most_report_bytes = 64 << 20;
constexpr int most_depth = 64; // of a report; what is deeper is none

Result<nlohmann::json> report_in_file(const std::string& name) {
  const Reading bytes = read_named_file(name, most_report_bytes);
  if (!bytes)
    return error(ErrorKind::failure,
                 fmt::format("'{}' cannot be read: {}", escaped(name, 200), errno_name(bytes.error().error)));
  bool deep = false;
  const auto callback = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    deep = deep || depth > most_depth;
    return !deep;
  };
  auto report = nlohmann::json::parse(*bytes, callback, false);
  if (report.is_discarded() || deep)
    return error(ErrorKind::failure, fmt::format("'{}' is no report: {}", escaped(name, 200),
                                                 deep ? "it is nested too deeply" : "no JSON"));
  return report;
}

// A file with a report, or a recording, which is replayed.
Result<nlohmann::json> report_of(const std::string& name) {
  struct stat kind {};
  if (stat(name.c_str(), &kind) != 0 || !S_ISDIR(kind.st_mode))
    return report_in_file(name);
  nlohmann::json report;
  const auto done = with_recording(name, [&](Witness& witness) -> Result<int> {
    const auto found = inspect(witness, {});
    if (!found)
      return tl::unexpected<Error>(found.error());
    report = report_json(*found);
    return 0;
  });
  if (!done)
    return tl::unexpected<Error>(done.error());
  return report;
}

Result<int> diff_reports(const Options& options) {
  std::vector<ComparedReport> sides;
  for (const std::string& name : options.sides) {
    auto report = report_of(name);
    if (!report)
      return tl::unexpected<Error>(report.error());
    sides.push_back({name, std::move(*report)});
  }
  const auto differences = compare_reports(sides[0].report, sides[1].report);
  if (!differences)
    return tl::unexpected<Error>(differences.error());
  const std::string text = options.format == Format::json
                               ? render_difference_json(sides[0], sides[1], *differences)
                               : render_difference_table(sides[0], sides[1], *differences,
                                                         table_style(options.colour, options.ascii));
  if (auto printed = print(text); !printed)
    return tl::unexpected<Error>(printed.error());
  const bool all_unseen = std::all_of(differences->begin(), differences->end(),
                                      [](const ReportDifference& it) { return it.change == Change::unseen; });
  return differences->empty() ? 0 : all_unseen ? undetermined : differs;
}

Result<int> diff_policy(Options options) {
  options.target = options.sides.empty() ? options.target : options.sides.front();
  const auto wanted = wanted_of(options);
  if (!wanted)
    return tl::unexpected<Error>(wanted.error());
  return with_target(options, std::nullopt, [&](Witness& witness) -> Result<int> {
    auto report = inspect(witness, *wanted);
    if (!report)
      return tl::unexpected<Error>(report.error());
    report->layers.erase(report->layers.begin(), report->layers.end() - 1); // that is the policy
    const std::string text = options.format == Format::json
                                 ? render_json(*report)
                                 : render_drift(*report, table_style(options.colour, options.ascii));
    if (auto printed = print(text); !printed)
      return tl::unexpected<Error>(printed.error());
    switch (report->layers.front().second.state()) {
    case State::enforced:
    case State::not_applicable:
      return 0;
    case State::partial:
    case State::absent:
      return differs;
    case State::unknown:
      break;
    }
    return undetermined;
  });
}

} // namespace

Result<int> diff_command(const Options& options) {
  if (!options.policy.empty() && options.sides.size() <= 1)
    return diff_policy(options);
  if (options.policy.empty() && options.sides.size() == 2 && options.replay.empty())
    return diff_reports(options);
  return error(ErrorKind::usage,
               "diff compares a process with a policy (diff TARGET --policy FILE), or two reports or "
               "recordings with each other (diff BEFORE AFTER)");
}

} // namespace sbx
