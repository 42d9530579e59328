#include "kernel/seccomp_text.h"

#include <cerrno>
#include <fmt/format.h>
#include <iterator>
#include <unordered_map>

namespace sbx {

namespace {

Reading contradiction(const std::string& what) {
  return refused(EBADMSG, "what was read as seccomp filters is none: " + what);
}

std::string hex(std::string_view bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text;
}

// `of_kernel` says where the kernel keeps it, if it does.
std::string bitmap(const kernel_field& of_kernel, const __u8 (&bytes)[seccomp_bitmap_bytes]) {
  if (of_kernel.offset < 0 || of_kernel.size > sizeof bytes)
    return "-";
  return hex({reinterpret_cast<const char*>(bytes), of_kernel.size});
}

const char* flag(const kernel_field& of_kernel, bool set) {
  return of_kernel.offset < 0 ? "-" : set ? "1" : "0";
}

// The filters of a snapshot, numbered so that each stands on one with a smaller number.
class Chains {
public:
  explicit Chains(const SeccompSnapshot& snapshot) {
    for (const SeccompFilterRecord& filter : snapshot.filters)
      records_.try_emplace(filter.head.filter, &filter);
  }

  // Of the newest filter of a task, which says that it has `count`. What is wrong with its chain, or nothing.
  std::string add(std::uint64_t newest, std::size_t count) {
    std::vector<const SeccompFilterRecord*> fresh;
    std::size_t below = 0; // how many filters the first known one stands on, and itself
    for (std::uint64_t at = newest; at != 0; at = fresh.back()->head.previous) {
      if (const auto known = numbers_.find(at); known != numbers_.end()) {
        below = depths_[known->second - 1];
        break;
      }
      const auto record = records_.find(at);
      if (!is_kernel_pointer(at) || record == records_.end())
        return "a filter has no readable memory";
      if (fresh.size() == records_.size())
        return "a chain of filters has no end";
      fresh.push_back(record->second);
    }
    for (auto record = fresh.rbegin(); record != fresh.rend(); ++record) {
      order_.push_back(*record);
      depths_.push_back(++below);
      numbers_.emplace((*record)->head.filter, order_.size());
    }
    return below == count ? "" : fmt::format("a chain of {} filters is said to have {}", below, count);
  }

  std::size_t number(std::uint64_t filter) const { return filter == 0 ? 0 : numbers_.at(filter); }
  const std::vector<const SeccompFilterRecord*>& order() const { return order_; }

private:
  std::unordered_map<std::uint64_t, const SeccompFilterRecord*> records_; // by address
  std::unordered_map<std::uint64_t, std::size_t> numbers_;                // the same
  std::vector<const SeccompFilterRecord*> order_;
  std::vector<std::size_t> depths_;
};

std::string filter_lines(const seccomp_layout& layout, std::size_t number, std::size_t previous,
                         const SeccompFilterRecord& filter) {
  const seccomp_filter_head& head = filter.head;
  std::string text = fmt::format("filter {} prev={} len={} log={} notify={} wait_killable={} ", number,
                                 previous, head.original ? std::to_string(head.length) : "-",
                                 head.log ? 1 : 0, flag(layout.filter_listener, head.listener != 0),
                                 flag(layout.filter_wait_killable, head.wait_killable != 0));
  text += "native=" + bitmap(layout.filter_native, head.native) +
          " compat=" + bitmap(layout.filter_compat, head.compat) + '\n';
  if (head.original)
    text += fmt::format("program {} {}\n", number, hex(filter.code));
  return text;
}

bool holds_program(const SeccompFilterRecord& filter) {
  const seccomp_filter_head& head = filter.head;
  return !head.original || (head.length >= 1 && head.length <= seccomp_most_instructions &&
                            filter.code.size() == head.length * std::size_t{seccomp_instruction_bytes});
}

} // namespace

Reading seccomp_text(const seccomp_layout& layout, const SeccompSnapshot& snapshot, bool settled) {
  Chains chains(snapshot);
  std::string text =
      fmt::format("settled {}{}\n", settled ? "yes" : "no", snapshot.traced ? " via=ptrace" : "");
  auto out = std::back_inserter(text);
  for (const auto& task : snapshot.tasks) {
    if (task.filter != 0 && snapshot.filters_refused) // EAGAIN: by us, in the end
      return refused(snapshot.filters_refused->error == EAGAIN ? ETIMEDOUT : snapshot.filters_refused->error,
                     snapshot.filters_refused->detail);
    if (settled)
      if (const std::string wrong = task.filter ? chains.add(task.filter, task.count) : ""; !wrong.empty())
        return contradiction(fmt::format("of thread {}, {}", task.tid, wrong));
    const bool unread = !settled && task.filter != 0;
    fmt::format_to(out, "task {} start={} mode={} filter={} count={} exited={}\n", task.tid,
                   task.start_boottime, task.mode, unread ? "-" : std::to_string(chains.number(task.filter)),
                   task.count, task.exit_state != 0 ? 1 : 0);
  }
  for (std::size_t i = 0; i < chains.order().size(); ++i) {
    const SeccompFilterRecord& filter = *chains.order()[i];
    if (!holds_program(filter))
      return contradiction(fmt::format("filter {} says it has {} instructions", i + 1, filter.head.length));
    text += filter_lines(layout, i + 1, chains.number(filter.head.previous), filter);
  }
  return text;
}

} // namespace sbx
