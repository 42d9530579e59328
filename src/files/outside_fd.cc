#include "files/outside_fd.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

constexpr FdJudged within{};
constexpr int last_standard = 2;

struct AnonKind {
  std::string_view name; // behind anon_inode: ; its beginning where `begins`
  bool begins;
  FdLead lead;
  std::string_view kind, why;
};

// The names are those of anon_inode_getfd() and its like in the kernel. What a process makes for itself as
// often as it inherits it is unclear.
constexpr std::array anon_kinds{
    AnonKind{"[eventfd]", false, FdLead::inside, "", ""},
    AnonKind{"[eventpoll]", false, FdLead::inside, "", ""},
    AnonKind{"[timerfd]", false, FdLead::inside, "", ""},
    AnonKind{"[signalfd]", false, FdLead::inside, "", ""},
    AnonKind{"inotify", false, FdLead::inside, "", ""},
    AnonKind{"[landlock-ruleset]", false, FdLead::inside, "", ""},
    AnonKind{"[landlock-domain]", false, FdLead::inside, "", ""},
    AnonKind{"sync_file", false, FdLead::inside, "", ""},
    AnonKind{"kvm", true, FdLead::outside, "kvm",
             "it runs a virtual machine, whose code no filter on system calls sees"},
    AnonKind{"bpf", true, FdLead::outside, "bpf",
             "it is a BPF object, which programs of the kernel may share"},
    AnonKind{"[bpf", true, FdLead::outside, "bpf",
             "it is a BPF object, which programs of the kernel may share"},
    AnonKind{"btf", false, FdLead::outside, "bpf",
             "it is a BPF object, which programs of the kernel may share"},
    AnonKind{"seccomp notify", false, FdLead::outside, "listener",
             "it decides on the system calls of other processes"},
    AnonKind{"[fanotify]", false, FdLead::unclear, "fanotify",
             "a fanotify group may hand over descriptors of any file of what it watches"},
    AnonKind{"[perf_event]", false, FdLead::unclear, "perf",
             "a perf event may measure other processes or the kernel"},
    AnonKind{"[userfaultfd]", false, FdLead::unclear, "userfaultfd",
             "it may serve the memory of another process"},
    AnonKind{"[fscontext]", false, FdLead::unclear, "mount",
             "a file system that is being made may be mounted"},
    AnonKind{"[vfio", true, FdLead::outside, "device", "it is a device that is passed through"},
};

bool plain(FdKind kind) { return kind == FdKind::file || kind == FdKind::fifo; }

// "pipe:[1]" is of no file system that anybody mounts.
bool nameless(const Descriptor& it) { return it.link && !it.link->starts_with('/'); }

bool same_file(const Descriptor& one, const Descriptor& other) {
  return one.status && other.status && one.mount && other.mount && *one.mount == *other.mount &&
         one.status->dev == other.status->dev && one.status->ino == other.status->ino &&
         one.status->mode == other.status->mode;
}

bool readable(const Descriptor& it) { return it.flags && !it.path_only() && (*it.flags & 3) != 1; }

bool is_kvm_device(const Descriptor& it) {
  constexpr FdDevice kvm{10, 232}; // Documentation/admin-guide/devices.txt
  return it.kind == FdKind::char_device && it.status && it.status->rdev == kvm;
}

} // namespace

bool is_terminal(const Descriptor& it) {
  constexpr unsigned console = 4, tty = 5, first_pts = 136, last_pts = 143;
  if (it.kind != FdKind::char_device || !it.status)
    return false;
  const unsigned major = it.status->rdev.major;
  return major == console || major == tty || (major >= first_pts && major <= last_pts);
}

bool is_harmless_device(const Descriptor& it) {
  if (it.kind != FdKind::char_device || !it.status)
    return false;
  constexpr std::array memory_minors{3U, 5U, 7U, 8U, 9U}; // major 1, Documentation/admin-guide/devices.txt
  constexpr unsigned memory = 1, console = 4;
  const FdDevice device = it.status->rdev;
  return (device.major == memory &&
          std::find(memory_minors.begin(), memory_minors.end(), device.minor) != memory_minors.end()) ||
         (device.major != console && is_terminal(it));
}

FdJudge::FdJudge(const FdTable& table, const FdSurroundings& around) : around_(around) {
  for (const Descriptor& it : table.descriptors)
    if (it.number <= last_standard)
      standard_.push_back(&it);
}

