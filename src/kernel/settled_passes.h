// Did all threads hold what was read of them at one moment? Told by two passes over them that agree.
#pragma once

#include "core/reading.h"

#include <cerrno>
#include <tl/expected.hpp>
#include <utility>

namespace sbx {

template <class Snapshot> struct Settled {
  Snapshot snapshot;
  bool settled;
};

// Between two threads there is no lock: what two passes saw alike held at one moment between them. They must
// be as many as /proc counts, too: older iterators end early when a thread exits under them.
// What does not change while a thread holds it is read between the two. No thread ever takes up again what it
// let go, so what both passes name was there all the while.
//   tasks() -> tl::expected<Snapshot, Refusal>; between() -> tl::expected<T, Refusal>;
//   same(one, other) -> bool; attach(snapshot, between's)
// What is too much to be read (EFBIG) is so each time, and settles as well.
template <class Tasks, class Between, class Same, class Attach>
auto read_settled(Tasks&& tasks, Between&& between, Same&& same, Attach&& attach)
    -> tl::expected<Settled<typename decltype(tasks())::value_type>, Refusal> {
  using Snapshot = typename decltype(tasks())::value_type;
  constexpr int most_passes = 5;
  auto last = tasks();
  for (int pass = 1; last && pass < most_passes; ++pass) {
    auto part = between();
    auto next = tasks();
    if (!next)
      return tl::unexpected<Refusal>(next.error());
    const bool alike = same(*last, *next) && (part || part.error().error == EFBIG);
    last = std::move(next);
    attach(*last, std::move(part));
    if (alike)
      return Settled<Snapshot>{std::move(*last), true};
  }
  if (!last)
    return tl::unexpected<Refusal>(last.error());
  return Settled<Snapshot>{std::move(*last), false};
}

} // namespace sbx
