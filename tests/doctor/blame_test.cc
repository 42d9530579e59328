#include "doctor/abilities.h"

#include "doctor_scene.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

constexpr std::uint64_t setfcap = 1ull << 31, admin = 1ull << 21, five = 0xcb;

Ability of(const DoctorPlace& place, std::string_view id) {
  const Abilities abilities = abilities_of(doctor_scene_of(place));
  const Ability* ability = find_ability(abilities, id);
  REQUIRE(ability);
  return *ability;
}

// "works", "unknown", or the cause.
std::string cause(const DoctorPlace& place, std::string_view id) {
  const Ability ability = of(place, id);
  CHECK((ability.outcome == TrialOutcome::refused) == ability.refuser.has_value());
  return std::string(ability.outcome == TrialOutcome::refused ? cause_name(ability.refuser->cause)
                                                              : outcome_name(ability.outcome));
}

using Tried = std::map<std::string, std::string>;

const Tried no_userns{
    {"inside.unshare", "EPERM"},   {"inside.clone", "EPERM"},     {"clone.user", "EPERM"},
    {"clone3.user", "EPERM"},      {"inside.uid_map", "untried"}, {"inside.gid_map", "untried"},
    {"inside.capable", "untried"}, {"inside.mnt", "untried"},     {"inside.mount.private", "untried"}};

DoctorPlace refused(const std::string& error, const Tried& more = {}) {
  DoctorPlace place;
  place.tried = no_userns;
  for (const char* id : {"inside.unshare", "inside.clone", "clone.user", "clone3.user"})
    place.tried[id] = error;
  for (auto& [id, end] : more)
    place.tried[id] = end;
  return place;
}

const Tried filtered{{"unshare.bad", "EPERM"},
                     {"unshare.user.bad", "EPERM"},
                     {"clone.user.bad", "EPERM"},
                     {"clone3.bad", "ENOSYS"}};

} // namespace

TEST_CASE("doctor: on a plain machine all works for a user, and what does not is told by owner and switch") {
  for (const std::string_view id :
       {"landlock", "seccomp", "seccomp.notify", "no_new_privs", "userns", "ns.mnt", "ns.net", "mount",
        "mount.proc", "pivot_root", "loopback", "ptrace", "btf", "subids"}) {
    CAPTURE(id);
    CHECK(cause({}, id) == "works");
    CHECK(cause({.root = true}, id) == "works");
  }
  CHECK(cause({}, "bpf") == "unprivileged-bpf-disabled");
  CHECK(cause({}, "kvm") == "file-permissions");
  CHECK(cause({}, "cgroup") == "file-permissions");
  CHECK(cause({}, "docker") == "not-running");
  CHECK(cause({.root = true}, "bpf") == "works");
  CHECK(cause({.root = true}, "kvm") == "works");
}

TEST_CASE("doctor: every ability has a name that can be asked for, and there are no others") {
  std::vector<std::string_view> ids;
  const Abilities abilities = abilities_of(doctor_scene_of({}));
  for (const Ability& ability : abilities)
    ids.emplace_back(ability.id);
  CHECK(ids == ability_ids());
}

