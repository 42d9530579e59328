#include "kernel/xtables_ruleset.h"

#include "kernel/fd.h"
#include "kernel/xtables_entry.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <sys/socket.h>

namespace sbx {

namespace {

constexpr int most_tries = 5;

// IP6T_SO_GET_INFO and IP6T_SO_GET_ENTRIES have the same numbers, and their structs the same form.
int ask(int socket, bool v6, int option, void* answer, socklen_t size) {
  return getsockopt(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP, option, answer, &size) == 0 ? 0 : errno;
}

} // namespace

NftText read_xtables(bool v6, const std::string& table, std::size_t most_bytes) {
  const Fd socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket)
    return {{}, errno};
  for (int tries = 0; tries < most_tries; ++tries) {
    ipt_getinfo info{};
    if (table.size() >= sizeof info.name)
      return {{}, ENAMETOOLONG};
    std::memcpy(info.name, table.data(), table.size());
    if (const int error = ask(socket.get(), v6, IPT_SO_GET_INFO, &info, sizeof info))
      return {{}, error};
    if (info.size > most_bytes)
      return {{}, EFBIG};
    constexpr std::size_t head = offsetof(ipt_get_entries, entrytable);
    std::string answer(head + info.size, '\0');
    std::memcpy(answer.data() + offsetof(ipt_get_entries, name), table.data(), table.size());
    std::memcpy(answer.data() + offsetof(ipt_get_entries, size), &info.size, sizeof info.size);
    const int error =
        ask(socket.get(), v6, IPT_SO_GET_ENTRIES, answer.data(), static_cast<socklen_t>(answer.size()));
    if (error == EAGAIN) // the table has another size by now
      continue;
    if (error != 0)
      return {{}, error};
    return xtables_lines(v6, {reinterpret_cast<const char*>(&info), sizeof info},
                         std::string_view(answer).substr(head));
  }
  return {{}, EAGAIN};
}

} // namespace sbx
