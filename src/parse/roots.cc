#include "parse/roots.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"
#include "parse/token_line.h"

#include <limits>
#include <optional>
#include <unordered_map>

namespace sbx {

namespace {

constexpr std::uint64_t most_tid = std::numeric_limits<std::int32_t>::max();

// "!EACCES" as a number; 0 where the word is no refusal.
int refusal(std::string_view word) {
  return word.starts_with('!') ? errno_from_name(word.substr(1)).value_or(0) : 0;
}

template <class Spot> void take_place(TokenLine& line, Spot& spot) {
  spot.mount = line.number(line.value("mnt"));
  const std::string_view device = line.value("dev");
  const std::size_t colon = device.find(':');
  spot.major = line.small(device.substr(0, colon));
  spot.minor = line.small(colon == device.npos ? std::string_view() : device.substr(colon + 1));
  spot.inode = line.number(line.value("inode"));
}

// What stands behind the name of the line: all of it, or nothing.
std::optional<tl::expected<RootSpot, int>> take_root(TokenLine& line, std::string_view first_word) {
  if (const int error = refusal(first_word); error != 0 && line.at_end())
    return tl::expected<RootSpot, int>(tl::unexpected<int>(error));
  RootSpot spot;
  take_place(line, spot);
  spot.magic = line.mask(line.value("magic"));
  spot.read_only = line.number(line.value("ro"), 1) == 1;
  const std::string_view above = line.value("above");
  if (const int error = refusal(above))
    spot.above = tl::unexpected<int>(error);
  else
    spot.above = line.small(above);
  spot.path = line.bytes(line.value("path"));
  if (line.failed() || !line.at_end())
    return std::nullopt;
  return tl::expected<RootSpot, int>(spot);
}

std::optional<tl::expected<CwdSpot, int>> take_cwd(TokenLine& line, std::string_view first_word) {
  if (const int error = refusal(first_word); error != 0 && line.at_end())
    return tl::expected<CwdSpot, int>(tl::unexpected<int>(error));
  CwdSpot spot;
  take_place(line, spot);
  const std::string_view outside = line.value("outside");
  if (const int error = refusal(outside))
    spot.outside = tl::unexpected<int>(error);
  else
    spot.outside = line.number(outside, 1) == 1;
  if (line.failed() || !line.at_end())
    return std::nullopt;
  return tl::expected<CwdSpot, int>(spot);
}

class Reader {
public:
  bool take(std::string_view text) {
    if (ended_)
      return false;
    TokenLine line(text);
    const std::string_view kind = line.word();
    if (kind == "end")
      return take_end(line);
    if (kind == "self")
      return take_self(line);
    if (!self_)
      return false;
    const std::string_view digits = line.word();
    const auto tid = static_cast<std::int64_t>(line.number(digits, most_tid));
    if (line.failed() || tid == 0)
      return false;
    if (kind == "root")
      return take_root_of(tid, line);
    if (kind == "cwd")
      return take_cwd_of(tid, line);
    return kind == "same" && take_same(tid, line);
  }

  // The whole, where every thread has both and something ended it.
  std::optional<Roots> finish() {
    if (!ended_ || with_cwd_ != roots_.tasks.size() || roots_.tasks.empty())
      return std::nullopt;
    return std::move(roots_);
  }

private:
  // A refusal is the last word of its line, any other is a key: what begins there is looked at, not taken.
  static std::string_view refused_word(TokenLine& line) { return line.next_is("mnt") ? "" : line.word(); }

  bool take_self(TokenLine& line) {
    const auto spot = self_ ? std::nullopt : take_root(line, refused_word(line));
    if (!spot)
      return false;
    self_ = true;
    roots_.self = *spot;
    return true;
  }

  TaskRoot* add(std::int64_t tid) {
    if (!index_.try_emplace(tid, roots_.tasks.size()).second)
      return nullptr;
    TaskRoot& task = roots_.tasks.emplace_back();
    task.tid = tid;
    return &task;
  }

  bool take_root_of(std::int64_t tid, TokenLine& line) {
    const auto spot = take_root(line, refused_word(line));
    TaskRoot* task = spot ? add(tid) : nullptr;
    if (!task)
      return false;
    task->root = *spot;
    cwd_seen_.push_back(false);
    return true;
  }

  bool take_cwd_of(std::int64_t tid, TokenLine& line) {
    const auto known = index_.find(tid);
    if (known == index_.end() || cwd_seen_[known->second])
      return false;
    const auto spot = take_cwd(line, refused_word(line));
    if (!spot)
      return false;
    roots_.tasks[known->second].cwd = *spot;
    cwd_seen_[known->second] = true;
    ++with_cwd_;
    return true;
  }

  // After the lines of the one it shares with.
  bool take_same(std::int64_t tid, TokenLine& line) {
    const auto other = index_.find(static_cast<std::int64_t>(line.number(line.word(), most_tid)));
    if (line.failed() || !line.at_end() || other == index_.end() || !cwd_seen_[other->second])
      return false;
    const TaskRoot shared = roots_.tasks[other->second];
    TaskRoot* task = add(tid);
    if (!task)
      return false;
    task->root = shared.root;
    task->cwd = shared.cwd;
    cwd_seen_.push_back(true);
    ++with_cwd_;
    return true;
  }

  bool take_end(TokenLine& line) {
    const std::string_view how = line.word();
    ended_ = line.at_end() && !line.failed();
    roots_.settled = how == "settled";
    roots_.stopped = refusal(how);
    return ended_ && self_ && (roots_.settled || how == "moving" || roots_.stopped != 0);
  }

  Roots roots_;
  std::unordered_map<std::int64_t, std::size_t> index_; // by thread
  std::vector<bool> cwd_seen_;
  std::size_t with_cwd_ = 0;
  bool self_ = false, ended_ = false;
};

} // namespace

Parsed<Roots> parse_roots(std::string_view text) {
  Reader reader;
  std::string_view bad;
  const bool whole = each_line(text, [&](std::string_view line) {
    bad = line;
    return reader.take(line);
  });
  if (!whole)
    return malformed("not where a thread stands: " + escaped(bad, 80));
  if (cut_off(text))
    return malformed("the last line is cut off");
  auto roots = reader.finish();
  if (!roots)
    return malformed("no end, or a thread without its root or working directory");
  return std::move(*roots);
}

} // namespace sbx
