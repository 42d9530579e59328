// What do the layers answer to a question, and the threads together? Merged so that what was not evaluated
// never turns into a yes, and never takes a no away.
#pragma once

#include "core/answer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// What one layer says of one thread.
struct Asked {
  std::string layer;
  Answer answer = Answer::unknown;
  std::string detail; // one line, for people; bytes of the target are escaped
};

// All layers that were asked about one thread, in the order in which they were asked.
struct ThreadAnswer {
  std::int64_t tid = 0;
  std::size_t alike = 1; // threads that this stands for
  std::vector<Asked> asked;
  Answer answer() const;
  std::optional<std::string> denied_by() const; // the first layer that says no
};

struct Ruling {
  std::string question;
  Answer answer = Answer::unknown;
  std::optional<std::string> decided_by; // the layer, where the answer is no
  std::optional<std::int64_t> thread;    // of which `asked` speaks
  std::size_t alike = 0, threads = 0;    // how many threads that is, of how many
  std::vector<Asked> asked;
};

// Yes if any thread can. No if none can. Else unknown, of a thread of which it is not known. Where threads
// may have been missed (`complete` is false), none can say no for all of them.
Ruling rule_over_threads(std::string question, const std::vector<ThreadAnswer>& threads, bool complete);

} // namespace sbx
