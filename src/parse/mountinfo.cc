#include "parse/mountinfo.h"

#include "core/escape.h"
#include "parse/key_number.h"

#include <algorithm>

namespace sbx {

namespace {

bool octal(char c) { return c >= '0' && c <= '7'; }

// The kernel writes what would break the line as \ooo (mangle_path() and seq_escape()), a backslash among it.
// File systems that print a bare one in what they say of themselves have it kept as it is.
std::string unmangled(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && text.size() - i > 3 && text[i + 1] <= '3' && octal(text[i + 1]) &&
                        octal(text[i + 2]) && octal(text[i + 3]);
    bytes +=
        escape ? static_cast<char>((text[i + 1] - '0') << 6 | (text[i + 2] - '0') << 3 | (text[i + 3] - '0'))
               : text[i];
    i += escape ? 3 : 0;
  }
  return bytes;
}

// Cut before it is unmangled: a comma in a value is \054.
std::vector<std::string> listed(std::string_view text, char between) {
  std::vector<std::string> entries;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(between), text.size());
    entries.push_back(unmangled(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return entries;
}

// The text up to the next space, which may be empty (a source may be); false when there is no further field.
bool next(std::string_view& line, std::string_view& field) {
  if (line.data() == nullptr)
    return false;
  const std::size_t end = line.find(' ');
  field = line.substr(0, end);
  line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
  return true;
}

Parsed<Mount> parse_line(std::string_view line) {
  const std::string_view whole = line;
  const auto bad = [&](const char* what) { return malformed(what + (": " + escaped(whole, 80))); };
  Mount mount;
  std::string_view id, parent, device, root, point, options, tag, type, source;
  if (!next(line, id) || !next(line, parent) || !next(line, device) || !next(line, root) ||
      !next(line, point) || !next(line, options))
    return bad("too few fields for a mount");
  if (!read_key(id, "", mount.id) || !read_key(parent, "", mount.parent) ||
      !read_device(device, "", mount.major, mount.minor))
    return bad("not the numbers of a mount");
  if (root.empty() || !point.starts_with('/'))
    return bad("no path for a mount");
  do {
    if (!next(line, tag))
      return bad("no separator in the line of a mount");
    if (tag.empty())
      return bad("an empty field in the line of a mount");
    if (tag != "-")
      mount.tags.push_back(unmangled(tag));
  } while (tag != "-");
  if (!next(line, type) || !next(line, source) || type.empty())
    return bad("a mount of no type");
  mount.root = unmangled(root);
  mount.point = unmangled(point);
  mount.options = listed(options, ',');
  mount.type = unmangled(type);
  mount.source = unmangled(source);
  mount.super_options = listed(line, ','); // the rest: some file systems print spaces in their options
  return mount;
}

constexpr std::string_view moving = "moving\n"; // the kernel's lines begin with a number

bool is_moving(std::string_view text) { return text == moving || text.ends_with("\nmoving\n"); }

} // namespace

bool Mount::has_option(std::string_view name) const {
  return std::find(options.begin(), options.end(), name) != options.end();
}

Parsed<std::vector<Mount>> parse_mountinfo(std::string_view text) {
  if (is_moving(text))
    text.remove_suffix(moving.size());
  if (text.empty()) // a root directory from which no mount can be reached
    return std::vector<Mount>();
  return parse_each_line<Mount>(text, parse_line);
}

Parsed<bool> parse_mounts_settled(std::string_view text) {
  if (cut_off(text))
    return malformed("the last line is cut off");
  return !is_moving(text);
}

} // namespace sbx
