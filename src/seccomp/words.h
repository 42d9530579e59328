// Which values can each word of a system call have, where tests led? A word that is not listed can have every
// value.
#pragma once

#include "seccomp/word_set.h"

#include <utility>
#include <vector>

namespace sbx {

class SeccompWords {
public:
  const WordSet& of(DataWord word) const;
  void set(DataWord word, WordSet values);
  const std::vector<std::pair<DataWord, WordSet>>& list() const { return list_; } // in the order of the words
  bool operator==(const SeccompWords&) const = default;

private:
  std::vector<std::pair<DataWord, WordSet>> list_;
};

} // namespace sbx