TEST_CASE("doctor: EPERM of a user namespace is blamed on whom an experiment shows") {
  struct Row {
    std::string because;
    DoctorPlace place;
    std::string cause;
  };
  DoctorPlace filter = refused("EPERM", filtered),
              clone_filter = refused("EPERM", {{"clone.user.bad", "EPERM"}}),
              by_switch = refused("EPERM", {{"unshare.user.bad", "EPERM"}}),
              both = refused("EPERM", filtered), switch_of_root = refused("EPERM"), chroot = refused("EPERM"),
              root_in_chroot = refused("EPERM"), no_map = refused("EPERM"), unseen = refused("EPERM"),
              by_argument = refused("EPERM"), no_mode = refused("EPERM");
  filter.seccomp = clone_filter.seccomp = both.seccomp = by_argument.seccomp = 2;
  for (DoctorPlace* it : {&by_switch, &both, &switch_of_root})
    it->facts["sysctl.kernel/unprivileged_userns_clone"] = "0";
  switch_of_root.root = true;
  chroot.facts["root.is_mount"] = "no";
  root_in_chroot.root = true;
  root_in_chroot.tried["unchrooted.enter"] = root_in_chroot.tried["unchrooted.user"] = "ok";
  no_map.facts["uid_map"] = "";
  no_map.facts["gid_map"] = "";
  const std::vector<Row> rows{
      {"a filter answers calls that make no sense", filter, "seccomp-filter"},
      {"a filter answers clone alone", clone_filter, "seccomp-filter"},
      {"the switch is off; it answers before the flags are looked at, and no filter is there", by_switch,
       "unprivileged-userns-clone"},
      {"a filter answers first, whatever the switch says", both, "seccomp-filter"},
      {"the switch stops nobody with CAP_SYS_ADMIN, so it is somebody else", switch_of_root, "chroot"},
      {"the root is no mount", chroot, "chroot"},
      {"out of the chroot it works", root_in_chroot, "chroot"},
      {"its own ids are not mapped", no_map, "no-id-map"},
      {"nothing shows who it was", unseen, "unknown"},
      {"a filter is there, and lets through what was tried", by_argument, "unknown"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.because);
    CHECK(cause(row.place, "userns") == row.cause);
  }
  DoctorScene decoded = doctor_scene_of(by_argument);
  decoded.refused_by_program = {"unshare.user.bad"};
  CHECK(find_ability(abilities_of(decoded), "userns")->refuser->cause == Cause::seccomp_filter);
  CHECK_FALSE(of(unseen, "userns").candidates.empty());
  CHECK(of(by_argument, "userns").candidates.front().find("seccomp filter") != std::string::npos);
}

TEST_CASE("doctor: who would say no next is said too") {
  DoctorPlace both = refused("EPERM", filtered);
  both.seccomp = 2;
  both.facts["sysctl.kernel/unprivileged_userns_clone"] = "0";
  const Ability ability = of(both, "userns");
  REQUIRE(ability.also.size() == 1);
  CHECK(ability.also.front().cause == Cause::userns_switch);
  DoctorPlace locked = refused("EPERM", filtered);
  locked.seccomp = 2;
  locked.uid = 0;
  locked.capabilities = five;
  REQUIRE(of(locked, "userns").also.size() == 1);
  CHECK(of(locked, "userns").also.front().cause == Cause::capability);
}

TEST_CASE("doctor: a limit is a limit, and which one is said where it is seen") {
  DoctorPlace none = refused("ENOSPC");
  none.facts["sysctl.user/max_user_namespaces"] = "0";
  CHECK(cause(none, "userns") == "namespace-limit");
  CHECK(of(none, "userns").refuser->words.find("is 0") != std::string::npos);
  CHECK(cause(refused("ENOSPC"), "userns") == "namespace-limit");
  CHECK(of(refused("ENOSPC"), "userns").refuser->words.find("32 levels") != std::string::npos);
  CHECK(cause(refused("EUSERS"), "userns") == "namespace-limit");
  DoctorPlace faked = refused(
      "ENOSPC", {{"unshare.bad", "ENOSPC"}, {"unshare.user.bad", "ENOSPC"}, {"clone.user.bad", "ENOSPC"}});
  faked.seccomp = 2;
  CHECK(cause(faked, "userns") == "seccomp-filter");
}

TEST_CASE("doctor: a kernel without user namespaces is one where its own link is missing too") {
  CHECK(cause(refused("EINVAL", {{"ns.user", "ENOENT"}}), "userns") == "not-built");
  CHECK(cause(refused("EINVAL"), "userns") == "unknown");
}

TEST_CASE("doctor: EACCES of a user namespace is a module's: which one, where only one can have said it") {
  DoctorPlace apparmor = refused("EACCES");
  apparmor.lsms = {"capability", "landlock", "apparmor"};
  apparmor.facts["label"] = apparmor.facts["inside.label"] = "unconfined\\x0a";
  CHECK(cause(apparmor, "userns") == "unknown");
  apparmor.facts["sysctl.kernel/apparmor_restrict_unprivileged_userns"] = "1";
  CHECK(cause(apparmor, "userns") == "apparmor-restrict-unprivileged-userns");
  apparmor.facts["label"] = apparmor.facts["inside.label"] = "snap.x.y (enforce)\\x0a";
  CHECK(cause(apparmor, "userns") == "lsm-policy");
  apparmor.facts["label"] = apparmor.facts["inside.label"] = "snap.x.y (complain)\\x0a";
  apparmor.facts["sysctl.kernel/apparmor_restrict_unprivileged_userns"] = "0";
  CHECK(cause(apparmor, "userns") == "unknown");
  DoctorPlace selinux = refused("EACCES");
  selinux.lsms = {"capability", "selinux"};
  CHECK(cause(selinux, "userns") == "lsm-policy");
  selinux.lsms.emplace_back("bpf");
  CHECK(cause(selinux, "userns") == "unknown");
}

