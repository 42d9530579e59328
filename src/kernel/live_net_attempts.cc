#include "kernel/live_net_attempts.h"

#include "kernel/net_namespaces.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <grp.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_attempts = 32;
constexpr int patience_ms = 3000, deadline_ms = 5000;

// A question, taken apart: parse/ is not for this folder.
struct Attempt {
  std::string question;
  std::uint64_t netns = 0;
  sockaddr_storage to{};
  socklen_t to_size = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  int error = EINVAL;
  bool tried = false;
};

template <class T> bool take(std::string_view text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  return !text.empty() && problem == std::errc{} && stop == end;
}

bool take_address(std::string_view text, Attempt& attempt) {
  const std::size_t colon = text.rfind(':');
  if (!text.starts_with("tcp:") || colon == text.npos || colon < 5)
    return false;
  std::string host(text.substr(4, colon - 4));
  std::uint16_t port = 0;
  if (!take(text.substr(colon + 1), port))
    return false;
  if (host.size() > 2 && host.front() == '[') {
    auto* const v6 = reinterpret_cast<sockaddr_in6*>(&attempt.to);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    attempt.to_size = sizeof *v6;
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6->sin6_addr) == 1;
  }
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&attempt.to);
  v4->sin_family = AF_INET;
  v4->sin_port = htons(port);
  attempt.to_size = sizeof *v4;
  return inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1;
}

std::optional<Attempt> attempt_of(const std::string& question) {
  Attempt attempt;
  attempt.question = question;
  const std::string_view text = question;
  const std::size_t first = text.find('/'), last = text.rfind('/');
  const std::size_t middle = last == text.npos || last == 0 ? text.npos : text.rfind('/', last - 1);
  if (middle == text.npos || first >= middle || !take(text.substr(0, first), attempt.netns) ||
      !take(text.substr(middle + 1, last - middle - 1), attempt.uid) ||
      !take(text.substr(last + 1), attempt.gid) ||
      !take_address(text.substr(first + 1, middle - first - 1), attempt))
    return std::nullopt;
  return attempt;
}

// Raw calls: those of the C library would change all threads, and a forked child has one.
int become(uid_t uid, gid_t gid) {
  if (geteuid() != 0)
    return uid == geteuid() && gid == getegid() ? 0 : EPERM;
  if (syscall(SYS_setgroups, 0, nullptr) != 0 || syscall(SYS_setresgid, gid, gid, gid) != 0 ||
      syscall(SYS_setresuid, uid, uid, uid) != 0)
    return errno;
  return 0;
}

// Waits until the connection is there, or what else came of it.
int outcome(int fd, std::chrono::steady_clock::time_point until) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd wait{fd, POLLOUT, 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready <= 0)
      return ready == 0 ? ETIMEDOUT : errno;
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
  }
}

// All at once, so that those that nobody answers are waited for together.
void connect_all(std::vector<Attempt*> attempts) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  std::vector<Fd> sockets;
  for (Attempt* attempt : attempts) {
    Fd& fd =
        sockets.emplace_back(socket(attempt->to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    attempt->tried = static_cast<bool>(fd);
    const int done =
        fd ? connect(fd.get(), reinterpret_cast<const sockaddr*>(&attempt->to), attempt->to_size) : -1;
    attempt->error = done == 0 ? 0 : errno;
  }
  for (std::size_t i = 0; i < attempts.size(); ++i)
    if (attempts[i]->error == EINPROGRESS)
      attempts[i]->error = outcome(sockets[i].get(), until);
}

std::string line_of(const Attempt& attempt) {
  return fmt::format("{} {}{}\n", escaped_word(attempt.question),
                     attempt.error == 0 ? "connected" : refusal_word(attempt.error),
                     attempt.tried ? "" : " untried");
}

// Those of one namespace and user, in a child of their own.
std::string ask(const NetNamespace& at, std::vector<Attempt*> attempts) {
  const ChildAnswer answer = in_net_namespace(
      at,
      [&](int out) {
        if (const int error = become(attempts.front()->uid, attempts.front()->gid); error != 0)
          for (Attempt* attempt : attempts)
            attempt->error = error;
        else
          connect_all(attempts);
        for (const Attempt* attempt : attempts)
          say(out, line_of(*attempt));
      },
      {.deadline_ms = deadline_ms});
  if (!answer.cut)
    return answer.bytes;
  std::string text;
  for (Attempt* attempt : attempts) {
    attempt->error = answer.cut->error;
    text += line_of(*attempt);
  }
  return text;
}

} // namespace

Reading read_net_attempts(const ProcTarget& target, const std::vector<std::string>& questions) {
  if (questions.size() > most_attempts)
    return refused(EFBIG, "at most 32 connections are tried");
  const auto namespaces = net_namespaces(target);
  if (!namespaces)
    return tl::unexpected<Refusal>(namespaces.error());
  std::vector<Attempt> attempts;
  for (const std::string& question : questions) {
    auto attempt = attempt_of(question);
    if (!attempt)
      return refused(EINVAL, "no address of a connection");
    attempts.push_back(std::move(*attempt));
  }
  std::string text;
  std::vector<bool> asked(attempts.size(), false);
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    if (asked[i])
      continue;
    std::vector<Attempt*> alike;
    for (std::size_t j = i; j < attempts.size(); ++j)
      if (attempts[j].netns == attempts[i].netns && attempts[j].uid == attempts[i].uid &&
          attempts[j].gid == attempts[i].gid) {
        alike.push_back(&attempts[j]);
        asked[j] = true;
      }
    const auto at = std::find_if(namespaces->begin(), namespaces->end(),
                                 [&](const NetNamespace& it) { return it.inode == attempts[i].netns; });
    if (at != namespaces->end())
      text += ask(*at, alike);
    else
      for (Attempt* attempt : alike) {
        attempt->error = ESRCH; // no thread lives there any more
        text += line_of(*attempt);
      }
  }
  return text;
}

} // namespace sbx
