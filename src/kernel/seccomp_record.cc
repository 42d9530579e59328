#include "kernel/seccomp_record.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sbx {

namespace {

bool take_filter(std::vector<SeccompFilterRecord>& filters, std::string_view bytes) {
  SeccompFilterRecord filter;
  if (bytes.size() < sizeof filter.head)
    return false;
  std::memcpy(&filter.head, bytes.data(), sizeof filter.head);
  filter.code = bytes.substr(sizeof filter.head);
  if (filter.code.size() != filter.head.code_size)
    return false;
  filters.push_back(std::move(filter));
  return true;
}

} // namespace

bool take_record(SeccompSnapshot& snapshot, std::string_view bytes) {
  switch (record_kind(bytes)) {
  case seccomp_record_task:
    return file_record(snapshot.tasks, bytes);
  case seccomp_record_filter:
    return take_filter(snapshot.filters, bytes);
  default:
    return false;
  }
}

bool same_tasks(const SeccompSnapshot& one, const SeccompSnapshot& other) {
  return std::equal(one.tasks.begin(), one.tasks.end(), other.tasks.begin(), other.tasks.end(),
                    [](const seccomp_task_record& a, const seccomp_task_record& b) {
                      return a.tid == b.tid && a.start_boottime == b.start_boottime && a.filter == b.filter &&
                             a.mode == b.mode && a.count == b.count && a.exit_state == b.exit_state;
                    });
}

} // namespace sbx
