#include "parse/directories.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/key_number.h"
#include "parse/line.h"

#include <unordered_set>

namespace sbx {

namespace {

std::string_view next_word(std::string_view& line) {
  const std::size_t end = line.find(' ');
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return word;
}

bool is_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

bool take_entry(std::string_view line, DirectoryEntry& entry) {
  if (!unescape(next_word(line), entry.name) || !is_name(entry.name))
    return false;
  if (line.starts_with('!')) {
    entry.error = errno_from_name(line.substr(1)).value_or(0);
    return entry.error != 0;
  }
  return read_key(next_word(line), "mode=", entry.mode, 8) &&
         read_device(line, "rdev=", entry.rdev_major, entry.rdev_minor);
}

bool take_end(std::string_view how, Directory& directory) {
  directory.cut = how == "cut";
  if (how == "ok" || directory.cut)
    return true;
  directory.error = errno_from_name(how).value_or(0);
  return directory.error != 0;
}

} // namespace

Parsed<std::vector<Directory>> parse_directories(std::string_view text) {
  std::vector<Directory> found;
  std::unordered_set<std::string> paths, names;
  bool open = false;
  std::string_view bad;
  const bool whole = each_line(text, [&](std::string_view line) {
    bad = line;
    const std::string_view kind = next_word(line);
    if (kind == "dir" && !open) {
      Directory& directory = found.emplace_back();
      names.clear();
      open = true;
      return unescape(line, directory.path) && !directory.path.empty() && paths.insert(directory.path).second;
    }
    if (!open)
      return false;
    if (kind == "end") {
      open = false;
      return take_end(line, found.back());
    }
    return kind == "entry" && take_entry(line, found.back().entries.emplace_back()) &&
           names.insert(found.back().entries.back().name).second;
  });
  if (!whole)
    return malformed("not what a directory holds: " + escaped(bad, 80));
  if (cut_off(text) || open || found.empty())
    return malformed("no end of a directory");
  return found;
}

} // namespace sbx
