#include "launchers/lineage.h"

#include "parse/line.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

constexpr std::int64_t kthreadd = 2;
constexpr std::uint64_t cap_dac_override = 1, cap_sys_admin = 21; // capabilities(7)

bool may_command_host(const Lineage& lineage, const Process& process) {
  if (lineage.in_host_ns(process, "mnt") == false || lineage.in_host_ns(process, "user") == false)
    return false;
  constexpr std::uint64_t over = 1ULL << cap_dac_override | 1ULL << cap_sys_admin;
  return !process.status || !process.status->cap_eff || (*process.status->cap_eff & over) != 0;
}

} // namespace

Lineage::Lineage(const ProcessTable& table, const std::vector<Command>& commands,
                 const std::vector<std::int64_t>& members)
    : table_(table), members_(members.begin(), members.end()) {
  for (const Command& it : commands)
    if (const auto pid = number<std::int64_t>(it.path); pid && it.error == 0)
      commands_.emplace(*pid, &it);
  // In the initial PID namespace, which has a fixed number, no other process has this one.
  if (const Process* const it = table.find(kthreadd); it && ns_of(*it, "pid") == initial_inode("pid"))
    for (const std::string_view kind : ns_kinds)
      if (const std::uint64_t inode = ns_of(*it, std::string(kind)); inode != 0)
        known_host_.emplace(kind, inode);
  std::vector<const Process*> own; // by their numbers
  for (const std::int64_t pid : members_)
    if (const Process* const it = table.find(pid))
      own.push_back(it);
  std::sort(own.begin(), own.end(), [](const Process* a, const Process* b) { return a->pid < b->pid; });
  for (const Process* const one : own) {
    const Process& it = *one;
    commands_host_ |= may_command_host(*this, it);
    const Process* const parent = table.parent(it);
    const bool first = it.status && it.status->nspid && it.status->nspid->size() > 1 &&
                       it.status->nspid->back() == 1 && !(parent && is_member(parent->pid));
    const bool outer = !parent || !is_member(parent->pid);
    const bool known_first = root_ && root_->status && root_->status->nspid &&
                             root_->status->nspid->size() > 1 && root_->status->nspid->back() == 1;
    if (outer && (!root_ || (first && !known_first)))
      root_ = &it;
  }
  if (!root_)
    return;
  path_ = table.ancestors(*root_);
  std::reverse(path_.begin(), path_.end());
  path_.push_back(root_);
}

const Command* Lineage::command(std::int64_t pid) const {
  const auto found = commands_.find(pid);
  return found == commands_.end() ? nullptr : found->second;
}

std::optional<bool> Lineage::in_host_ns(const Process& process, const std::string& kind) const {
  const std::uint64_t inode = ns_of(process, kind);
  const auto known = known_host_.find(kind);
  return inode == 0 ? std::nullopt
                    : is_initial_ns(kind, inode,
                                    known == known_host_.end() ? std::nullopt : std::optional(known->second));
}

std::uint64_t Lineage::ns_of(const Process& process, const std::string& kind) {
  const auto found = process.ns.find(kind);
  return found == process.ns.end() || !found->second ? 0 : *found->second;
}

bool Lineage::executes_host_file(const Process& process) const {
  const Command* const known = command(process.pid);
  constexpr std::array<std::string_view, 7> folders{"/usr/",  "/bin/",       "/sbin/",     "/lib/",
                                                    "/snap/", "/nix/store/", "/gnu/store/"};
  return known && known->exe && in_host_ns(process, "mnt") == true && in_host_ns(process, "user") == true &&
         !known->exe->starts_with("/usr/local/") &&
         std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view folder) { return known->exe->starts_with(folder); });
}

std::string_view file_name(std::string_view path) {
  constexpr std::string_view deleted = " (deleted)";
  if (path.ends_with(deleted))
    path.remove_suffix(deleted.size());
  return path.starts_with("/memfd:") ? std::string_view() : path.substr(path.rfind('/') + 1);
}

} // namespace sbx
