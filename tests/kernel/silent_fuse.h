// Where do tests find a file system that never answers? A FUSE mount whose process reads every question.
#pragma once

#include <cstring>
#include <fcntl.h>
#include <linux/fuse.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace sbx {

// Of the process that makes it, which must then serve().
class SilentFuse {
public:
  bool mount_at(const std::string& directory) {
    fd_ = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    const std::string options = "fd=" + std::to_string(fd_) + ",rootmode=40000,user_id=0,group_id=0";
    return fd_ >= 0 && mount("silent", directory.c_str(), "fuse", MS_NODEV | MS_NOSUID, options.c_str()) == 0;
  }

  // Agrees on the protocol and takes every question; who asked waits where no signal reaches it.
  void serve() const {
    static char question[1 << 17];
    while (read(fd_, question, sizeof question) >= static_cast<ssize_t>(sizeof(fuse_in_header))) {
      fuse_in_header asked;
      std::memcpy(&asked, question, sizeof asked);
      if (asked.opcode != FUSE_INIT)
        continue;
      struct {
        fuse_out_header head;
        fuse_init_out body;
      } answer{};
      answer.head.len = sizeof answer;
      answer.head.unique = asked.unique;
      answer.body.major = FUSE_KERNEL_VERSION;
      answer.body.minor = FUSE_KERNEL_MINOR_VERSION;
      answer.body.max_write = 4096;
      if (write(fd_, &answer, sizeof answer) < 0)
        return;
    }
  }

private:
  int fd_ = -1;
};

} // namespace sbx
