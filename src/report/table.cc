#include "report/table.h"

#include "report/text_layout.h"
#include "report/words.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::size_t name_columns = 20; // "landlock.kernel>=10" and a space
constexpr std::size_t word_columns = 10; // "enforced" and two
constexpr std::size_t least_width = 60;

struct Word {
  std::string_view text;
  std::string_view colour; // SGR parameters, ECMA-48 8.3.117
};

Word state_word(State state) {
  switch (state) {
  case State::enforced:
    return {"enforced", "32"};
  case State::partial:
    return {"partial", "33"};
  case State::absent:
    return {"absent", "31"};
  case State::unknown:
    return {"unknown", "35"};
  case State::not_applicable:
    return {"n/a", "2"};
  }
  return {"unknown", "35"};
}

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

// Draws rows; everything that goes in is made printable here, and nothing else writes an escape sequence.
class Sheet {
public:
  explicit Sheet(const TableStyle& style)
      : style_(style), width_(std::max<std::size_t>(style.width, least_width)) {}

  void header(std::string_view left, std::string_view right) {
    const std::string target = clean(left), vantage = clean(right);
    constexpr std::string_view between = "     ";
    if (display_columns(target) + between.size() + display_columns(vantage) <= width_) {
      line(target + std::string(between) + vantage);
      return;
    }
    for (const std::string& part : wrapped(target, width_))
      line(part);
    for (const std::string& part : wrapped(vantage, width_ - 2))
      line("  " + part);
  }

  // A row without a word has its text where the word would be.
  void row(std::string_view name, std::optional<Word> word, const std::vector<std::string>& texts) {
    std::string start = clean(name);
    if (display_columns(start) >= name_columns) {
      for (const std::string& part : wrapped(start, width_))
        line(part);
      start.clear();
    }
    start += padding(start, name_columns);
    std::size_t indent = name_columns;
    if (word) {
      indent += word_columns;
      start += painted(*word) + padding(word->text, word_columns);
    }
    bool first = true;
    for (const std::string& text : texts) {
      for (const std::string& part : wrapped(clean(text), width_ - indent)) {
        line((first ? start : std::string(indent, ' ')) + part);
        first = false;
      }
    }
  }

  void blank() { out_ += '\n'; }
  std::string take() { return std::move(out_); }

private:
  std::string clean(std::string_view text) const { return printable(text, style_.unicode); }

  std::string painted(const Word& word) const {
    return style_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", word.colour, word.text) : std::string(word.text);
  }

  void line(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    out_ += text + '\n';
  }

  TableStyle style_;
  std::size_t width_;
  std::string out_;
};

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
  return texts;
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

} // namespace

std::string render_table(const Report& report, const TableStyle& style) {
  Sheet sheet(style);
  sheet.header(target_words(report.target), vantage_words(report));
  for (const auto& [id, finding] : report.layers)
    sheet.row(layer_title(id), state_word(finding.state()), finding_texts(finding));
  if (const auto platform = platform_words(report.platform); !platform.empty())
    sheet.row("Platform", std::nullopt, platform);
  if (report.appraisal && !report.appraisal->requirements.empty()) {
    sheet.blank();
    for (const Appraised& requirement : report.appraisal->requirements)
      sheet.row(requirement.expression, verdict_word(requirement.verdict), requirement_texts(requirement));
    sheet.row("Verdict", verdict_word(report.appraisal->verdict), {overall_text(*report.appraisal)});
  }
  return sheet.take();
}

} // namespace sbx