bool FdJudge::given(const Descriptor& it) const {
  if (!plain(it.kind) && !is_terminal(it))
    return false;
  if (it.number <= last_standard)
    return true;
  const auto allows = [&](bool (*has)(const Descriptor&)) {
    return !has(it) || std::any_of(standard_.begin(), standard_.end(), [&](const Descriptor* other) {
      return same_file(it, *other) && has(*other);
    });
  };
  return it.flags && !it.path_only() && allows(readable) &&
         allows([](const Descriptor& other) { return other.writable(); });
}

bool FdJudge::by_path(const Descriptor& it) const {
  const bool is_file =
      it.kind == FdKind::directory || plain(it.kind) || it.kind == FdKind::socket || it.kind == FdKind::other;
  return is_file && !nameless(it) && around_.mounts && !around_.root_listed && it.mount &&
         !around_.mounts->contains(*it.mount) && !given(it);
}

FdJudged FdJudge::file(const Descriptor& it, std::string_view kind) const {
  constexpr std::string_view not_seen = "which mount it is on was not seen";
  if (nameless(it))
    return within;
  if (!it.mount || !around_.mounts)
    return {given(it) ? FdLead::stdio : FdLead::unseen, kind, not_seen};
  if (around_.mounts->contains(*it.mount))
    return within;
  if (given(it))
    return {FdLead::stdio, is_terminal(it) ? "terminal" : kind,
            "a launcher gives it to nearly every process"};
  return {FdLead::outside, kind, "it is on a mount that cannot be reached from its root"};
}

FdJudged FdJudge::device(const Descriptor& it) const {
  if (is_kvm_device(it))
    return {FdLead::outside, "kvm", "it makes virtual machines, whose code no filter on system calls sees"};
  if (!it.status)
    return {FdLead::unseen, "device", "which device it is was not seen"};
  if (is_terminal(it))
    return file(it, "terminal");
  if (is_harmless_device(it) || around_.host_files == true)
    return within;
  if (!around_.host_files)
    return {FdLead::unclear, "device", "it is a device, and whether those are within its reach was not seen"};
  return {FdLead::outside, "device", "it is read, written and controlled whatever the root and /dev are"};
}

FdJudged FdJudge::name_space(const Descriptor& it) const {
  if (!it.status || !around_.namespaces)
    return {FdLead::unseen, "namespace", "whether it lives in this namespace was not seen"};
  if (around_.namespaces->contains(it.status->ino))
    return within;
  return {FdLead::outside, "namespace", "it is a namespace that it does not live in, and setns(2) takes it"};
}

FdJudged FdJudge::anonymous(const Descriptor& it) const {
  if (it.name == "[pidfd]") {
    const bool own = it.pid && (*it.pid == -1 || *it.pid == around_.pid); // -1: that process is gone
    return own || around_.host_pids ? within
                                    : FdJudged{FdLead::unclear, "process",
                                               "it holds a process that may be outside of its namespaces"};
  }
  if (it.name == "[io_uring]") {
    if (it.personalities.value_or(0) > 0)
      return {FdLead::outside, "io_uring", "credentials are registered with it"};
    if (it.files.value_or(0) > 0)
      return {FdLead::unclear, "io_uring", "files are registered with it, and which ones is not told"};
    return it.files && it.personalities
               ? within
               : FdJudged{FdLead::unclear, "io_uring",
                          "whether files or credentials are registered with it is not told"};
  }
  for (const AnonKind& known : anon_kinds)
    if (known.begins ? it.name.starts_with(known.name) : it.name == known.name)
      return {known.lead, known.kind, known.why};
  return {FdLead::unclear, "other", "a kind of descriptor that is not known here"};
}

FdJudged FdJudge::judge(const Descriptor& it) const {
  switch (it.kind) {
  case FdKind::directory:
    return file(it, "directory");
  case FdKind::file:
  case FdKind::fifo:
    return file(it, "file");
  case FdKind::char_device:
  case FdKind::block_device:
    return device(it);
  case FdKind::ns:
    return name_space(it);
  case FdKind::anon:
    return anonymous(it);
  case FdKind::socket: // with O_PATH it is the file of one, to which others connect
    return file(it, "file");
  case FdKind::memfd:
    return within;
  case FdKind::other: // a symbolic link opened with O_PATH; of no type at all: memory (a DMA buffer)
    return it.status && (it.status->mode & 0170000) == 0 ? within : file(it, "file");
  case FdKind::unseen:
    return {FdLead::unseen, "other", "what it is was not seen"};
  }
  return within;
}

} // namespace sbx
