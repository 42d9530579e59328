#include "kernel/seccomp_trace.h"

#include "kernel/bpf/seccomp_wire.h"
#include "kernel/child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 20'000, quiet_ms = 2000;
constexpr std::int64_t patience_ns = 500'000'000; // with one thread that does not stop
constexpr std::size_t most_bytes = 64 << 20;
// MAX_INSNS_PER_PATH of kernel/seccomp.c, and what one more may have at most.
constexpr std::size_t chain_bytes = 32'768 * std::size_t{seccomp_instruction_bytes},
                      room = chain_bytes + seccomp_code_bytes;
constexpr std::size_t most_filters = 8192; // each costs four instructions more

// include/uapi/linux/ptrace.h; the C library's header lacks the second one.
constexpr int get_filter = 0x420c, get_metadata = 0x420d;
struct Metadata {
  std::uint64_t filter_off, flags;
};
constexpr std::uint64_t flag_log = 2; // SECCOMP_FILTER_FLAG_LOG

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

long request(int what, pid_t tid, std::uintptr_t address, void* data) {
  return ptrace(static_cast<__ptrace_request>(what), tid, address, data);
}

// A chain as it is sent. Nothing is allocated here: its room is there before the child is.
struct Copy {
  Copy() : heads(most_filters), code(room) {}
  std::vector<TraceFilterHead> heads;
  std::vector<char> code;
  std::size_t filters = 0, bytes = 0;

  bool same_as(const Copy& other) const {
    return filters == other.filters && bytes == other.bytes &&
           std::memcmp(heads.data(), other.heads.data(), filters * sizeof heads[0]) == 0 &&
           std::memcmp(code.data(), other.code.data(), bytes) == 0;
  }
};

// In the child: what it calls is async-signal-safe.
class Tracer {
public:
  Tracer(int dir, int out, Copy& now, Copy& before) : dir_(dir), out_(out), now_(&now), before_(&before) {}

  // Whether the next may be traced.
  bool trace(pid_t tid) {
    TraceHead head{tid, 0, static_cast<std::uint32_t>(TraceStep::all), 0, 0, 0};
    if (request(PTRACE_SEIZE, tid, 0, nullptr) != 0)
      return say(failed(head, TraceStep::seize, errno));
    const bool detached = read_and_let_go(head);
    if (head.error == 0 && before_->filters > 0 && now_->same_as(*before_)) {
      head.as_before = 1;
    } else if (head.error == 0) {
      head.filters = static_cast<std::uint32_t>(now_->filters);
      head.bytes = static_cast<std::uint32_t>(now_->bytes);
      std::swap(now_, before_);
    }
    const bool whole_is_refused = head.error != 0 && head.step > static_cast<std::uint32_t>(TraceStep::stop);
    return say(head) && detached && !whole_is_refused;
  }

private:
  static TraceHead& failed(TraceHead& head, TraceStep step, int error) {
    head.step = static_cast<std::uint32_t>(step);
    head.error = error;
    return head;
  }

  // False: it is still ours, and it takes our end to let it go.
  bool read_and_let_go(TraceHead& head) {
    int status = 0;
    if (request(PTRACE_INTERRUPT, head.tid, 0, nullptr) != 0 || !has_stopped(head.tid, status)) {
      failed(head, TraceStep::stop, errno);
      return errno == ESRCH;
    }
    // Its number cannot pass to another thread any more: is it still one of this process?
    const auto path = fmt::format_to_n(path_, sizeof path_ - 1, "task/{}", head.tid);
    *path.out = '\0';
    struct stat status_of_task {};
    if (fstatat(dir_, path_, &status_of_task, AT_SYMLINK_NOFOLLOW) != 0)
      failed(head, TraceStep::stop, ESRCH);
    else
      copy_filters(head);
    // What stopped it may have been a signal on its way, and not our interruption: it goes on with it.
    const int signal = status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
    if (request(PTRACE_DETACH, head.tid, 0,
                reinterpret_cast<void*>(static_cast<std::uintptr_t>(signal))) != 0) // it was killed
      waitpid(head.tid, &status, __WALL | WNOHANG);
    return true;
  }

  // Else errno: ESRCH when it ended, ETIMEDOUT.
  static bool has_stopped(pid_t tid, int& status) {
    const std::int64_t until = now_ns() + patience_ns;
    sigset_t stops{};
    sigemptyset(&stops);
    sigaddset(&stops, SIGCHLD);
    while (true) {
      const pid_t changed = waitpid(tid, &status, __WALL | WNOHANG);
      if (changed == tid && WIFSTOPPED(status))
        return true;
      errno = changed == 0 ? ETIMEDOUT : changed == tid ? ESRCH : errno == ECHILD ? ESRCH : errno;
      const std::int64_t left = until - now_ns();
      if (errno != ETIMEDOUT || left <= 0)
        return false;
      const timespec wait{left / 1'000'000'000, left % 1'000'000'000};
      sigtimedwait(&stops, nullptr, &wait);
    }
  }

