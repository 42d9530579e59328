#include "parse/path_walks.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/key_number.h"

#include <span>
#include <unordered_set>

namespace sbx {

namespace {

using Words = std::span<const std::string_view>;

constexpr std::size_t keys = 11; // in a step
constexpr std::string_view interpreter_key = "interpreter=", target_key = "target=";

bool read_step(Words words, WalkStep& step) {
  unsigned acl = 0;
  const bool whole =
      words.size() == keys && read_key(words[0], "mnt=", step.mount) &&
      read_device(words[1], "dev=", step.major, step.minor) && read_key(words[2], "inode=", step.inode) &&
      read_key(words[3], "mode=", step.mode, 8) && read_key(words[4], "uid=", step.uid) &&
      read_key(words[5], "gid=", step.gid) && read_key(words[6], "nlink=", step.nlink) &&
      read_device(words[7], "rdev=", step.rdev_major, step.rdev_minor) &&
      read_key(words[8], "attributes=", step.attributes, 16) && read_key(words[9], "acl=", acl) && acl <= 1 &&
      read_key(words[10], "magic=", step.magic, 16);
  step.acl = acl == 1;
  return whole;
}

// "key=ESCAPED", of exactly this key.
bool read_text(std::string_view word, std::string_view key, std::string& bytes) {
  return word.starts_with(key) && unescape(word.substr(key.size()), bytes);
}

// The lines of one block come in this order.
enum class Stage { search, named, above, ended };

struct Block {
  PathWalk walk;
  Stage stage = Stage::search;

  // After its path; false: not a line that may stand here.
  bool take(Words words) {
    const std::string_view kind = words[0];
    const Words rest = words.subspan(1);
    if (kind == "search")
      return stage == Stage::search && read_step(rest, walk.searched.emplace_back());
    if (kind == "link")
      return stage == Stage::search && !walk.searched.empty() && take_link(rest);
    if (kind == "file")
      return move_to(Stage::named) && take_file(rest);
    if (kind == "missing")
      return move_to(Stage::named) && !walk.searched.empty() && rest.size() == 1 &&
             unescape(rest[0], walk.missing) && !walk.missing.empty();
    if (kind == "above")
      return (stage == Stage::above || move_to(Stage::above)) && read_step(rest, walk.above.emplace_back());
    if (kind == "end")
      return rest.size() == 1 && take_end(rest[0]);
    return false;
  }

private:
  bool move_to(Stage next) {
    const bool follows = static_cast<int>(next) == static_cast<int>(stage) + 1;
    stage = next;
    return follows;
  }

  bool take_link(Words rest) {
    if (rest.size() != keys + 1)
      return false;
    WalkLink& link = walk.links.emplace_back();
    link.directory = walk.searched.back();
    return read_step(rest.first(keys), link.link) && read_text(rest[keys], target_key, link.target);
  }

  bool take_file(Words rest) {
    if (rest.size() == keys + 1) {
      std::string interpreter;
      if (!read_text(rest[keys], interpreter_key, interpreter))
        return false;
      walk.interpreter = std::move(interpreter);
      rest = rest.first(keys);
    }
    return read_step(rest, walk.file.emplace());
  }

  // A walk that came to its end named something.
  bool take_end(std::string_view word) {
    const auto error = word == "ok" ? std::optional(0) : errno_from_name(word);
    const bool whole = error && (*error != 0 || stage == Stage::named || stage == Stage::above);
    walk.error = error.value_or(0);
    stage = Stage::ended;
    return whole;
  }
};

} // namespace

Parsed<std::vector<PathWalk>> parse_path_walks(std::string_view text) {
  std::vector<PathWalk> walks;
  std::unordered_set<std::string> paths;
  std::optional<Block> block;
  std::string problem;
  each_line(text, [&](std::string_view line) {
    const auto parts = words(line);
    std::string path;
    if (!block && parts.size() == 2 && parts[0] == "path" && unescape(parts[1], path) && !path.empty()) {
      if (!paths.insert(path).second)
        problem = "walked twice: " + escaped(path, 80);
      block.emplace().walk.path = std::move(path);
    } else if (!block || parts.empty() || !block->take(parts)) {
      problem = "not a line of a walk: " + escaped(line, 80);
    } else if (block->stage == Stage::ended) {
      walks.push_back(std::move(block->walk));
      block.reset();
    }
    return problem.empty();
  });
  if (problem.empty() && (block || cut_off(text)))
    problem = "a walk is cut off";
  if (problem.empty() && walks.empty())
    problem = "no walk at all";
  if (!problem.empty())
    return malformed(std::move(problem));
  return walks;
}

} // namespace sbx
