#include "sandbox/sandbox_set.h"

#include "sandbox/machine.h"

#include <algorithm>

using namespace sbx;

namespace {

constexpr int self = 900; // the inspector, in every table

std::string numbers(const std::vector<std::int64_t>& pids) {
  std::string text;
  for (const std::int64_t pid : pids)
    text += (text.empty() ? "" : ",") + std::to_string(pid);
  return text;
}

// "docker A 10: 10,11 from 10; ..." a set after the other; "in 0": within the set at that place.
std::string told(const std::vector<SandboxSet>& sets) {
  std::string text;
  for (const SandboxSet& it : sets) {
    text += text.empty() ? "" : "; ";
    if (it.container)
      text += it.container->runtime + " " +
              (it.container->id == id_a   ? "A"
               : it.container->id == id_b ? "B"
                                          : it.container->id) +
              " ";
    text += std::to_string(it.first) + ": " + numbers(it.members) + " from " + numbers(it.roots);
    if (it.within)
      text += " in " + std::to_string(*it.within);
  }
  return text;
}

std::string sets_of(std::vector<Row> rows, const Surroundings& surroundings = host(),
                    const Row& inspector = row(self, 1, "sbx-attest")) {
  rows.push_back(inspector);
  const auto table = table_of(rows);
  return told(sandbox_sets(*table, surroundings, self));
}

const std::string in_a = "/system.slice/docker-" + id_a + ".scope",
                  in_b = "/machine.slice/libpod-" + id_b + ".scope";

} // namespace

TEST_CASE("sandbox_set: nobody is set apart on a machine without sandboxes") {
  CHECK(
      sets_of({row(1, 0, "systemd"), row(10, 1, "sshd"), row(11, 10, "bash"), row(12, 10).zombie()}).empty());
}

TEST_CASE(
    "sandbox_set: a container is its control group; who was executed into it is a root, and not the first") {
  CHECK(sets_of({row(1, 0), row(50, 1, "shim"), row(60, 50).cgroup(in_a).container_ns(1, "60\t1"),
                 row(61, 60).cgroup(in_a).container_ns(1, "61\t2"),
                 row(40, 50).cgroup(in_a).container_ns(1, "40\t7"), // docker exec, after the numbers wrapped
                 row(41, 40).cgroup(in_a).container_ns(1, "41\t8")}) ==
        "docker A 60: 40,41,60,61 from 40,60");
}

TEST_CASE("sandbox_set: without a PID namespace the first root is the first") {
  CHECK(sets_of({row(1, 0), row(60, 1).cgroup(in_a), row(61, 60).cgroup(in_a), row(70, 1).cgroup(in_a)}) ==
        "docker A 60: 60,61,70 from 60,70");
}

TEST_CASE("sandbox_set: two containers are two") {
  CHECK(sets_of({row(1, 0), row(60, 1).cgroup(in_a).container_ns(1, "60\t1"),
                 row(70, 1).cgroup(in_b + "/container").container_ns(2, "70\t1")}) ==
        "docker A 60: 60 from 60; podman B 70: 70 from 70");
}

TEST_CASE("sandbox_set: a control group does not need to be readable by us to be told by its parent") {
  CHECK(sets_of({row(1, 0), row(60, 1).cgroup(in_a).container_ns(1, "60\t1"), row(61, 60).hidden(),
                 row(62, 60).cgroups({"!EACCES"})}) == "docker A 60: 60,62 from 60");
  // Its number alone is known: it is in no set, and none says that there is nothing.
}

TEST_CASE("sandbox_set: leaving the control group of a container does not leave the container") {
  CHECK(sets_of({row(1, 0), row(60, 1).cgroup(in_a), row(61, 60).cgroup("/user.slice"), row(62, 61)}) ==
        "docker A 60: 60,61,62 from 60");
}

TEST_CASE("sandbox_set: docker in docker is within, and its processes are those of both") {
  const std::string inner = in_a + "/docker/" + id_b;
  const std::string nested = "docker A 60: 60,61,70,71 from 60; docker B 70: 70,71 from 70 in 0";
  CHECK(sets_of({row(1, 0), row(60, 1).cgroup(in_a).container_ns(1, "60\t1"),
                 row(61, 60, "shim").cgroup(in_a).container_ns(1, "61\t2"),
                 row(70, 61).cgroup(inner).container_ns(2, "70\t9\t1"),
                 row(71, 70).cgroup(inner).container_ns(2, "71\t10\t2")}) == nested);
  // By the control group, also where the processes around it are no parents of it.
  CHECK(sets_of({row(1, 0), row(60, 1).cgroup(in_a), row(61, 60).cgroup(in_a), row(70, 1).cgroup(inner),
                 row(71, 70).cgroup(inner)}) ==
        "docker A 60: 60,61,70,71 from 60,70; docker B 70: 70,71 from 70 in 0");
}