TEST_CASE("doctor: AppArmor that lets a user namespace be made and takes what it is good for") {
  DoctorPlace place;
  place.lsms = {"capability", "apparmor"};
  place.tried = {{"inside.uid_map", "EPERM"}};
  place.facts = {{"label", "unconfined\\x0a"}, {"inside.label", "unprivileged_userns (enforce)\\x0a"}};
  CHECK(cause(place, "userns") == "apparmor-restrict-unprivileged-userns");
  CHECK(cause(place, "ns.mnt") == "apparmor-restrict-unprivileged-userns");
  place.tried = {{"inside.mnt", "EPERM"}, {"inside.mount.private", "untried"}};
  CHECK(cause(place, "userns") == "works");
  CHECK(cause(place, "ns.mnt") == "apparmor-restrict-unprivileged-userns");
  CHECK(cause(place, "mount") == "apparmor-restrict-unprivileged-userns");
  place.tried = {{"inside.loopback", "EPERM"}};
  CHECK(cause(place, "loopback") == "apparmor-restrict-unprivileged-userns");
}

TEST_CASE("doctor: root without CAP_SETFCAP may not map itself, unless another user may not either") {
  DoctorPlace place;
  place.uid = 0;
  place.capabilities = five;
  place.tried = {{"inside.uid_map", "EPERM"}, {"other.user", "ok"}, {"other.uid_map", "ok"}};
  CHECK(cause(place, "userns") == "capability");
  place.tried["other.uid_map"] = "EPERM";
  CHECK(cause(place, "userns") == "unknown");
  place.tried["other.uid_map"] = "ok";
  place.capabilities = five | setfcap;
  CHECK(cause(place, "userns") == "unknown");
  DoctorPlace read_only;
  read_only.tried = {{"inside.uid_map", "EROFS"}};
  CHECK(cause(read_only, "userns") == "read-only-mount");
}

TEST_CASE("doctor: one way to a user namespace is enough, and which is said") {
  DoctorPlace place;
  place.seccomp = 2;
  place.tried = {{"inside.unshare", "EPERM"},
                 {"inside.clone", "ok"},
                 {"unshare.bad", "EPERM"},
                 {"unshare.user.bad", "EPERM"}};
  CHECK(cause(place, "userns") == "works");
  CHECK(of(place, "userns").detail == "by clone(2); unshare(2) is refused with EPERM");
}

TEST_CASE("doctor: a namespace that is refused below a user namespace has its own reason") {
  DoctorPlace place;
  place.tried = {{"inside.net", "ENOSPC"}, {"inside.loopback", "untried"}};
  place.facts = {{"sysctl.user/max_net_namespaces", "0"}};
  CHECK(cause(place, "ns.net") == "namespace-limit");
  CHECK(cause(place, "loopback") == "namespace-limit");
  CHECK(cause(place, "ns.mnt") == "works");
  place.tried = {{"inside.time", "EINVAL"}, {"ns.time", "ENOENT"}};
  CHECK(cause(place, "ns.time") == "not-built");
  place.tried = {{"inside.time", "EPERM"}};
  CHECK(cause(place, "ns.time") == "unknown");
}

TEST_CASE("doctor: what needs a user namespace is refused by whom that is refused, and says so") {
  DoctorPlace place = refused("EPERM");
  place.facts["root.is_mount"] = "no";
  for (const std::string_view id : {"ns.mnt", "mount", "mount.proc", "pivot_root", "loopback"}) {
    CAPTURE(id);
    CHECK(cause(place, id) == "chroot");
    CHECK(of(place, id).claims["needs"] == "userns");
  }
}

TEST_CASE("doctor: who holds CAP_SYS_ADMIN needs no user namespace, and learns who refuses it all the same") {
  DoctorPlace place = refused("EPERM");
  place.capabilities = admin;
  place.uid = 0;
  place.initial = false;
  place.tried["alone.mnt"] = "ok";
  place.facts["uid_map"] = "";
  CHECK(cause(place, "userns") == "no-id-map");
  CHECK(cause(place, "ns.mnt") == "works");
  CHECK(cause(place, "ns.net") == "unknown");
  CHECK(of(place, "ns.net").step == "alone.net");
}

