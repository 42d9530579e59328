#include "kernel/live_processes.h"

#include "kernel/file.h"
#include "kernel/live_tasks.h"
#include "kernel/process_tree.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_processes = 65'536, most_threads = 256, most_kvm_fds = 256, most_above = 64,
                      most_below = 256;
constexpr int most_rounds = 4;
// Of thousands of processes; each link costs the kernel an inode. Those of control groups and of time confine
// nobody by themselves.
constexpr std::array<const char*, 6> six_ns{"user", "mnt", "pid", "net", "ipc", "uts"};
constexpr unsigned most_workers = 4;

// The lines of a status that tell whose it is and what it may do; the rest is of no use here.
constexpr std::array<std::string_view, 19> kept_keys{
    "Name",   "State",  "Tgid",       "Pid",     "PPid",           "TracerPid", "Uid",
    "Gid",    "NSpid",  "Kthread",    "Threads", "CapInh",         "CapPrm",    "CapEff",
    "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters"};
// Those in which a thread may differ from the main thread.
constexpr std::array<std::string_view, 10> own_keys{
    "Uid",    "Gid",    "CapInh",  "CapPrm",     "CapEff",
    "CapBnd", "CapAmb", "Seccomp", "NoNewPrivs", "Seccomp_filters"};

bool has_exited(std::string_view status) {
  const std::size_t at = status.find("\nState:\t");
  const char state = at == std::string_view::npos || at + 8 >= status.size() ? '?' : status[at + 8];
  return state == 'Z' || state == 'X';
}

template <std::size_t N>
std::string lines_of(std::string_view status, const std::array<std::string_view, N>& keys) {
  std::string kept;
  while (!status.empty()) {
    const std::size_t end = std::min(status.find('\n'), status.size() - 1);
    const std::string_view line = status.substr(0, end + 1);
    const std::string_view key = line.substr(0, line.find(':'));
    if (std::find(keys.begin(), keys.end(), key) != keys.end())
      kept += line;
    status.remove_prefix(end + 1);
  }
  return kept;
}

std::string status_part(const Reading& status) {
  return status ? lines_of(*status, kept_keys) : "Errno:\t" + errno_name(status.error().error) + "\n";
}

std::string cgroup_part(int dir) {
  const Reading text = read_beneath(dir, "cgroup");
  if (!text)
    return "Cgroup:\t" + refusal_word(text.error().error) + "\n";
  std::string part;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    part += "Cgroup:\t" + word_of(rest.substr(0, end)) + "\n";
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return part;
}

// As task_ns_line() does with the links of namespaces: read, not followed.
std::string root_part(int dir) {
  std::string link(4096, '\0');
  const ssize_t length = readlinkat(dir, "root", link.data(), link.size());
  return "Root:\t" +
         (length < 0 ? refusal_word(errno)
                     : ":" + escaped_word(std::string_view(link.data(), static_cast<std::size_t>(length)))) +
         "\n";
}

