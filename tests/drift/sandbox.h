// A sandbox as OpenShell's first generation makes it, for tests to take away from: one thread, uid 998, no
// capabilities, no_new_privs, a network namespace of its own, one filter, and one Landlock layer of ABI 2.
#pragma once

#include "drift/drift.h"
#include "fake_kernel.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sbx {

// Rights of ABI 2, and those of a read-only path.
inline constexpr std::uint64_t abi_2 = 0x3fff, reading = 0xd;

struct Sandboxed {
  struct File {
    int inode;
    std::string mode, rdev = "0:0"; // in octal
    int mount = 20;
    std::string device = "8:1";
  };

  FakeKernel kernel;
  std::map<std::string, File> files; // by path; "/" is there
  std::string mounts = "20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n";
  std::string layers = "layer 1 1 object=1 fs=0x3fff net=0x0 scoped=0x0\n"; // of domain 1
  std::vector<std::string> rules;                                           // of domain 1
  std::string tasks = "task 100 start=1 domain=1 real=1 exited=0 name=agent\n", settled = "yes";
  std::string status; // of the thread, without its name

  Sandboxed();
  Sandboxed& dir(const std::string& path, int inode);
  Sandboxed& file(const std::string& path, int inode, const std::string& mode = "100644");
  // About what stands at `path`, named so.
  Sandboxed& rule(const std::string& path, std::uint64_t access, int layer = 1);
  Sandboxed& raw_rule(const std::string& tokens);
  Sandboxed& port_rule(int port, std::uint64_t access);
  Sandboxed& mount(int id, int parent, const std::string& device, const std::string& point,
                   const std::string& options, const std::string& type = "tmpfs");

  void answer(const std::vector<std::string>& looked_up); // writes the texts
  bool memory = true;                                     // the domains can be read
};

template <class T> Wish<T> wish(T value, unsigned line = 1) {
  return {std::move(value), {"policy.yaml", {line, 3}}, ""};
}
Wish<PathWish> read_only(const std::string& path, unsigned line = 1);
Wish<PathWish> read_write(const std::string& path, unsigned line = 1);
LandlockWish landlock_wish(std::vector<Wish<PathWish>> paths);

const DriftRow& row_of(const std::vector<DriftRow>& rows, const std::string& subject);

} // namespace sbx