TEST_CASE("doctor: a /proc that is covered is why there is no fresh one, where other mounts work") {
  DoctorPlace place;
  place.tried = {{"inside.mount.proc", "EPERM"}};
  CHECK(cause(place, "mount.proc") == "unknown");
  place.mountinfo = "30 22 0:5 /null /proc/kcore rw - tmpfs tmpfs rw\n";
  CHECK(cause(place, "mount.proc") == "masked-proc");
  CHECK(of(place, "mount.proc").refuser->words.find("/proc/kcore") != std::string::npos);
  place.tried["inside.mount.tmpfs"] = "EPERM";
  CHECK(cause(place, "mount.proc") == "unknown");
}

TEST_CASE("doctor: mounts are refused by a filter, by a profile, by a Landlock domain, or by nobody known") {
  DoctorPlace place;
  place.tried = {{"inside.mount.private", "EPERM"}, {"mount.bad", "EPERM"}};
  place.seccomp = 2;
  CHECK(cause(place, "mount") == "seccomp-filter");
  place.tried["mount.bad"] = "EFAULT";
  CHECK(cause(place, "mount") == "unknown");
  place.seccomp = 0;
  place.landlock =
      "abi 7\nerrata 7\ndepth 1\ntrial restrict_self ok ok\npresent write_file /dev/null ok EACCES\n";
  CHECK(cause(place, "mount") == "landlock-domain");
  place.landlock =
      "abi 7\nerrata 7\ndepth 1\ntrial restrict_self ok ok\npresent bind_tcp 127.0.0.1:0 ok EACCES\n";
  CHECK(cause(place, "mount") == "unknown"); // a domain over ports forbids no mount
  DoctorPlace profile;
  profile.lsms = {"capability", "apparmor"};
  profile.facts = {{"label", "docker-default (enforce)\\x0a"},
                   {"inside.label", "docker-default (enforce)\\x0a"}};
  profile.tried = {{"inside.mount.private", "EACCES"}};
  CHECK(cause(profile, "mount") == "lsm-policy");
}

TEST_CASE("doctor: nothing can be put in place of an initramfs") {
  DoctorPlace place;
  place.tried = {{"inside.pivot_root", "EINVAL"}};
  CHECK(cause(place, "pivot_root") == "unknown");
  place.mountinfo = "1 1 0:2 / / rw - rootfs rootfs rw\n";
  CHECK(cause(place, "pivot_root") == "initramfs-root");
  place = {};
  place.seccomp = 2;
  place.tried = {{"inside.pivot_root", "EPERM"}, {"inside.pivot_root.bad", "EPERM"}};
  CHECK(cause(place, "pivot_root") == "seccomp-filter");
}

TEST_CASE("doctor: five answers about Landlock, and a filter that gives one of them") {
  DoctorPlace place;
  const auto answered = [&](const std::string& error, unsigned seccomp, std::vector<std::string> lsms) {
    place.landlock = "abi !" + error + "\nerrata !" + error + "\ndepth !" + error + "\n";
    place.seccomp = seccomp;
    place.lsms = std::move(lsms);
    return cause(place, "landlock");
  };
  CHECK(answered("ENOSYS", 0, {"capability"}) == "not-built");
  CHECK(answered("EOPNOTSUPP", 0, {"capability"}) == "not-enabled");
  CHECK(answered("EPERM", 2, {"capability", "landlock"}) == "seccomp-filter");
  CHECK(answered("ENOSYS", 2, {"capability", "landlock"}) == "seccomp-filter");
  CHECK(answered("EPERM", 0, {"capability", "landlock"}) == "unknown");
  place.landlock = "abi 7\nerrata 7\ndepth 16\ntrial restrict_self ok E2BIG\n";
  CHECK(cause(place, "landlock") == "landlock-full");
  place.landlock = "abi 7\nerrata 7\ndepth 0\ntrial restrict_self ok ok\ntrial open_denied EACCES ok\n";
  CHECK(cause(place, "landlock") == "unknown");
}

