#include "sandbox/choose.h"

#include "core/escape.h"
#include "core/some_of.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace sbx {

namespace {

using Kind = TargetName::Kind;

constexpr std::size_t most_comm = 15;      // TASK_COMM_LEN without its NUL, linux/sched.h
constexpr std::size_t least_id_prefix = 4; // shorter ones are names

bool is_id_prefix(std::string_view text) {
  return text.size() >= least_id_prefix && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdef") == text.npos;
}

const NamedContainer* named_as(const Named& named, const ContainerPlace& place) {
  const auto found = std::find_if(named.containers.begin(), named.containers.end(),
                                  [&](const NamedContainer& it) { return it.id == place.id; });
  return found == named.containers.end() ? nullptr : &*found;
}

class Choosing {
public:
  Choosing(const TargetName& name, const ProcessTable& table, const std::vector<SandboxSet>& sets,
           const Named& named)
      : name_(name), table_(table), sets_(sets), named_(named) {}

  Result<Choice> tree() const {
    if (!table_.find(name_.pid))
      return error(ErrorKind::target, fmt::format("there is no process {} that /proc shows", name_.pid));
    return Choice{process_tree(table_, name_.pid),
                  fmt::format("process tree of {} ({})", name_.pid, comm_of(table_, name_.pid)),
                  {}};
  }

  Result<Choice> container(std::string_view runtime) {
    add_containers(runtime, name_.value);
    return one(fmt::format("{} is called '{}'",
                           runtime.empty() ? "no container" : fmt::format("no {} container", runtime),
                           escaped(name_.value, 80)));
  }

  Result<Choice> called() {
    add_containers("", name_.value);
    if (found_.empty())
      add_places();
    if (found_.empty())
      add_processes();
    return one(
        fmt::format("nothing is called '{}': no container, unit or machine, and none of the {} processes",
                    escaped(name_.value, 80), table_.all().size()));
  }

  Result<Choice> pod() {
    const std::size_t slash = name_.value.find('/'), second = name_.value.find('/', slash + 1);
    const std::string ns = name_.value.substr(0, slash);
    const std::string pod =
        name_.value.substr(slash + 1, second == std::string::npos ? second : second - slash - 1);
    const std::string container = second == std::string::npos ? "" : name_.value.substr(second + 1);
    std::map<std::string, std::vector<std::int64_t>> by_uid; // a pod that was made anew has another
    for (const SandboxSet& set : sets_)
      if (set.container && in_pod(*set.container, ns, pod, container)) {
        auto& pids = by_uid[set.container->pod_uid];
        pids.insert(pids.end(), set.members.begin(), set.members.end());
      }
    for (auto& [uid, pids] : by_uid)
      found_.push_back({set_of(table_, std::move(pids)),
                        fmt::format("pod {} (uid {})", escaped(name_.value, 120), escaped(uid, 40)),
                        {}});
    return one(fmt::format("no pod is called '{}'", escaped(name_.value, 120)));
  }

  // By the labels that its drivers give, else by the names (generations A to C).
  Result<Choice> openshell() {
    for (const NamedContainer& it : named_.containers) {
      bool is = false;
      for (const char* label :
           {"openshell.ai/sandbox-name", "ryno.ai/sandbox-name", "openshell.sandbox-name"})
        if (const auto found = it.labels.find(label); found != it.labels.end())
          is = is || found->second == name_.value;
      for (const char* label : {"openshell.role", "openshell.ai/isolation-role", "ryno.ai/isolation-role"})
        if (const auto role = it.labels.find(label); role != it.labels.end())
          is = is && role->second != "proxy" && role->second != "supervisor";
      for (const std::string& own : it.names)
        is = is || own == "openshell-sandbox-" + name_.value || own == "openshell-" + name_.value;
      if (is)
        add(it);
    }
    return one(fmt::format("no container has the label or the name of an OpenShell sandbox '{}'",
                           escaped(name_.value, 80)));
  }

  Result<Choice> cgroup() {
    std::vector<std::int64_t> pids;
    for (const Process& it : table_.all())
      if (in_group(it, [&](std::string_view path) {
            return path == name_.value || path.starts_with(name_.value == "/" ? "/" : name_.value + "/");
          }))
        pids.push_back(it.pid);
    if (!pids.empty())
      found_.push_back({set_of(table_, std::move(pids)), "control group " + escaped(name_.value, 160), {}});
    return one(
        fmt::format("no process that /proc shows is in the control group '{}'", escaped(name_.value, 160)));
  }

