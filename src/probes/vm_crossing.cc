#include "probes/vm_crossing.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "rules/vmm_names.h"

#include <array>
#include <fmt/core.h>
#include <map>

namespace sbx {

namespace {

constexpr std::size_t most_claimed = 64;

struct Row {
  std::string_view kind, id; // one id may have several kinds
  Severity severity;
  std::string_view summary, remedy;
};

constexpr std::array rows{
    Row{"directory", "vm.shared_directory", Severity::medium,
        "the monitor holds directories open: the guest may be given their files (virtiofs, 9p)",
        "share only what the guest needs, and read-only where that is enough"},
    Row{"files", "vm.shared_directory", Severity::medium,
        "the monitor is connected to a process that serves files to the guest (virtiofs): that one's own "
        "confinement decides what the guest reaches",
        "inspect that process too"},
    Row{"vfio", "vm.vfio", Severity::medium,
        "hardware of the host is handed to the guest: the IOMMU alone stands between that device and memory",
        "hand over only devices that the guest needs"},
    Row{"tap", "vm.tap", Severity::medium,
        "the guest has a network interface on the host (tap): what the rows here say of the network and of "
        "seccomp does not hold for its packets",
        "look at the rules of the host for that interface"},
    Row{"network", "vm.user_network", Severity::medium,
        "the monitor is connected to a process that carries packets of the guest: what the rows here say of "
        "the network does not hold for them",
        "inspect that process too"},
    Row{"vsock", "vm.vsock", Severity::low,
        "guest and host talk by vsock: what listens on the host is reachable for the guest, whatever its "
        "network is",
        "look at who listens: ss --vsock -l"},
    Row{"disk", "vm.disk", Severity::low,
        "a block device of the host is held open: the guest may have it as a disk",
        "give it a file, or a volume of its own"},
    Row{"vhost", "vm.vhost", Severity::low,
        "the kernel serves devices of the guest itself (vhost): the guest talks to the host's kernel, past "
        "the "
        "monitor",
        "leave vhost off where its speed is not needed"},
    Row{"vhost_net", "vm.vhost", Severity::low,
        "the kernel serves the guest's network itself (vhost-net): the guest talks to the host's kernel, "
        "past "
        "the monitor",
        "leave vhost off where its speed is not needed"},
    Row{"device", "vm.backend", Severity::low,
        "the monitor is connected to a process that serves a device of the guest",
        "inspect that process too"},
    Row{"tpm", "vm.backend", Severity::info, "the monitor is connected to a process that serves a TPM",
        "inspect that process too"},
    Row{"userfaultfd", "vm.userfaultfd", Severity::info,
        "pages of the guest come by userfaultfd: who serves them sees and decides what its memory holds",
        "inspect who serves them"},
};

struct Backend {
  const HeldSocket* socket;
  const VmBackend* row;
  const SocketPeer* peer;
};

std::vector<Backend> backends(const HeldSockets& held) {
  std::vector<Backend> found;
  for (const SocketTable& table : held.tables)
    for (const HeldSocket& socket : table.sockets)
      if (socket.peer_process && *socket.peer_process && (**socket.peer_process).comm)
        if (const VmBackend* row = vm_backend(*(**socket.peer_process).comm))
          found.push_back({&socket, row, &**socket.peer_process});
  return found;
}

std::string words(const Backend& it) {
  return fmt::format("{} (pid {}, fd {})", escaped(*it.peer->comm, 64), it.peer->pid, it.socket->number);
}

Claims claimed(const Backend& it) {
  const bool named = it.socket->peer && !it.socket->peer->path.empty();
  return {{"fd", it.socket->number},
          {"kind", it.row->kind},
          {"comm", escaped(*it.peer->comm, 64)},
          {"pid", it.peer->pid},
          {"path", named ? Claims(escaped(it.socket->peer->path, 4096)) : Claims()}};
}

using Shown = std::map<std::string_view, std::vector<std::string>>; // by kind

void warn(const Shown& shown, std::vector<Warning>& warnings) {
  for (const Row& row : rows)
    if (const auto found = shown.find(row.kind); found != shown.end())
      warnings.push_back({std::string(row.id), row.severity, std::string(row.summary), some_of(found->second),
                          std::string(row.remedy)});
}

// Null where nothing was found and something may not have been seen.
Claims list_claim(const Claims& list, bool whole) { return list.empty() && !whole ? Claims() : list; }

} // namespace

void add_vm_crossing(Witness& witness, const VmDescriptors& held, bool whole, Finding& finding,
                     std::vector<Warning>& warnings) {
  Shown shown;
  Claims directories = Claims::array(), devices = Claims::array(), served = Claims::array();
  for (const CrossingFd& it : held.crossing) {
    shown[it.kind].push_back(crossing_words(it));
    Claims& list = it.kind == "directory" ? directories : devices;
    if (list.size() < most_claimed)
      list.push_back(crossing_claim(it));
  }
  const bool sockets_seen = witness.held_sockets().match(
      [&](const Seen<HeldSockets>& seen) {
        for (const Backend& it : backends(seen.value())) {
          shown[it.row->kind].push_back(words(it));
          if (served.size() < most_claimed)
            served.push_back(claimed(it));
        }
        return seen.value().whole();
      },
      [](const Gap&) { return false; });
  warn(shown, warnings);
  finding.claim("shared_directories", list_claim(directories, whole));
  finding.claim("devices", list_claim(devices, whole));
  finding.claim("backends", list_claim(served, sockets_seen));
}

} // namespace sbx
