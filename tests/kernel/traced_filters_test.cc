#include "kernel/traced_filters.h"

#include "kernel/seccomp_text.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const TracedFilter a{"aaaaaaaa", true, false}, b{"bbbbbbbbBBBBBBBB", true, true},
    a_logs{"aaaaaaaa", true, true}, unkept{"", false, false};

TracedTask task(pid_t tid, const TracedChain& chain) {
  TracedTask it;
  it.tid = tid;
  it.status.mode = 2;
  it.status.count = static_cast<std::uint32_t>(chain.size());
  it.status.start_boottime = 7;
  it.chain = &chain;
  return it;
}

std::string text_of(const std::vector<TracedTask>& tasks, bool settled = true) {
  const auto text = seccomp_text(traced_layout(), traced_snapshot(tasks), settled);
  REQUIRE(text);
  return *text;
}

} // namespace

TEST_CASE(
    "traced_filters: chains that begin alike share what is alike, by program, flags and what was before") {
  const TracedChain one{a, b}, same{a, b}, longer{a, b, a}, other{a_logs, b}, kept_none{unkept};
  CHECK(text_of({task(10, one), task(11, same), task(12, longer), task(13, other), task(14, kept_none)}) ==
        R"(settled yes via=ptrace
task 10 start=7 mode=2 filter=2 count=2 exited=0
task 11 start=7 mode=2 filter=2 count=2 exited=0
task 12 start=7 mode=2 filter=3 count=3 exited=0
task 13 start=7 mode=2 filter=5 count=2 exited=0
task 14 start=7 mode=2 filter=6 count=1 exited=0
filter 1 prev=0 len=1 log=0 notify=- wait_killable=- native=- compat=-
program 1 6161616161616161
filter 2 prev=1 len=2 log=1 notify=- wait_killable=- native=- compat=-
program 2 62626262626262624242424242424242
filter 3 prev=2 len=1 log=0 notify=- wait_killable=- native=- compat=-
program 3 6161616161616161
filter 4 prev=0 len=1 log=1 notify=- wait_killable=- native=- compat=-
program 4 6161616161616161
filter 5 prev=4 len=2 log=1 notify=- wait_killable=- native=- compat=-
program 5 62626262626262624242424242424242
filter 6 prev=0 len=- log=0 notify=- wait_killable=- native=- compat=-
)");
}

TEST_CASE("traced_filters: a thread without filters has none, one that exits gave them back, one not read is "
          "not none") {
  const TracedChain chain{a};
  TracedTask none = task(10, chain), exits = task(11, chain), unread = task(12, chain);
  none.chain = exits.chain = unread.chain = nullptr;
  none.status.mode = 0;
  none.status.count = 0;
  exits.status.exited = true;
  CHECK(text_of({none, exits}) == R"(settled yes via=ptrace
task 10 start=7 mode=0 filter=0 count=0 exited=0
task 11 start=7 mode=2 filter=0 count=1 exited=1
)");
  CHECK(text_of({none, unread, task(13, chain)}, false) == R"(settled no via=ptrace
task 10 start=7 mode=0 filter=0 count=0 exited=0
task 12 start=7 mode=2 filter=- count=1 exited=0
task 13 start=7 mode=2 filter=- count=1 exited=0
)");
  CHECK_FALSE(seccomp_text(traced_layout(), traced_snapshot({unread}), true)); // never as a chain
}