  void copy_filters(TraceHead& head) {
    Copy& copy = *now_;
    for (copy.filters = copy.bytes = 0;; ++copy.filters) {
      if (copy.filters == most_filters || copy.bytes > chain_bytes) {
        failed(head, TraceStep::too_many, EFBIG);
        return;
      }
      const long length = request(get_filter, head.tid, copy.filters, copy.code.data() + copy.bytes);
      if (length < 0 && errno == ENOENT) // behind the newest
        return;
      if (length < 0 && errno != EMEDIUMTYPE) {
        failed(head, TraceStep::get_filter, errno);
        return;
      }
      Metadata metadata{copy.filters, 0};
      if (request(get_metadata, head.tid, sizeof metadata, &metadata) < 0) {
        failed(head, TraceStep::get_metadata, errno);
        return;
      }
      const auto instructions = static_cast<std::uint32_t>(std::max(length, 0L));
      copy.heads[copy.filters] = {instructions, length >= 0, (metadata.flags & flag_log) != 0};
      copy.bytes += instructions * std::size_t{seccomp_instruction_bytes};
    }
  }

  bool say(const TraceHead& head) {
    return write_all(&head, sizeof head) &&
           write_all(before_->heads.data(), head.filters * sizeof before_->heads[0]) &&
           write_all(before_->code.data(), head.bytes);
  }

  bool write_all(const void* bytes, std::size_t size) const {
    for (std::size_t at = 0; at < size;) {
      const ssize_t wrote = write(out_, static_cast<const char*>(bytes) + at, size - at);
      if (wrote < 0 && errno != EINTR)
        return false;
      at += static_cast<std::size_t>(std::max<ssize_t>(wrote, 0));
    }
    return true;
  }

  int dir_, out_;
  Copy *now_, *before_;
  char path_[32] = {};
};

// A key that stops us must not stop the tracer, or the target stays stopped for as long.
void expect_signals() {
  signal(SIGCHLD, SIG_DFL); // else the kernel tells nothing of a stop
  sigset_t blocked{};
  sigemptyset(&blocked);
  for (const int it : {SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU})
    sigaddset(&blocked, it);
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
}

} // namespace

bool take_trace(Trace& trace, std::string_view bytes) {
  const auto take = [&](auto& head) {
    if (bytes.size() < sizeof head)
      return false;
    std::memcpy(&head, bytes.data(), sizeof head);
    bytes.remove_prefix(sizeof head);
    return true;
  };
  for (TraceHead head{}; take(head);) {
    if (head.step > static_cast<std::uint32_t>(TraceStep::all) || (head.as_before && trace.chains.empty()))
      return false;
    if (head.filters > bytes.size() / sizeof(TraceFilterHead) ||
        head.bytes > bytes.size() - head.filters * sizeof(TraceFilterHead))
      return true; // cut off
    if (head.error == 0 && !head.as_before) {
      TracedChain chain(head.filters);
      std::string_view code = bytes.substr(head.filters * sizeof(TraceFilterHead), head.bytes);
      for (TracedFilter& filter : chain) {
        TraceFilterHead it{};
        take(it);
        const std::size_t size = std::size_t{it.length} * seccomp_instruction_bytes;
        if (size > code.size())
          return false;
        filter = {std::string(code.substr(0, size)), it.original != 0, it.log != 0};
        code.remove_prefix(size);
      }
      bytes.remove_prefix(head.bytes);
      trace.chains.push_back(std::move(chain));
    }
    trace.threads.push_back({head.tid, static_cast<TraceStep>(head.step), head.error,
                             head.error == 0 ? trace.chains.size() - 1 : 0});
  }
  return true;
}

tl::expected<Trace, Refusal> trace_threads(int dir, const std::vector<pid_t>& tids) {
  Copy one, other;
  const ChildAnswer said = hear_child(
      [&](int out) {
        expect_signals();
        Tracer tracer(dir, out, one, other);
        for (const pid_t tid : tids)
          if (!tracer.trace(tid))
            return;
      },
      {.deadline_ms = deadline_ms, .quiet_ms = quiet_ms, .most_bytes = most_bytes});
  if (said.cut)
    return tl::unexpected<Refusal>(
        Refusal{said.cut->error, said.cut->error == ETIMEDOUT
                                     ? "the child that traces the threads did not end in time"
                                 : said.cut->error == EFBIG ? "too many filters to read them all"
                                                            : said.cut->detail});
  Trace trace;
  if (!take_trace(trace, said.bytes))
    return tl::unexpected<Refusal>(Refusal{EBADMSG, "what the child that traces the threads said"});
  return trace;
}

} // namespace sbx
