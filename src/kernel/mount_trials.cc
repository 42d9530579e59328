#include "kernel/mount_trials.h"

#include "kernel/fd.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr unsigned long harmless = MS_NOSUID | MS_NODEV | MS_NOEXEC;

// The first directory that there is to mount on.
std::string place() {
  for (const char* path : {"/tmp", "/mnt", "/run", "/etc", "/usr", "/proc"}) {
    struct stat status {};
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
      return path;
  }
  return "/";
}

int mounted(const char* source, const std::string& target, const char* kind, unsigned long flags,
            const char* data = nullptr) {
  return outcome_of(mount(source, target.c_str(), kind, flags, data));
}

int made(const std::string& directory) {
  return mkdir(directory.c_str(), 0755) == 0 || errno == EEXIST ? 0 : errno;
}

int bind_root(const std::string& to) {
  const int missing = made(to);
  return missing != 0 ? missing : mounted("/", to, nullptr, MS_BIND | MS_REC);
}

// As bubblewrap's --ro-bind: a bind mount, then the same again without the right to write.
int bind_read_only(const std::string& on) {
  int failed = made(on);
  if (failed == 0)
    failed = mounted(on.c_str(), on, nullptr, MS_BIND);
  if (failed == 0)
    failed = mounted(nullptr, on, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | harmless);
  if (failed != 0)
    return failed;
  return mkdir((on + "/x").c_str(), 0755) != 0 && errno == EROFS ? 0 : no_effect;
}

int pivot(const std::string& to) {
  int failed = made(to);
  if (failed == 0)
    failed = mounted("tmpfs", to, "tmpfs", harmless);
  if (failed == 0)
    failed = outcome_of(chdir(to.c_str()));
  return failed != 0 ? failed : outcome_of(syscall(SYS_pivot_root, ".", "."));
}

int loopback_up() {
  const Fd socket_fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket_fd)
    return errno;
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return outcome_of(ioctl(socket_fd.get(), SIOCSIFFLAGS, &request));
}

} // namespace

std::vector<TrialStep> mount_steps(const std::string& prefix, const std::shared_ptr<OwnSpaces>& own) {
  const auto on_tmpfs = std::make_shared<bool>(false);
  const auto base = std::make_shared<std::string>(); // found by the child: it may never answer
  const auto within = [=](int (*step)(const std::string&), const char* name) {
    return [=] { return *on_tmpfs ? step(*base + "/" + name) : not_tried; };
  };
  return {
      {prefix + "loopback", [=] { return own->net ? loopback_up() : not_tried; }, {}},
      {prefix + "mount.private",
       [=] {
         const int came = own->mnt ? mounted(nullptr, "/", nullptr, MS_REC | MS_PRIVATE) : not_tried;
         own->private_mounts = came == 0;
         *base = place();
         return came;
       },
       {}},
      {prefix + "mount.proc",
       [=] {
         return own->private_mounts && own->init ? mounted("proc", "/proc", "proc", harmless) : not_tried;
       },
       {}},
      {prefix + "mount.tmpfs",
       [=] {
         const int came =
             own->private_mounts ? mounted("tmpfs", *base, "tmpfs", MS_NOSUID | MS_NODEV) : not_tried;
         *on_tmpfs = came == 0;
         return came;
       },
       {}},
      {prefix + "mount.bind", within(bind_root, "root"), {}},
      {prefix + "mount.readonly", within(bind_read_only, "readonly"), {}},
      {prefix + "mount.devpts",
       within(
           [](const std::string& to) {
             const int missing = made(to);
             return missing != 0 ? missing
                                 : mounted("devpts", to, "devpts", MS_NOSUID | MS_NOEXEC,
                                           "newinstance,ptmxmode=0666,mode=620");
           },
           "pts"),
       {}},
      // Who may mount is asked first, so it means something here alone.
      {prefix + "pivot_root.bad",
       [=] {
         return own->private_mounts ? outcome_of(syscall(SYS_pivot_root, nullptr, nullptr)) : not_tried;
       },
       {}},
      {prefix + "pivot_root", within(pivot, "new"), {}},
  };
}

} // namespace sbx
