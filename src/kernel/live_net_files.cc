#include "kernel/live_net_files.h"

#include "kernel/file.h"
#include "kernel/living_task.h"
#include "kernel/net_namespaces.h"
#include "kernel/property_text.h"
#include "kernel/socket_tables.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t most_of_file = 24 << 20, most_of_all = 48 << 20; // a recording holds 128 MiB
constexpr std::chrono::milliseconds tables_take{800}, files_take{800};
constexpr int deadline_ms = 1000; // for the child that asks for the tables

tl::expected<Fd, Refusal> open_net_file(const ProcTarget& target, const std::string& name) {
  auto file = open_living(
      target, [&](int task) { return open_beneath(task, "net/" + name, O_RDONLY | O_NONBLOCK | O_NOCTTY); });
  struct stat status {};
  if (file && (fstat(file->get(), &status) != 0 || !S_ISREG(status.st_mode)))
    return tl::unexpected<Refusal>(Refusal{EBADMSG, "not a regular file"});
  return file;
}

// Up to `most` bytes behind `text`, until then; 0, EFBIG where there are more, or another errno.
int append(std::string& text, int fd, std::size_t most, clock::time_point until) {
  constexpr std::size_t a_read = 64 * 1024;
  const std::size_t end = text.size() + most;
  while (true) {
    const std::size_t had = text.size(), room = std::min(a_read, end - had);
    if (clock::now() >= until)
      return EFBIG;
    if (room == 0) {
      char more = 0;
      return ::read(fd, &more, 1) > 0 ? EFBIG : 0;
    }
    text.resize(had + room);
    const ssize_t got = ::read(fd, text.data() + had, room);
    const int error = got < 0 ? errno : 0;
    text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0 || (got < 0 && error != EINTR))
      return error;
  }
}

// The tables that sock_diag(7) tells, where the namespace may be joined; else nothing.
std::string tables_of(const ProcTarget& target) {
  const auto namespaces = net_namespaces(target);
  if (!namespaces || namespaces->empty())
    return {};
  ChildAnswer answer = in_net_namespace(namespaces->front(),
                                        [](int out) { tell_socket_tables(out, clock::now() + tables_take); },
                                        {.deadline_ms = deadline_ms, .most_bytes = most_of_file});
  if (answer.cut) // in the middle of one, perhaps
    answer.bytes.resize(answer.bytes.starts_with("table ") ? answer.bytes.rfind("\ntable ") + 1 : 0);
  return std::move(answer.bytes);
}

// `text` and a file for each table that it lacks.
Reading with_files(const ProcTarget& target, std::string text) {
  // Those that can lead out first, for the room is theirs in common.
  constexpr const char* names[] = {"tcp", "tcp6", "unix", "udp", "udp6", "raw", "raw6", "packet", "netlink"};
  const std::string tables = "\n" + text;
  std::optional<Refusal> first;
  bool any = !text.empty();
  const auto until = clock::now() + files_take;
  for (const char* name : names) {
    if (tables.find(fmt::format("\ntable {} ", name)) != std::string::npos)
      continue;
    const auto file = open_net_file(target, name);
    std::string bytes;
    const std::size_t most = std::min(most_of_file, most_of_all - std::min(most_of_all, text.size()));
    const int error = file ? append(bytes, file->get(), most, until) : file.error().error;
    if (error != 0 && error != EFBIG) {
      first = first ? first : Refusal{error, file ? "" : file.error().detail};
      fmt::format_to(std::back_inserter(text), "file {} {}\n", name, refusal_word(error));
      continue;
    }
    any = true;
    fmt::format_to(std::back_inserter(text), "file {} {} {}\n", name, error == 0 ? "all" : "cut",
                   bytes.size());
    text += bytes;
  }
  if (!any && first)
    return tl::unexpected<Refusal>(*first);
  return text + "end\n";
}

} // namespace

Reading read_net_file(const ProcTarget& target, const std::string& name) {
  constexpr std::size_t most = 16 << 20;
  const auto file = open_net_file(target, name);
  return file ? read_all(file->get(), most) : tl::unexpected<Refusal>(file.error());
}

Reading read_net_sockets(const ProcTarget& target) { return with_files(target, tables_of(target)); }

Reading read_net_socket_files(const ProcTarget& target) { return with_files(target, {}); }

} // namespace sbx
