// What does the kernel answer over netlink(7)? A socket of one network namespace: the one that the thread
// lived in when it was opened.
#pragma once

#include "core/ip_address.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <vector>

struct nl_sock;
struct nlattr;
struct nlmsghdr;

namespace sbx {

// The bytes of a struct of linux/*.h or of a number, as they go into a message.
template <class T> std::string raw_bytes(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

struct NetlinkRequest {
  std::uint16_t type = 0;
  std::string header; // what stands before the attributes
  std::vector<std::pair<int, std::string>> attributes;
};

// Attributes of a message, or of one that nests more; of numbers up to `most`. What is shorter than what it
// is read as is not there.
class NetlinkAttributes {
public:
  static constexpr int most = 127;
  NetlinkAttributes(const nlmsghdr& message, std::size_t header_size);
  explicit NetlinkAttributes(std::string_view nested);

  bool has(int type) const { return bytes(type).data() != nullptr; }
  std::string_view bytes(int type) const;
  std::string_view name(int type) const;            // to its NUL
  std::optional<IpAddress> address(int type) const; // 4 or 16 bytes
  template <class T> std::optional<T> value(int type) const {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::string_view held = bytes(type);
    T value{};
    if (held.size() < sizeof value)
      return std::nullopt;
    std::memcpy(&value, held.data(), sizeof value);
    return value;
  }

private:
  std::vector<nlattr*> table_;
};

std::optional<IpAddress> ip_of_bytes(std::string_view bytes); // 4 or 16 of them
// What stands before the attributes; nothing where the message is too short for it.
template <class T> std::optional<T> netlink_header(const nlmsghdr& message);

class Netlink {
public:
  static tl::expected<Netlink, int> open(int protocol);

  // false: that was more than is wanted. Then no more is read, and the socket answers EFBIG from then on.
  using Take = std::function<bool(const nlmsghdr& message)>;

  // One answer, or an errno; 0 where `take` was called.
  int ask(const NetlinkRequest& request, const Take& take);
  // All there are. A dump that was interrupted (NLM_F_DUMP_INTR: what it tells may fit together no more) is
  // taken again from its beginning, which `afresh` is told; after some times that is EAGAIN.
  int dump(const NetlinkRequest& request, const std::function<void()>& afresh, const Take& take);

private:
  struct Closer {
    void operator()(nl_sock* socket) const;
  };
  explicit Netlink(nl_sock* socket) : socket_(socket) {}
  int exchange(const NetlinkRequest& request, int flags, const Take& take);
  std::unique_ptr<nl_sock, Closer> socket_;
  bool spent_ = false;
};

std::string_view netlink_payload(const nlmsghdr& message);

template <class T> std::optional<T> netlink_header(const nlmsghdr& message) {
  static_assert(std::is_trivially_copyable_v<T>);
  const std::string_view payload = netlink_payload(message);
  T header{};
  if (payload.size() < sizeof header)
    return std::nullopt;
  std::memcpy(&header, payload.data(), sizeof header);
  return header;
}

} // namespace sbx
