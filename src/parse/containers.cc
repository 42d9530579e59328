#include "parse/containers.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <cerrno>
#include <optional>

namespace sbx {

namespace {

constexpr std::size_t most_lines = 4096;

std::optional<int> refusal_in(std::string_view word) {
  return word.starts_with('!') ? errno_from_name(word.substr(1)) : std::nullopt;
}

bool is_runtime(std::string_view word) { return word == "docker" || word == "podman"; }

// Calls with(text) for each ":text" of a list, raw bytes. False where it is no list.
template <class With> bool each_text(std::string_view list, With&& with) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view word = list.substr(0, comma);
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    if (!word.starts_with(':') || (comma != word.npos && list.empty()) || !with(word.substr(1)))
      return false;
  }
  return true;
}

bool take_texts(std::string_view list, std::vector<std::string>& texts) {
  return each_text(list, [&](std::string_view word) { return unescape(word, texts.emplace_back()); });
}

bool take_labels(std::string_view list, std::map<std::string, std::string>& labels) {
  return each_text(list, [&](std::string_view word) {
    const std::size_t equals = word.find('=');
    std::string key, value;
    return equals != word.npos && unescape(word.substr(0, equals), key) &&
           unescape(word.substr(equals + 1), value) && labels.emplace(key, value).second;
  });
}

std::optional<std::string_view> after(std::string_view word, std::string_view key) {
  return word.starts_with(key) ? std::optional(word.substr(key.size())) : std::nullopt;
}

std::optional<ContainerSource> source_of(const std::vector<std::string_view>& parts) {
  ContainerSource source;
  if (parts.size() != 4 || !is_runtime(parts[1]) || !parts[2].starts_with(':') ||
      !unescape(parts[2].substr(1), source.path))
    return std::nullopt;
  source.runtime = parts[1];
  const auto error = refusal_in(parts[3]);
  source.error = error.value_or(0);
  source.cut = parts[3] == "cut";
  return error || source.cut || parts[3] == "whole" ? std::optional(source) : std::nullopt;
}

std::optional<Container> container_of(const std::vector<std::string_view>& parts) {
  if (parts.size() != 7 || !is_runtime(parts[1]) || parts[2].size() != 64 ||
      parts[2].find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  Container container;
  container.runtime = parts[1];
  container.id = parts[2];
  const auto pid = after(parts[3], "pid="), names = after(parts[4], "names="),
             networks = after(parts[5], "networks="), labels = after(parts[6], "labels=");
  if (!pid || !names || !networks || !labels || !take_texts(*names, container.names) ||
      !take_texts(*networks, container.networks) || !take_labels(*labels, container.labels))
    return std::nullopt;
  const auto error = refusal_in(*pid);
  const auto value = number<std::int64_t>(*pid);
  if (error)
    container.pid = tl::unexpected<int>(*error);
  else if (value && *value >= 0 && *value <= INT32_MAX)
    container.pid = *value;
  else
    return std::nullopt;
  return container;
}

} // namespace

bool Containers::whole() const {
  return std::none_of(sources.begin(), sources.end(), [](const ContainerSource& it) {
    return it.cut || (it.error != 0 && it.error != ENOENT);
  });
}

Parsed<Containers> parse_containers(std::string_view text) {
  if (cut_off(text))
    return malformed("the last line is cut off");
  Containers all;
  std::size_t lines = 0;
  std::string problem;
  each_line(text, [&](std::string_view line) {
    const auto parts = words(line);
    const auto source = !parts.empty() && parts[0] == "source" ? source_of(parts) : std::nullopt;
    const auto container = !parts.empty() && parts[0] == "container" && !all.sources.empty()
                               ? container_of(parts)
                               : std::nullopt;
    if (source)
      all.sources.push_back(*source);
    else if (container && all.sources.back().error == 0 && all.sources.back().runtime == container->runtime)
      all.containers.push_back(*container);
    else
      problem = "not of a container: " + escaped(line, 60);
    if (++lines > most_lines)
      problem = "too many lines";
    return problem.empty();
  });
  if (!problem.empty())
    return malformed(problem);
  if (all.sources.empty())
    return malformed("no source at all");
  return all;
}

} // namespace sbx