TEST_CASE("sandbox_set: a process that moves to a group it named itself stays within its container") {
  // With the PIDs of the host an orphan hangs on the host's own first process.
  CHECK(
      sets_of({row(1, 0), row(60, 1).cgroup(in_a), row(61, 1).cgroup(in_a + "/docker-" + id_b + ".scope")}) ==
      "docker A 60: 60,61 from 60,61; docker B 61: 61 from 61 in 0");
}

TEST_CASE("sandbox_set: a group named as a container below a user's is a set, and says who could make it") {
  const auto table =
      table_of({row(1, 0), row(60, 1).cgroup("/user.slice/user-1000.slice/user@1000.service/docker-" + id_a +
                                             ".scope")});
  const auto sets = sandbox_sets(*table, host(), self);
  REQUIRE(sets.size() == 1);
  CHECK(sets[0].container->maker == CgroupMaker::user);
}

TEST_CASE("sandbox_set: bubblewrap: who leaves the machine's namespaces is a set within that of the monitor "
          "outside") {
  CHECK(sets_of({row(1, 0), row(10, 1, "bash"), row(20, 10, "bwrap").no_new_privs(),
                 row(21, 20, "bwrap").no_new_privs().container_ns(1, "21\t1"),
                 row(22, 21, "agent").no_new_privs().container_ns(1, "22\t2").seccomp()}) ==
        "20: 20,21,22 from 20; 21: 21,22 from 21 in 0");
  // What was not seen of the monitor does not take it out.
  CHECK(sets_of({row(1, 0), row(20, 1, "bwrap").no_new_privs().all_ns("!EACCES"),
                 row(21, 20, "bwrap").no_new_privs().container_ns(1, "21\t1")}) == "20: 20,21 from 20");
  // A monitor that has nothing is no member.
  CHECK(sets_of({row(1, 0), row(10, 1, "bash"), row(20, 10, "launcher"),
                 row(21, 20, "init").container_ns(1, "21\t1"),
                 row(22, 21, "agent").container_ns(1, "22\t2")}) == "21: 21,22 from 21");
}

TEST_CASE("sandbox_set: who entered the mount or PID namespace of a sandbox is of it") {
  const std::vector<Row> rows{row(1, 0), row(20, 1).ns("mnt", 1).ns("pid", 1).line("NSpid", "20\t1"),
                              row(21, 20).ns("mnt", 1).ns("pid", 1).line("NSpid", "21\t2")};
  const auto with = [&](const Row& more) {
    auto all = rows;
    all.push_back(more);
    return sets_of(all);
  };
  CHECK(with(row(30, 1, "nsenter").ns("mnt", 1)) == "20: 20,21,30 from 20,30");
  CHECK(with(row(30, 1, "nsenter").ns("pid", 1).line("NSpid", "30\t3")) == "20: 20,21,30 from 20,30");
  CHECK(with(row(15, 1, "nsenter").ns("mnt", 1)) == "20: 15,20,21 from 15,20"); // the first stays the init
  CHECK(with(row(30, 1).ns("net", 1)) == "20: 20,21 from 20; 30: 30 from 30");  // a network may be shared
}

TEST_CASE("sandbox_set: who entered a container is of it, and two containers stay two") {
  const Row a = row(60, 1).cgroup(in_a).container_ns(1, "60\t1"),
            b = row(70, 1).cgroup(in_b).container_ns(2, "70\t1");
  CHECK(sets_of({row(1, 0), a, b, row(80, 1, "nsenter").ns("mnt", 1)}) ==
        "docker A 60: 60,80 from 60,80; podman B 70: 70 from 70");
  CHECK(sets_of({row(1, 0), a, b, row(80, 1).ns("mnt", 1).ns("pid", 2)}) ==
        "docker A 60: 60,80 from 60,80; podman B 70: 70 from 70");
}

TEST_CASE("sandbox_set: sandboxes that enter each other are one, however long the chain is") {
  CHECK(sets_of({row(1, 0), row(20, 1).ns("mnt", 1), row(30, 1).ns("mnt", 2), row(21, 20).ns("mnt", 2),
                 row(31, 30).ns("mnt", 1)}) == "20: 20,21,30,31 from 20,30");
  std::vector<Row> chain{row(1, 0)};
  std::string members, roots;
  for (int i = 0; i < 200; ++i) {
    chain.push_back(row(1000 + 2 * i, 1).ns("mnt", i));
    chain.push_back(row(1001 + 2 * i, 1000 + 2 * i).ns("mnt", i + 1));
    members += (i > 0 ? "," : "") + std::to_string(1000 + 2 * i) + "," + std::to_string(1001 + 2 * i);
    roots += (i > 0 ? "," : "") + std::to_string(1000 + 2 * i);
  }
  CHECK(sets_of(chain) == "1000: " + members + " from " + roots);
}

