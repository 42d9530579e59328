#include "kernel/machine_net_namespaces.h"

#include "kernel/file.h"
#include "kernel/net_namespaces.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <memory>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace sbx {

namespace {

constexpr std::size_t most_processes = 65'536;
constexpr std::size_t most_namespaces = 512;
constexpr int most_names = 4096; // of mounts

class Search {
public:
  Search(int proc, std::chrono::steady_clock::time_point until) : proc_(proc), until_(until) {}

  MachineNetNamespaces take() { return std::move(found_); }

  void processes() {
    const auto pids = list_numbers(proc_, ".", most_processes);
    if (!pids)
      return met(pids.error());
    if (pids->size() > most_processes)
      met(EFBIG);
    for (const pid_t pid : *pids) {
      if (std::chrono::steady_clock::now() > until_)
        return met(ETIMEDOUT);
      process(pid);
    }
  }

  // ip-netns(8) and podman keep them in one directory below /run, Docker in another. Nobody but root puts
  // anything there; links are not followed all the same, and only what is of nsfs is opened.
  void mounts(const char* parent, const char* directory) {
    const Fd above(open(parent, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const Fd at(above ? openat(above.get(), directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1);
    if (!at)
      return errno == ENOENT ? void() : met(errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(dup(at.get())), closedir);
    int count = 0;
    while (const dirent* entry = stream ? readdir(stream.get()) : nullptr) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..")
        continue;
      if (++count > most_names || std::chrono::steady_clock::now() > until_)
        return met(count > most_names ? EFBIG : ETIMEDOUT);
      mount(at.get(), name);
    }
  }

private:
  void met(int error) {
    if (found_.error == 0)
      found_.error = error;
  }

  MachineNetNamespace* known(std::uint64_t inode) {
    const auto it = std::find_if(found_.list.begin(), found_.list.end(),
                                 [&](const MachineNetNamespace& at) { return at.inode == inode; });
    return it == found_.list.end() ? nullptr : &*it;
  }

  MachineNetNamespace* taken(Fd fd) {
    struct stat status {};
    if (fstat(fd.get(), &status) != 0)
      return met(errno), nullptr;
    if (MachineNetNamespace* at = known(status.st_ino))
      return at;
    if (found_.list.size() == most_namespaces)
      return met(EFBIG), nullptr;
    MachineNetNamespace& at = found_.list.emplace_back();
    at.inode = status.st_ino;
    at.fd = std::move(fd);
    return &at;
  }

  void process(pid_t pid) {
    const std::string task = std::to_string(pid);
    const auto gone = [&](int error) { // or a zombie; one that has just ended answers EACCES too
      return error == ENOENT || error == ESRCH ||
             (error == EACCES && !open_beneath(proc_, task + "/ns", O_PATH | O_DIRECTORY));
    };
    const auto inode = net_inode(proc_, task);
    if (!inode)
      return gone(inode.error()) ? void() : met(inode.error());
    MachineNetNamespace* at = known(*inode);
    if (!at) {
      auto fd = open_net(proc_, task);
      if (!fd)
        return gone(fd.error()) ? void() : met(fd.error());
      at = taken(std::move(*fd));
    }
    if (at && at->processes++ == 0)
      at->pid = pid;
  }

  void mount(int directory, const std::string& name) {
    const Fd place(openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct statfs fs {};
    if (!place || fstatfs(place.get(), &fs) != 0 || fs.f_type != NSFS_MAGIC)
      return;
    Fd fd(
        openat(proc_, ("self/fd/" + std::to_string(place.get())).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd)
      return met(errno);
    if (ioctl(fd.get(), NS_GET_NSTYPE) != CLONE_NEWNET)
      return;
    if (MachineNetNamespace* at = taken(std::move(fd)); at && at->name.empty())
      at->name = name;
  }

  int proc_;
  std::chrono::steady_clock::time_point until_;
  MachineNetNamespaces found_;
};

} // namespace

MachineNetNamespaces machine_net_namespaces(int proc, std::chrono::steady_clock::time_point until) {
  Search search(proc, until);
  search.processes();
  search.mounts("/run", "netns");
  search.mounts("/run/docker", "netns");
  return search.take();
}

} // namespace sbx
