// What happens to a command that we started, one thing after the other? Signals are passed on, the trace is
// followed and what it leaves is reaped meanwhile.
#pragma once

#include "cli/signal_inbox.h"
#include "cli/trace_log.h"
#include "kernel/launch.h"

#include <chrono>
#include <deque>
#include <optional>

namespace sbx {

struct News {
  enum class What {
    held,   // the tracer stopped a process
    ready,  // the command wrote to SBX_READY_FD
    silent, // it closed it, and wrote nothing
    late,   // the deadline is over
    ended,  // the command ended; what it started may live on
  } what;
  pid_t process = 0; // that was held
  int status = 0;    // with which it ended, as wait(2) gives it
};

class Supervision {
public:
  using clock = std::chrono::steady_clock;

  // `log` may be nullptr: then nothing is followed.
  Supervision(Launch& launch, TraceLog* log, SignalInbox& inbox)
      : launch_(launch), log_(log), inbox_(inbox) {}

  // Each thing is told once. ErrorKind::failure when the trace cannot be followed any more.
  Result<News> next(std::optional<clock::time_point> deadline);

  void stop_following() { log_ = nullptr; }

  // For as long, or until nothing is left of what the command started.
  void pass_time(std::chrono::milliseconds time);

private:
  Result<void> look();
  void pass_on(const SentSignal& signal);
  void stop_with_it();
  std::optional<News> take_ready();

  Launch& launch_;
  TraceLog* log_;
  SignalInbox& inbox_;
  std::deque<pid_t> held_;
  bool ready_told_ = false;
  std::optional<int> status_;
};

} // namespace sbx
