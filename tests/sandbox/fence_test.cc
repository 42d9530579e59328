#include "sandbox/fence.h"

#include "sandbox/machine.h"

#include <set>

using namespace sbx;

namespace {

const Inherited nothing;

// The fences that it has, then "|", then those that were not seen.
std::string fences_of(const Row& it, const Surroundings& surroundings = host()) {
  const auto table = table_of({it});
  const Process& process = table->all().front();
  std::string has, unseen;
  for (const Fence fence : fences) {
    const auto answer = has_fence(process, fence, surroundings);
    std::string& words = answer ? has : unseen;
    if (!answer || *answer)
      words += (words.empty() ? "" : " ") + std::string(fence_name(fence));
  }
  return has + "|" + unseen;
}

bool apart(const Row& it, const Surroundings& surroundings = host()) {
  const auto table = table_of({it});
  return is_set_apart(table->all().front(), surroundings, nothing);
}

} // namespace

TEST_CASE("fence: each thing that sets a process apart, by itself") {
  const std::vector<std::pair<Row, std::string>> cases{
      {row(10, 1), "|vm"}, // one thread: it was not asked for descriptors
      {row(10, 1).ns("user", 1), "user|vm"},
      {row(10, 1).ns("mnt", 1), "mnt|vm"},
      {row(10, 1).ns("pid", 1), "pid|vm"},
      {row(10, 1).ns("net", 1), "net|vm"},
      {row(10, 1).ns("ipc", 1), "ipc|vm"},
      {row(10, 1).ns("uts", 1), "uts|vm"},
      {row(10, 1).ns("cgroup", 1), "cgroup|vm"},
      {row(10, 1).ns("time", 1), "time|vm"},
      {row(10, 1).chroot("/srv/jail"), "chroot|vm"},
      {row(10, 1).ns("mnt", 1).chroot("/srv/jail"), "mnt|vm"}, // a path of another mount namespace
      {row(10, 1).seccomp(), "seccomp|vm"},
      {row(10, 1).line("Seccomp", "1"), "seccomp|vm"},
      {row(10, 1).no_new_privs(), "no_new_privs|vm"},
      {row(10, 1).no_bounding(), "no_bounding|vm"},
      {row(10, 1).threads(2).kvm("vm=1 vcpu=2 seen=30"), "vm|"},
      {row(10, 1).threads(2).kvm("vm=1 vcpu=0 seen=30"), "|"}, // a manager of machines, not a monitor
      {row(10, 1).threads(2).kvm("vm=0 vcpu=0 seen=255"), "|"},
      {row(10, 1).threads(2).kvm("vm=0 vcpu=0 seen=256"), "|vm"}, // there may be more
      {row(10, 1).threads(2).kvm("!EACCES"), "|vm"},
  };
  for (const auto& [it, expected] : cases) {
    CAPTURE(it.text());
    CHECK(fences_of(it) == expected);
    CHECK(apart(it) == (expected.front() != '|'));
  }
}

TEST_CASE("fence: what was refused is not seen, and never no fence") {
  CHECK(fences_of(row(10, 1).hidden()) ==
        "|user mnt pid net ipc uts cgroup time chroot seccomp no_new_privs no_bounding vm");
  CHECK_FALSE(apart(row(10, 1).hidden()));
  CHECK(fences_of(row(10, 1).all_ns("!ENOENT")) == "|user mnt net ipc uts cgroup time vm"); // pid: by NSpid
}

TEST_CASE("fence: a line that this kernel does not print is not seen") {
  CHECK(fences_of(row(10, 1).line("Seccomp", "-").line("NoNewPrivs", "-").line("CapBnd", "-")) ==
        "|seccomp no_new_privs no_bounding vm");
  CHECK(fences_of(row(10, 1).line("Threads", "-")) == "|seccomp no_new_privs no_bounding vm");
}

TEST_CASE(
    "fence: any thread that has it sets the process apart; without it are all only where all were read") {
  CHECK(fences_of(row(10, 1).threads(3).thread(11, "Seccomp:\t2\n")) == "seccomp|vm");
  CHECK(fences_of(row(10, 1).threads(3).refused_thread(11)) == "|seccomp no_new_privs no_bounding vm");
  CHECK(fences_of(row(10, 1).seccomp().threads(3).refused_thread(11)) ==
        "seccomp|no_new_privs no_bounding vm");
  // Fewer threads were listed than there are.
  CHECK(fences_of(row(10, 1).line("Threads", "2")) == "|seccomp no_new_privs no_bounding vm");
}

