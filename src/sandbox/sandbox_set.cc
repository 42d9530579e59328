#include "sandbox/sandbox_set.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>

namespace sbx {

namespace {

constexpr std::int64_t kthreadd = 2;

// The first process of a PID namespace below ours: all others of it hang on it.
bool is_ns_init(const Process* process) {
  return process && process->status && process->status->nspid && process->status->nspid->size() > 1 &&
         process->status->nspid->back() == 1;
}

// Which set does each process belong to? By a key: the path of a container's control group, or a process.
class Grouping {
public:
  Grouping(const ProcessTable& table, const Surroundings& surroundings, std::int64_t self)
      : table_(table), surroundings_(surroundings), self_(self) {
    if (const Process* own = table.find(self))
      if (const auto place = container_of(*own))
        own_place_ = place->path;
    for (const Process& it : table.all())
      if (!is_kernel_thread(it, surroundings) && it.pid != self)
        key_of(it);
    join_namespaces();
  }

  std::vector<SandboxSet> take() {
    std::map<std::string, SandboxSet> by_key;
    for (const Process& it : table_.all())
      if (const std::string& key = keys_[it.pid]; !key.empty())
        by_key[key].members.push_back(it.pid);
    std::vector<std::pair<std::string, SandboxSet>> sets(std::make_move_iterator(by_key.begin()),
                                                         std::make_move_iterator(by_key.end()));
    for (auto& [key, set] : sets) {
      set = set_of(table_, std::move(set.members));
      if (const auto place = places_.find(key); place != places_.end())
        set.container = place->second;
      set.conflicts =
          cgroup_sight(table_.find(set.first)->cgroups.value_or(std::vector<std::string>())).conflicts;
    }
    std::sort(sets.begin(), sets.end(),
              [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
    return nested(std::move(sets));
  }

private:
  std::optional<ContainerPlace> container_of(const Process& process) {
    if (!process.cgroups)
      return std::nullopt;
    const auto [known, fresh] = sights_.try_emplace(joined(*process.cgroups));
    if (fresh)
      if (const CgroupSight sight = cgroup_sight(*process.cgroups);
          const ContainerPlace* it = sight.container())
        known->second = *it;
    return known->second;
  }

  static std::string joined(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& line : lines)
      all += line + '\n';
    return all;
  }

  const std::string& key_of(const Process& process) {
    const auto [slot, fresh] = keys_.try_emplace(process.pid);
    if (!fresh) // known, or a ring of parents
      return slot->second;
    const Process* parent = table_.parent(process);
    const std::string around = parent && parent->pid != self_ ? key_of(*parent) : std::string();
    std::string key = around;
    if (const auto place = container_of(process); place && place->path != own_place_) {
      key = "group " + place->path;
      places_.emplace(key, *place);
      if (key != around && !around.empty())
        around_.emplace(key, around);
    } else if (around.empty() && is_fenced(process, surroundings_)) {
      key = "process " + std::to_string(process.pid);
    }
    return keys_[process.pid] = key;
  }

  // Who has the mount or PID namespace of another set entered it, where only its own fences made it a set.
  void join_namespaces() {
    std::map<std::pair<std::string, std::uint64_t>, std::string> owners;
    std::map<std::string, std::string> into;
    for (const bool grouped : {true, false}) // control groups first: their keys stay
      for (const Process& it : table_.all()) {
        const std::string& key = keys_[it.pid];
        if (key.empty() || key.starts_with("group ") != grouped)
          continue;
        for (const Fence fence : {Fence::mnt_ns, Fence::pid_ns})
          if (const auto inode = it.ns.find(std::string(fence_name(fence)));
              inode != it.ns.end() && inode->second && has_fence(it, fence, surroundings_).value_or(false)) {
            const auto [owner, fresh] = owners.try_emplace({inode->first, *inode->second}, key);
            if (!fresh && !grouped && owner->second != key)
              into.try_emplace(key, owner->second);
          }
      }
    const auto last = [&](std::string key) {
      for (int steps = 0; into.contains(key) && steps < 64; ++steps)
        key = into[key];
      return key;
    };
    for (auto& [pid, key] : keys_)
      if (into.contains(key))
        key = last(key);
  }

  // Members of a set are members of the one around it.
  std::vector<SandboxSet> nested(std::vector<std::pair<std::string, SandboxSet>> sets) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < sets.size(); ++i)
      places[sets[i].first] = i;
    std::vector<SandboxSet> all;
    for (auto& [key, set] : sets) {
      if (const auto outer = around_.find(key); outer != around_.end())
        if (const auto place = places.find(outer->second); place != places.end())
          set.within = place->second;
      all.push_back(std::move(set));
    }
    std::vector<std::vector<std::int64_t>> own;
    for (const SandboxSet& set : all)
      own.push_back(set.members);
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::set<std::size_t> met{i};
      for (auto outer = all[i].within; outer && met.insert(*outer).second; outer = all[*outer].within)
        all[*outer].members.insert(all[*outer].members.end(), own[i].begin(), own[i].end());
    }
    for (SandboxSet& set : all)
      std::sort(set.members.begin(), set.members.end());
    return all;
  }

