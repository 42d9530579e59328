// Was it seen, or not? An Observation holds a value with its source, or a gap; nothing in between and no
// default.
#pragma once

#include "core/gap.h"
#include "core/source.h"

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace sbx {

template <class T> class Observation;
struct TestMint; // tests/test_mint.h: what a unit test pretends to have seen

// A value that the kernel gave us. Only a Witness makes one from nothing; a field of a seen value is seen
// too.
template <class T> class Seen {
public:
  const T& value() const { return value_; }
  Source source() const { return source_; }

private:
  friend class Witness;
  friend struct TestMint;
  template <class> friend class Observation;
  Seen(T value, Source source) : value_(std::move(value)), source_(source) {}
  T value_;
  Source source_;
};

template <class T> class Observation {
public:
  // Both arms are needed, and both return the same type: seen(const Seen<T>&), not_seen(const Gap&).
  template <class OnSeen, class OnGap> auto match(OnSeen&& seen, OnGap&& not_seen) const {
    if (const auto* it = std::get_if<Seen<T>>(&held_))
      return std::forward<OnSeen>(seen)(*it);
    return std::forward<OnGap>(not_seen)(std::get<Gap>(held_));
  }

  // What follows from a seen value is seen, by the same source; a gap stays one.
  template <class Make>
  auto map(Make&& make) const -> Observation<std::decay_t<decltype(make(std::declval<const T&>()))>> {
    using U = std::decay_t<decltype(make(std::declval<const T&>()))>;
    if (const auto* it = std::get_if<Seen<T>>(&held_))
      return Seen<U>(make(it->value()), it->source());
    return std::get<Gap>(held_);
  }

  // A member that this kernel may not print: an empty optional is a gap, never a zero.
  template <class U, class Struct>
  Observation<U> field(std::string_view name, std::optional<U> Struct::*member) const {
    return match(
        [&](const Seen<T>& it) -> Observation<U> {
          const std::optional<U>& value = it.value().*member;
          if (value)
            return Seen<U>(*value, it.source());
          return Gap{GapKind::unsupported, std::string(it.source().name),
                     "this kernel does not print " + std::string(name)};
        },
        [](const Gap& gap) -> Observation<U> { return gap; });
  }

private:
  friend class Witness;
  friend struct TestMint;
  template <class> friend class Observation;
  Observation(Seen<T> seen) : held_(std::move(seen)) {}
  Observation(Gap gap) : held_(std::move(gap)) {}
  std::variant<Seen<T>, Gap> held_;
};

} // namespace sbx
