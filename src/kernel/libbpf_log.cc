#include "kernel/libbpf_log.h"

#include "core/escape.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <string_view>

namespace sbx {

namespace {

constexpr std::size_t most_kept = 1 << 16;
thread_local std::string* kept = nullptr; // libbpf's callback has no context of its own

int keep(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG || !kept)
    return 0;
  std::array<char, 4096> line{};
  const int size = vsnprintf(line.data(), line.size(), format, arguments);
  if (size > 0)
    *kept += line.data();
  if (kept->size() > most_kept) // the reason is at the end
    kept->erase(0, kept->size() - most_kept);
  return 0;
}

bool is_noise(std::string_view line) {
  for (std::string_view start :
       {"libbpf: prog '", "libbpf: failed to load ", "-- ", "processed ", "peak_states"})
    if (line.substr(0, start.size()) == start)
      return true;
  return line.empty() || line.find(": failed to load: ") != std::string_view::npos;
}

} // namespace

LibbpfLog::LibbpfLog() : outer_(kept), printer_(libbpf_set_print(keep)) { kept = &text_; }

LibbpfLog::~LibbpfLog() {
  libbpf_set_print(printer_);
  kept = outer_;
}

std::string LibbpfLog::summary() const {
  std::string_view rest = text_, last;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (!is_noise(line))
      last = line;
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  return last.empty() ? "libbpf gave no reason" : escaped(last);
}

} // namespace sbx
