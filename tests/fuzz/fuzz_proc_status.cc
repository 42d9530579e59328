#include "parse/proc_status.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

namespace {

// Less text may leave a field unseen; it never changes what was seen, nor adds to it.
template <class T> void only_less(const std::optional<T>& less, const std::optional<T>& whole) {
  if (less && less != whole)
    std::abort();
}

void only_less(const ProcStatus& less, const ProcStatus& whole) {
  only_less(less.name, whole.name);
  only_less(less.state, whole.state);
  only_less(less.tgid, whole.tgid);
  only_less(less.pid, whole.pid);
  only_less(less.uid, whole.uid);
  only_less(less.threads, whole.threads);
  only_less(less.cap_eff, whole.cap_eff);
  only_less(less.cap_amb, whole.cap_amb);
  only_less(less.no_new_privs, whole.no_new_privs);
  only_less(less.seccomp, whole.seccomp);
  only_less(less.seccomp_filters, whole.seccomp_filters);
  only_less(less.kthread, whole.kthread);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = parse_proc_status(text);
  if (!whole)
    return 0;
  for (std::size_t end = 0; (end = text.find('\n', end)) != std::string_view::npos;)
    if (const auto less = parse_proc_status(text.substr(0, ++end)))
      only_less(*less, *whole);
  return 0;
}
