#include "kernel/runtime_api.h"

#include "kernel/child.h"

// The only file that includes Beast: it takes long to compile. Its parser alone is used, on bytes that a
// child read; nothing of its input and output.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace sbx {

namespace {

// What the child says before anything else: that bytes follow, or why not.
constexpr char bytes_follow = '+', failed = '-';

bool is_ours(uid_t uid) { return uid == 0 || uid == geteuid(); }

void tell(int out, const char* bytes, std::size_t size) {
  for (std::size_t at = 0; at < size;) {
    const ssize_t wrote = write(out, bytes + at, size - at);
    if (wrote <= 0)
      return;
    at += static_cast<std::size_t>(wrote);
  }
}

// errno, or 0. Async-signal-safe.
int connected(const sockaddr_un& address, int fd) {
  struct stat found {};
  if (stat(address.sun_path, &found) != 0)
    return errno;
  if (!S_ISSOCK(found.st_mode) || !is_ours(found.st_uid))
    return EPERM;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return errno;
  // The path may have become another's between the two.
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return errno;
  return is_ours(peer.uid) ? 0 : EPERM;
}

void ask(const sockaddr_un& address, const std::string& request, int out) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int error = fd < 0 ? errno : connected(address, fd);
  const int wrote = error == 0 && send(fd, request.data(), request.size(), MSG_NOSIGNAL) !=
                                      static_cast<ssize_t>(request.size())
                        ? EIO
                        : error;
  const char first = wrote == 0 ? bytes_follow : failed;
  tell(out, &first, 1);
  if (wrote != 0) {
    tell(out, reinterpret_cast<const char*>(&wrote), sizeof wrote);
    return;
  }
  char buffer[16 * 1024];
  for (ssize_t got = 0; (got = read(fd, buffer, sizeof buffer)) > 0;)
    tell(out, buffer, static_cast<std::size_t>(got));
}

} // namespace

Reading http_body(std::string_view bytes) {
  namespace http = boost::beast::http;
  http::response_parser<http::string_body> parser;
  parser.body_limit(most_api_bytes);
  parser.header_limit(16 * 1024);
  parser.eager(true);
  boost::beast::error_code problem;
  while (!bytes.empty() && !parser.is_done() && !problem) {
    const std::size_t taken = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), problem);
    bytes.remove_prefix(taken);
    if (taken == 0)
      break;
  }
  if (problem == http::error::need_more)
    problem = {};
  // Without a byte there is nothing to end, and put_eof() may not be called.
  if (!problem && !parser.is_done() && parser.got_some())
    parser.put_eof(problem);
  if (problem || !parser.is_done())
    return refused(problem == http::error::body_limit ? EFBIG : EBADMSG, "reading the runtime's answer");
  if (parser.get().result() != http::status::ok)
    return refused(EREMOTEIO, fmt::format("the runtime answered with status {}", parser.get().result_int()));
  return std::move(parser.get().body());
}

Reading ask_runtime(const std::string& socket, const std::string& path,
                    std::chrono::steady_clock::time_point deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path)
    return refused(ENAMETOOLONG);
  std::memcpy(address.sun_path, socket.c_str(), socket.size());
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0)
    return refused(ETIMEDOUT);
  const std::string request =
      fmt::format("GET {} HTTP/1.1\r\nHost: runtime\r\nConnection: close\r\n\r\n", path);
  const ChildAnswer answer =
      hear_child([&](int out) { ask(address, request, out); },
                 {.deadline_ms = static_cast<int>(left.count()), .most_bytes = most_api_bytes});
  std::string_view bytes = answer.bytes;
  int error = 0;
  if (bytes.starts_with(failed) && bytes.size() == 1 + sizeof error) {
    std::memcpy(&error, bytes.data() + 1, sizeof error);
    return refused(error, "connecting to it");
  }
  if (answer.cut)
    return tl::unexpected<Refusal>(*answer.cut);
  if (!bytes.starts_with(bytes_follow))
    return refused(EBADMSG);
  return http_body(bytes.substr(1));
}

} // namespace sbx
