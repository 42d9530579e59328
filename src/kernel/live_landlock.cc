#include "kernel/live_landlock.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "kernel/child.h"
#include "kernel/fd.h"
#include "kernel/kernel_btf.h"
#include "kernel/landlock_calibration.h"
#include "kernel/landlock_call.h"
#include "kernel/landlock_child.h"
#include "kernel/landlock_text.h"
#include "kernel/layout.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int most_passes = 5;
constexpr std::size_t least_ring = 1 << 18, most_ring = 1 << 28;
constexpr std::size_t most_rules = 200'000; // a recording of as many is 30 MB
constexpr std::size_t ring_base = 1 << 17;  // a few dozen domains

std::string first_bytes(const char* path) {
  std::array<char, 512> bytes{};
  const Fd file(open(path, O_RDONLY | O_CLOEXEC));
  const ssize_t got = file ? read(file.get(), bytes.data(), bytes.size()) : -1;
  return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : std::string();
}

// How many threads /proc says there are: the link count of /proc/PID/task less two. Nothing where it hides
// them.
std::optional<std::size_t> thread_count(int pidfd) {
  const std::string info = first_bytes(("/proc/self/fdinfo/" + std::to_string(pidfd)).c_str());
  long pid = 0;
  const auto at = info.find("\nPid:");
  if (at == std::string::npos || std::sscanf(info.c_str() + at, "\nPid: %ld", &pid) != 1 || pid <= 0)
    return std::nullopt;
  struct stat status {};
  if (stat(("/proc/" + std::to_string(pid) + "/task").c_str(), &status) || status.st_nlink < 3)
    return std::nullopt;
  return status.st_nlink - 2;
}

std::size_t ring_size(std::size_t bytes) { return std::bit_ceil(std::clamp(bytes, least_ring, most_ring)); }

// Why a kernel that lets us load programs does not take these.
std::string load_note(int error) {
  if (first_bytes("/sys/kernel/security/lockdown").find("[confidentiality]") != std::string::npos)
    return "; the kernel is locked down (confidentiality), which forbids reading its memory";
  return error == EINVAL ? "; kernels before 5.17 lack a helper that the programs use (bpf_loop)" : "";
}

struct Places {
  landlock_layout layout;
  std::uint32_t task_iterator;
};

tl::expected<Places, Refusal> find_places(int abi) {
  const auto refusal = [](int error, std::string why) {
    return tl::unexpected<Refusal>(Refusal{error, std::move(why)});
  };
  const auto file = KernelBtf::open();
  if (!file)
    return tl::unexpected<Refusal>(file.error());
  const auto btf = Btf::parse(file->bytes(), layout_structs(), {task_iterator_function});
  if (!btf)
    return refusal(EBADMSG, "the kernel's BTF cannot be read: " + btf.error());
  const auto layout = resolve_layout(*btf, abi);
  if (!layout)
    return refusal(EOPNOTSUPP, layout.error().text);
  const auto iterator = btf->function_id(task_iterator_function);
  if (!iterator)
    return refusal(EINVAL,
                   "the kernel has no iterator over tasks (CONFIG_BPF_SYSCALL with BTF, 5.8 or later)");
  return Places{*layout, *iterator};
}

struct Settled {
  LandlockSnapshot snapshot;
  bool settled;
};

// Between two threads there is no lock: what two passes saw alike held at one moment between them. They must
// be as many as /proc counts, too: older iterators end early when a thread exits under them.
// Rules are read between the two: a domain never changes, and no thread leaves one, so what both passes name
// was there all the while.
tl::expected<Settled, Refusal> read_settled(LandlockProgram& program, int pidfd, std::uint32_t offset) {
  auto last = program.tasks(pidfd, offset);
  for (int pass = 1; last && pass < most_passes; ++pass) {
    auto rules = program.rules(pidfd, offset, most_rules);
    auto next = program.tasks(pidfd, offset);
    if (!next)
      return tl::unexpected<Refusal>(next.error());
    const bool same =
        same_tasks(*last, *next) && thread_count(pidfd).value_or(next->tasks.size()) == next->tasks.size();
    last = std::move(next);
    if (rules)
      last->rules = std::move(*rules);
    else
      last->rules_refused = rules.error();
    if (same && (rules || rules.error().error == EFBIG))
      return Settled{std::move(*last), true};
  }
  if (!last)
    return tl::unexpected<Refusal>(last.error());
  return Settled{std::move(*last), false};
}

// The iterator takes the process by number. A zombie keeps its number, so only ESRCH says that it was given
// up.
bool has_vanished(int pidfd) {
  return syscall(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0) != 0 && errno == ESRCH;
}

Reading ended() { return refused(ESRCH, "the process ended while its Landlock domains were read"); }

Reading read_once(int pidfd, const Places& places, int abi, std::size_t ring_bytes, std::size_t& needed,
                  LandlockObjects& objects) {
  auto program = LandlockProgram::load(places.layout, places.task_iterator, ring_bytes);
  if (!program)
    return refused(program.error().error, program.error().detail + load_note(program.error().error));
  const auto offset = find_landlock_offset(*program, places.layout, abi);
  if (!offset)
    return refused(offset.error().error, offset.error().detail);
  const auto read = read_settled(*program, pidfd, offset->bytes);
  needed = program->ring_bytes_needed();
  if (has_vanished(pidfd))
    return ended();
  if (!read)
    return refused(read.error().error, read.error().detail);
  if (read->snapshot.tasks.empty())
    return refused(ESRCH,
                   "the kernel shows no thread of the process: it ended, or lives in a PID namespace that is "
                   "not ours nor below ours");
  return landlock_text(places.layout, *offset, read->snapshot, read->settled, objects);
}

// Under a seccomp filter of our own the calls that follow may be answered by our death. A child goes first
// then.
bool would_be_killed() {
  constexpr int trial_ms = 2000;
  if (prctl(PR_GET_SECCOMP) <= 0)
    return false;
  const Reading answer = ask_child(
      [](int out) {
        (void)landlock::abi();
        (void)may_read_kernel_memory();
        (void)!write(out, "alive", 5);
      },
      trial_ms);
  return !answer || answer->empty();
}

} // namespace

Reading read_landlock_domains(int pidfd, LandlockObjects& objects) {
  if (pidfd < 0)
    return refused(
        ENOSYS, "this kernel has no pidfd_open(2), without which its memory of one process is not asked for");
  if (would_be_killed())
    return refused(EPERM,
                   "a child of ours was killed when it called Landlock or bpf(2): a seccomp filter is on us");
  const int abi = landlock::abi();
  if (abi < 1)
    return refused(abi < 0 ? errno : EBADMSG,
                   "landlock_create_ruleset(2) names no version: " + errno_name(errno));
  if (const auto allowed = may_read_kernel_memory(); !allowed)
    return refused(allowed.error().error, allowed.error().detail);
  if (has_vanished(pidfd))
    return ended();
  const auto places = find_places(abi);
  if (!places)
    return refused(places.error().error, places.error().detail);
  const std::size_t first =
      ring_size(ring_base + thread_count(pidfd).value_or(1) * (sizeof(landlock_task_record) + 16));
  std::size_t needed = 0;
  Reading reading = read_once(pidfd, *places, abi, first, needed, objects);
  if (!reading && reading.error().error == ENOBUFS && needed > first)
    reading = read_once(pidfd, *places, abi, ring_size(needed + needed / 4), needed, objects);
  return reading;
}

} // namespace sbx
