// Where do tests find network namespaces with links, addresses and routes in them? Made by ip(8) of iproute2
// in children that have unshared their own; the host's network stays as it is.
#pragma once

#include "kernel/child.h"
#include "staged_target.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <sched.h>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sbx {

// ip(8) with these words, parted by one space each; no shell. True where it succeeded.
inline bool ip(const std::string& line) {
  std::istringstream stream("ip " + line);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, ' ');)
    words.push_back(word);
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  int status = 0;
  return posix_spawnp(&pid, "ip", nullptr, nullptr, arguments.data(), environ) == 0 &&
         waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

inline bool ips(std::initializer_list<const char*> lines) {
  for (const char* line : lines)
    if (!ip(line))
      return false;
  return true;
}

inline bool write_sysctl(const char* path, const char* value) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  const bool written = fd >= 0 && write(fd, value, strlen(value)) == static_cast<ssize_t>(strlen(value));
  close(fd);
  return written;
}

// A process with a network namespace of its own, which forwards nothing whatever the host's does (a new one
// takes that over: net.core.devconf_inherit_init_net, ip-sysctl).
inline bool own_network() {
  return unshare(CLONE_NEWNET) == 0 && write_sysctl("/proc/sys/net/ipv4/ip_forward", "0") &&
         ip("link set lo up");
}

// What `work` returns, as an inspector with a network namespace of its own; empty where it could not be made.
inline std::string as_inspector(const std::function<std::string()>& work, bool root = true) {
  const ChildAnswer answer = hear_child(
      [&](int out) {
        if (root && !own_network())
          return;
        const std::string text = work();
        if (write(out, text.data(), text.size()) < 0)
          _exit(1);
      },
      {.deadline_ms = 60'000, .most_bytes = 64 << 20});
  INFO((answer.cut ? answer.cut->error : 0));
  CHECK_FALSE(answer.cut);
  return answer.bytes;
}

} // namespace sbx