TEST_CASE("sandbox_set: a container that somebody made within a sandbox is within it") {
  CHECK(sets_of({row(1, 0), row(20, 1).no_new_privs(), row(21, 20, "podman").no_new_privs(),
                 row(60, 21).cgroup(in_b).container_ns(1, "60\t1")}) ==
        "20: 20,21,60 from 20; podman B 60: 60 from 60 in 0");
  // Also where that sandbox was joined with another one.
  CHECK(sets_of({row(1, 0), row(10, 1).ns("mnt", 9), row(20, 1).ns("mnt", 8), row(21, 20).ns("mnt", 9),
                 row(60, 21).cgroup(in_b).container_ns(1, "60\t1")}) ==
        "10: 10,20,21,60 from 10,20; podman B 60: 60 from 60 in 0");
}

TEST_CASE("sandbox_set: chroot, threads that differ, and a monitor of machines") {
  CHECK(sets_of({row(1, 0), row(20, 1).chroot("/srv/jail"), row(21, 20)}) == "20: 20,21 from 20");
  CHECK(sets_of({row(1, 0), row(20, 1).threads(2).thread(21, "Seccomp:\t2\n")}) == "20: 20 from 20");
  CHECK(sets_of({row(1, 0), row(20, 1).threads(4).kvm("vm=1 vcpu=1 seen=40")}) == "20: 20 from 20");
}

TEST_CASE("sandbox_set: zombies are members, as what they were told") {
  CHECK(sets_of({row(1, 0), row(20, 1).no_new_privs(), row(21, 20).zombie(), row(22, 1).zombie()}) ==
        "20: 20,21 from 20");
}

TEST_CASE("sandbox_set: kernel threads are no members, whatever namespace they have") {
  const Row devtmpfs = row(15, 2, "kdevtmpfs").ns("mnt", 1);
  CHECK(sets_of({row(1, 0), row(2, 0, "kthreadd"), devtmpfs}).empty());
  Row newer = devtmpfs;
  CHECK(sets_of({row(1, 0), row(2, 0, "kthreadd").kthread(true), newer.kthread(true)}).empty());
  // Since 6.11 the kernel says it: a child of kthreadd that is none, as the kernel starts helpers.
  CHECK(sets_of({row(1, 0), row(2, 0, "kthreadd").kthread(true), row(30, 2).ns("mnt", 1).kthread(false)}) ==
        "30: 30 from 30");
}

TEST_CASE("sandbox_set: in a container, number 2 and its children are ordinary processes") {
  CHECK(sets_of({row(1, 0).container_ns(7, "1"), row(2, 1).container_ns(7, "2").no_new_privs(),
                 row(3, 2).container_ns(7, "3").no_new_privs()},
                inside(7), row(self, 1).container_ns(7, "900")) == "2: 2,3 from 2");
}

TEST_CASE("sandbox_set: a ring of parents is a set, and ends") {
  CHECK(sets_of({row(1, 0), row(20, 22).no_new_privs(), row(21, 20).no_new_privs(),
                 row(22, 21).no_new_privs()}) == "20: 20,21,22 from 20");
}

TEST_CASE("sandbox_set: hidden processes are in no set, and make none") {
  CHECK(sets_of({row(1, 0).hidden(), row(20, 1).hidden(), row(21, 20).hidden()}).empty());
}

TEST_CASE("sandbox_set: the inspector is no member, and who it started begins anew") {
  CHECK(sets_of({row(1, 0), row(20, 1).no_new_privs(), row(901, self).no_new_privs()}, host(),
                row(self, 20).no_new_privs()) == "20: 20 from 20; 901: 901 from 901");
}

TEST_CASE("sandbox_set: the inspector's own container sets nobody apart; what is in it does") {
  const Row own = row(self, 1).cgroup(in_a).container_ns(7, "900");
  const std::string inner = in_a + "/docker-" + id_b + ".scope";
  CHECK(sets_of({row(1, 0).cgroup(in_a).container_ns(7, "1"), row(5, 1).cgroup(in_a).container_ns(7, "5"),
                 row(6, 5).cgroup(inner).container_ns(7, "6"),
                 row(7, 5).cgroup(in_a).ns("net", 3).ns("mnt", 7).ns("pid", 7)},
                inside(7), own) == "docker B 6: 6 from 6; 7: 7 from 7");
}

TEST_CASE("sandbox_set: within a container under the default profile, a sandbox of it is still told apart") {
  const auto of = [](int pid, int parent) {
    return row(pid, parent).container_ns(7, std::to_string(pid)).seccomp(1);
  };
  CHECK(sets_of({of(1, 0), of(5, 1), of(6, 5).seccomp(2), of(7, 6).seccomp(2), of(8, 5)}, inside(7),
                of(self, 1)) == "6: 6,7 from 6");
  // From outside all of it is apart.
  CHECK(sets_of({row(1, 0), of(50, 1), of(51, 50).seccomp(2)}) == "50: 50,51 from 50");
}