// The links of descriptors are read, not followed: that asks no file system.
std::string kvm_part(int dir) {
  const auto numbers = list_numbers(dir, "fd", most_kvm_fds);
  const auto fds = numbers ? open_beneath(dir, "fd", O_PATH | O_DIRECTORY)
                           : tl::expected<Fd, int>(tl::unexpected<int>(numbers.error()));
  if (!fds)
    return "Kvm:\t" + refusal_word(fds.error()) + "\n";
  std::size_t vms = 0, vcpus = 0, seen = 0;
  for (const int number : *numbers) {
    char link[64];
    const ssize_t length = readlinkat(fds->get(), std::to_string(number).c_str(), link, sizeof link);
    if (length < 0 && errno != ENOENT)
      return "Kvm:\t" + refusal_word(errno) + "\n";
    const std::string_view name(link, static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    vms += name == "anon_inode:kvm-vm";
    vcpus += name.starts_with("anon_inode:kvm-vcpu:");
    if (++seen == most_kvm_fds)
      break;
  }
  return fmt::format("Kvm:\tvm={} vcpu={} seen={}\n", vms, vcpus, seen);
}

struct Threads {
  std::vector<int> read;
  std::string different;
};

Threads threads_of(int dir, std::string_view main_status) {
  Threads threads;
  const auto tids = list_numbers(dir, "task", most_threads);
  if (!tids)
    return threads;
  const std::string main_lines = lines_of(main_status, own_keys);
  for (const int tid : *tids) {
    if (threads.read.size() == most_threads)
      break;
    const Reading status = read_beneath(dir, fmt::format("task/{}/status", tid));
    if (!status && (status.error().error == ENOENT || status.error().error == ESRCH))
      continue; // it ended
    threads.read.push_back(tid);
    // A main thread may have exited while others run on: pthread_exit(3) in main().
    if (!status || lines_of(*status, own_keys) != main_lines ||
        has_exited(*status) != has_exited(main_status))
      threads.different += fmt::format("Task:\t{}\n{}", tid, status_part(status));
  }
  return threads;
}

// Of a main thread that has exited /proc shows neither namespaces nor root nor descriptors, and in
// hierarchies of version 1 the root's control group (cgroups(7)); its other threads may run on, and then one
// of these tells.
std::optional<Fd> living_thread(int dir, const Reading& status) {
  const auto tids = status && has_exited(*status) ? list_numbers(dir, "task", most_threads)
                                                  : tl::expected<std::vector<int>, int>(std::vector<int>());
  for (const int tid : tids.value_or(std::vector<int>())) {
    auto thread = open_beneath(dir, fmt::format("task/{}", tid), O_PATH | O_DIRECTORY);
    const Reading its = thread ? read_beneath(thread->get(), "status") : refused(thread.error());
    if (its && !has_exited(*its))
      return std::move(*thread);
  }
  return std::nullopt;
}

// Empty where it is gone.
std::string process_part(int proc, pid_t number, std::span<const char* const> kinds) {
  const std::string pid = std::to_string(number);
  const auto dir = open_beneath(proc, pid, O_PATH | O_DIRECTORY);
  const Reading status = dir ? read_beneath(dir->get(), "status") : refused(dir.error());
  if (!status && (status.error().error == ENOENT || status.error().error == ESRCH))
    return {};
  if (!dir)
    return fmt::format("Process:\t{0}\nNs:\tuser={1}\nCgroup:\t{1}\nRoot:\t{1}\nRead:\t\n{2}", number,
                       refusal_word(dir.error()), status_part(status));
  const bool one = status && status->find("\nThreads:\t1\n") != std::string::npos;
  const auto living = one ? std::nullopt : living_thread(dir->get(), status);
  const int from = living ? living->get() : dir->get();
  const std::string ns = task_ns_line(from, ".", number, kinds).substr(pid.size() + 1);
  std::string part = fmt::format("Process:\t{}\nNs:\t{}{}{}", number, ns, cgroup_part(from), root_part(from));
  Threads threads{{number}, {}};
  if (status && !one) {
    part += kvm_part(from);
    threads = threads_of(dir->get(), *status);
  }
  return part + fmt::format("Read:\t{}\n", fmt::join(threads.read, ",")) + status_part(status) +
         threads.different;
}

// By number; those that are gone again have an empty text.
std::map<pid_t, std::string> parts_of(int proc, const std::vector<int>& pids) {
  const unsigned cpus = std::clamp(std::thread::hardware_concurrency(), 1U, most_workers);
  const std::size_t workers = pids.size() < 200 ? 1 : cpus;
  std::vector<std::string> texts(pids.size());
  const auto work = [&](std::size_t first) {
    for (std::size_t i = first; i < pids.size(); i += workers)
      texts[i] = process_part(proc, pids[i], six_ns);
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < workers; ++i)
    others.emplace_back(work, i);
  work(0);
  for (std::thread& it : others)
    it.join();
  std::map<pid_t, std::string> parts;
  for (std::size_t i = 0; i < pids.size(); ++i)
    parts.emplace_hint(parts.end(), pids[i], std::move(texts[i]));
  return parts;
}

// 0 where it cannot be told.
pid_t parent_of(int proc, pid_t pid) {
  const Reading status = read_beneath(proc, std::to_string(pid) + "/status");
  const std::size_t at = status ? status->find("\nPPid:\t") : std::string::npos;
  pid_t parent = 0;
  if (at != std::string::npos) // a name has no newline here: only gVisor prints it as it is, and then this is
                               // a hint
    std::from_chars(status->data() + at + 7, status->data() + status->size(), parent);
  return parent;
}

// From /proc/PID/task/TID/children (3.5, CONFIG_PROC_CHILDREN): as a hint of whom to look at.
tl::expected<std::vector<pid_t>, int> children_of(int proc, pid_t pid) {
  const auto tids = list_numbers(proc, fmt::format("{}/task", pid), most_threads);
  if (!tids)
    return tl::unexpected<int>(tids.error());
  std::vector<pid_t> children;
  for (const int tid : *tids) {
    const Reading text = read_beneath(proc, fmt::format("{}/task/{}/children", pid, tid));
    if (!text)
      return tl::unexpected<int>(text.error().error);
    for (const char *at = text->data(), *end = at + text->size(); at < end;) {
      pid_t child = 0;
      const auto [stopped, problem] = std::from_chars(at, end, child);
      if (problem != std::errc{})
        break;
      children.push_back(child);
      at = stopped + 1;
    }
  }
  return children;
}

// False where there are more than `most_below`.
bool add_descendants(int proc, pid_t first, std::set<pid_t>& pids) {
  std::vector<pid_t> below;
  const auto add = [&](pid_t pid) {
    if (below.size() < most_below && pids.insert(pid).second)
      below.push_back(pid);
    return below.size() < most_below;
  };
  if (!children_of(proc, first)) {
    for (const TreeProcess& it : descendants_of(first, {}))
      if (!add(it.pid))
        return false;
    return true;
  }
  std::vector<pid_t> next{first};
  for (std::size_t i = 0; i < next.size(); ++i)
    if (const auto children = children_of(proc, next[i]))
      for (const pid_t child : *children) {
        if (!add(child))
          return false;
        next.push_back(child);
      }
  return true;
}

} // namespace

