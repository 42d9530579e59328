#include "parse/processes.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <type_traits>

namespace sbx {

namespace {

constexpr std::size_t most_tids = 4096; // of one process
constexpr std::string_view process_key = "Process:\t", task_key = "Task:\t", errno_key = "Errno:\t";

// Takes the first line off, when it begins with `key`: what follows the key.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view key) {
  if (!text.starts_with(key))
    return std::nullopt;
  const std::size_t end = text.find('\n');
  const std::string_view value = text.substr(key.size(), end - key.size());
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return value;
}

std::optional<int> refusal_in(std::string_view word) {
  return word.starts_with('!') ? errno_from_name(word.substr(1)) : std::nullopt;
}

// Where the part that begins at the front ends: before the next line that begins with one of the keys.
std::size_t part_end(std::string_view text, std::initializer_list<std::string_view> keys) {
  std::size_t end = text.size();
  for (const std::string_view key : keys)
    if (const std::size_t at = text.find("\n" + std::string(key)); at != std::string_view::npos)
      end = std::min(end, at + 1);
  return end;
}

// What makes no sense is the matter of one task: a name may hold anything (gVisor prints it as it is).
tl::expected<ProcStatus, int> status_of(std::string_view text, std::int64_t id) {
  if (text.starts_with(errno_key))
    return tl::unexpected<int>(errno_from_name(trimmed(text.substr(errno_key.size()))).value_or(EBADMSG));
  auto status = parse_proc_status(text);
  if (!status || (status->pid && *status->pid != id))
    return tl::unexpected<int>(EBADMSG);
  return std::move(*status);
}

std::optional<std::string> take_cgroups(std::string_view& text, Process& process) {
  std::vector<std::string> lines;
  while (const auto word = take_line(text, "Cgroup:\t")) {
    if (const auto error = refusal_in(*word)) {
      process.cgroups = tl::unexpected<int>(*error);
      return std::nullopt;
    }
    std::string line;
    if (!unescape(*word, line))
      return "not escaped: " + escaped(*word, 60);
    lines.push_back(std::move(line));
  }
  process.cgroups = std::move(lines);
  return std::nullopt;
}

// False where the line is neither a path nor an errno.
bool take_root(std::string_view& text, Process& process) {
  const auto word = take_line(text, "Root:\t");
  if (const auto error = word ? refusal_in(*word) : std::nullopt) {
    process.root = tl::unexpected<int>(*error);
    return true;
  }
  return word && word->starts_with(':') && unescape(word->substr(1), *process.root);
}

std::optional<tl::expected<KvmDescriptors, int>> kvm_of(std::string_view line) {
  if (const auto error = refusal_in(line))
    return tl::unexpected<int>(*error);
  const auto parts = words(line);
  KvmDescriptors kvm;
  const auto take = [&](std::size_t at, std::string_view key, auto& field) {
    const auto value = at < parts.size() && parts[at].starts_with(key)
                           ? number<std::size_t>(parts[at].substr(key.size()))
                           : std::nullopt;
    if (value && *value <= KvmDescriptors::most_seen_fds)
      field = static_cast<std::decay_t<decltype(field)>>(*value);
    return value && *value <= KvmDescriptors::most_seen_fds;
  };
  if (parts.size() != 3 || !take(0, "vm=", kvm.vms) || !take(1, "vcpu=", kvm.vcpus) ||
      !take(2, "seen=", kvm.seen))
    return std::nullopt;
  return kvm;
}

// Separated by commas, by number, each once; none where the process itself was refused.
bool take_tids(std::string_view list, std::vector<std::int64_t>& tids) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const auto tid = number<std::int64_t>(list.substr(0, comma));
    if (!tid || *tid <= (tids.empty() ? 0 : tids.back()) || tids.size() >= most_tids ||
        comma + 1 == list.size())
      return false;
    tids.push_back(*tid);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return true;
}

Parsed<Process> parse_process(std::int64_t pid, std::string_view text) {
  Process process;
  process.pid = pid;
  const auto ns = take_line(text, "Ns:\t");
  auto parsed = ns ? parse_task_ns(std::to_string(pid) + " " + std::string(*ns) + "\n")
                   : Parsed<std::vector<TaskNs>>(malformed("no Ns line"));
  if (!parsed)
    return malformed(std::move(parsed.error().what));
  process.ns = std::move(parsed->front().inodes);
  if (const auto problem = take_cgroups(text, process))
    return malformed(*problem);
  if (!take_root(text, process))
    return malformed("no root directory");
  if (const auto line = take_line(text, "Kvm:\t")) {
    process.kvm = kvm_of(*line);
    if (!process.kvm)
      return malformed("not descriptors of KVM: " + escaped(*line, 60));
  }
  const auto read = take_line(text, "Read:\t");
  if (!read || !take_tids(*read, process.tids))
    return malformed("no list of threads");
  const std::size_t own = text.starts_with(task_key) ? 0 : part_end(text, {task_key});
  process.status = status_of(text.substr(0, own), pid); // none at all makes no sense
  text.remove_prefix(own);
  while (!text.empty()) {
    const auto tid = take_line(text, task_key);
    const auto id = tid ? number<std::int64_t>(*tid) : std::nullopt;
    if (!id || !std::binary_search(process.tids.begin(), process.tids.end(), *id))
      return malformed("not one of its threads: " + escaped(tid.value_or(text), 40));
    if (!process.others.empty() && *id <= process.others.back().tid)
      return malformed("threads not in the order of their numbers");
    const std::size_t end = part_end(text, {task_key});
    process.others.push_back({*id, status_of(text.substr(0, end), *id)});
    text.remove_prefix(end);
  }
  return process;
}

std::optional<Processes::Listed> listed_of(std::string_view word) {
  if (word == "settled")
    return Processes::Listed::settled;
  if (word == "moving")
    return Processes::Listed::moving;
  if (word == "cut")
    return Processes::Listed::cut;
  return std::nullopt;
}

} // namespace

bool Process::all_threads_read() const {
  return all_threads_listed() &&
         std::all_of(others.begin(), others.end(), [](const Task& it) { return it.status.has_value(); });
}

Parsed<Processes> parse_processes(std::string_view text) {
  if (cut_off(text))
    return malformed("the last line is cut off");
  const auto listing = take_line(text, "Listing:\t");
  const auto listed = listing ? listed_of(*listing) : std::nullopt;
  if (!listed)
    return malformed("no Listing line");
  Processes all{*listed, {}};
  while (!text.empty()) {
    const auto word = take_line(text, process_key);
    const auto pid = word ? number<std::int64_t>(*word) : std::nullopt;
    if (!pid || *pid <= 0)
      return malformed("no Process line: " + escaped(text, 40));
    if (!all.processes.empty() && *pid <= all.processes.back().pid)
      return malformed("not in the order of their numbers: process " + std::to_string(*pid));
    const std::size_t end = part_end(text, {process_key});
    auto process = parse_process(*pid, text.substr(0, end));
    if (!process)
      return malformed("process " + std::to_string(*pid) + ": " + process.error().what);
    all.processes.push_back(std::move(*process));
    text.remove_prefix(end);
  }
  if (all.processes.empty()) // the inspector itself is one
    return malformed("no process at all");
  return all;
}

} // namespace sbx
