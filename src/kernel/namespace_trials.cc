#include "kernel/namespace_trials.h"

#include "kernel/file.h"
#include "kernel/mount_trials.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace sbx {

namespace {

using Steps = std::vector<TrialStep>;

constexpr long new_user = CLONE_NEWUSER, new_time = 0x80; // CLONE_NEWTIME
// No flag of unshare(2); the kernel looks at the flags first (kernel/fork.c, check_unshare_flags()).
constexpr long no_flag = 1;

struct Kind {
  const char* name;
  long flag;
};

constexpr Kind kinds[] = {{"mnt", CLONE_NEWNS},  {"net", CLONE_NEWNET},       {"ipc", CLONE_NEWIPC},
                          {"uts", CLONE_NEWUTS}, {"cgroup", CLONE_NEWCGROUP}, {"time", new_time},
                          {"pid", CLONE_NEWPID}};

int unshared(long flag) { return outcome_of(syscall(SYS_unshare, flag)); }

// Which one a process is in, or its children will be in.
ino_t inode_of(const std::string& kind) {
  const std::string path = "/proc/self/ns/" + kind + (kind == "pid" || kind == "time" ? "_for_children" : "");
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

// A filter can claim that a call succeeded. What it did not do must not be built upon: mounts would be those
// of everybody.
int really(int came, const std::string& kind, ino_t before) {
  return came == 0 && (before == 0 || inode_of(kind) == before) ? no_effect : came;
}

int unshared(const Kind& kind, OwnSpaces& own) {
  const ino_t before = inode_of(kind.name);
  const int came = really(unshared(kind.flag), kind.name, before);
  if (came == 0) {
    own.mnt |= kind.flag == CLONE_NEWNS;
    own.net |= kind.flag == CLONE_NEWNET;
    own.init |= kind.flag == CLONE_NEWPID;
  }
  return came;
}

int unshared_user() {
  const ino_t before = inode_of("user");
  return really(unshared(new_user), "user", before);
}

// A child that ends at once, or goes on (`rest`) while this process waits for it.
int cloned(long flags, bool rest) {
  const pid_t self = getpid();
  const long child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (child < 0)
    return errno;
  if (child == 0 && getpid() == self)
    return no_effect; // a filter says so, and there is no child
  if (child == 0 && !rest)
    _exit(0);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return 0;
  }
  while (waitpid(static_cast<pid_t>(child), nullptr, 0) < 0 && errno == EINTR) {
  }
  if (rest)
    _exit(0);
  return 0;
}

int cloned3() {
  std::uint64_t arguments[8]{}; // struct clone_args of 5.3: flags first, exit_signal the fifth
  arguments[0] = static_cast<std::uint64_t>(new_user);
  arguments[4] = SIGCHLD;
  const pid_t self = getpid();
  const long child = syscall(SYS_clone3, arguments, sizeof arguments);
  if (child < 0)
    return errno;
  if (child == 0 && getpid() == self)
    return no_effect;
  if (child == 0)
    _exit(0);
  while (waitpid(static_cast<pid_t>(child), nullptr, 0) < 0 && errno == EINTR) {
  }
  return 0;
}

int written(const char* path, const std::string& text) {
  const Fd file(open(path, O_WRONLY | O_CLOEXEC));
  if (!file)
    return errno;
  return write(file.get(), text.data(), text.size()) < 0 ? errno : 0;
}

std::string map_of(unsigned id) { return fmt::format("0 {} 1\n", id); }

// Whether a capability is there is one question, whether it counts (AppArmor may say no) another.
int holds_admin() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (syscall(SYS_capget, &header, data) != 0)
    return errno;
  return (data[0].effective >> CAP_SYS_ADMIN & 1) != 0 ? 0 : EPERM;
}

void add(Steps& to, Steps more) {
  for (TrialStep& step : more)
    to.push_back(std::move(step));
}

// `prefix`: "alone." or "inside.".
void add_kinds(Steps& to, const std::string& prefix, const std::shared_ptr<OwnSpaces>& own, bool needs_user) {
  for (const Kind& kind : kinds)
    to.push_back({prefix + kind.name,
                  [=] { return needs_user && !own->user ? not_tried : unshared(kind, *own); },
                  {}});
  to.push_back({prefix + "init", [=] { return own->init ? go_on_in_child() : not_tried; }, {}});
  add(to, mount_steps(prefix, own));
}

