#include "kernel/nft_present.h"

#include "kernel/fd.h"
#include "kernel/file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sbx {

namespace {

constexpr std::size_t most_sockets = 16 << 20, most_modules = 1 << 20, most_symbols = 128 << 20;
constexpr int netfilter = 12; // NETLINK_NETFILTER

// The kernel's own end has no port: without one, nfnetlink is not there. Columns: sk Eth Pid ...
bool nfnetlink_missing(int proc) {
  const Reading sockets = read_beneath(proc, std::to_string(getpid()) + "/net/netlink", most_sockets);
  if (!sockets || sockets->find("Eth") == sockets->npos)
    return false;
  std::istringstream lines(*sockets);
  std::string line;
  std::getline(lines, line);
  bool any = false;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string address;
    long protocol = -1, port = -1;
    if (!(words >> address >> protocol >> port))
      return false;
    any = any || protocol == 0; // rtnetlink is always there
    if (protocol == netfilter && port == 0)
      return false;
  }
  return any;
}

bool loaded(int proc) {
  const Reading modules = read_beneath(proc, "modules", most_modules);
  return access("/sys/module/nf_tables", F_OK) == 0 ||
         (modules && ("\n" + *modules).find("\nnf_tables ") != modules->npos);
}

// Whether the list of symbols holds those of nfnetlink, which were just seen to be there, and none of
// nf_tables: then it is not built in either.
bool symbols_without_it(int proc) {
  const auto file = open_beneath(proc, "kallsyms", O_RDONLY);
  if (!file)
    return false;
  std::string window;
  bool control = false, ended = false;
  std::vector<char> part(1 << 16);
  for (std::size_t had = 0; had < most_symbols && !ended;) {
    const ssize_t got = read(file->get(), part.data(), part.size());
    if (got < 0 && errno != EINTR)
      return false;
    ended = got == 0;
    const auto length = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    had += length;
    window.append(part.data(), length);
    if (window.find(" nft_register_expr") != window.npos)
      return false;
    control = control || window.find(" nfnetlink_subsys_register") != window.npos;
    window.erase(0, window.size() - std::min<std::size_t>(window.size(), 64));
  }
  return control && ended;
}

} // namespace

bool nft_present(int proc) {
  if (nfnetlink_missing(proc))
    return false;
  if (loaded(proc) || faccessat(proc, "modules", F_OK, 0) != 0) // a kernel without modules loads none
    return true;
  return !symbols_without_it(proc);
}

} // namespace sbx