TEST_CASE("doctor: a filter cannot be added: by whom") {
  DoctorPlace place;
  place.tried = {{"seccomp.filter", "EPERM"},
                 {"seccomp.filter.bad", "EPERM"},
                 {"seccomp.prctl", "EPERM"},
                 {"seccomp.notify", "EPERM"}};
  place.seccomp = 2;
  CHECK(cause(place, "seccomp") == "seccomp-filter");
  place.tried["seccomp.prctl"] = "ok";
  CHECK(cause(place, "seccomp") == "works");
  CHECK(of(place, "seccomp").detail == "by prctl(2) alone: seccomp(2) is refused with EPERM");
  CHECK(cause(place, "seccomp.notify") == "seccomp-filter");
  DoctorPlace none;
  none.tried = {{"seccomp.filter", "ENOSYS"}, {"seccomp.filter.bad", "ENOSYS"}, {"seccomp.prctl", "EINVAL"}};
  CHECK(cause(none, "seccomp") == "not-built");
  DoctorPlace watched;
  watched.seccomp = 2;
  watched.tried = {{"seccomp.notify", "EBUSY"}};
  CHECK(cause(watched, "seccomp.notify") == "listener-taken");
  DoctorPlace old;
  old.tried = {{"seccomp.notify_killable", "EINVAL"}};
  CHECK(cause(old, "seccomp.notify_killable") == "not-built");
  old.tried = {{"seccomp.filter", "ineffective"}, {"seccomp.prctl", "ineffective"}};
  CHECK(cause(old, "seccomp") == "unknown"); // never works
}

TEST_CASE("doctor: a device is refused by its mode, by rules of the group, or is not there") {
  DoctorPlace place;
  CHECK(cause(place, "kvm") == "file-permissions");
  place.facts = {{"kvm.node", "666 0 0"}};
  CHECK(cause(place, "kvm") == "unknown"); // the mode allows it, so somebody else said no
  place.tried = {{"kvm.open", "EPERM"}};
  CHECK(cause(place, "kvm") == "device-rules");
  place.lsms.emplace_back("bpf");
  CHECK(cause(place, "kvm") == "unknown");
  place.tried = {{"kvm.open", "ENOENT"}};
  CHECK(cause(place, "kvm") == "no-device");
  place.tried = {{"kvm.open", "ok"}, {"kvm.create", "EBUSY"}};
  CHECK(cause(place, "kvm") == "unknown");
}

TEST_CASE("doctor: tracing is refused by a filter or by Yama") {
  DoctorPlace place;
  place.tried = {{"ptrace.child", "EPERM"}};
  CHECK(cause(place, "ptrace") == "unknown");
  place.tried["ptrace.bad"] = "EPERM";
  place.seccomp = 2;
  CHECK(cause(place, "ptrace") == "seccomp-filter");
  DoctorScene scene = doctor_scene_of({.tried = {{"ptrace.child", "EPERM"}}});
  scene.ptrace_scope = "2";
  CHECK(find_ability(abilities_of(scene), "ptrace")->refuser->cause == Cause::yama);
}

TEST_CASE("doctor: what died of it was killed by a filter where there is one, and else nobody is blamed") {
  DoctorPlace place = refused("killed");
  place.seccomp = 2;
  CHECK(cause(place, "userns") == "seccomp-filter");
  place.seccomp = 0;
  CHECK(cause(place, "userns") == "unknown");
}

TEST_CASE("doctor: what was late or not tried is unknown, never refused") {
  for (const char* end : {"late", "untried"}) {
    CAPTURE(end);
    CHECK(cause(refused(end), "userns") == "unknown");
    DoctorPlace place;
    place.tried = {{"seccomp.filter", end}, {"seccomp.prctl", end}, {"kvm.open", end},
                   {"ptrace.child", end},   {"bpf.map", end},       {"inside.mount.private", end}};
    for (const std::string_view id : {"seccomp", "kvm", "ptrace", "bpf", "mount"})
      CHECK(cause(place, id) == "unknown");
  }
}

TEST_CASE("doctor: nothing was seen, so nothing is refused and nothing works but what needs no trial") {
  const DoctorScene empty;
  for (const Ability& ability : abilities_of(empty)) {
    CAPTURE(ability.id);
    CHECK((ability.outcome == TrialOutcome::unknown || ability.id == "subids"));
  }
}

TEST_CASE("doctor: no_new_privs keeps setuid programs from gaining anything") {
  CHECK(cause({.no_new_privs = true}, "setuid") == "no-new-privs");
  CHECK(cause({.no_new_privs = true}, "subids") == "no-new-privs");
  CHECK(cause({.facts = {{"subuid", "0"}}}, "subids") == "no-subordinate-ids");
  CHECK(cause({.facts = {{"program.newuidmap", "!ENOENT"}}}, "subids") == "no-subordinate-ids");
}
