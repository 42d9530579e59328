#include "sandbox/sandbox_set.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

namespace sbx {

namespace {

using Index = std::optional<std::size_t>;

// What will be a set, before it is known who is within whom.
struct Draft {
  std::vector<ContainerPlace> places; // of its control group, outermost first; the last is its own
  std::vector<std::int64_t> own;      // members that no inner set has
  Index around;
  std::size_t depth = 0;
};

// The containers that the control group of a process leads through, but for the inspector's own.
class Places {
public:
  explicit Places(const Process* inspector) {
    if (inspector)
      for (const ContainerPlace& it : of(*inspector))
        own_.insert(it.path);
    known_.clear();
  }

  const std::vector<ContainerPlace>& of(const Process& process) {
    const std::vector<std::string> none;
    const std::vector<std::string>& lines = process.cgroups ? *process.cgroups : none;
    std::string joined;
    for (const std::string& line : lines)
      joined += line + '\n';
    const auto [known, fresh] = known_.try_emplace(std::move(joined));
    if (fresh)
      for (ContainerPlace& it : cgroup_sight(lines).places)
        if (it.runtime != "systemd" && !own_.contains(it.path))
          known->second.push_back(std::move(it));
    return known->second;
  }

private:
  std::set<std::string> own_;
  std::unordered_map<std::string, std::vector<ContainerPlace>> known_;
};

// Which set does each process belong to? That of its control group, else of what it descends from, else one
// of its own where something sets it apart.
class Grouping {
public:
  Grouping(const ProcessTable& table, const Surroundings& surroundings, std::int64_t self)
      : table_(table), surroundings_(surroundings), self_(self), places_(table.find(self)),
        inherited_(inherited_from(table.find(1), table.find(self), surroundings)) {
    for (const Process& it : table.all())
      if (!is_outside(it))
        place(it);
    join_namespaces();
    for (const Process& it : table.all())
      if (const Index draft = draft_of(it))
        drafts_[*draft].own.push_back(it.pid);
  }

  std::vector<SandboxSet> take() {
    find_around();
    dissolve_deepest();
    std::vector<std::vector<std::int64_t>> members(drafts_.size());
    for (const Draft& it : drafts_)
      for (Index at = index(it); at; at = drafts_[*at].around)
        members[*at].insert(members[*at].end(), it.own.begin(), it.own.end());
    std::vector<std::pair<std::size_t, SandboxSet>> sets;
    for (std::size_t i = 0; i < drafts_.size(); ++i)
      if (!drafts_[i].own.empty())
        sets.emplace_back(i, finished(drafts_[i], std::move(members[i])));
    std::sort(sets.begin(), sets.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.first, b.second.members.size()) <
             std::pair(b.second.first, a.second.members.size()); // the outer one first
    });
    std::map<std::size_t, std::size_t> at;
    for (std::size_t i = 0; i < sets.size(); ++i)
      at[sets[i].first] = i;
    std::vector<SandboxSet> all;
    for (auto& [draft, set] : sets) {
      if (const Index around = drafts_[draft].around)
        set.within = at.at(*around);
      all.push_back(std::move(set));
    }
    return all;
  }

private:
  bool is_outside(const Process& process) const {
    return process.pid == self_ || is_kernel_thread(process, surroundings_);
  }

  std::size_t index(const Draft& draft) const { return static_cast<std::size_t>(&draft - drafts_.data()); }

  // Up to a process whose set is known, then down again: chains of parents may be as long as the table.
  void place(const Process& process) {
    std::vector<const Process*> chain;
    Index around;
    for (const Process* it = &process; it && !is_outside(*it); it = table_.parent(*it)) {
      const auto [slot, fresh] = draft_of_.try_emplace(it->pid);
      if (!fresh) { // known, or a ring of parents
        around = slot->second;
        break;
      }
      chain.push_back(it);
    }
    for (auto it = chain.rbegin(); it != chain.rend(); ++it)
      around = draft_of_[(*it)->pid] = own_draft(**it, around);
  }

  Index own_draft(const Process& process, Index around) {
    if (const auto& places = places_.of(process); !places.empty()) {
      const auto [slot, fresh] = by_path_.try_emplace(places.back().path, drafts_.size());
      if (fresh)
        drafts_.push_back({places, {}, {}, 0});
      return slot->second;
    }
    if (around ? !leaves_machine(process) : !is_set_apart(process, surroundings_, inherited_))
      return around;
    drafts_.emplace_back();
    return drafts_.size() - 1;
  }

  // From the machine's mounts and processes into others: what it left there, bwrap's monitor say, is in the
  // set around it, which is judged as any other. Nothing but the namespaces is asked, so no name can take a
  // process out of the set that it weakens.
  bool leaves_machine(const Process& process) const {
    const Process* parent = table_.parent(process);
    const auto has = [&](const Process& it, Fence fence) { return has_fence(it, fence, surroundings_); };
    return parent && has(*parent, Fence::mnt_ns) == false && has(*parent, Fence::pid_ns) == false &&
           (has(process, Fence::mnt_ns) == true || has(process, Fence::pid_ns) == true);
  }

