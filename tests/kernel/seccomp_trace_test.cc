#include "kernel/seccomp_trace.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

template <class T> std::string raw(const T& it) { return {reinterpret_cast<const char*>(&it), sizeof it}; }

constexpr auto all = static_cast<std::uint32_t>(TraceStep::all);

// Of one thread with two filters, one of which the kernel kept no original of.
std::string two(std::int32_t tid) {
  return raw(TraceHead{tid, 0, all, 2, 16, 0}) + raw(TraceFilterHead{2, 1, 1}) +
         raw(TraceFilterHead{0, 0, 0}) + "0123456789abcdef";
}

Trace taken(const std::string& bytes) {
  Trace trace;
  REQUIRE(take_trace(trace, bytes));
  return trace;
}

} // namespace

TEST_CASE("seccomp_trace: chains, those that are the same as before, and threads that could not be read") {
  const auto it =
      taken(two(5) + raw(TraceHead{6, EPERM, static_cast<std::uint32_t>(TraceStep::seize), 0, 0, 0}) +
            raw(TraceHead{7, 0, all, 0, 0, 1}) + two(8));
  REQUIRE(it.threads.size() == 4);
  REQUIRE(it.chains.size() == 2);
  CHECK(it.chains[0] == TracedChain{{"0123456789abcdef", true, true}, {"", false, false}});
  CHECK(it.threads[0].tid == 5);
  CHECK(it.threads[0].error == 0);
  CHECK(it.threads[1].error == EPERM);
  CHECK(it.threads[1].step == TraceStep::seize);
  CHECK(it.threads[2].chain == 0);
  CHECK(it.threads[3].chain == 1);
}

TEST_CASE("seccomp_trace: what is cut off anywhere is left out, and never half a chain is taken") {
  const std::string bytes = two(5) + two(6);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto it = taken(bytes.substr(0, size));
    CHECK(it.threads.size() == (size < bytes.size() / 2 ? 0 : 1));
    for (const TracedChain& chain : it.chains)
      CHECK(chain.size() == 2);
  }
}

TEST_CASE("seccomp_trace: what makes no sense is refused") {
  Trace trace;
  CHECK_FALSE(take_trace(trace, raw(TraceHead{5, 0, all, 0, 0, 1})));     // as no one before
  CHECK_FALSE(take_trace(trace, raw(TraceHead{5, 0, all + 1, 0, 0, 0}))); // no step of ours
  CHECK_FALSE(
      take_trace(trace, raw(TraceHead{5, 0, all, 1, 8, 0}) + raw(TraceFilterHead{2, 1, 0}) + "01234567"));
}
