#include "files/engine_files.h"

#include <algorithm>
#include <array>
#include <map>

namespace sbx {

namespace {

constexpr std::size_t id_digits = 64;
constexpr std::array<std::string_view, 12> points{
    "/etc/hosts",  "/etc/hostname", "/etc/resolv.conf", "/etc/passwd", "/etc/group",    "/run/.containerenv",
    "/.dockerenv", "/run/secrets",  "/dev/shm",         "/etc/mtab",   "/etc/timezone", "/etc/localtime"};

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool is_point(std::string_view path) {
  return std::find(points.begin(), points.end(), path) != points.end() || path.starts_with("/run/secrets/");
}

// What is bound: as the file system names it, or as the host does.
std::set<std::string> ids_of(const ViewedMount& view) {
  std::set<std::string> ids = long_ids(view.mount->root);
  for (const std::string& candidate : view.candidates)
    ids.merge(long_ids(candidate));
  return ids;
}

} // namespace

std::set<std::string> long_ids(std::string_view text) {
  std::set<std::string> ids;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    while (at < text.size() && is_hex(text[at]))
      ++at;
    if (at - begin == id_digits)
      ids.emplace(text.substr(begin, id_digits));
    at += at == begin ? 1 : 0;
  }
  return ids;
}

void mark_engine_files(std::vector<ViewedMount>& views, std::string_view cgroup) {
  std::set<std::string> known = long_ids(cgroup);
  std::map<std::string, std::size_t> times;
  std::vector<std::pair<ViewedMount*, std::set<std::string>>> asked;
  for (ViewedMount& view : views) {
    if (view.mount->type == "overlay")
      for (const std::string& option : view.mount->super_options)
        known.merge(long_ids(option));
    if (view.its_class != MountClass::host || !is_point(view.mount->point))
      continue;
    const auto& [it, ids] = asked.emplace_back(&view, ids_of(view));
    for (const std::string& id : ids)
      ++times[id];
  }
  for (const auto& [view, ids] : asked)
    view->engine_file = std::any_of(
        ids.begin(), ids.end(), [&](const std::string& id) { return known.contains(id) || times[id] > 1; });
}

} // namespace sbx
