#include "kernel/live_environ_names.h"

#include "core/escape.h"
#include "kernel/process_environ.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_names = 4096, most_name = 256;

} // namespace

std::string environ_name_lines(std::string_view environment) {
  std::string text;
  std::size_t names = 0;
  each_variable(environment, [&](std::string_view name, std::string_view value) {
    if (++names > most_names)
      return;
    const std::string_view kept = name.substr(0, most_name);
    text += fmt::format("name {} value={} left_out={}\n", escaped_word(kept), value.empty() ? 0 : 1,
                        name.size() - kept.size());
  });
  return text + fmt::format("end more={}\n", names - std::min(names, most_names));
}

} // namespace sbx
