// What does a sandbox descend from, and which of that is out of its reach?
#pragma once

#include "parse/commands.h"
#include "sandbox/process_table.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sbx {

class Lineage {
public:
  Lineage(const ProcessTable& table, const std::vector<Command>& commands,
          const std::vector<std::int64_t>& members);

  // The first process of the sandbox: PID 1 of its namespace where there is one, else the one with the lowest
  // number whose parent is outside. Null where none is in the table.
  const Process* root() const { return root_; }
  // What it descends from, outermost first, and itself at the end.
  const std::vector<const Process*>& path() const { return path_; }
  bool is_member(std::int64_t pid) const { return members_.contains(pid); }
  const std::unordered_set<std::int64_t>& members() const { return members_; }
  const ProcessTable& table() const { return table_; }
  const Command* command(std::int64_t pid) const; // null where it was not seen

  // Whether the process executes a file that only the host's root can have put there: one of the host's own
  // folders, seen from the host's mount and user namespaces. prctl(2), PR_SET_MM_EXE_FILE: in a user
  // namespace of one's own the link can be set at will.
  bool executes_host_file(const Process& process) const;
  // Whether a process of it could move itself into any control group: the host's mounts, and capabilities
  // over the host; or whether that was not seen.
  bool commands_host() const { return commands_host_; }

  // Whether the process lives in the host's namespace of that kind; nothing where that is not known.
  std::optional<bool> in_host_ns(const Process& process, const std::string& kind) const;
  static std::uint64_t ns_of(const Process& process, const std::string& kind); // 0 where it is not seen

private:
  const ProcessTable& table_;
  std::unordered_map<std::int64_t, const Command*> commands_;
  std::unordered_set<std::int64_t> members_;
  std::map<std::string, std::uint64_t> known_host_; // by kthreadd, where it shows
  const Process* root_ = nullptr;
  std::vector<const Process*> path_;
  bool commands_host_ = false;
};

// The last part of a path; without what the kernel adds for a file that was deleted. Empty where the file has
// no name of its own (a sealed copy in memory).
std::string_view file_name(std::string_view path);

} // namespace sbx