TEST_CASE("sandbox_set: control groups that disagree are told") {
  const auto table =
      table_of({row(1, 0), row(60, 1).cgroups({"5:memory:/docker/" + id_a, "1:name=systemd:" + in_b})});
  const auto sets = sandbox_sets(*table, host(), self);
  REQUIRE(sets.size() == 1);
  REQUIRE(sets[0].conflicts.size() == 1);
  CHECK(sets[0].conflicts[0].find("podman bbbb") != std::string::npos);
}

TEST_CASE("sandbox_set: a pod's containers are sets of their own") {
  const std::string pod = "/kubepods/burstable/pod1b2c3d4e-0123-4567-89ab-cdef01234567/";
  CHECK(sets_of({row(1, 0), row(60, 1).cgroup(pod + id_a), row(70, 1).cgroup(pod + id_b)}) ==
        "kubernetes A 60: 60 from 60; kubernetes B 70: 70 from 70");
}

TEST_CASE("sandbox_set: tens of thousands of processes, each the child of the one before") {
  std::string text = "Listing:\tsettled\n";
  for (int pid = 1001; pid <= 61'000; ++pid)
    text += row(pid, pid - 1).no_new_privs().text();
  const ProcessTable table(*parse_processes(text));
  const auto sets = sandbox_sets(table, host(), self);
  REQUIRE(sets.size() == 1);
  CHECK(sets[0].members.size() == 60'000);
}

TEST_CASE("sandbox_set: groups nested by the thousand are parts of what is around them, and none is lost") {
  std::string text = "Listing:\tsettled\n";
  for (int pid = 1; pid <= 3000; ++pid) {
    std::string id = std::to_string(pid);
    id.insert(0, 64 - id.size(), 'a');
    text += row(pid + 1000, pid == 1 ? 0 : pid + 999).cgroup("/docker/" + id).text();
  }
  const ProcessTable table(*parse_processes(text));
  const auto sets = sandbox_sets(table, host(), self);
  REQUIRE(sets.size() == 32);
  CHECK(sets.front().members.size() == 3000);
  CHECK(sets.back().members.size() == 3000 - 31);
  for (std::size_t i = 1; i < sets.size(); ++i)
    CHECK(sets[i].within == i - 1);
}

TEST_CASE("sandbox_set: these processes, and a process with all below it, as a set") {
  const auto table = table_of({row(1, 0), row(20, 1), row(21, 20), row(22, 21), row(30, 1)});
  const SandboxSet set = set_of(*table, {30, 22, 21, 21});
  CHECK(set.members == std::vector<std::int64_t>{21, 22, 30}); // each once
  CHECK(set.roots == std::vector<std::int64_t>{21, 30});
  CHECK(set.first == 21);
  CHECK(process_tree(*table, 20).members == std::vector<std::int64_t>{20, 21, 22});
  CHECK(process_tree(*table, 22).members == std::vector<std::int64_t>{22});
}

TEST_CASE("sandbox_set: a process has exited where every thread of it was seen to") {
  const auto exited = [](const Row& it) { return has_exited(table_of({it})->all().front()); };
  CHECK(exited(row(10, 1).zombie()));
  CHECK(exited(row(10, 1).line("State", "X (dead)")));
  CHECK(exited(row(10, 1).zombie().threads(2)));
  CHECK_FALSE(exited(row(10, 1)));
  CHECK_FALSE(exited(row(10, 1).hidden()));
  CHECK_FALSE(exited(row(10, 1).line("State", "-")));
  // The main thread ended by itself, and the program runs on in another: that must be judged.
  CHECK_FALSE(exited(row(10, 1).zombie().threads(2).thread(11, "State:\tS (sleeping)\n")));
  CHECK_FALSE(exited(row(10, 1).zombie().line("Threads", "2"))); // and the other one was not listed
  CHECK_FALSE(exited(row(10, 1).zombie().threads(2).refused_thread(11)));
}

TEST_CASE("sandbox_set: thousands that entered each other, the last one first") {
  std::string text = "Listing:\tsettled\n";
  constexpr int count = 10'000;
  for (int i = 0; i < count; ++i) // a process of each sandbox, and then one of it in the sandbox before
    text += row(1000 + i, 0).ns("mnt", i).text();
  for (int i = 0; i < count; ++i)
    text += row(20'000 + i, 1000 + count - 1 - i).ns("mnt", std::max(0, count - 2 - i)).text();
  const ProcessTable table(*parse_processes(text));
  const auto sets = sandbox_sets(table, host(), self);
  REQUIRE(sets.size() == 1);
  CHECK(sets[0].members.size() == 2 * count);
}
