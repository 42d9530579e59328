#include "parse/seccomp_filters.h"

#include "core/escape.h"
#include "parse/token_line.h"

#include <utility>

namespace sbx {

namespace {

constexpr std::size_t most_instructions = 4096, instruction_bytes = 8, most_bitmap_bytes = 64;

using Bytes = std::vector<std::uint8_t>;

std::optional<Bytes> bytes_of(std::string_view hex, std::size_t most) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (hex.empty() || hex.size() % 2 != 0 || hex.size() / 2 > most)
    return std::nullopt;
  Bytes bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

// In the byte order of x86 and Arm.
SeccompInstruction instruction_at(const Bytes& bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{bytes[at + i]}; };
  return {static_cast<std::uint16_t>(byte(0) | byte(1) << 8), bytes[at + 2], bytes[at + 3],
          byte(4) | byte(5) << 8 | byte(6) << 16 | byte(7) << 24};
}

class Parser {
public:
  Parsed<SeccompFilters> parse(std::string_view text) {
    if (text.empty() || text.back() != '\n')
      return malformed("the last line is cut off");
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(line.size() + 1);
      ++line_number_;
      if (!take(line))
        return malformed("line " + std::to_string(line_number_) + " makes no sense: " + escaped(line, 80));
    }
    return finish();
  }

private:
  bool take(std::string_view text) {
    TokenLine line(text);
    const std::string_view what = line.word();
    bool known = false;
    if (line_number_ == 1)
      known = what == "settled" && take_settled(line);
    else if (what == "task")
      known = take_task(line);
    else if (what == "filter")
      known = take_filter(line);
    else if (what == "program")
      known = take_program(line);
    return known && !line.failed() && line.at_end();
  }

  bool take_settled(TokenLine& line) {
    const std::string_view answer = line.word();
    result_.settled = answer == "yes";
    result_.by_ptrace = !line.at_end();
    if (result_.by_ptrace && line.value("via") != "ptrace")
      return false;
    return answer == "yes" || answer == "no";
  }

  static bool flag(TokenLine& line, std::string_view key) { return line.number(line.value(key), 1) == 1; }

  static std::optional<bool> known_flag(TokenLine& line, std::string_view key) {
    const std::string_view value = line.value(key);
    return value == "-" ? std::nullopt : std::optional(line.number(value, 1) == 1);
  }

  // 0 is none; whether a number has its line is seen at the end.
  static std::optional<std::size_t> index(TokenLine& line, std::string_view digits) {
    const std::uint32_t number = line.small(digits);
    return number == 0 ? std::nullopt : std::optional<std::size_t>(number - 1);
  }

  bool take_task(TokenLine& line) {
    SeccompTask task;
    task.tid = line.small(line.word());
    task.start_boottime = line.number(line.value("start"));
    task.mode = line.small(line.value("mode"));
    const std::string_view filter = line.value("filter");
    task.unread = filter == "-";
    if (!task.unread)
      task.newest = index(line, filter);
    task.count = line.small(line.value("count"));
    task.exited = flag(line, "exited");
    result_.tasks.push_back(task);
    return result_.filters.empty() && (result_.settled ? !task.unread : !task.newest);
  }

  bool take_filter(TokenLine& line) {
    const bool in_turn = !program_missing_ && line.number(line.word()) == result_.filters.size() + 1;
    SeccompFilter filter;
    filter.previous = index(line, line.value("prev"));
    if (filter.previous && *filter.previous >= result_.filters.size())
      return false;
    if (filter.previous) {
      filter.depth = result_.filters[*filter.previous].depth + 1;
      named_[*filter.previous] = true;
    }
    const std::string_view length = line.value("len");
    program_missing_ = length != "-";
    length_ = program_missing_ ? line.number(length, most_instructions) : 0;
    filter.log = flag(line, "log");
    filter.notify = known_flag(line, "notify");
    filter.wait_killable = known_flag(line, "wait_killable");
    const bool maps =
        take_bitmap(line, "native", filter.native) && take_bitmap(line, "compat", filter.compat);
    result_.filters.push_back(std::move(filter));
    named_.push_back(false);
    return in_turn && maps && (length_ > 0 || !program_missing_);
  }

  static bool take_bitmap(TokenLine& line, std::string_view key, std::optional<Bytes>& bitmap) {
    const std::string_view hex = line.value(key);
    if (hex != "-")
      bitmap = bytes_of(hex, most_bitmap_bytes);
    return hex == "-" || bitmap;
  }

  bool take_program(TokenLine& line) {
    if (!program_missing_ || line.number(line.word()) != result_.filters.size())
      return false;
    program_missing_ = false;
    const auto bytes = bytes_of(line.word(), most_instructions * instruction_bytes);
    if (!bytes || bytes->size() != length_ * instruction_bytes)
      return false;
    auto& program = result_.filters.back().program.emplace();
    program.reserve(length_);
    for (std::size_t at = 0; at < bytes->size(); at += instruction_bytes)
      program.push_back(instruction_at(*bytes, at));
    return true;
  }

  Parsed<SeccompFilters> finish() {
    if (result_.tasks.empty())
      return malformed("it names no task");
    if (program_missing_)
      return malformed("the last filter lacks its program");
    for (const SeccompTask& task : result_.tasks) {
      if (!task.newest)
        continue;
      if (*task.newest >= result_.filters.size())
        return malformed("a task names filter " + std::to_string(*task.newest + 1) + ", which is not there");
      if (result_.filters[*task.newest].depth != task.count)
        return malformed("a task has another number of filters than its chain");
      named_[*task.newest] = true;
    }
    for (const bool named : named_)
      if (!named)
        return malformed("a filter belongs to no task");
    return std::move(result_);
  }

  SeccompFilters result_;
  std::vector<bool> named_; // of each filter: a task or a later one stands on it
  std::size_t line_number_ = 0;
  std::uint64_t length_ = 0;
  bool program_missing_ = false;
};

} // namespace

bool always_allowed(const std::vector<std::uint8_t>& bitmap, unsigned number) {
  return number / 8 < bitmap.size() && (bitmap[number / 8] >> number % 8 & 1) != 0;
}

Parsed<SeccompFilters> parse_seccomp_filters(std::string_view text) { return Parser().parse(text); }

} // namespace sbx
