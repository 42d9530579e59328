#include "parse/cgroup_limits.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"
#include "parse/token_line.h"

namespace sbx {

namespace {

// 0 is no refusal.
int refusal(std::string_view word) {
  return word.starts_with('!') ? errno_from_name(word.substr(1)).value_or(0) : 0;
}

bool take_hierarchy(CgroupHierarchy& it, TokenLine& line) {
  it.controllers = line.bytes(line.word());
  it.version = line.small(line.value("version"));
  it.path = line.bytes(line.value("path"));
  if (line.next_is("top"))
    it.top = line.number(line.value("top"), 1) != 0;
  else if ((it.error = refusal(line.word())) == 0)
    return false;
  return !line.failed() && line.at_end() && (it.version == 1 || it.version == 2) && !it.path.empty();
}

bool take_file(CgroupFile& file, std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == word.npos)
    return false;
  file.name = word.substr(0, equals);
  const std::string_view value = word.substr(equals + 1);
  if (const int error = refusal(value)) {
    file.value = tl::unexpected<int>(error);
    return true;
  }
  std::string bytes;
  const bool good = !value.starts_with('!') && unescape(value, bytes);
  file.value = std::move(bytes);
  return good;
}

bool take_group(Cgroup& group, TokenLine& line) {
  group.path = line.bytes(line.word());
  if (group.path.empty())
    return false;
  while (!line.at_end() && !line.failed()) {
    const std::string_view word = line.word();
    if (group.files.empty() && line.at_end() && (group.error = refusal(word)) != 0)
      break;
    if (!take_file(group.files.emplace_back(), word))
      return false;
  }
  return !line.failed();
}

} // namespace

const CgroupFile* Cgroup::file(std::string_view name) const {
  for (const CgroupFile& it : files)
    if (it.name == name)
      return &it;
  return nullptr;
}

bool CgroupHierarchy::has(std::string_view controller) const {
  for (std::string_view rest = controllers; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(','));
    if (name == controller)
      return true;
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
  }
  return false;
}

Parsed<CgroupLimits> parse_cgroup_limits(std::string_view text) {
  CgroupLimits limits;
  bool ended = false;
  std::string_view wrong;
  const bool good = each_line(text, [&](std::string_view content) {
    TokenLine line(content);
    wrong = content;
    if (ended)
      return false;
    const std::string_view kind = line.word();
    if (kind == "end")
      return ended = line.at_end();
    if (kind == "hierarchy")
      return take_hierarchy(limits.hierarchies.emplace_back(), line);
    return kind == "group" && !limits.hierarchies.empty() && limits.hierarchies.back().error == 0 &&
           take_group(limits.hierarchies.back().groups.emplace_back(), line);
  });
  if (!good)
    return malformed("not about control groups: " + escaped(wrong, 80));
  if (!ended || cut_off(text))
    return malformed("a list of control groups that does not end");
  return limits;
}

} // namespace sbx
