#include "trace/attempted_rows.h"

#include "core/escape.h"
#include "trace/path_attempts.h"

#include <unordered_map>

namespace sbx {

Claims with_attempts(Claims rows, const LandlockWish& wish, const TraceEvents& trace) {
  std::vector<std::string> paths;
  for (const Wish<PathWish>& it : wish.paths)
    paths.push_back(it.value.path);
  std::unordered_map<std::string, std::string> words; // by the subject of the row
  for (const PathAttempt& it : path_attempts(trace, paths))
    words.emplace("path " + escaped(it.path, 4096), path_attempt_words(it));
  for (Claims& row : rows) {
    const auto found = words.find(row.value("subject", std::string()));
    if (found != words.end() && row.value("layer", std::string()) == "landlock")
      row["attempted"] = found->second;
  }
  return rows;
}

} // namespace sbx
