#include "kernel/live_syscall_abis.h"

#include "kernel/child.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace sbx {

namespace {

constexpr int deadline_ms = 1000;

struct Way {
  const char* abi;
  long (*call)(); // returns what the kernel returns: a negative errno, or success
};

// A child tries them in turn; what is behind one that a signal ended, another one.
Reading tried(std::vector<Way> ways) {
  std::string text;
  while (!ways.empty()) {
    const Reading bytes = ask_child(
        [&](int out) {
          for (const Way& way : ways) {
            const int came = static_cast<int>(way.call());
            [[maybe_unused]] const ssize_t written = write(out, &came, sizeof came);
          }
        },
        deadline_ms);
    if (!bytes) // it could not be tried: then nothing is said
      break;
    const std::size_t answered = std::min(bytes->size() / sizeof(int), ways.size());
    for (std::size_t i = 0; i < answered; ++i) {
      int came = 0;
      std::memcpy(&came, bytes->data() + i * sizeof came, sizeof came);
      text += property_line(ways[i].abi, came >= 0 ? Reading("yes") : refused(-came));
    }
    if (answered < ways.size())
      text += property_line(ways[answered].abi, Reading("killed"));
    ways.erase(ways.begin(), ways.begin() + static_cast<std::ptrdiff_t>(std::min(answered + 1, ways.size())));
  }
  return text;
}

#if defined(__x86_64__)

long by_x32() {
  constexpr long x32_bit = 0x40000000;
  const long came = syscall(x32_bit | SYS_getpid);
  return came < 0 ? -errno : came;
}

long by_i386() {
  constexpr long getpid_of_i386 = 20;
  long came = getpid_of_i386;
  asm volatile("int $0x80" : "+a"(came) : : "memory", "cc", "r8", "r9", "r10", "r11");
  return came;
}

#elif defined(__aarch64__)

// Refused where the processor cannot run 32-bit programs: arch/arm64/kernel/sys.c. The child's own
// personality.
long by_arm() { return personality(PER_LINUX32) < 0 ? -errno : 0; }

#endif

} // namespace

Reading read_syscall_abis() {
#if defined(__x86_64__)
  return tried({{"x32", by_x32}, {"i386", by_i386}});
#elif defined(__aarch64__)
  return tried({{"arm", by_arm}});
#else
  return refused(EOPNOTSUPP, "not known how to try them on this machine");
#endif
}

} // namespace sbx
