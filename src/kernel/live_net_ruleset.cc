#include "kernel/live_net_ruleset.h"

#include "kernel/file.h"
#include "kernel/net_namespaces.h"
#include "kernel/netlink.h"
#include "kernel/nft_present.h"
#include "kernel/nft_ruleset.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"
#include "kernel/xtables_ruleset.h"

#include <algorithm>
#include <cerrno>
#include <linux/netlink.h>
#include <sstream>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 6000;
constexpr std::size_t most_bytes = 16 << 20;

NftText nft_tables(int proc) {
  if (!nft_present(proc))
    return {};
  auto socket = Netlink::open(NETLINK_NETFILTER);
  if (!socket)
    return {{}, socket.error()};
  NftText read = read_nft_ruleset(*socket, NftBounds{.bytes = most_bytes});
  // What nfnetlink answers where nobody takes messages about tables, after it has tried to load who would. It
  // comes in a message of the kernel's, which no filter on us can write.
  return read.error == EINVAL ? NftText() : read;
}

// Tables that exist in this namespace; the file is there as long as the older iptables is.
NftText old_tables(int proc, bool v6) {
  const std::string net = std::to_string(getpid()) + "/net/"; // where we live by now
  const Reading names = read_beneath(proc, net + (v6 ? "ip6_tables_names" : "ip_tables_names"));
  if (!names) {
    const bool sure = names.error().error == ENOENT && read_beneath(proc, net + "protocols");
    return {{}, sure ? 0 : names.error().error};
  }
  std::istringstream lines(*names);
  NftText all;
  for (std::string name; all.error == 0 && std::getline(lines, name);) {
    const NftText table = read_xtables(v6, name, most_bytes);
    all.text += table.text;
    all.error = table.error;
  }
  return all;
}

std::size_t rules_in(const std::string& text) {
  std::size_t found = 0;
  for (std::size_t at = text.find("\nrule "); at != text.npos; at = text.find("\nrule ", at + 1))
    ++found;
  return found;
}

void tell(int proc, int out) {
  NftText all = nft_tables(proc);
  for (const bool v6 : {false, true})
    if (all.error == 0) {
      const NftText old = old_tables(proc, v6);
      all.text += old.text;
      all.error = old.error;
    }
  if (all.text.size() > most_bytes || rules_in(all.text) > NftBounds().rules) {
    all.text.resize(all.text.rfind('\n', std::min(all.text.size(), most_bytes)) + 1);
    all.error = EFBIG;
  }
  say(out, all.text + "end " + (all.error == 0 ? "ok" : refusal_word(all.error)) + "\n");
}

} // namespace

Reading read_net_ruleset(const ProcTarget& target) {
  return each_net_namespace(target, [&](int out) { tell(target.proc(), out); },
                            {.deadline_ms = deadline_ms, .most_bytes = most_bytes + (1 << 20)});
}

} // namespace sbx
