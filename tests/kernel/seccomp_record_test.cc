#include "kernel/seccomp_record.h"

#include <catch2/catch.hpp>

namespace {

template <class Record> std::string bytes_of(const Record& record) {
  return {reinterpret_cast<const char*>(&record), sizeof record};
}

} // namespace

TEST_CASE("seccomp_record: records are filed by kind, and only at their full size") {
  sbx::SeccompSnapshot it;
  seccomp_task_record task{};
  task.kind = seccomp_record_task;
  task.tid = 9;
  CHECK(take_record(it, bytes_of(task)));
  REQUIRE(it.tasks.size() == 1);
  CHECK(it.tasks[0].tid == 9);
  CHECK_FALSE(take_record(it, bytes_of(task).substr(1)));
  CHECK_FALSE(take_record(it, bytes_of(task).substr(0, sizeof task - 1)));
  CHECK_FALSE(take_record(it, bytes_of(task) + "x"));
  CHECK_FALSE(take_record(it, ""));
  CHECK_FALSE(take_record(it, "abc"));
  task.kind = 99;
  CHECK_FALSE(take_record(it, bytes_of(task)));
  CHECK(it.filters.empty());
}

TEST_CASE("seccomp_record: a filter comes with as many bytes of its program as it says") {
  sbx::SeccompSnapshot it;
  seccomp_filter_head head{};
  head.kind = seccomp_record_filter;
  head.code_size = 8;
  CHECK(take_record(it, bytes_of(head) + "12345678"));
  REQUIRE(it.filters.size() == 1);
  CHECK(it.filters[0].code == "12345678");
  CHECK_FALSE(take_record(it, bytes_of(head) + "1234567"));
  CHECK_FALSE(take_record(it, bytes_of(head) + "123456789"));
  CHECK_FALSE(take_record(it, bytes_of(head).substr(0, sizeof head - 1)));
  head.code_size = 0;
  CHECK(take_record(it, bytes_of(head)));
}

TEST_CASE("seccomp_record: two passes are the same when no thread and no filter changed") {
  sbx::SeccompSnapshot one;
  one.tasks = {seccomp_task_record{}};
  CHECK(same_tasks(one, one));
  const auto differs = [&](auto&& change) {
    sbx::SeccompSnapshot other = one;
    change(other.tasks[0]);
    return !same_tasks(one, other);
  };
  CHECK(differs([](auto& task) { task.tid = 2; }));
  CHECK(differs([](auto& task) { task.start_boottime = 2; }));
  CHECK(differs([](auto& task) { task.filter = 2; }));
  CHECK(differs([](auto& task) { task.mode = 2; }));
  CHECK(differs([](auto& task) { task.count = 2; }));
  CHECK(differs([](auto& task) { task.exit_state = 2; }));
  sbx::SeccompSnapshot more = one;
  more.tasks.push_back({});
  CHECK_FALSE(same_tasks(one, more));
}
