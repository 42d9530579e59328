#include "core/finding.h"

#include <algorithm>

namespace sbx {

Finding::Finding(State state, std::string summary, Source source)
    : state_(state), summary_(std::move(summary)) {
  cite(source);
}

Finding Finding::unknown(Gap gap) {
  std::string summary = gap.detail;
  return unknown(std::move(gap), std::move(summary));
}

Finding Finding::unknown(Gap gap, std::string summary) {
  Finding finding(State::unknown, std::move(summary), Source{});
  finding.sources_ = {gap.source};
  finding.gap_ = std::move(gap);
  return finding;
}

Finding& Finding::claim(const std::string& name, Claims value) & {
  claims_[name] = std::move(value);
  return *this;
}

Finding&& Finding::claim(const std::string& name, Claims value) && {
  return std::move(claim(name, std::move(value)));
}

Finding&& Finding::remedy(std::string text) && {
  remedy_ = std::move(text);
  return std::move(*this);
}

Finding&& Finding::weakened(const std::string& by) && {
  if (state_ == State::enforced)
    state_ = State::partial;
  summary_ = summary_.empty() ? by : summary_ + "; " + by;
  return std::move(*this);
}

Finding&& Finding::unseen(Gap gap, std::string summary) && {
  state_ = State::unknown;
  summary_ = std::move(summary);
  if (std::find(sources_.begin(), sources_.end(), gap.source) == sources_.end())
    sources_.push_back(gap.source);
  gap_ = std::move(gap);
  return std::move(*this);
}

Finding&& Finding::partly() && {
  if (state_ == State::absent)
    state_ = State::partial;
  return std::move(*this);
}

Finding&& Finding::of_one(const std::string& who) && {
  summary_ = summary_.empty() ? who : who + ": " + summary_;
  return std::move(*this);
}

void Finding::cite(Source source) {
  if (std::find(sources_.begin(), sources_.end(), source.name) == sources_.end())
    sources_.emplace_back(source.name);
}

} // namespace sbx
