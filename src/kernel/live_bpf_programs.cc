#include "kernel/live_bpf_programs.h"

#include "kernel/child.h"
#include "kernel/fd.h"
#include "kernel/property_text.h"

#include <array>
#include <bpf/bpf.h>
#include <cerrno>
#include <unistd.h>

namespace sbx {

namespace {

constexpr unsigned most = 65'536; // more are not counted
constexpr int deadline_ms = 2000;
constexpr std::string_view end_mark = "end\n";

struct Type {
  bpf_prog_type number;
  const char* name;
};

// linux/bpf.h; those that can refuse something to a process, and `tracing`, among which are fmod_ret
// programs.
constexpr std::array types{
    Type{BPF_PROG_TYPE_LSM, "lsm"},
    Type{BPF_PROG_TYPE_CGROUP_SKB, "cgroup_skb"},
    Type{BPF_PROG_TYPE_CGROUP_SOCK, "cgroup_sock"},
    Type{BPF_PROG_TYPE_CGROUP_SOCK_ADDR, "cgroup_sock_addr"},
    Type{BPF_PROG_TYPE_CGROUP_SOCKOPT, "cgroup_sockopt"},
    Type{BPF_PROG_TYPE_CGROUP_SYSCTL, "cgroup_sysctl"},
    Type{BPF_PROG_TYPE_CGROUP_DEVICE, "cgroup_device"},
    Type{BPF_PROG_TYPE_TRACING, "tracing"},
};

// Calls with(info) for each object that there is. The errno that ended it before the last one, or 0.
template <class Info, class Next, class Open, class With>
int each(const Next& next, const Open& open, const With& with) {
  unsigned id = 0;
  for (unsigned count = 0; next(id, &id) == 0; ++count) {
    if (count == most)
      return EFBIG;
    const Fd object(open(id));
    if (!object && errno == ENOENT) // gone since
      continue;
    Info info{};
    unsigned length = sizeof info;
    if (!object || bpf_obj_get_info_by_fd(object.get(), &info, &length) != 0)
      return errno;
    with(info);
  }
  return errno == ENOENT ? 0 : errno; // ENOENT: none after this
}

Reading count_programs() {
  std::array<unsigned, types.size()> counts{};
  unsigned other = 0, modify_return = 0;
  const int programs =
      each<bpf_prog_info>(bpf_prog_get_next_id, bpf_prog_get_fd_by_id, [&](const bpf_prog_info& info) {
        for (std::size_t i = 0; i < types.size(); ++i)
          if (info.type == types[i].number) {
            ++counts[i];
            return;
          }
        ++other;
      });
  if (programs != 0)
    return refused(programs);
  // The attach type is not in what the kernel says of a program, only of a link (5.8).
  const int links =
      each<bpf_link_info>(bpf_link_get_next_id, bpf_link_get_fd_by_id, [&](const bpf_link_info& info) {
        if (info.type == BPF_LINK_TYPE_TRACING && info.tracing.attach_type == BPF_MODIFY_RETURN)
          ++modify_return;
      });
  std::string text;
  for (std::size_t i = 0; i < types.size(); ++i)
    text += property_line(types[i].name, std::to_string(counts[i]));
  return text + property_line("other", std::to_string(other)) +
         property_line("modify_return", links == 0 ? Reading(std::to_string(modify_return)) : refused(links));
}

} // namespace

// In a child: a seccomp filter of our own may kill whoever calls bpf(2).
Reading read_bpf_programs() {
  Reading text = ask_child(
      [](int out) {
        const Reading counted = count_programs();
        const std::string said =
            counted ? *counted + std::string(end_mark) : refusal_word(counted.error().error);
        [[maybe_unused]] const ssize_t written = write(out, said.data(), said.size());
      },
      deadline_ms);
  if (!text)
    return text;
  if (text->starts_with('!'))
    return refused(errno_from_name(text->substr(1)).value_or(EBADMSG), "listing the loaded BPF programs");
  if (!text->ends_with(end_mark))
    return refused(EPERM, "the child that asked for BPF programs was killed before it could answer");
  text->resize(text->size() - end_mark.size());
  return text;
}

} // namespace sbx
