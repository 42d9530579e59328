#include "sandbox/choose.h"

#include "core/escape.h"
#include "sandbox/candidates.h"

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

class Choosing {
public:
  Choosing(const TargetName& name, const ProcessTable& table, const std::vector<SandboxSet>& sets,
           const Named& named)
      : name_(name), table_(table), sets_(sets), named_(named), found_(table, named) {}

  Result<Choice> tree() const {
    if (!table_.find(name_.pid))
      return error(ErrorKind::target, fmt::format("there is no process {} that /proc shows", name_.pid));
    return Choice{process_tree(table_, name_.pid), "process tree of " + process_words(table_, name_.pid), {}};
  }

  Result<Choice> container(std::string_view runtime) {
    add_containers(runtime, name_.value);
    return found_.one(name_,
                      fmt::format("{} is called '{}'",
                                  runtime.empty() ? "no container" : fmt::format("no {} container", runtime),
                                  escaped(name_.value, 80)));
  }

  Result<Choice> called() {
    add_containers("", name_.value);
    add_places();
    if (found_.empty())
      add_processes();
    return found_.one(
        name_,
        fmt::format("nothing is called '{}': no container, unit or machine, and none of the {} processes",
                    escaped(name_.value, 80), table_.all().size()),
        [](const Process& it) { return it.status && it.status->name && it.cgroups; });
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
      found_.add({set_of(table_, std::move(pids)),
                  fmt::format("pod {} (uid {})", escaped(name_.value, 120), escaped(uid, 40)),
                  {}});
    return found_.one(name_, fmt::format("no pod is called '{}'", escaped(name_.value, 120)));
  }

  // By the labels that its drivers give, else by the names (generations A to C).
  Result<Choice> openshell() {
    for (const NamedContainer& it : named_.containers) {
      bool is = false;
      for (const char* label :
           {"openshell.ai/sandbox-name", "ryno.ai/sandbox-name", "openshell.sandbox-name"})
        if (const auto found = it.labels.find(label); found != it.labels.end())
          is = is || found->second == name_.value;
      for (const std::string& own : it.names)
        is = is || own == "openshell-sandbox-" + name_.value || own == "openshell-" + name_.value;
      for (const char* label : {"openshell.role", "openshell.ai/isolation-role", "ryno.ai/isolation-role"})
        if (const auto role = it.labels.find(label); role != it.labels.end())
          is = is && role->second != "proxy" && role->second != "supervisor";
      if (is)
        add(it);
    }
    return found_.one(name_,
                      fmt::format("no container has the label or the name of an OpenShell sandbox '{}'",
                                  escaped(name_.value, 80)));
  }

  Result<Choice> cgroup() {
    const std::string group = name_.value.substr(0, name_.value.find_last_not_of('/') + 1); // "" is the root
    std::vector<std::int64_t> pids;
    for (const Process& it : table_.all())
      if (in_group(it, [&](std::string_view path) { return path == group || path.starts_with(group + "/"); }))
        pids.push_back(it.pid);
    if (!pids.empty())
      found_.add({set_of(table_, std::move(pids)), "control group " + escaped(name_.value, 160), {}});
    return found_.one(name_, fmt::format("no process that /proc shows is in the control group '{}'",
                                         escaped(name_.value, 160)));
  }

