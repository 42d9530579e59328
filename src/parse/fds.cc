#include "parse/fds.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace sbx {

namespace {

constexpr std::array kind_names{"directory", "file",  "char_device", "block_device", "socket", "fifo",
                                "anon",      "memfd", "ns",          "other",        "unseen"};

struct Known {
  std::optional<FdDevice> nsfs, memfd;
};

// The words of a line that are key=value, each key once.
class Fields {
public:
  bool take(const std::vector<std::string_view>& parts, std::size_t from) {
    for (std::size_t i = from; i < parts.size(); ++i) {
      const std::size_t equals = parts[i].find('=');
      if (equals == 0 || equals == std::string_view::npos || find(parts[i].substr(0, equals)))
        return false;
      fields_.emplace_back(parts[i].substr(0, equals), parts[i].substr(equals + 1));
    }
    return true;
  }
  std::optional<std::string_view> find(std::string_view key) const {
    for (const auto& [name, value] : fields_)
      if (name == key)
        return value;
    return std::nullopt;
  }
  std::size_t size() const { return fields_.size(); }

private:
  std::vector<std::pair<std::string_view, std::string_view>> fields_; // at most eleven are ever good
};

std::optional<int> refusal(std::string_view value) {
  return value.starts_with('!') ? errno_from_name(value.substr(1)) : std::nullopt;
}

// What stands escaped behind a colon.
std::optional<std::string> raw(std::string_view value) {
  std::string bytes;
  const bool good = value.starts_with(':') && unescape(value.substr(1), bytes);
  return good ? std::optional(std::move(bytes)) : std::nullopt;
}

// A number, or !ERRNO.
template <class T> bool take_number(FdAnswer<T>& answer, std::optional<std::string_view> value, int base) {
  if (!value)
    return false;
  if (const auto error = refusal(*value)) {
    answer = tl::unexpected<int>(*error);
    return true;
  }
  const auto read = number<T>(*value, base);
  if (read)
    answer = *read;
  return read.has_value();
}

std::optional<FdDevice> device(std::string_view value) {
  const std::size_t colon = value.find(':');
  const auto major = number<std::uint32_t>(value.substr(0, colon));
  const auto minor =
      colon == std::string_view::npos ? std::nullopt : number<std::uint32_t>(value.substr(colon + 1));
  return major && minor ? std::optional(FdDevice{*major, *minor}) : std::nullopt;
}

bool take_status(FdAnswer<FdStatus>& answer, const Fields& fields) {
  FdAnswer<std::uint32_t> mode;
  const auto dev = fields.find("dev"), ino = fields.find("ino"), rdev = fields.find("rdev");
  if (!take_number(mode, fields.find("mode"), 8))
    return false;
  if (!mode) {
    answer = tl::unexpected<int>(mode.error());
    return !dev && !ino && !rdev;
  }
  if (!dev || !ino || !rdev)
    return false;
  const auto of = device(*dev), is = device(*rdev);
  const auto inode = number<std::uint64_t>(*ino);
  if (!of || !is || !inode)
    return false;
  answer = FdStatus{*mode, *of, *is, *inode};
  return true;
}

template <class T> bool take_optional(std::optional<T>& answer, const Fields& fields, std::string_view key) {
  const auto value = fields.find(key);
  if (value)
    answer = number<T>(*value);
  return !value || answer;
}

FdKind kind_by_mode(std::uint32_t mode) {
  switch (mode & 0170000) { // S_IFMT, inode(7)
  case 0040000:
    return FdKind::directory;
  case 0100000:
    return FdKind::file;
  case 0020000:
    return FdKind::char_device;
  case 0060000:
    return FdKind::block_device;
  case 0140000:
    return FdKind::socket;
  case 0010000:
    return FdKind::fifo;
  default:
    return FdKind::other;
  }
}

// The kernel's own names do not begin with a slash, and no path that a target chose begins with anything
// else. What a memfd or a bind-mounted namespace is called could be a path, so there the device decides.
void classify(Descriptor& fd, const Known& known) {
  const std::string_view link = fd.link ? std::string_view(*fd.link) : std::string_view();
  const bool named = !link.empty() && link.front() != '/';
  if (named && link.starts_with("anon_inode:")) {
    fd.kind = FdKind::anon;
    fd.name = link.substr(11);
    return;
  }
  const bool in_nsfs = fd.status && known.nsfs && fd.status->dev == *known.nsfs;
  if (in_nsfs) {
    fd.kind = FdKind::ns;
    if (const std::size_t colon = link.find(":["); named && colon != std::string_view::npos)
      fd.name = link.substr(0, colon);
    return;
  }
  if (fd.status) {
    const bool memory = known.memfd && fd.status->dev == *known.memfd && link.starts_with("/memfd:");
    fd.kind = kind_by_mode(fd.status->mode);
    if (fd.kind == FdKind::file && memory)
      fd.kind = FdKind::memfd;
  } else if (named && link.starts_with("socket:[")) {
    fd.kind = FdKind::socket;
  } else if (named && link.starts_with("pipe:[")) {
    fd.kind = FdKind::fifo;
  }
}

bool take_descriptor(Descriptor& fd, const std::vector<std::string_view>& parts, const Known& known) {
  constexpr std::array keys{"link", "flags",         "mnt",   "mode", "dev", "ino",
                            "rdev", "personalities", "files", "pid",  "tap"};
  Fields fields;
  const auto numbered = parts.size() > 1 ? number<int>(parts[1]) : std::nullopt;
  if (!numbered || *numbered < 0 || parts.size() > 2 + keys.size() || !fields.take(parts, 2))
    return false;
  fd.number = *numbered;
  std::size_t good = 0;
  for (const char* key : keys)
    good += fields.find(key) ? 1 : 0;
  const std::string_view link = fields.find("link").value_or("");
  if (const auto error = refusal(link))
    fd.link = tl::unexpected<int>(*error);
  else if (auto bytes = raw(link))
    fd.link = std::move(*bytes);
  else
    return false;
  if (const auto tap = fields.find("tap"); tap && !(fd.tap = raw(*tap)))
    return false;
  if (good != fields.size() || !take_number(fd.flags, fields.find("flags"), 8) ||
      !take_number(fd.mount, fields.find("mnt"), 10) || !take_status(fd.status, fields) ||
      !take_optional(fd.personalities, fields, "personalities") ||
      !take_optional(fd.files, fields, "files") || !take_optional(fd.pid, fields, "pid"))
    return false;
  classify(fd, known);
  return true;
}

class Reader {
public:
  Fds fds;
  bool ended = false;

