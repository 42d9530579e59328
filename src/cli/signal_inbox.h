// Which signals were sent to us, and by whom? They are read from a descriptor (signalfd(2)), not handled.
#pragma once

#include "core/error.h"
#include "kernel/fd.h"

#include <csignal>
#include <initializer_list>
#include <optional>

namespace sbx {

struct SentSignal {
  int number = 0;
  // By kill(2) and its like, to us. Else by the kernel: the terminal's reach its whole foreground job.
  bool by_a_process = false;
};

class SignalInbox {
public:
  // Blocks these signals until it is destroyed.
  static Result<SignalInbox> open(std::initializer_list<int> signals);
  SignalInbox(SignalInbox&& other) noexcept;
  SignalInbox& operator=(SignalInbox&&) = delete;
  ~SignalInbox();

  int fd() const { return fd_.get(); }
  std::optional<SentSignal> next(); // nothing when none is there

private:
  SignalInbox(Fd fd, const sigset_t& before) : fd_(std::move(fd)), before_(before) {}
  Fd fd_;
  sigset_t before_;
};

} // namespace sbx