  Result<Choice> unit() {
    std::map<std::string, std::vector<std::int64_t>>
        by_path; // a user's manager may have one of the same name
    for (const Process& it : table_.all())
      in_group(it, [&](std::string_view path) {
        const std::size_t end = (std::string(path) + '/').find("/" + name_.value + "/");
        if (end != path.npos)
          by_path[std::string(path.substr(0, end + 1 + name_.value.size()))].push_back(it.pid);
        return end != path.npos;
      });
    add_units(by_path);
    return found_.one(name_, fmt::format("no process that /proc shows is in a control group of the unit '{}'",
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
    const NamedContainer* it = named_as(named_, place.id);
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

  void add_units(std::map<std::string, std::vector<std::int64_t>>& by_path) {
    for (auto& [path, pids] : by_path)
      found_.add({set_of(table_, std::move(pids)), "unit " + escaped(path, 160), {}});
  }

  // That the runtime and the control groups name different processes is for the user to decide.
  void add_named_process(std::int64_t pid, const std::string& runtime) {
    if (!table_.find(pid))
      return;
    const SandboxSet* in = set_with(sets_, pid);
    found_.add({in ? *in : process_tree(table_, pid),
                fmt::format("process {}, which {} names", process_words(table_, pid), runtime),
                {}});
  }

  // What a runtime says leads to a set; where no control group has the id, its first process does. Whoever
  // may make control groups may give them any id: each that has it is a candidate.
  void add(const NamedContainer& container) {
    const std::string runtime = escaped(container.runtime, 40);
    bool any = false;
    for (const SandboxSet& set : sets_) {
      if (!set.container || set.container->id != container.id)
        continue;
      any = true;
      Choice& choice = found_.add(set);
      if (container.pid > 0 && !std::binary_search(set.members.begin(), set.members.end(), container.pid)) {
        choice.notes.push_back(
            fmt::format("{} says that its first process is {}, which is in no control group of it", runtime,
                        container.pid));
        add_named_process(container.pid, runtime);
      }
    }
    const SandboxSet* set = any || container.pid <= 0 ? nullptr : set_with(sets_, container.pid);
    if (!set)
      return;
    Choice& choice = found_.add(*set);
    choice.what = fmt::format("{} container {}", runtime, escaped(name_.value, 80));
    choice.notes.push_back(fmt::format("no control group tells its processes: these are {}, which {} names, "
                                       "and all that share its namespaces or descend from it",
                                       container.pid, runtime));
  }

  void add_containers(std::string_view runtime, const std::string& value) {
    const auto wanted = [&](std::string_view its) { return runtime.empty() || its == runtime; };
    for (const NamedContainer& it : named_.containers)
      if (wanted(it.runtime) &&
          (it.id == value || std::find(it.names.begin(), it.names.end(), value) != it.names.end()))
        add(it);
    if (!found_.empty() || !is_id_prefix(value))
      return;
    for (const NamedContainer& it : named_.containers)
      if (wanted(it.runtime) && it.id.starts_with(value))
        add(it);
    for (const SandboxSet& set : sets_)
      if (set.container && wanted(set.container->runtime) && set.container->id.starts_with(value))
        found_.add(set);
  }

  // Machines, and services; of a container's own unit the container.
  void add_places() {
    for (const SandboxSet& set : sets_)
      if (set.container && (set.container->id == name_.value || set.container->unit == name_.value))
        found_.add(set);
    const std::string service = name_.value.ends_with(".service") ? name_.value : name_.value + ".service";
    std::map<std::string, std::vector<std::int64_t>> units;
    for (const Process& it : table_.all())
      in_group(it, [&](std::string_view path) {
        const std::size_t at = (std::string(path) + '/').find("/" + service + "/");
        if (at != path.npos)
          units[std::string(path.substr(0, at + 1 + service.size()))].push_back(it.pid);
        return at != path.npos;
      });
    add_units(units);
  }

  // The sets of those that are called so; of those in none, each with all that descends from it.
  void add_with_surroundings(const SandboxSet& set) {
    Choice& choice = found_.add(set);
    if (set.within && choice.notes.empty())
      choice.notes.push_back(
          fmt::format("it lies within {}, of which these are a part: tree:{} judges all of that",
                      set_words(table_, sets_[*set.within], named_), sets_[*set.within].first));
  }

  void add_processes() {
    std::set<std::int64_t> set_apart, bare;
    for (const Process& it : table_.all())
      if (it.status && it.status->name && *it.status->name == name_.value.substr(0, most_comm))
        (set_with(sets_, it.pid) ? set_apart : bare).insert(it.pid);
    const auto below_one_of = [&](std::int64_t pid, const std::set<std::int64_t>& pids) {
      const auto above = table_.ancestors(*table_.find(pid));
      return std::any_of(above.begin(), above.end(),
                         [&](const Process* up) { return pids.contains(up->pid); });
    };
    // The outermost that is called so, and all below it: one tree, not one for each process of it.
    for (const std::int64_t pid : set_apart)
      if (!below_one_of(pid, set_apart))
        add_with_surroundings(*set_with(sets_, pid));
    for (const std::int64_t pid : bare)
      if (!below_one_of(pid, bare))
        found_.add({process_tree(table_, pid),
                    "process tree of " + process_words(table_, pid),
                    {"nothing sets these processes apart from the machine"}});
    found_.note("found by the name of a process, which it chooses itself");
  }

  const TargetName& name_;
  const ProcessTable& table_;
  const std::vector<SandboxSet>& sets_;
  const Named& named_;
  Candidates found_;
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

} // namespace sbx