  Result<Choice> unit() {
    std::map<std::string, std::vector<std::int64_t>>
        by_path; // a user's manager may have one of the same name
    for (const Process& it : table_.all())
      in_group(it, [&](std::string_view path) {
        const std::string component = "/" + name_.value;
        const std::size_t at = path.find(component);
        const bool whole =
            at != path.npos && (at + component.size() == path.size() || path[at + component.size()] == '/');
        if (whole)
          by_path[std::string(path.substr(0, at + component.size()))].push_back(it.pid);
        return whole;
      });
    for (auto& [path, pids] : by_path)
      found_.push_back({set_of(table_, std::move(pids)), "unit " + escaped(path, 160), {}});
    return one(fmt::format("no process that /proc shows is in a control group of the unit '{}'",
                           escaped(name_.value, 120)));
  }

private:
  template <class Is> static bool in_group(const Process& process, Is&& is) {
    if (!process.cgroups)
      return false;
    return std::any_of(process.cgroups->begin(), process.cgroups->end(), [&](const std::string& line) {
      const std::size_t first = line.find(':'),
                        second = line.find(':', first + 1); // cgroups(7): ID:LIST:PATH
      return first != line.npos && second != line.npos && is(std::string_view(line).substr(second + 1));
    });
  }

  bool in_pod(const ContainerPlace& place, const std::string& ns, const std::string& pod,
              const std::string& container) const {
    if (place.pod_uid.empty())
      return false;
    const NamedContainer* it = named_as(named_, place);
    const auto label = [&](const char* key) {
      const auto found = it ? it->labels.find(key) : std::map<std::string, std::string>::const_iterator();
      return it && found != it->labels.end() ? found->second : std::string();
    };
    if (!container.empty() && label("io.kubernetes.container.name") != container)
      return false;
    if (label("io.kubernetes.pod.namespace") == ns && label("io.kubernetes.pod.name") == pod)
      return true;
    return std::any_of(named_.pods.begin(), named_.pods.end(), [&](const NamedPod& one) {
      return one.ns == ns && one.name == pod && one.uid == place.pod_uid;
    });
  }

  void add(const SandboxSet& set) {
    for (const Choice& it : found_)
      if (it.set.members == set.members)
        return;
    found_.push_back({set, set_words(table_, set, named_), {}});
    if (!set.conflicts.empty())
      found_.back().notes.push_back("its control groups disagree: " + some_of(set.conflicts, 3));
  }

  // What a runtime says leads to a set; where no control group has the id, its first process does.
  void add(const NamedContainer& container) {
    for (const SandboxSet& set : sets_)
      if (set.container && set.container->id == container.id) {
        add(set);
        if (container.pid > 0 && !std::binary_search(set.members.begin(), set.members.end(), container.pid))
          found_.back().notes.push_back(
              fmt::format("{} says that its first process is {}, which is in no control group of it",
                          container.runtime, container.pid));
        return;
      }
    if (const SandboxSet* set = container.pid > 0 ? set_with(sets_, container.pid) : nullptr) {
      add(*set);
      found_.back().what = fmt::format("{} container {}", container.runtime, escaped(name_.value, 80));
      found_.back().notes.push_back(
          fmt::format("no control group tells its processes: these are {}, which {} names, "
                      "and all that share its namespaces or descend from it",
                      container.pid, container.runtime));
    }
  }

  void add_containers(std::string_view runtime, const std::string& value) {
    const auto wanted = [&](std::string_view its) { return runtime.empty() || its == runtime; };
    for (const NamedContainer& it : named_.containers)
      if (wanted(it.runtime) &&
          (it.id == value || std::find(it.names.begin(), it.names.end(), value) != it.names.end()))
        add(it);
    if (!found_.empty() || !is_id_prefix(value))
      return;
    for (const SandboxSet& set : sets_)
      if (set.container && wanted(set.container->runtime) && set.container->id.starts_with(value))
        add(set);
  }

