#include "kernel/process_tree.h"

#include "kernel/fd.h"
#include "kernel/file.h"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_processes = 4 << 20; // PID_MAX_LIMIT (proc_sys_kernel(5), pid_max)

std::string_view next_word(std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  return word;
}

template <class Number> bool read_number(std::string_view word, Number& number) {
  return std::from_chars(word.data(), word.data() + word.size(), number).ec == std::errc{};
}

// proc_pid_stat(5): the process chooses its name, in parentheses.
std::optional<TreeProcess> stat_of(int proc, pid_t pid) {
  const Reading text = read_beneath(proc, std::to_string(pid) + "/stat");
  const auto name_end = text ? text->rfind(')') : std::string::npos;
  if (name_end == std::string::npos || name_end + 2 > text->size())
    return std::nullopt;
  std::string_view rest = std::string_view(*text).substr(name_end + 2);
  TreeProcess process;
  process.pid = pid;
  if (const std::size_t name = text->find('('); name < name_end)
    process.comm = text->substr(name + 1, name_end - name - 1);
  process.zombie = next_word(rest) == "Z";
  if (!read_number(next_word(rest), process.parent))
    return std::nullopt;
  constexpr int between = 17; // from ppid (4) to starttime (22)
  for (int i = 0; i < between; ++i)
    next_word(rest);
  return read_number(next_word(rest), process.start) ? std::optional(process) : std::nullopt;
}

Fd open_proc() { return Fd(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

} // namespace

std::vector<TreeProcess> descendants(const std::vector<pid_t>& except) {
  return descendants_of(getpid(), except);
}

std::vector<TreeProcess> descendants_of(pid_t process, const std::vector<pid_t>& except) {
  const Fd proc = open_proc();
  const auto pids = list_numbers(proc.get(), ".", most_processes);
  std::multimap<pid_t, TreeProcess> children;
  if (pids)
    for (const pid_t pid : *pids)
      if (const auto seen = stat_of(proc.get(), pid))
        children.emplace(seen->parent, *seen);
  std::vector<TreeProcess> found;
  const auto add_children = [&](pid_t parent) {
    const auto [begin, end] = children.equal_range(parent);
    for (auto child = begin; child != end; ++child)
      if (std::find(except.begin(), except.end(), child->second.pid) == except.end())
        found.push_back(child->second);
    children.erase(begin, end); // numbers may have been given anew while we looked: no circle
  };
  add_children(process);
  for (std::size_t i = 0; i < found.size(); ++i)
    add_children(found[i].pid);
  return found;
}

bool send_signal(const TreeProcess& process, int signal) {
  const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  if (!pidfd)
    return false;
  const Fd proc = open_proc();
  const auto now = stat_of(proc.get(), process.pid);
  if (!now || now->start != process.start)
    return false;
  return syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

} // namespace sbx
