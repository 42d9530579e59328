#include "kernel/landlock_present.h"

#include "kernel/fd.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/capability.h>
#include <memory>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr long mqueue_magic = 0x19800202;
constexpr int execve_check = 0x10000; // AT_EXECVE_CHECK, 6.14: asks, and executes nothing

std::string came_word(int error) { return error == 0 ? "ok" : errno_name(error); }

// What a call that returns a descriptor, or 0, came to.
int outcome(long result) { return result >= 0 ? 0 : errno; }

// File systems on which the kernel alone decides who may do what: a server or a FUSE daemon may answer EACCES
// where access(2) said yes. linux/magic.h
bool decided_here(long magic) {
  constexpr std::array magics{0xEF53L,     0x01021994L, 0x58465342L, 0x9123683EL, 0xF2F52010L,
                              0x794C7630L, 0x73717368L, 0xE0F5E1E2L, 0x858458F6L, 0x9FA0L,
                              0x62656572L, 0x2FC12FC1L, mqueue_magic};
  return std::find(magics.begin(), magics.end(), magic) != magics.end();
}

bool decided_here(const char* path) {
  struct statfs fs {};
  return statfs(path, &fs) == 0 && decided_here(static_cast<long>(fs.f_type));
}

// access(2), not Landlock: that is no hook of it. For the effective user, who must be the real one.
int ordinary(const char* path, int how) { return access(path, how) == 0 ? 0 : errno; }

struct Capabilities {
  bool known = false;
  __user_cap_data_struct data[2] = {};
  Capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    known = syscall(SYS_capget, &header, data) == 0;
  }
  bool has(unsigned number) const {
    return !known || (data[number / 32].effective & (1U << (number % 32))) != 0;
  }
  // Else access(2), which takes the permitted ones of root, would answer for more than we can do.
  bool all_effective() const {
    return known && data[0].effective == data[0].permitted && data[1].effective == data[1].permitted;
  }
};

class Files {
public:
  explicit Files(int out) : out_(out) {}

  void look() {
    for (const char* path : {"/", "/usr", "/etc", "/tmp", "/var", "/proc"})
      if (decided_here(path) && !denied_)
        say("read_dir", path, ordinary(path, R_OK), opened(path, O_RDONLY | O_DIRECTORY));
    denied_ = false;
    for (const char* path : {"/proc/self/exe", "/etc/passwd", "/etc/os-release", "/proc/version"})
      if (regular(path) && !denied_)
        say("read_file", path, ordinary(path, R_OK), opened(path, O_RDONLY));
    denied_ = false;
    // Opened, and nothing is written.
    if (regular("/proc/self/comm"))
      say("write_file", "/proc/self/comm", ordinary("/proc/self/comm", W_OK),
          opened("/proc/self/comm", O_WRONLY));
    denied_ = false;
    execute();
    device();
  }

  // In a directory that we may write to: what the kernel refuses after it has asked Landlock.
  void directory(const char* path) {
    if (!decided_here(path))
      return;
    const int may = ordinary(path, W_OK | X_OK);
    remove_in(path, may);
    if (!capabilities_.has(CAP_MKNOD)) { // EPERM: only that capability makes devices
      const std::string device = fmt::format("{}/.sbx-attest-{}", path, getpid());
      say("make_char", path, may, outcome(mknod(device.c_str(), S_IFCHR | 0600, makedev(1, 3))));
      say("make_block", path, may, outcome(mknod(device.c_str(), S_IFBLK | 0600, makedev(1, 3))));
    }
    nameless_in(path, may);
  }

  // The file system of message queues makes no directories, links, sockets and pipes (EPERM), and no queue
  // where none may hold anything (EMFILE).
  void queues(const char* path) {
    struct statfs fs {};
    const rlimit nothing{0, 0};
    if (statfs(path, &fs) != 0 || fs.f_type != mqueue_magic || setrlimit(RLIMIT_MSGQUEUE, &nothing) != 0)
      return;
    const std::string name = fmt::format("{}/.sbx-attest-{}", path, getpid());
    const char* const at = name.c_str();
    const int may = ordinary(path, W_OK | X_OK);
    say("make_dir", path, may, outcome(mkdir(at, 0700)));
    say("make_sym", path, may, outcome(symlink("none", at)));
    say("make_sock", path, may, outcome(mknod(at, S_IFSOCK | 0600, 0)));
    say("make_fifo", path, may, outcome(mknod(at, S_IFIFO | 0600, 0)));
    say("make_reg", path, may, outcome(mknod(at, S_IFREG | 0600, 0)));
  }