TEST_CASE("fence: a status that makes no sense is as one that was refused") {
  // As gVisor prints the name of a thread: with its newline.
  Row forged = row(10, 1).threads(2);
  forged.more = "Task:\t11\nName:\tx\nSeccomp:\t2\nState:\tS (sleeping)\nPid:\t11\nSeccomp:\t0\n";
  CHECK(fences_of(forged) == "|seccomp no_new_privs no_bounding vm");
}

TEST_CASE("fence: threads that have exited run no code") {
  CHECK(fences_of(row(10, 1).threads(2).thread(11, "State:\tZ (zombie)\nSeccomp:\t2\n")) == "|vm");
  // The main thread has exited, and another runs on.
  CHECK(fences_of(row(10, 1).line("State", "Z (zombie)").threads(2).thread(11, "State:\tS\nSeccomp:\t2\n")) ==
        "seccomp|vm");
}

TEST_CASE("fence: the kernel's own count of numbers tells a PID namespace whose link is refused") {
  CHECK(fences_of(row(10, 1).all_ns("!EACCES").line("NSpid", "10\t1")) ==
        "pid|user mnt net ipc uts cgroup time vm");
  CHECK(fences_of(row(10, 1).all_ns("!EACCES").line("NSpid", "-")) ==
        "|user mnt pid net ipc uts cgroup time vm");
}

TEST_CASE("fence: namespaces are held against those that are known, else against the initial numbers") {
  Surroundings bare;
  CHECK(fences_of(row(10, 1).ns("net", 1), bare) == "|user mnt net ipc uts cgroup time vm");
  bare.initial = true; // net and mnt have their fixed numbers only since 6.17
  CHECK(fences_of(row(10, 1).ns("net", 1).ns("mnt", 1).ns("user", 1), bare) == "user|mnt net vm");
  CHECK(fences_of(row(10, 1).container_ns(7, "10"), inside(7)) == "|vm");
  CHECK(fences_of(row(10, 1), inside(7)) == "mnt pid net|vm");
}

TEST_CASE("fence: numbers of a kernel that numbers namespaces in its own way say nothing") {
  Row gvisor = row(10, 1);
  gvisor.inodes["net"] = "5";
  CHECK(fences_of(gvisor) == "|net vm");
}

TEST_CASE("fence: every fence has a name of its own, and eight are namespaces") {
  std::set<std::string_view> names;
  std::size_t namespaces = 0;
  for (const Fence fence : fences) {
    CHECK_FALSE(fence_name(fence).empty());
    names.insert(fence_name(fence));
    namespaces += is_namespace(fence);
  }
  CHECK(names.size() == fences.size());
  CHECK(namespaces == ns_kinds.size());
}

TEST_CASE("fence: what everybody in a container has sets nobody apart there; one filter more does") {
  const auto table =
      table_of({row(1, 0).seccomp(2).no_new_privs(), row(2, 1).seccomp(2).no_new_privs(),
                row(3, 1).seccomp(3).no_new_privs(), row(4, 1).seccomp(2).no_new_privs().no_bounding(),
                row(9, 1).seccomp(2).no_new_privs()});
  const Surroundings here = inside(0);
  const Inherited inherited = inherited_from(table->find(1), table->find(9), here);
  CHECK(inherited.seccomp);
  CHECK(inherited.no_new_privs);
  CHECK_FALSE(inherited.no_bounding);
  CHECK(inherited.filters == 2);
  const Surroundings around = [&] {
    Surroundings same = host();
    same.initial = false;
    return same;
  }();
  CHECK_FALSE(is_set_apart(*table->find(2), around, inherited));
  CHECK(is_set_apart(*table->find(3), around, inherited));
  CHECK(is_set_apart(*table->find(4), around, inherited));
  CHECK(is_set_apart(*table->find(2), around, nothing));
}

TEST_CASE("fence: what only the inspector has, or only the first process, is not inherited") {
  const auto table = table_of({row(1, 0).no_new_privs(), row(9, 1).seccomp(1)});
  const Inherited inherited = inherited_from(table->find(1), table->find(9), inside(0));
  CHECK_FALSE(inherited.seccomp);
  CHECK_FALSE(inherited.no_new_privs);
  const auto same = table_of({row(1, 0).seccomp(), row(9, 1).seccomp()});
  CHECK_FALSE(inherited_from(same->find(1), same->find(9), host()).seccomp); // the machine gave it to nobody
  CHECK_FALSE(inherited_from(nullptr, same->find(9), inside(0)).seccomp);
}