// What the kernel answers before it looks at any permission; another answer is a filter's.
Steps experiments() {
  Steps steps{
      {"unshare.bad", [] { return unshared(no_flag); }, {}},
      {"unshare.user.bad", [] { return unshared(new_user | no_flag); }, {}},
      // Both flags together make no sense: copy_process() says so before anything else.
      {"clone.user.bad",
       [] {
         const pid_t self = getpid();
         const int came = outcome_of(syscall(SYS_clone, new_user | CLONE_FS | SIGCHLD, 0, 0, 0, 0));
         if (getpid() != self) // no Linux does that
           _exit(0);
         return came;
       },
       {}},
      {"clone3.bad", [] { return outcome_of(syscall(SYS_clone3, nullptr, 0)); }, {}},
      {"mount.bad", [] { return outcome_of(syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr)); }, {}},
      {"clone.user", [] { return cloned(new_user, false); }, {}},
      {"clone3.user", [] { return cloned3(); }, {}},
  };
  for (const Kind& kind : kinds)
    steps.push_back(
        {fmt::format("unshare.{}.bad", kind.name), [=] { return unshared(kind.flag | no_flag); }, {}});
  return steps;
}

Steps alone() {
  Steps steps;
  add_kinds(steps, "alone.", std::make_shared<OwnSpaces>(), false);
  return steps;
}

Steps below_a_user_namespace() {
  const auto own = std::make_shared<OwnSpaces>();
  const unsigned uid = geteuid(), gid = getegid();
  const auto if_made = [=](auto attempt) { return [=] { return own->user ? attempt() : not_tried; }; };
  Steps steps{
      {"inside.unshare",
       [=] {
         const int came = unshared_user();
         own->user = came == 0;
         prctl(PR_SET_PDEATHSIG, SIGKILL);
         return came;
       },
       {}},
      {"inside.clone",
       [=] {
         const int came = own->user ? not_tried : cloned(new_user, true);
         own->user |= came == 0;
         return came;
       },
       {}},
      {"inside.setgroups", if_made([] { return written("/proc/self/setgroups", "deny"); }), {}},
      {"inside.uid_map", if_made([=] { return written("/proc/self/uid_map", map_of(uid)); }), {}},
      {"inside.gid_map", if_made([=] { return written("/proc/self/gid_map", map_of(gid)); }), {}},
      {"inside.label", {}, [] { return read_host_file("/proc/self/attr/current"); }},
      {"inside.capable", if_made(holds_admin), {}},
  };
  add_kinds(steps, "inside.", own, true);
  return steps;
}

// The same without what is suspected: at the root of the mount namespace again.
Steps out_of_a_chroot() {
  const auto left = std::make_shared<bool>(false);
  return {
      {"unchrooted.enter",
       [=] {
         const Fd own(open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC));
         const int came = own ? outcome_of(syscall(SYS_setns, own.get(), CLONE_NEWNS)) : errno;
         *left = came == 0;
         return came;
       },
       {}},
      {"unchrooted.user", [=] { return *left ? unshared_user() : not_tried; }, {}},
  };
}

// As a user who is not root: the kernel maps root of the outside (0) only for who has CAP_SETFCAP there
// (5.12).
Steps by_another_user() {
  constexpr unsigned other = 65534;
  const auto is = std::make_shared<bool>(false);
  return {
      {"other.user",
       [=] {
         int came = outcome_of(syscall(SYS_setresgid, other, other, other));
         if (came == 0)
           came = outcome_of(syscall(SYS_setresuid, other, other, other));
         prctl(PR_SET_DUMPABLE, 1); // else our own files in /proc are root's
         prctl(PR_SET_PDEATHSIG, SIGKILL);
         if (came == 0)
           came = unshared_user();
         *is = came == 0;
         return came;
       },
       {}},
      {"other.uid_map", [=] { return *is ? written("/proc/self/uid_map", map_of(other)) : not_tried; }, {}},
  };
}

} // namespace

std::string try_namespaces(std::chrono::steady_clock::time_point end) {
  std::string text = try_steps(experiments(), end) + try_steps(below_a_user_namespace(), end) +
                     try_steps(alone(), end) + try_steps(out_of_a_chroot(), end);
  if (geteuid() == 0)
    text += try_steps(by_another_user(), end);
  return text;
}

} // namespace sbx
