#include "cli/unit_files.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "kernel/file.h"
#include "policy/document.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {

// systemd.unit(5), "System Unit Search Path", the first counts most.
constexpr std::array unit_dirs{
    "/etc/systemd/system.control",   "/run/systemd/system.control",  "/run/systemd/transient",
    "/run/systemd/generator.early",  "/etc/systemd/system",          "/etc/systemd/system.attached",
    "/run/systemd/system",           "/run/systemd/system.attached", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",      "/lib/systemd/system",
    "/run/systemd/generator.late",
};
constexpr std::string_view suffix = ".service";
constexpr std::size_t most_name = 255, most_entries = 4096, most_drop_ins = 256;
constexpr int most_links = 8;

bool is_unit_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(":-_.\\@").find(c) != std::string_view::npos;
  };
  return name.size() > suffix.size() && name.size() <= most_name && !name.starts_with('.') &&
         !name.starts_with('@') && std::all_of(name.begin(), name.end(), fits);
}

std::string
template_of(const std::string& name) { // "getty@tty1.service": "getty@.service"; empty: no instance
  const std::size_t at = name.find('@');
  return at == std::string::npos || at + 1 + suffix.size() == name.size()
             ? std::string()
             : name.substr(0, at + 1) + std::string(suffix);
}

// Where a drop-in directory of a unit may be, the nearest first: "a-b.service", its template, "a-.service".
std::vector<std::string> drop_in_names(const std::string& name) {
  std::vector<std::string> names{name};
  std::string stem = name;
  if (const std::string of = template_of(name); !of.empty()) {
    names.push_back(of);
    stem = of;
  }
  const bool instances = stem.find('@') != std::string::npos;
  stem = stem.substr(0, std::min(stem.find('@'), stem.size() - suffix.size()));
  for (std::size_t dash = stem.rfind('-'); dash != std::string::npos && dash > 0;
       dash = stem.rfind('-', dash - 1))
    if (dash + 1 < stem.size())
      names.push_back(stem.substr(0, dash + 1) + (instances ? "@" : "") + std::string(suffix));
  return names;
}

enum class Found { missing, masked, file };

struct Fragment {
  Found found = Found::missing;
  std::string path;
  std::vector<std::string> aliases; // the names of what the links led to
};

class UnitSearch {
public:
  explicit UnitSearch(std::string root) : root_(std::move(root)) {}

  Result<std::vector<PolicyFile>> files(const std::string& name) {
    std::vector<std::string> names{name};
    auto fragment = find_fragment(names);
    if (!fragment)
      return tl::unexpected(fragment.error());
    std::vector<PolicyFile> files;
    if (auto problem = read(*fragment, files))
      return tl::unexpected(std::move(*problem));
    std::map<std::string, std::string> drop_ins; // by file name, which is the order of reading
    for (const std::string& one : names)
      for (const char* dir : unit_dirs)
        for (const std::string& part : drop_in_names(one))
          if (auto problem = list(root_ + dir + "/" + part + ".d", drop_ins))
            return tl::unexpected(std::move(*problem));
    for (const char* dir : unit_dirs)
      if (auto problem = list(root_ + dir + "/service.d", drop_ins))
        return tl::unexpected(std::move(*problem));
    for (const auto& [file, path] : drop_ins) {
      const auto target = resolved(path);
      if (!target)
        return tl::unexpected(target.error());
      if (target->found == Found::file) // one that is a link to /dev/null hides those behind it
        if (auto problem = read(target->path, files))
          return tl::unexpected(std::move(*problem));
    }
    return files;
  }

private:
  // Adds the names of the links on the way.
  Result<std::string> find_fragment(std::vector<std::string>& names) {
    const std::string name = names.front();
    for (const std::string& one : {name, template_of(name)}) {
      if (one.empty())
        continue;
      for (const char* dir : unit_dirs) {
        auto fragment = resolved(root_ + dir + "/" + one);
        if (!fragment)
          return tl::unexpected(fragment.error());
        if (fragment->found == Found::masked)
          return error(ErrorKind::usage,
                       fmt::format("unit {} is masked: {} is a link to /dev/null, so nothing is started",
                                   escaped(name), escaped(root_ + dir + "/" + one)));
        if (fragment->found == Found::missing)
          continue;
        for (const std::string& alias : fragment->aliases)
          if (is_unit_name(alias) && std::find(names.begin(), names.end(), alias) == names.end())
            names.push_back(alias);
        return fragment->path;
      }
    }
    return error(ErrorKind::usage,
                 fmt::format("unit {} was not found in /etc/systemd/system, /run/systemd/system, "
                             "/usr/lib/systemd/system and the like; give its file instead",
                             escaped(name)));
  }

