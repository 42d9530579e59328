#include "doctor_scene.h"

#include "fake_kernel.h"
#include "probes/witness.h"

#include <catch2/catch.hpp>
#include <fmt/core.h>

namespace sbx {

namespace {

std::map<std::string, std::string> plain_trials(bool root) {
  std::map<std::string, std::string> tried{{"unshare.bad", "EINVAL"},
                                           {"unshare.user.bad", "EINVAL"},
                                           {"clone.user.bad", "EINVAL"},
                                           {"clone3.bad", "EINVAL"},
                                           {"mount.bad", "EFAULT"},
                                           {"seccomp.bad", "EINVAL"},
                                           {"seccomp.filter.bad", "EFAULT"},
                                           {"bpf.bad", "E2BIG"},
                                           {"ptrace.bad", "ESRCH"},
                                           {"inside.pivot_root.bad", "EFAULT"},
                                           {"alone.pivot_root.bad", "EFAULT"},
                                           {"inside.clone", "untried"},
                                           {"unchrooted.enter", "EPERM"},
                                           {"unchrooted.user", "untried"},
                                           {"systemd.socket", "ENOENT"},
                                           {"docker.socket", "ENOENT"},
                                           {"kvm.open", root ? "ok" : "EACCES"},
                                           {"kvm.create", root ? "ok" : "untried"},
                                           {"bpf.map", root ? "ok" : "EPERM"},
                                           {"cgroup.unified", root ? "ok" : "EACCES"},
                                           {"tun", root ? "ok" : "EACCES"}};
  for (const char* id :
       {"clone.user", "clone3.user", "inside.unshare", "inside.setgroups", "inside.uid_map", "inside.gid_map",
        "inside.capable", "no_new_privs", "seccomp.filter", "seccomp.prctl", "seccomp.notify",
        "seccomp.notify_killable", "ptrace.child", "btf", "loginuid", "ns.user"})
    tried[id] = "ok";
  for (const char* action :
       {"kill_process", "kill_thread", "trap", "errno", "user_notif", "trace", "log", "allow"})
    tried[fmt::format("action.{}", action)] = "ok";
  for (const char* kind : {"mnt", "pid", "net", "ipc", "uts", "cgroup", "time"}) {
    tried[fmt::format("unshare.{}.bad", kind)] = "EINVAL";
    tried[fmt::format("inside.{}", kind)] = "ok";
    tried[fmt::format("alone.{}", kind)] = root ? "ok" : "EPERM";
    tried[fmt::format("ns.{}", kind)] = "ok";
  }
  for (const char* step : {"loopback", "mount.private", "mount.proc", "mount.tmpfs", "mount.bind",
                           "mount.readonly", "mount.devpts", "pivot_root"}) {
    tried[fmt::format("inside.{}", step)] = "ok";
    tried[fmt::format("alone.{}", step)] = root ? "ok" : "untried";
  }
  if (root)
    tried["unchrooted.enter"] = tried["unchrooted.user"] = "ok";
  return tried;
}

std::map<std::string, std::string> plain_facts() {
  return {{"uid_map", "         0          0 4294967295\\x0a"},
          {"gid_map", "         0          0 4294967295\\x0a"},
          {"label", "!EINVAL"},
          {"inside.label", "!EINVAL"},
          {"root.is_mount", "yes"},
          {"kvm.node", "660 0 107"},
          {"kvm.driver", "yes"},
          {"tun.node", "660 0 107"},
          {"subuid", "65536"},
          {"subgid", "65536"},
          {"program.newuidmap", "setuid /usr/bin/newuidmap"},
          {"cgroup.controllers", "cpu memory pids"},
          {"sysctl.kernel/unprivileged_bpf_disabled", "2"},
          {"sysctl.user/max_user_namespaces", "60000"},
          {"sysctl.kernel/unprivileged_userns_clone", "!ENOENT"}};
}

} // namespace

DoctorScene doctor_scene_of(const DoctorPlace& place) {
  auto tried = plain_trials(place.root);
  auto facts = plain_facts();
  for (const auto& [id, end] : place.tried)
    tried[id] = end;
  for (const auto& [key, value] : place.facts)
    facts[key] = value;
  std::string text;
  for (const auto& [id, end] : tried)
    text += fmt::format("try {} {}\n", id, end);
  for (const auto& [key, value] : facts)
    text += fmt::format("fact {} {}\n", key, value);
  const unsigned uid = place.root ? 0 : place.uid;
  const std::uint64_t effective = place.root ? 0x1ffffffffff : place.capabilities;
  FakeKernel kernel;
  kernel.answer(source::self_trials, text + "end\n")
      .answer(
          source::self_status,
          fmt::format(
              "Name:\tx\nUid:\t{0}\t{0}\t{0}\t{0}\nGid:\t{0}\t{0}\t{0}\t{0}\nGroups:\t\nCapEff:\t{1:016x}\n"
              "CapBnd:\t000001ffffffffff\nNoNewPrivs:\t{2}\nSeccomp:\t{3}\nSeccomp_filters:\t{3}\n",
              uid, effective, place.no_new_privs ? 1 : 0, place.seccomp))
      .answer(source::self_ns, fmt::format("1 user={}\n", place.initial ? 4026531837 : 4026532999))
      .answer(source::self_landlock, place.landlock)
      .answer(source::self_mountinfo, "22 1 8:1 / / rw - ext4 /dev/sda rw\n" + place.mountinfo)
      .answer(source::host_osrelease, "6.18.0\n");
  std::string lsms;
  for (const std::string& name : place.lsms)
    lsms += (lsms.empty() ? "" : ",") + name;
  kernel.answer(source::host_lsm, lsms + "\n");
  if (!place.launchers.empty())
    kernel.answer(source::self_launchers, place.launchers);
  Witness witness(kernel);
  DoctorScene scene = gather_scene(witness);
  INFO(scene.no_trials.value_or(""));
  CHECK_FALSE(scene.no_trials);
  CHECK(scene.status);
  CHECK(scene.lsms);
  CHECK(scene.mounts);
  return scene;
}

} // namespace sbx