  // Those that were joined are one. Each look makes the way shorter, for it may be as long as the list.
  std::size_t joined(std::size_t draft) {
    for (auto it = into_.find(draft); it != into_.end(); it = into_.find(draft)) {
      if (const auto next = into_.find(it->second); next != into_.end())
        it->second = next->second;
      draft = it->second;
    }
    return draft;
  }

  Index draft_of(const Process& process) {
    const auto found = draft_of_.find(process.pid);
    return found == draft_of_.end() || !found->second ? Index() : Index(joined(*found->second));
  }

  // Two containers stay two, even where somebody lives in namespaces of both.
  void join(std::size_t one, std::size_t other) {
    one = joined(one), other = joined(other);
    if (one == other || (!drafts_[one].places.empty() && !drafts_[other].places.empty()))
      return;
    const bool keep = !drafts_[one].places.empty() || (drafts_[other].places.empty() && one < other);
    into_[keep ? other : one] = keep ? one : other;
  }

  // Who has the mount or PID namespace of another set entered it, where only its own fences made it a set.
  void join_namespaces() {
    std::map<std::pair<Fence, std::uint64_t>, std::size_t> owners;
    for (const bool grouped : {true, false}) // control groups first: they own what they live in
      for (const Process& it : table_.all()) {
        const auto own = draft_of_.find(it.pid);
        if (own == draft_of_.end() || !own->second || drafts_[*own->second].places.empty() == grouped)
          continue;
        for (const Fence fence : {Fence::mnt_ns, Fence::pid_ns})
          if (const auto inode = it.ns.find(std::string(fence_name(fence)));
              inode != it.ns.end() && inode->second && has_fence(it, fence, surroundings_).value_or(false)) {
            const auto [owner, fresh] = owners.try_emplace({fence, *inode->second}, *own->second);
            if (!fresh && !grouped)
              join(owner->second, *own->second);
          }
      }
  }

  // The container that its control group is in; else the set that its first process was made in.
  void find_around() {
    for (Draft& draft : drafts_) {
      if (draft.own.empty())
        continue;
      for (std::size_t i = draft.places.size(); i-- > 1 && !draft.around;)
        if (const auto outer = by_path_.find(draft.places[i - 1].path); outer != by_path_.end())
          draft.around = outer->second;
      const Process* first = table_.find(set_of(table_, draft.own).first);
      const Process* parent = draft.around ? nullptr : table_.parent(*first);
      if (const Index outer = parent ? draft_of(*parent) : Index(); outer && outer != index(draft))
        draft.around = outer;
    }
    for (Draft& start : drafts_)
      find_depths(start);
  }

  // Of those around it too. There is no ring: whoever closes one stands by itself.
  void find_depths(Draft& start) {
    std::vector<Draft*> chain;
    std::set<std::size_t> met;
    for (Draft* it = &start; it && it->depth == 0; it = it->around ? &drafts_[*it->around] : nullptr) {
      chain.push_back(it);
      met.insert(index(*it));
      if (it->around && met.contains(*it->around))
        it->around.reset();
    }
    const Index around = chain.empty() ? Index() : chain.back()->around;
    std::size_t depth = around ? drafts_[*around].depth : 0;
    for (auto it = chain.rbegin(); it != chain.rend(); ++it)
      (*it)->depth = ++depth;
  }

  // Whoever may make control groups or processes may nest them by the thousand.
  void dissolve_deepest() {
    constexpr std::size_t deepest = 32;
    std::vector<std::size_t> order(drafts_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return drafts_[a].depth < drafts_[b].depth; });
    std::vector<std::size_t> kept(drafts_.size());
    for (const std::size_t i : order) {
      Draft& draft = drafts_[i];
      kept[i] = draft.depth <= deepest ? i : kept[*draft.around];
      if (kept[i] == i)
        continue;
      auto& own = drafts_[kept[i]].own;
      own.insert(own.end(), draft.own.begin(), draft.own.end());
      draft.own.clear();
    }
  }

  SandboxSet finished(const Draft& draft, std::vector<std::int64_t> members) const {
    SandboxSet set = set_of(table_, std::move(members));
    set.own = draft.own;
    std::sort(set.own.begin(), set.own.end());
    if (!draft.places.empty()) {
      set.container = draft.places.back();
      const Process* first = table_.find(set_of(table_, draft.own).first);
      set.conflicts = cgroup_sight(first->cgroups.value_or(std::vector<std::string>())).conflicts;
    }
    return set;
  }

  const ProcessTable& table_;
  const Surroundings& surroundings_;
  std::int64_t self_;
  Places places_;
  Inherited inherited_;
  std::vector<Draft> drafts_;
  std::unordered_map<std::int64_t, Index> draft_of_;
  std::map<std::string, std::size_t> by_path_;
  std::unordered_map<std::size_t, std::size_t> into_;
};

} // namespace

std::vector<SandboxSet> sandbox_sets(const ProcessTable& table, const Surroundings& surroundings,
                                     std::int64_t self) {
  return Grouping(table, surroundings, self).take();
}

} // namespace sbx