  // Follows links within the root, by hand: an absolute one would lead out of it.
  Result<Fragment> resolved(std::string path) const {
    Fragment fragment;
    for (int links = 0; links <= most_links; ++links) {
      struct stat info {};
      if (lstat(path.c_str(), &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
          return fragment;
        return error(ErrorKind::failure,
                     fmt::format("look for the unit file {}: {}", escaped(path), errno_name(errno)));
      }
      if (!S_ISLNK(info.st_mode)) {
        if (!S_ISREG(info.st_mode))
          return error(ErrorKind::usage, fmt::format("the unit file {} is no regular file", escaped(path)));
        fragment.found = Found::file;
        fragment.path = path;
        return fragment;
      }
      std::array<char, 4096> target{};
      const ssize_t length = readlink(path.c_str(), target.data(), target.size());
      if (length <= 0 || static_cast<std::size_t>(length) == target.size())
        return error(ErrorKind::failure, fmt::format("read the link {}: {}", escaped(path),
                                                     length < 0 ? errno_name(errno) : "it is too long"));
      const std::string to(target.data(), static_cast<std::size_t>(length));
      if (to == "/dev/null") {
        fragment.found = Found::masked;
        return fragment;
      }
      path = to.starts_with('/') ? fmt::format("{}{}", root_, to)
                                 : fmt::format("{}/{}", path.substr(0, path.rfind('/')), to);
      fragment.aliases.push_back(path.substr(path.rfind('/') + 1));
    }
    return error(ErrorKind::usage,
                 fmt::format("{}: more than {} links, one after the other", escaped(path), most_links));
  }

  static std::optional<Error> read(const std::string& path, std::vector<PolicyFile>& files) {
    const Reading reading = read_host_file(path, most_document_bytes);
    if (!reading)
      return Error{ErrorKind::usage, fmt::format("read the unit file {}: {}", escaped(path),
                                                 errno_name(reading.error().error))};
    files.push_back({path, *reading});
    return std::nullopt;
  }

  // Adds NAME.conf files; a directory that was listed before counts more.
  static std::optional<Error> list(const std::string& dir, std::map<std::string, std::string>& drop_ins) {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(dir.c_str()), closedir);
    if (!stream)
      return errno == ENOENT || errno == ENOTDIR
                 ? std::nullopt
                 : std::optional(Error{ErrorKind::failure, fmt::format("list the drop-ins in {}: {}",
                                                                       escaped(dir), errno_name(errno))});
    std::size_t entries = 0;
    while (const dirent* entry = readdir(stream.get())) {
      const std::string name = entry->d_name;
      if (++entries > most_entries || drop_ins.size() > most_drop_ins)
        return Error{ErrorKind::usage, fmt::format("{}: too many drop-ins", escaped(dir))};
      if (name.ends_with(".conf") && !name.starts_with('.'))
        drop_ins.try_emplace(name, fmt::format("{}/{}", dir, name));
    }
    return std::nullopt;
  }

  std::string root_;
};

} // namespace

Result<std::vector<PolicyFile>> unit_files(const std::string& unit, const std::string& root) {
  const std::string name = unit.ends_with(suffix) ? unit : unit + std::string(suffix);
  if (!is_unit_name(name))
    return error(
        ErrorKind::usage,
        fmt::format("'{}' is no name of a service unit; write systemd:NAME.service", escaped(unit, 80)));
  return UnitSearch(root).files(name);
}

} // namespace sbx
