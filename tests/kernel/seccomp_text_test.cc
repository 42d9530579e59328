#include "kernel/seccomp_text.h"

#include <catch2/catch.hpp>
#include <cerrno>

using sbx::seccomp_text;
using sbx::SeccompSnapshot;

namespace {

constexpr std::uint64_t kernel = 0xff11000000000000; // five levels of page tables

seccomp_layout layout_of(int bitmap_bytes) {
  seccomp_layout layout{};
  layout.filter_native = {16, static_cast<__u16>(bitmap_bytes), 0, 0};
  layout.filter_compat = {80, static_cast<__u16>(bitmap_bytes), 0, 0};
  return layout;
}

void add_task(SeccompSnapshot& to, std::uint32_t tid, std::uint64_t filter, std::uint32_t count) {
  seccomp_task_record it{};
  it.tid = tid;
  it.start_boottime = 7;
  it.mode = count > 0 ? 2 : 0;
  it.filter = filter;
  it.count = count;
  to.tasks.push_back(it);
}

sbx::SeccompFilterRecord& add_filter(SeccompSnapshot& to, std::uint64_t filter, std::uint64_t previous,
                                     const std::string& code = "12345678") {
  sbx::SeccompFilterRecord it{};
  it.head.filter = filter;
  it.head.previous = previous;
  it.head.original = kernel;
  it.head.length = static_cast<__u32>(code.size() / 8);
  it.code = code;
  to.filters.push_back(it);
  return to.filters.back();
}

int error(const SeccompSnapshot& it, bool settled = true) {
  const auto text = seccomp_text(layout_of(2), it, settled);
  return text ? 0 : text.error().error;
}

// One thread with a chain of two.
SeccompSnapshot two() {
  SeccompSnapshot it;
  add_task(it, 10, kernel + 0x80, 2);
  add_filter(it, kernel + 0x80, kernel + 0x100);
  add_filter(it, kernel + 0x100, 0);
  return it;
}

} // namespace

TEST_CASE("seccomp_text: chains are numbered from the oldest, each filter once") {
  SeccompSnapshot it;
  add_task(it, 10, kernel + 0x80, 2);
  add_task(it, 11, 0, 0);
  add_task(it, 12, kernel + 0x200, 2);
  it.tasks[2].exit_state = 32;
  auto& newest = add_filter(it, kernel + 0x80, kernel + 0x100, std::string(16, '\xab'));
  newest.head.log = 1;
  newest.head.listener = kernel;
  newest.head.wait_killable = 1;
  newest.head.native[0] = 0xfe;
  newest.head.native[1] = 0x01;
  newest.head.native[2] = 0xff; // beyond what this kernel has
  newest.head.compat[1] = 0x80;
  add_filter(it, kernel + 0x100, 0);
  add_filter(it, kernel + 0x200, kernel + 0x100).head.original = 0;
  CHECK(*seccomp_text(layout_of(2), it, true) == R"(settled yes
task 10 start=7 mode=2 filter=2 count=2 exited=0
task 11 start=7 mode=0 filter=0 count=0 exited=0
task 12 start=7 mode=2 filter=3 count=2 exited=1
filter 1 prev=0 len=1 log=0 notify=0 wait_killable=0 native=0000 compat=0000
program 1 3132333435363738
filter 2 prev=1 len=2 log=1 notify=1 wait_killable=1 native=fe01 compat=0080
program 2 abababababababababababababababab
filter 3 prev=1 len=- log=0 notify=0 wait_killable=0 native=0000 compat=0000
)");
}

TEST_CASE("seccomp_text: what this kernel does not keep is a minus, and no address is written") {
  seccomp_layout layout = layout_of(2);
  layout.filter_native.offset = layout.filter_compat.offset = layout.filter_wait_killable.offset = -1;
  const auto text = seccomp_text(layout, two(), true);
  REQUIRE(text);
  CHECK(text->find("filter 2 prev=1 len=1 log=0 notify=0 wait_killable=- native=- compat=-\n") !=
        std::string::npos);
  CHECK(text->find("ff11") == std::string::npos);
}

TEST_CASE("seccomp_text: what ptrace showed says so, and does not say whether somebody is notified") {
  seccomp_layout layout = layout_of(2);
  layout.filter_listener.offset = -1;
  SeccompSnapshot it = two();
  it.traced = true;
  const auto text = seccomp_text(layout, it, true);
  REQUIRE(text);
  CHECK(text->starts_with("settled yes via=ptrace\n"));
  CHECK(text->find(" notify=- ") != std::string::npos);
  CHECK(seccomp_text(layout, it, false)->starts_with("settled no via=ptrace\n"));
}

TEST_CASE("seccomp_text: memory that contradicts itself is refused, never shown as a chain") {
  SeccompSnapshot it = two();
  CHECK(error(it) == 0);
  it.tasks[0].count = 3;
  CHECK(error(it) == EBADMSG); // the kernel's own count
  it = two();
  it.filters.pop_back();
  CHECK(error(it) == EBADMSG); // no memory behind it
  it = two();
  it.filters[1].head.previous = kernel + 0x80;
  CHECK(error(it) == EBADMSG); // a loop
  it = two();
  it.filters[1].head.previous = kernel + 0x100;
  CHECK(error(it) == EBADMSG); // itself
  it = two();
  it.filters[1].head.length = 2;
  CHECK(error(it) == EBADMSG); // longer than what came
  it = two();
  it.filters[1].head.length = 0;
  it.filters[1].code.clear();
  CHECK(error(it) == EBADMSG); // no program is empty
  it = two();
  it.filters[1].head.length = 4097;
  it.filters[1].code.assign(std::size_t{4097} * 8, 'x');
  CHECK(error(it) == EBADMSG); // nor this long
  it = two();
  it.tasks[0].filter = it.filters[0].head.filter = 0x7f0000001000;
  CHECK(error(it) == EBADMSG); // user space
}

TEST_CASE("seccomp_text: filters that did not settle are said not to have been read") {
  SeccompSnapshot it = two();
  add_task(it, 11, 0, 0);
  CHECK(*seccomp_text(layout_of(2), it, false) == R"(settled no
task 10 start=7 mode=2 filter=- count=2 exited=0
task 11 start=7 mode=0 filter=0 count=0 exited=0
)");
}

TEST_CASE("seccomp_text: filters that were refused refuse the whole, where there are any") {
  SeccompSnapshot it = two();
  it.filters_refused = sbx::Refusal{EFBIG, "too many"};
  CHECK(error(it) == EFBIG);
  it.filters_refused->error = EAGAIN;
  CHECK(error(it, false) == ETIMEDOUT); // not what the kernel does not offer
  it.tasks[0].filter = 0;
  CHECK(error(it) == 0);
}
