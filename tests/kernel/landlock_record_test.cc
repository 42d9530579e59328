#include "kernel/landlock_record.h"

#include "kernel/landlock_memory.h"

#include <catch2/catch.hpp>

using sbx::decode_head;
using sbx::field_value;
using sbx::HandledMasks;
using sbx::MaskKind;

namespace {

template <class Record> std::string_view bytes_of(const Record& record) {
  return {reinterpret_cast<const char*>(&record), sizeof record};
}

} // namespace

TEST_CASE("landlock_record: records are filed by kind, and only at their full size") {
  sbx::LandlockSnapshot it;
  landlock_task_record task{};
  task.kind = landlock_record_task;
  task.tid = 9;
  CHECK(take_record(it, bytes_of(task)));
  CHECK(it.tasks.size() == 1);
  CHECK(it.tasks[0].tid == 9);
  CHECK_FALSE(take_record(it, bytes_of(task).substr(1)));
  CHECK_FALSE(take_record(it, bytes_of(task).substr(0, sizeof task - 1)));
  CHECK_FALSE(take_record(it, ""));
  task.kind = landlock_record_domain;
  CHECK_FALSE(take_record(it, bytes_of(task)));
  task.kind = 99;
  CHECK_FALSE(take_record(it, bytes_of(task)));
}

TEST_CASE("landlock_record: masks are decoded in each of the three forms they had") {
  landlock_layout layout = sbx_test::layout_618();
  landlock_domain_record it{};
  sbx_test::put_domain(it, 2, 4, {{0x1fff, 3, 1}, {0x8001, 0, 2}});
  auto head = decode_head(layout, it.head, it.masks);
  CHECK(head.layers == 2);
  CHECK(head.rules == 4);
  CHECK(head.masks == std::vector<HandledMasks>{{0x1fff, 3, 1}, {0x8001, 0, 2}});

  layout.mask_kind = static_cast<__u32>(MaskKind::fs_only);
  layout.mask_size = 2;
  const __u16 words[] = {0x3fff, 0x41};
  std::memcpy(it.masks, words, sizeof words);
  CHECK(decode_head(layout, it.head, it.masks).masks ==
        std::vector<HandledMasks>{{0x3fff, 0, 0}, {0x41, 0, 0}});

  layout.mask_kind = static_cast<__u32>(MaskKind::shifted);
  layout.mask_size = 4;
  const __u32 wide[] = {0x7fff | 3u << 15, 0x10001};
  std::memcpy(it.masks, wide, sizeof wide);
  layout.shifted_fs_bits = 15;
  CHECK(decode_head(layout, it.head, it.masks).masks == std::vector<HandledMasks>{{0x7fff, 3, 0}, {1, 2, 0}});
  layout.shifted_fs_bits = 16;
  CHECK(decode_head(layout, it.head, it.masks).masks[1] == HandledMasks{1, 1, 0});
}

TEST_CASE("landlock_record: a number of layers that cannot be is kept, its masks are not read") {
  landlock_domain_record it{};
  sbx_test::put_domain(it, 0xffffffff, 4, {});
  const auto head = decode_head(sbx_test::layout_618(), it.head, it.masks);
  CHECK(head.layers == 0xffffffff);
  CHECK(head.masks.size() == 16);
}

TEST_CASE("landlock_record: a field outside the bytes is 0") {
  CHECK(field_value("abcd", {2, 2, 0, 0}) == 0x6463);
  CHECK(field_value("abcd", {3, 2, 0, 0}) == 0);
  CHECK(field_value("abcd", {-1, 2, 0, 0}) == 0);
  CHECK(field_value("abcd", {0, 9, 0, 0}) == 0);
  CHECK(field_value("abcd", {0x7fffffff, 1, 0, 0}) == 0);
  CHECK(field_value("\xff", {0, 1, 2, 3}) == 7);
}

TEST_CASE("landlock_record: two passes are the same when no thread and no domain changed") {
  sbx::LandlockSnapshot one;
  landlock_task_record task{};
  task.tid = 1;
  one.tasks = {task};
  sbx::LandlockSnapshot other = one;
  other.tasks[0].comm[0] = 'r'; // a new name is no change of the sandbox
  CHECK(same_tasks(one, other));
  other.tasks[0].real_domain = 8;
  CHECK_FALSE(same_tasks(one, other));
  other = one;
  other.tasks[0].start_boottime = 8;
  CHECK_FALSE(same_tasks(one, other));
  other.tasks.push_back(task);
  CHECK_FALSE(same_tasks(one, other));
}
