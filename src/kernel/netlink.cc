#include "kernel/netlink.h"

#include <algorithm>
#include <cerrno>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

namespace sbx {

namespace {

constexpr int most_tries = 5;
constexpr std::size_t a_read = 64 * 1024; // the kernel fills at most 32 KiB in one go

// libnl's own numbers lose the errno; so the kernel's is kept by Exchange, and this is for the rest.
int errno_of(int problem) {
  switch (-problem) {
  case NLE_DUMP_INTR:
    return EAGAIN;
  case NLE_NOMEM:
    return ENOBUFS;
  case NLE_MSG_TRUNC:
    return EMSGSIZE;
  case NLE_PERM:
  case NLE_NOACCESS:
    return EPERM;
  case NLE_SEQ_MISMATCH:
  case NLE_MSG_TOOSHORT:
    return EBADMSG;
  default:
    return EIO;
  }
}

struct Exchange {
  const Netlink::Take& take;
  int error = 0;
  bool answered = false, stopped = false;
};

int on_message(nl_msg* message, void* of) {
  auto& exchange = *static_cast<Exchange*>(of);
  exchange.answered = true;
  exchange.stopped = !exchange.take(*nlmsg_hdr(message));
  return exchange.stopped ? NL_STOP : NL_OK;
}

// A dump that fails in its middle says so in its last message.
int on_finish(nl_msg* message, void* of) {
  const auto code = netlink_header<int>(*nlmsg_hdr(message));
  if (code && *code < 0)
    static_cast<Exchange*>(of)->error = -*code;
  return NL_OK;
}

int on_error(sockaddr_nl*, nlmsgerr* answer, void* of) {
  static_cast<Exchange*>(of)->error = answer->error < 0 ? -answer->error : EBADMSG;
  return NL_STOP;
}

struct FreeMessage {
  void operator()(nl_msg* message) const { nlmsg_free(message); }
};
struct PutCallbacks {
  void operator()(nl_cb* callbacks) const { nl_cb_put(callbacks); }
};

std::unique_ptr<nl_msg, FreeMessage> message_of(const NetlinkRequest& request, int flags) {
  std::unique_ptr<nl_msg, FreeMessage> message(nlmsg_alloc_simple(request.type, NLM_F_REQUEST | flags));
  bool made = message && nlmsg_append(message.get(), const_cast<char*>(request.header.data()), // NOLINT
                                      request.header.size(), NLMSG_ALIGNTO) == 0;
  for (const auto& [type, bytes] : request.attributes)
    made = made && nla_put(message.get(), type, static_cast<int>(bytes.size()), bytes.data()) == 0;
  return made ? std::move(message) : nullptr;
}

} // namespace

std::string_view netlink_payload(const nlmsghdr& message) {
  const int length = std::max(nlmsg_datalen(&message), 0);
  return {static_cast<const char*>(nlmsg_data(&message)), static_cast<std::size_t>(length)};
}

std::optional<IpAddress> ip_of_bytes(std::string_view bytes) {
  if (bytes.size() != 4 && bytes.size() != 16)
    return std::nullopt;
  IpAddress address;
  address.v6 = bytes.size() == 16;
  std::transform(bytes.begin(), bytes.end(), address.bytes.begin(),
                 [](char byte) { return static_cast<std::uint8_t>(byte); });
  return address;
}

NetlinkAttributes::NetlinkAttributes(const nlmsghdr& message, std::size_t header_size)
    : table_(static_cast<std::size_t>(most) + 1) {
  nlmsg_parse(const_cast<nlmsghdr*>(&message), static_cast<int>(header_size), table_.data(), most, // NOLINT
              nullptr);
}

NetlinkAttributes::NetlinkAttributes(std::string_view nested) : table_(static_cast<std::size_t>(most) + 1) {
  auto* first = const_cast<char*>(nested.data()); // NOLINT(cppcoreguidelines-pro-type-const-cast): libnl asks
  nla_parse(table_.data(), most, reinterpret_cast<nlattr*>(first), static_cast<int>(nested.size()), nullptr);
}

std::string_view NetlinkAttributes::bytes(int type) const {
  const nlattr* held = type >= 0 && type <= most ? table_[static_cast<std::size_t>(type)] : nullptr;
  return held ? std::string_view(static_cast<const char*>(nla_data(held)),
                                 static_cast<std::size_t>(std::max(nla_len(held), 0)))
              : std::string_view();
}

std::string_view NetlinkAttributes::name(int type) const {
  const std::string_view held = bytes(type);
  return held.substr(0, held.find('\0'));
}

std::optional<IpAddress> NetlinkAttributes::address(int type) const { return ip_of_bytes(bytes(type)); }

void Netlink::Closer::operator()(nl_sock* socket) const { nl_socket_free(socket); }

tl::expected<Netlink, int> Netlink::open(int protocol) {
  // Callbacks of our own: those that libnl would choose depend on the environment (NLCB).
  const std::unique_ptr<nl_cb, PutCallbacks> callbacks(nl_cb_alloc(NL_CB_DEFAULT));
  if (!callbacks)
    return tl::unexpected<int>(ENOMEM);
  Netlink opened(nl_socket_alloc_cb(callbacks.get()));
  if (!opened.socket_)
    return tl::unexpected<int>(ENOMEM);
  errno = 0;
  if (const int problem = nl_connect(opened.socket_.get(), protocol); problem < 0)
    return tl::unexpected<int>(errno != 0 ? errno : errno_of(problem));
  nl_socket_disable_auto_ack(opened.socket_.get());
  nl_socket_set_msg_buf_size(opened.socket_.get(), a_read);
  return opened;
}

int Netlink::exchange(const NetlinkRequest& request, int flags, const Take& take) {
  if (spent_)
    return EFBIG;
  const auto message = message_of(request, flags);
  const std::unique_ptr<nl_cb, PutCallbacks> callbacks(nl_cb_alloc(NL_CB_DEFAULT));
  if (!message || !callbacks)
    return ENOMEM;
  if (const int sent = nl_send_auto(socket_.get(), message.get()); sent < 0)
    return errno_of(sent);
  Exchange now{take};
  nl_cb_set(callbacks.get(), NL_CB_VALID, NL_CB_CUSTOM, on_message, &now);
  nl_cb_set(callbacks.get(), NL_CB_FINISH, NL_CB_CUSTOM, on_finish, &now);
  nl_cb_err(callbacks.get(), NL_CB_CUSTOM, on_error, &now);
  const int got = nl_recvmsgs(socket_.get(), callbacks.get());
  spent_ = now.stopped || (got < 0 && got != -NLE_DUMP_INTR && now.error == 0);
  if (now.stopped)
    return EFBIG;
  if (now.error != 0 || got < 0)
    return now.error != 0 ? now.error : errno_of(got);
  return (flags & NLM_F_DUMP) == 0 && !now.answered ? EBADMSG : 0;
}

int Netlink::ask(const NetlinkRequest& request, const Take& take) { return exchange(request, 0, take); }

int Netlink::dump(const NetlinkRequest& request, const std::function<void()>& afresh, const Take& take) {
  int error = EAGAIN;
  for (int tries = 0; tries < most_tries && error == EAGAIN; ++tries) {
    afresh();
    error = exchange(request, NLM_F_DUMP, take);
  }
  return error;
}

} // namespace sbx
