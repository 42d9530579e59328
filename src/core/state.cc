#include "core/state.h"

namespace sbx {

std::string_view state_name(State state) {
  switch (state) {
  case State::enforced:
    return "enforced";
  case State::partial:
    return "partial";
  case State::absent:
    return "absent";
  case State::unknown:
    return "unknown";
  case State::not_applicable:
    return "not_applicable";
  }
  return "unknown";
}

State judge(const Tally& tally) {
  if (tally.with > 0 && tally.without > 0)
    return State::partial;
  if (tally.unseen > 0 || tally.moving || tally.total() == 0)
    return State::unknown;
  return tally.with > 0 ? State::enforced : State::absent;
}

} // namespace sbx
