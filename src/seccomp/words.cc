#include "seccomp/words.h"

#include <algorithm>

namespace sbx {

namespace {

// Where the word stands in the list, or would stand.
template <class List> auto place_of(List& list, DataWord word) {
  return std::lower_bound(list.begin(), list.end(), word,
                          [](const auto& one, DataWord wanted) { return one.first < wanted; });
}

} // namespace

const WordSet& SeccompWords::of(DataWord word) const {
  static const WordSet everything;
  const auto it = place_of(list_, word);
  return it == list_.end() || it->first != word ? everything : it->second;
}

void SeccompWords::set(DataWord word, WordSet values) {
  const auto it = place_of(list_, word);
  if (it != list_.end() && it->first == word)
    it->second = std::move(values);
  else
    list_.emplace(it, word, std::move(values));
}

} // namespace sbx
