#include "report/report_rows.h"

#include "report/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

Word verdict_word(Verdict verdict) {
  switch (verdict) {
  case Verdict::met:
    return {"met", "32"};
  case Verdict::unmet:
    return {"unmet", "31"};
  case Verdict::unknown:
    return {"unknown", "35"};
  }
  return {"unknown", "35"};
}

std::vector<std::string> requirement_texts(const Appraised& requirement) {
  std::vector<std::string> texts{requirement.observed};
  if (requirement.verdict != Verdict::met)
    texts.push_back("wanted: " + requirement.wanted);
  return texts;
}

std::string overall_text(const Appraisal& appraisal) {
  const auto count = [&](Verdict verdict) {
    return std::count_if(appraisal.requirements.begin(), appraisal.requirements.end(),
                         [&](const Appraised& it) { return it.verdict == verdict; });
  };
  const std::size_t total = appraisal.requirements.size();
  std::string out =
      fmt::format("{} of {} requirement{} met", count(Verdict::met), total, total == 1 ? "" : "s");
  if (const auto unmet = count(Verdict::unmet))
    out += fmt::format(", {} unmet", unmet);
  if (const auto unknown = count(Verdict::unknown))
    out += fmt::format(", {} could not be determined", unknown);
  return out;
}

const Claims& warnings_of(const Finding& finding) {
  static const Claims none = Claims::array();
  const auto found = finding.claims().find("warnings");
  return found != finding.claims().end() && found->is_array() ? *found : none;
}

// "2 high, 1 low: landlock.threads_outside, ..."
std::optional<std::string> warning_counts(const Finding& finding) {
  std::vector<std::string> counts, ids;
  for (const char* severity : {"high", "medium", "low"}) {
    std::size_t count = 0;
    for (const Claims& warning : warnings_of(finding))
      if (warning["severity"] == severity) {
        ++count;
        if (const auto id = warning["id"].get<std::string>();
            std::find(ids.begin(), ids.end(), id) == ids.end())
          ids.push_back(id);
      }
    if (count > 0)
      counts.push_back(fmt::format("{} {}", count, severity));
  }
  if (counts.empty())
    return std::nullopt;
  constexpr std::size_t shown = 3;
  const std::size_t more = ids.size() - std::min(ids.size(), shown);
  ids.resize(ids.size() - more);
  return fmt::format("warnings: {}: {}{}", fmt::join(counts, ", "), fmt::join(ids, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

} // namespace

std::vector<std::string> finding_texts(const Finding& finding) {
  std::vector<std::string> texts{finding.summary()};
  if (const auto& gap = finding.gap()) {
    const std::string phrase = gap_words(*gap);
    texts.push_back(gap->detail == finding.summary()
                        ? fmt::format("why: {} ({})", phrase, gap->source)
                        : fmt::format("why: {} ({}, {})", gap->detail, phrase, gap->source));
  }
  if (finding.remedy())
    texts.push_back("to do: " + *finding.remedy());
  if (const auto counts = warning_counts(finding))
    texts.push_back(*counts);
  return texts;
}

void draw_warnings(Sheet& sheet, const Finding& finding) { draw_warnings(sheet, warnings_of(finding)); }

void draw_warnings(Sheet& sheet, const Claims& warnings) {
  if (warnings.empty())
    return;
  sheet.blank();
  sheet.heading("Warnings");
  for (const Claims& warning : warnings)
    sheet.row("  " + warning["severity"].get<std::string>(), std::nullopt,
              {warning["id"].get<std::string>(), warning["summary"].get<std::string>(),
               "seen: " + warning["evidence"].get<std::string>(),
               "to do: " + warning["remedy"].get<std::string>()});
}

void draw_requirements(Sheet& sheet, const Report& report) {
  if (!report.appraisal || report.appraisal->requirements.empty())
    return;
  sheet.blank();
  for (const Appraised& requirement : report.appraisal->requirements)
    sheet.row(requirement.expression, verdict_word(requirement.verdict), requirement_texts(requirement));
  sheet.row("Verdict", verdict_word(report.appraisal->verdict), {overall_text(*report.appraisal)});
}

} // namespace sbx
