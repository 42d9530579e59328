#include "kernel/fd.h"

#include <unistd.h>

namespace sbx {

Fd::~Fd() {
  if (fd_ >= 0)
    close(fd_);
}

} // namespace sbx
