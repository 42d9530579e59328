#include "kernel/traced_filters.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace sbx {

namespace {

constexpr std::uint32_t mode_filter = 2; // include/uapi/linux/seccomp.h
// What stands in the place of addresses: is_kernel_pointer() holds, and none is written.
constexpr std::uint64_t first_identity = 0xff00000000000000, one_not_read = ~std::uint64_t{7};

class Identities {
public:
  explicit Identities(SeccompSnapshot& snapshot) : snapshot_(snapshot) {}

  std::uint64_t of(const TracedChain& chain) {
    if (const auto known = chains_.find(&chain); known != chains_.end())
      return known->second;
    std::uint64_t at = 0;
    for (const TracedFilter& filter : chain)
      at = of(at, filter);
    return chains_[&chain] = at;
  }

private:
  std::uint64_t of(std::uint64_t previous, const TracedFilter& filter) {
    const auto [known, added] = filters_.try_emplace(Key{previous, filter.code, filter.original, filter.log},
                                                     first_identity + 8 * filters_.size());
    if (added) {
      SeccompFilterRecord record{};
      record.head.kind = seccomp_record_filter;
      record.head.length = static_cast<__u32>(filter.code.size() / seccomp_instruction_bytes);
      record.head.filter = known->second;
      record.head.previous = previous;
      record.head.original = filter.original ? 1 : 0;
      record.head.log = filter.log ? 1 : 0;
      record.head.code_size = static_cast<__u32>(filter.code.size());
      record.code = filter.code;
      snapshot_.filters.push_back(std::move(record));
    }
    return known->second;
  }

  using Key = std::tuple<std::uint64_t, std::string_view, bool, bool>; // the code of a chain that lives on
  SeccompSnapshot& snapshot_;
  std::map<Key, std::uint64_t> filters_;
  std::map<const TracedChain*, std::uint64_t> chains_;
};

} // namespace

SeccompSnapshot traced_snapshot(const std::vector<TracedTask>& tasks) {
  SeccompSnapshot snapshot;
  snapshot.traced = true;
  Identities identities(snapshot);
  for (const TracedTask& task : tasks) {
    const bool filtered = task.status.mode == mode_filter && !task.status.exited;
    seccomp_task_record record{};
    record.kind = seccomp_record_task;
    record.tid = static_cast<__u32>(task.tid);
    record.start_boottime = task.status.start_boottime;
    record.mode = task.status.mode;
    record.filter = !filtered ? 0 : task.chain ? identities.of(*task.chain) : one_not_read;
    record.count =
        task.chain && filtered ? static_cast<__u32>(task.chain->size()) : task.status.count.value_or(0);
    record.exit_state = task.status.exited ? 1 : 0;
    snapshot.tasks.push_back(record);
  }
  return snapshot;
}

seccomp_layout traced_layout() {
  seccomp_layout layout{};
  for (kernel_field* field :
       {&layout.filter_listener, &layout.filter_wait_killable, &layout.filter_native, &layout.filter_compat})
    field->offset = -1;
  return layout;
}

} // namespace sbx