  bool line(std::string_view text) {
    const auto parts = words(text);
    if (ended || parts.empty())
      return false;
    if (!begun_)
      return begun_ = parts[0] == "known" && known(parts);
    if (parts[0] == "table" && parts.size() == 2 && !open_)
      return open_ = open_table(parts[1]);
    if (parts[0] == "fd" && open_)
      return take_descriptor(fds.tables.back().descriptors.emplace_back(), parts, known_);
    if (parts[0] == "listed" && open_)
      return !(open_ = !close_table(parts));
    if (parts[0] == "threads" && parts.size() == 3 && !open_)
      return threads(parts[1], parts[2]);
    if (parts[0] == "tables" && parts.size() == 2 && !open_ && fds.tables_refused == 0) {
      fds.tables_refused = refusal(parts[1]).value_or(0);
      return fds.tables_refused != 0;
    }
    return parts[0] == "end" && parts.size() == 2 && end(parts[1]);
  }

private:
  bool known(const std::vector<std::string_view>& parts) {
    Fields fields;
    const auto take = [&](std::optional<FdDevice>& into, std::string_view key) {
      const auto value = fields.find(key);
      into = value ? device(*value) : std::nullopt;
      return value && (into || *value == "-");
    };
    return parts.size() == 3 && fields.take(parts, 1) && take(known_.nsfs, "nsfs") &&
           take(known_.memfd, "memfd");
  }

  bool open_table(std::string_view first) {
    const auto tid = number<std::int64_t>(first);
    if (!tid || *tid <= 0 || !places_.emplace(*tid, fds.tables.size()).second)
      return false;
    fds.tables.emplace_back().tids.push_back(*tid);
    return true;
  }

  bool close_table(const std::vector<std::string_view>& parts) {
    using enum FdTable::Listed;
    FdTable& table = fds.tables.back();
    if (parts.size() != 3 || !parts[2].starts_with("own="))
      return false;
    const auto own = number<std::size_t>(parts[2].substr(4));
    const auto error = refusal(parts[1]);
    table.own = own.value_or(0);
    table.error = error.value_or(0);
    table.listed = error ? refused : parts[1] == "all" ? all : parts[1] == "moving" ? moving : cut;
    return own && (error || table.listed != cut || parts[1] == "cut");
  }

  bool threads(std::string_view first, std::string_view list) {
    const auto place = places_.find(number<std::int64_t>(first).value_or(0));
    if (place == places_.end() || fds.tables[place->second].tids.size() != 1)
      return false;
    FdTable& table = fds.tables[place->second];
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t comma = std::min(list.find(',', begin), list.size());
      const auto tid = number<std::int64_t>(list.substr(begin, comma - begin));
      if (!tid || *tid <= 0)
        return false;
      table.tids.push_back(*tid);
      begin = comma + 1;
    }
    return true;
  }

  bool end(std::string_view how) {
    const auto error = refusal(how);
    if (open_ && !error) // only a reading that was stopped leaves a table open
      return false;
    if (open_)
      fds.tables.back().error = *error;
    fds.stopped = error.value_or(0);
    fds.settled = how == "settled";
    ended = true;
    return error || fds.settled || how == "moving";
  }

  Known known_;
  std::unordered_map<std::int64_t, std::size_t> places_; // of the tables, by their first thread
  bool begun_ = false, open_ = false;
};

} // namespace

bool Fds::whole() const {
  return tables_refused == 0 && settled && stopped == 0 &&
         std::all_of(tables.begin(), tables.end(),
                     [](const FdTable& table) { return table.listed == FdTable::Listed::all; });
}

std::string_view fd_kind_name(FdKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

Parsed<Fds> parse_fds(std::string_view text) {
  Reader reader;
  std::string_view wrong;
  each_line(text, [&](std::string_view line) {
    const bool good = reader.line(line);
    if (!good)
      wrong = line;
    return good;
  });
  if (!wrong.empty())
    return malformed("not a list of descriptors: " + escaped(wrong, 80));
  if (!reader.ended || cut_off(text))
    return malformed("a list of descriptors that does not end");
  return std::move(reader.fds);
}

} // namespace sbx
