#include "cli/signal_inbox.h"

#include "core/errno_name.h"

#include <cerrno>
#include <sys/signalfd.h>
#include <unistd.h>

namespace sbx {

Result<SignalInbox> SignalInbox::open(std::initializer_list<int> signals) {
  sigset_t wanted, before;
  sigemptyset(&wanted);
  for (const int signal : signals)
    sigaddset(&wanted, signal);
  Fd fd(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd || sigprocmask(SIG_BLOCK, &wanted, &before) != 0)
    return error(ErrorKind::failure, "receiving signals: " + errno_name(errno));
  return SignalInbox(std::move(fd), before);
}

SignalInbox::SignalInbox(SignalInbox&& other) noexcept : fd_(std::move(other.fd_)), before_(other.before_) {}

SignalInbox::~SignalInbox() {
  if (fd_)
    sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<SentSignal> SignalInbox::next() {
  signalfd_siginfo info{};
  if (read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info))
    return std::nullopt;
  // sigaction(2): SI_USER, SI_QUEUE and SI_TKILL are not above 0, SI_KERNEL is.
  return SentSignal{static_cast<int>(info.ssi_signo), info.ssi_code <= 0};
}

} // namespace sbx
