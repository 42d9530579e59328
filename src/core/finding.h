// What did one probe find out about one layer? A state with the evidence it rests on.
#pragma once

#include "core/gap.h"
#include "core/observation.h"
#include "core/state.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

using Claims = nlohmann::json; // an object: names to numbers, strings, lists; null is "not seen"

// Invariant: unknown carries a gap; every other state cites at least one source that was seen.
class Finding {
public:
  // `seen` is what the state rests on: any Seen<T>. Summaries are one line, without the layer's name.
  template <class T> static Finding of(State state, const Seen<T>& seen, std::string summary) {
    return Finding(state, std::move(summary), seen.source());
  }
  template <class T> static Finding enforced(const Seen<T>& seen, std::string summary) {
    return of(State::enforced, seen, std::move(summary));
  }
  template <class T> static Finding partial(const Seen<T>& seen, std::string summary) {
    return of(State::partial, seen, std::move(summary));
  }
  template <class T> static Finding absent(const Seen<T>& seen, std::string summary) {
    return of(State::absent, seen, std::move(summary));
  }
  static Finding unknown(Gap gap);
  static Finding unknown(Gap gap, std::string summary);

  Finding& claim(const std::string& name, Claims value) &;
  // Chained by the probe that makes the finding.
  Finding&& claim(const std::string& name, Claims value) &&;
  Finding&& remedy(std::string text) &&;
  // Less than it should be: enforced becomes partial, and every other state stays. `by` goes behind the
  // summary.
  Finding&& weakened(const std::string& by) &&;
  // What was seen does not decide after all: unknown, with what was seen.
  Finding&& unseen(Gap gap, std::string summary) &&;
  // Of several processes: one of them lacks it (this one) and another has it.
  Finding&& partly() &&;
  // What was seen is of one of several: `who` goes before the summary.
  Finding&& of_one(const std::string& who) &&;
  template <class T> Finding&& citing(const Seen<T>& also) && {
    cite(also.source());
    return std::move(*this);
  }

  State state() const { return state_; }
  const std::string& summary() const { return summary_; }
  const Claims& claims() const { return claims_; }
  const std::optional<Gap>& gap() const { return gap_; }
  const std::optional<std::string>& remedy() const { return remedy_; }
  const std::vector<std::string>& sources() const { return sources_; } // in the order they were cited

private:
  Finding(State state, std::string summary, Source source);
  void cite(Source source);

  State state_;
  std::string summary_;
  Claims claims_ = Claims::object();
  std::optional<Gap> gap_;
  std::optional<std::string> remedy_;
  std::vector<std::string> sources_;
};

} // namespace sbx