  const ProcessTable& table_;
  const Surroundings& surroundings_;
  std::int64_t self_;
  std::string own_place_;
  std::unordered_map<std::string, std::optional<ContainerPlace>> sights_;
  std::unordered_map<std::int64_t, std::string> keys_;
  std::map<std::string, ContainerPlace> places_;
  std::map<std::string, std::string> around_;
};

} // namespace

bool is_kernel_thread(const Process& process, const Surroundings& surroundings) {
  if (process.status && process.status->kthread)
    return *process.status->kthread;
  // Only the initial PID namespace has them.
  return surroundings.initial &&
         (process.pid == kthreadd || (process.status && process.status->ppid == kthreadd));
}

bool has_exited(const Process& process) {
  bool lives = false, any = false;
  each_thread(process, [&](const ProcStatus& status) {
    any = true;
    lives = lives || !status.state || (*status.state != 'Z' && *status.state != 'X');
  });
  return any && !lives;
}

std::vector<SandboxSet> sandbox_sets(const ProcessTable& table, const Surroundings& surroundings,
                                     std::int64_t self) {
  return Grouping(table, surroundings, self).take();
}

SandboxSet set_of(const ProcessTable& table, std::vector<std::int64_t> pids) {
  SandboxSet set;
  set.members = std::move(pids);
  std::sort(set.members.begin(), set.members.end());
  const std::set<std::int64_t> members(set.members.begin(), set.members.end());
  for (const std::int64_t pid : set.members) {
    const Process* process = table.find(pid);
    const Process* parent = process ? table.parent(*process) : nullptr;
    if (!parent || !members.contains(parent->pid))
      set.roots.push_back(pid);
  }
  if (set.roots.empty()) // a ring
    set.roots.push_back(set.members.front());
  const auto init = std::find_if(set.roots.begin(), set.roots.end(),
                                 [&](std::int64_t pid) { return is_ns_init(table.find(pid)); });
  set.first = init != set.roots.end() ? *init : set.roots.front();
  return set;
}

std::vector<std::int64_t> payload_of(const ProcessTable& table, const SandboxSet& set) {
  const auto init = std::find_if(set.members.begin(), set.members.end(),
                                 [&](std::int64_t pid) { return is_ns_init(table.find(pid)); });
  if (init == set.members.end())
    return set.members;
  std::vector<std::int64_t> pids;
  const std::vector<std::int64_t> below = process_tree(table, *init).members;
  std::set_intersection(set.members.begin(), set.members.end(), below.begin(), below.end(),
                        std::back_inserter(pids));
  return pids;
}

SandboxSet process_tree(const ProcessTable& table, std::int64_t pid) {
  std::vector<std::int64_t> pids{pid};
  for (const Process* it : table.descendants(pid))
    pids.push_back(it->pid);
  return set_of(table, std::move(pids));
}

} // namespace sbx
