// Which processes does /proc show, and what sets each apart? The dialect of host/processes:
//
//   Listing:\tsettled              no process came that was not read; or "moving"; or "cut": there are more
//   Process:\t4242
//   Ns:	user=4026531837 mnt=!EACCES ...            as parse/task_ns.h has them, of its main thread; of
//   the
//                                 whole machine six kinds alone are asked. From here to Kvm of another
//                                 thread, where the main one has exited and that one runs
//   Cgroup:\t0::/user.slice/a\x20b  a line of proc_pid_cgroup(5) as an escaped word; or !ERRNO
//   Root:\t:/srv/jail             its root directory as the kernel names it from ours, escaped; or !ERRNO
//   Kvm:\tvm=1 vcpu=2 seen=33      of its descriptors; or !ERRNO; no line where it has one thread: not asked
//   Read:\t4242,4250,4251          its threads, by number; those that are as the main thread end here
//   Name:\tbash                    the lines of its status that tell of isolation, or Errno:\tEACCES
//   Task:\t4250                    a thread whose isolation differs from that of the main thread, or of which
//   Name:\tworker                  one has exited and the other not; its status, or Errno:\tEACCES
#pragma once

#include "parse/malformed.h"
#include "parse/task_ns.h"
#include "parse/tasks.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// Of the descriptors of a process, as far as they were looked at.
struct KvmDescriptors {
  unsigned vms = 0, vcpus = 0;
  std::size_t seen = 0; // descriptors looked at; at most `most_seen_fds`, so that there may be more
  bool whole() const { return seen < most_seen_fds; }
  static constexpr std::size_t most_seen_fds = 256;
};

struct Process {
  std::int64_t pid = 0;
  // Or an errno; EBADMSG where what the kernel printed makes no sense.
  tl::expected<ProcStatus, int> status;
  std::map<std::string, NsInode> ns;
  tl::expected<std::vector<std::string>, int> cgroups; // lines, raw bytes: "0::/user.slice"
  // Raw bytes. "/" is our own root, or the root of another mount namespace.
  tl::expected<std::string, int> root;
  std::optional<tl::expected<KvmDescriptors, int>> kvm; // empty: it has one thread, and was not asked
  std::vector<std::int64_t> tids;                       // its threads, as they were listed
  std::vector<Task> others;                             // threads that differ from the main thread

  bool all_threads_listed() const { return status && status->threads && tids.size() >= *status->threads; }
  bool all_threads_read() const; // and no status of them was refused or makes no sense
};

struct Processes {
  enum class Listed { settled, moving, cut };
  Listed listed = Listed::cut;
  std::vector<Process> processes; // by pid, each once; at least one
};

Parsed<Processes> parse_processes(std::string_view text);

} // namespace sbx