  bool can_be_asked() const {
    return getuid() == geteuid() && getgid() == getegid() &&
           (geteuid() != 0 || capabilities_.all_effective());
  }

private:
  void say(std::string_view right, const char* object, int may, int came) {
    denied_ = may == 0 && came == EACCES;
    const std::string line =
        fmt::format("present {} {} {} {}\n", right, word_of(object), came_word(may), came_word(came));
    [[maybe_unused]] const ssize_t written = write(out_, line.data(), line.size());
  }

  static int opened(const char* path, int flags) {
    const Fd fd(open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    return fd ? 0 : errno;
  }

  static bool regular(const char* path) {
    struct stat status {};
    return decided_here(path) && stat(path, &status) == 0 && S_ISREG(status.st_mode);
  }

  // A file that we may read, for Landlock asks for both rights to execute one.
  void execute() {
    for (const char* path : {"/usr/bin/true", "/bin/true", "/proc/self/exe"}) {
      const Fd file(regular(path) ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1);
      if (!file || denied_)
        continue;
      char* const none[] = {nullptr};
      char name[] = "true";
      char* const arguments[] = {name, nullptr};
      const int came =
          outcome(syscall(SYS_execveat, file.get(), "", arguments, none, AT_EMPTY_PATH | execve_check));
      if (came == EINVAL) // a kernel that would execute it
        break;
      say("execute", path, ordinary(path, X_OK), came);
    }
    denied_ = false;
  }

  // A question that a device without a terminal does not know (ENOTTY), and that Landlock does not pass on.
  void device() {
    struct stat status {};
    for (const int how : {O_RDONLY, O_WRONLY}) {
      const Fd null(open("/dev/null", how | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
      termios terminal{};
      if (!null || fstat(null.get(), &status) != 0 || !S_ISCHR(status.st_mode) ||
          status.st_rdev != makedev(1, 3))
        continue;
      say("ioctl_dev", "/dev/null", 0, outcome(ioctl(null.get(), TCGETS, &terminal)));
      break;
    }
    denied_ = false;
  }

  // unlink(2) never removes a directory (EISDIR, EPERM), rmdir(2) nothing else (ENOTDIR, EPERM). Should what
  // is there change in between, it is another user's still, in a sticky directory: not ours to remove.
  void remove_in(const char* path, int may) {
    struct stat here {
    }, there{};
    if (stat(path, &here) != 0 || (here.st_mode & S_ISVTX) == 0 || here.st_uid == geteuid() ||
        capabilities_.has(CAP_FOWNER))
      return;
    bool files = true, directories = true;
    for (const std::string& name : names_in(path)) {
      const std::string at = fmt::format("{}/{}", path, name);
      if (lstat(at.c_str(), &there) != 0 || there.st_uid == geteuid() || there.st_dev != here.st_dev)
        continue;
      if (S_ISDIR(there.st_mode) && files) {
        say("remove_file", path, may, outcome(unlink(at.c_str())));
        files = false;
      } else if (!S_ISDIR(there.st_mode) && directories) {
        say("remove_dir", path, may, outcome(rmdir(at.c_str())));
        directories = false;
      }
    }
  }

  // The first names in there, and where it must not be listed, some that are often there.
  static std::vector<std::string> names_in(const char* path) {
    std::vector<std::string> names{".X11-unix", ".ICE-unix", ".font-unix", ".X0-lock"};
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(path), closedir);
    while (const dirent* entry = stream && names.size() < 256 ? readdir(stream.get()) : nullptr)
      if (const std::string_view name = entry->d_name; name != "." && name != "..")
        names.emplace_back(name);
    return names;
  }

  // A file without a name, gone when it is closed. With O_EXCL it can never get one, so that link(2) says
  // ENOENT.
  void nameless_in(const char* path, int may) {
    const Fd file(open(path, O_TMPFILE | O_WRONLY | O_EXCL | O_CLOEXEC, 0600));
    const int came = file ? 0 : errno;
    if (came == EOPNOTSUPP || came == EISDIR) // this file system, or kernel, has none
      return;
    say("write_file", path, may, came);
    if (!file)
      return;
    say("truncate", path, 0, outcome(ftruncate(file.get(), 0)));
    const std::string link = fmt::format("/proc/self/fd/{}", file.get());
    const std::string name = fmt::format("{}/.sbx-attest-{}", path, getpid());
    say("make_reg", path, may,
        outcome(linkat(AT_FDCWD, link.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW)));
  }

  int out_;
  bool denied_ = false; // the last one said
  Capabilities capabilities_;
};

} // namespace

void try_present_files(int out) {
  Files files(out);
  if (!files.can_be_asked())
    return;
  files.look();
  for (const char* path : {"/tmp", "/var/tmp", "/dev/shm"})
    files.directory(path);
  files.queues("/dev/mqueue");
}

} // namespace sbx
