#include "kernel/live_syscall_abis.h"

#include "kernel/child.h"
#include "kernel/property_text.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 1000;

// What the call returned, as the kernel returns it: a negative errno, or success.
std::optional<Reading> answer_of(long (*call)()) {
  const Reading bytes = ask_child(
      [call](int out) {
        const int came = static_cast<int>(call());
        [[maybe_unused]] const ssize_t written = write(out, &came, sizeof came);
      },
      deadline_ms);
  if (!bytes) // it could not be tried: then nothing is said
    return std::nullopt;
  int came = 0;
  if (bytes->size() != sizeof came)
    return Reading("killed");
  std::memcpy(&came, bytes->data(), sizeof came);
  return came >= 0 ? Reading("yes") : refused(-came);
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

std::string line(const char* abi, long (*call)()) {
  const auto answer = answer_of(call);
  return answer ? property_line(abi, *answer) : std::string();
}

} // namespace

Reading read_syscall_abis() {
#if defined(__x86_64__)
  return line("x32", by_x32) + line("i386", by_i386);
#elif defined(__aarch64__)
  return line("arm", by_arm);
#else
  return refused(EOPNOTSUPP, "not known how to try them on this machine");
#endif
}

} // namespace sbx