  void add_places() {
    for (const SandboxSet& set : sets_)
      if (set.container && (set.container->id == name_.value || set.container->unit == name_.value))
        add(set);
    if (!found_.empty())
      return;
    const std::string service = name_.value.ends_with(".service") ? name_.value : name_.value + ".service";
    std::map<std::string, std::vector<std::int64_t>> units;
    for (const Process& it : table_.all())
      in_group(it, [&](std::string_view path) {
        const bool is = path.ends_with("/" + service);
        if (is)
          units[std::string(path)].push_back(it.pid);
        return is;
      });
    for (auto& [path, pids] : units)
      found_.push_back({set_of(table_, std::move(pids)), "unit " + escaped(path, 160), {}});
  }

  void add_processes() {
    std::set<std::int64_t> trees;
    for (const Process& it : table_.all()) {
      if (!it.status || !it.status->name || *it.status->name != name_.value.substr(0, most_comm))
        continue;
      if (const SandboxSet* set = set_with(sets_, it.pid)) {
        add(*set);
        continue;
      }
      const auto above = table_.ancestors(it); // one tree, not one for each process of it
      if (std::none_of(above.begin(), above.end(),
                       [&](const Process* up) { return trees.contains(up->pid); })) {
        trees.insert(it.pid);
        found_.push_back({process_tree(table_, it.pid),
                          fmt::format("process tree of {} ({})", it.pid, comm_of(table_, it.pid)),
                          {"nothing sets these processes apart from the machine"}});
      }
    }
    if (!found_.empty())
      found_.back().notes.push_back("found by the name of a process, which it chooses itself");
  }

  Result<Choice> one(const std::string& none) {
    if (found_.size() == 1)
      return std::move(found_.front());
    if (found_.empty())
      return error(ErrorKind::target,
                   named_.unheard.empty() ? none : fmt::format("{}; {}", none, named_.unheard));
    std::vector<std::string> candidates;
    for (const Choice& it : found_)
      candidates.push_back(fmt::format("{} (tree:{})", it.what, it.set.first));
    return error(ErrorKind::target,
                 fmt::format("'{}' could be {} targets: {}; name one of them, or give tree:PID",
                             escaped(name_.value, 80), found_.size(), some_of(candidates, 8)));
  }

  const TargetName& name_;
  const ProcessTable& table_;
  const std::vector<SandboxSet>& sets_;
  const Named& named_;
  std::vector<Choice> found_;
};

} // namespace

Result<Choice> choose(const TargetName& name, const ProcessTable& table, const std::vector<SandboxSet>& sets,
                      const Named& named) {
  Choosing choosing(name, table, sets, named);
  switch (name.kind) {
  case Kind::self:
  case Kind::pid:
  case Kind::tree:
    return choosing.tree();
  case Kind::name:
    return choosing.called();
  case Kind::container:
    return choosing.container("");
  case Kind::docker:
    return choosing.container("docker");
  case Kind::podman:
    return choosing.container("podman");
  case Kind::pod:
    return choosing.pod();
  case Kind::openshell:
    return choosing.openshell();
  case Kind::cgroup:
    return choosing.cgroup();
  case Kind::unit:
    return choosing.unit();
  }
  return choosing.tree();
}

std::string set_words(const ProcessTable& table, const SandboxSet& set, const Named& named) {
  if (!set.container)
    return fmt::format("processes under {} ({})", set.first, comm_of(table, set.first));
  std::string words = place_words(*set.container);
  if (const NamedContainer* it = named_as(named, *set.container); it && !it->names.empty())
    words += fmt::format(" ({})", escaped(it->names.front(), 60));
  return words;
}

const SandboxSet* set_with(const std::vector<SandboxSet>& sets, std::int64_t pid) {
  const SandboxSet* innermost = nullptr;
  for (const SandboxSet& set : sets)
    if (std::binary_search(set.members.begin(), set.members.end(), pid) &&
        (!innermost || set.members.size() < innermost->members.size()))
      innermost = &set;
  return innermost;
}

std::string comm_of(const ProcessTable& table, std::int64_t pid) {
  const Process* process = table.find(pid);
  return process && process->status && process->status->name ? escaped(*process->status->name, 64)
                                                             : std::string();
}

} // namespace sbx
