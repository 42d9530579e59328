// How does a test say which processes there are? As rows that become the text of host/processes, so that the
// parser is asked too.
#pragma once

#include "rules/initial_ns.h"
#include "sandbox/sandbox_set.h"

#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

inline const std::string id_a(64, 'a'), id_b = std::string(60, 'b') + "0123";

// A namespace that is not the initial one, by a small number.
inline std::uint64_t ns_number(int number) { return 4026540000U + static_cast<std::uint64_t>(number); }

struct Row {
  int pid, ppid;
  std::string name;
  std::map<std::string, std::string> status; // lines that are not as of any process of the host
  std::map<std::string, std::string> inodes;
  std::vector<std::string> cgroup_lines{"0::/user.slice"};
  std::string root_word = ":/", kvm_line, status_error, more;
  int thread_count = 1;

  Row& line(const std::string& key, const std::string& value) {
    status[key] = value;
    return *this;
  }
  Row& cgroup(const std::string& path) {
    cgroup_lines = {"0::" + path};
    return *this;
  }
  Row& cgroups(std::vector<std::string> lines) {
    cgroup_lines = std::move(lines);
    return *this;
  }
  Row& ns(const std::string& kind, int number) {
    inodes[kind] = std::to_string(ns_number(number));
    return *this;
  }
  Row& container_ns(int number, const std::string& numbers) { // mnt, pid, net, and its number inside
    return ns("mnt", number).ns("pid", number).ns("net", number).line("NSpid", numbers);
  }
  Row& seccomp(int filters = 1) {
    return line("Seccomp", "2").line("Seccomp_filters", std::to_string(filters));
  }
  Row& no_new_privs() { return line("NoNewPrivs", "1"); }
  Row& no_bounding() { return line("CapBnd", "0000000000000000"); }
  Row& without_caps() { return line("CapEff", "0000000000000000"); }
  Row& zombie() { return line("State", "Z (zombie)").all_ns("!ENOENT"); }
  Row& kthread(bool is) { return line("Kthread", is ? "1" : "0"); }
  Row& all_ns(const std::string& word) {
    for (const std::string_view kind : ns_kinds)
      inodes[std::string(kind)] = word;
    return *this;
  }
  Row& chroot(const std::string& path) {
    root_word = ":" + path;
    return *this;
  }
  Row& kvm(const std::string& values) {
    kvm_line = "Kvm:\t" + values + "\n";
    return *this;
  }
  // Threads 1 more than its pid and on, as the main thread is.
  Row& threads(int count) {
    thread_count = count;
    return *this;
  }
  // One of them, that differs.
  Row& thread(int tid, const std::string& changed_lines) {
    Row other{pid, ppid, name, status, {}, {}, {}, {}, {}, {}, thread_count};
    other.status["Pid"] = std::to_string(tid);
    std::string rest = changed_lines;
    while (!rest.empty()) {
      const auto colon = rest.find(":\t"), end = rest.find('\n');
      other.status[rest.substr(0, colon)] = rest.substr(colon + 2, end - colon - 2);
      rest.erase(0, end + 1);
    }
    more += "Task:\t" + std::to_string(tid) + "\n" + other.status_text();
    return *this;
  }
  Row& refused_thread(int tid) {
    more += "Task:\t" + std::to_string(tid) + "\nErrno:\tEACCES\n";
    return *this;
  }
  Row& hidden() { // all of it is refused, as to another user under an LSM
    status_error = "Errno:\tEACCES\n", root_word = "!EACCES", cgroup_lines = {"!EACCES"};
    return all_ns("!EACCES");
  }

  std::string status_text() const {
    if (!status_error.empty())
      return status_error;
    std::map<std::string, std::string> lines{{"Name", name},
                                             {"State", "S (sleeping)"},
                                             {"Tgid", std::to_string(pid)},
                                             {"Pid", std::to_string(pid)},
                                             {"PPid", std::to_string(ppid)},
                                             {"NSpid", std::to_string(pid)},
                                             {"Threads", std::to_string(thread_count)},
                                             {"CapEff", "000001ffffffffff"},
                                             {"CapBnd", "000001ffffffffff"},
                                             {"NoNewPrivs", "0"},
                                             {"Seccomp", "0"},
                                             {"Seccomp_filters", "0"}};
    for (const auto& [key, value] : status)
      lines[key] = value;
    std::string text;
    for (const char* key : {"Name", "State", "Tgid", "Pid", "PPid", "NSpid", "Kthread", "Threads", "CapEff",
                            "CapBnd", "NoNewPrivs", "Seccomp", "Seccomp_filters"})
      if (const auto it = lines.find(key); it != lines.end() && it->second != "-") // "-": not printed
        text += it->first + ":\t" + it->second + "\n";
    return text;
  }

  std::string text() const {
    std::string all = "Process:\t" + std::to_string(pid) + "\nNs:\t";
    for (const std::string_view kind : ns_kinds) {
      const auto own = inodes.find(std::string(kind));
      all += std::string(kind) + "=" +
             (own != inodes.end() ? own->second : std::to_string(initial_inode(kind))) + " ";
    }
    all.back() = '\n';
    for (const std::string& line : cgroup_lines)
      all += "Cgroup:\t" + line + "\n";
    all += "Root:\t" + root_word + "\n" + kvm_line + "Read:\t";
    for (int i = 0; i < thread_count; ++i)
      all += (i > 0 ? "," : "") + std::to_string(pid + i);
    return all + "\n" + status_text() + more;
  }
};

inline Row row(int pid, int ppid, std::string name = "sh") {
  return {pid, ppid, std::move(name), {}, {}, {"0::/user.slice"}, ":/", {}, {}, {}, 1};
}

inline std::unique_ptr<ProcessTable> table_of(const std::vector<Row>& rows,
                                              const std::string& listing = "settled") {
  std::map<int, std::string> sorted;
  for (const Row& it : rows)
    sorted[it.pid] = it.text();
  std::string text = "Listing:\t" + listing + "\n";
  for (const auto& [pid, part] : sorted)
    text += part;
  auto processes = parse_processes(text);
  INFO(text);
  if (!processes)
    FAIL(processes.error().what);
  return std::make_unique<ProcessTable>(std::move(*processes));
}

// Where nothing sets the inspector apart, and it knows so.
inline Surroundings host() {
  Surroundings surroundings;
  surroundings.initial = true;
  for (const std::string_view kind : ns_kinds)
    surroundings.ns[std::string(kind)] = initial_inode(kind);
  return surroundings;
}

// Of an inspector within a container whose namespaces have this number.
inline Surroundings inside(int number) {
  Surroundings surroundings = host();
  surroundings.initial = false;
  for (const char* kind : {"mnt", "pid", "net"})
    surroundings.ns[kind] = ns_number(number);
  return surroundings;
}

} // namespace sbx
