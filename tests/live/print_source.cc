// print_source PID SOURCE [--ptrace]: what the live kernel answers, as a recording would hold it. For sources
// whose text a test compares with what the kernel says when it is asked another way.
#include "core/errno_name.h"
#include "kernel/live_kernel.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  const auto known = std::find_if(sbx::source::all.begin(), sbx::source::all.end(),
                                  [&](sbx::Source it) { return argc >= 3 && it.name == argv[2]; });
  const bool by_ptrace = argc == 4 && argv[3] == std::string("--ptrace");
  if (known == sbx::source::all.end() || argc != (by_ptrace ? 4 : 3)) {
    std::fprintf(stderr, "usage: print_source PID SOURCE [--ptrace]\n");
    return 2;
  }
  auto target = sbx::ProcTarget::open(std::atoi(argv[1]));
  if (!target) {
    std::fprintf(stderr, "print_source: no such process\n");
    return 3;
  }
  sbx::LiveKernel kernel(std::move(*target));
  if (by_ptrace)
    kernel.read_seccomp_by_ptrace();
  const sbx::Reading reading = kernel.read(*known);
  if (!reading) {
    std::fprintf(stderr, "%s %s\n", sbx::errno_name(reading.error().error).c_str(),
                 reading.error().detail.c_str());
    return 1;
  }
  std::fwrite(reading->data(), 1, reading->size(), stdout);
  return std::fflush(stdout) ? 5 : 0;
}