Reading read_kin(const ProcTarget& target) {
  std::set<pid_t> pids{target.pid()};
  bool whole = true;
  pid_t parent = parent_of(target.proc(), target.pid());
  for (std::size_t above = 0; parent > 0 && pids.insert(parent).second; ++above) {
    whole = above < most_above;
    if (!whole)
      break;
    parent = parent_of(target.proc(), parent);
  }
  whole = add_descendants(target.proc(), target.pid(), pids) && whole;
  std::string text = whole ? "Listing:\tsettled\n" : "Listing:\tcut\n";
  for (const pid_t pid : pids)
    if (pid != getpid() || pid == target.pid()) // what we started ourselves is none of its kin
      text += process_part(target.proc(), pid, every_ns);
  return text;
}

Reading read_processes(int proc) {
  std::map<pid_t, std::string> parts;
  std::string_view listed = "moving";
  for (int round = 0; round < most_rounds; ++round) {
    auto pids = list_numbers(proc, ".", most_processes);
    if (!pids)
      return refused(pids.error(), "listing /proc");
    const bool cut = pids->size() > most_processes;
    pids->resize(std::min(pids->size(), most_processes));
    std::erase_if(*pids, [&](int pid) { return parts.contains(pid); });
    const bool fresh = !pids->empty();
    if (fresh)
      parts.merge(parts_of(proc, *pids));
    listed = cut ? "cut" : !fresh ? "settled" : "moving";
    if (cut || !fresh)
      break;
  }
  std::string text = fmt::format("Listing:\t{}\n", listed);
  for (const auto& [pid, part] : parts)
    text += part;
  return text;
}

} // namespace sbx
