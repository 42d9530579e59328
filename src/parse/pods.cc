#include "parse/pods.h"

#include "core/escape.h"
#include "parse/line.h"

namespace sbx {

Parsed<Pods> parse_pods(std::string_view text) {
  Pods all;
  std::string problem;
  each_line(text, [&](std::string_view line) {
    std::string folder;
    if (all.cut)
      problem = "a line after the end";
    else if (line == "cut")
      all.cut = true;
    else if (!line.starts_with("pod ") || !unescape(line.substr(4), folder) || folder.empty())
      problem = "not the folder of a pod: " + escaped(line, 60);
    // Neither namespaces nor names of Kubernetes have an underscore (RFC 1123, DNS labels and subdomains).
    const std::size_t first = folder.find('_'), last = folder.rfind('_');
    if (first != folder.npos && first > 0 && last > first + 1 && last + 1 < folder.size() &&
        folder.find('_', first + 1) == last)
      all.pods.push_back(
          {folder.substr(0, first), folder.substr(first + 1, last - first - 1), folder.substr(last + 1)});
    return problem.empty();
  });
  if (problem.empty() && cut_off(text))
    problem = "the last line is cut off";
  if (!problem.empty())
    return malformed(std::move(problem));
  return all;
}

} // namespace sbx
