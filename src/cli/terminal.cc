#include "cli/terminal.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/core.h>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sbx {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const std::string value = variable(name); !value.empty())
      return value.find("UTF-8") != value.npos || value.find("utf8") != value.npos ||
             value.find("utf-8") != value.npos;
  return false;
}

int descriptor(Output to) { return to == Output::standard ? STDOUT_FILENO : STDERR_FILENO; }

unsigned terminal_width(int fd) {
  winsize size{};
  if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  const int columns = std::atoi(variable("COLUMNS").c_str());
  return columns > 0 && columns < 10000 ? static_cast<unsigned>(columns) : 80;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(fd, text.data(), text.size());
    if (wrote < 0 && errno != EINTR)
      return false;
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(wrote, 0)));
  }
  return true;
}

} // namespace

TableStyle table_style(ColourChoice colour, bool ascii, Output to) {
  TableStyle style;
  const bool wanted = isatty(descriptor(to)) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  style.colour = colour == ColourChoice::always || (colour == ColourChoice::automatic && wanted);
  style.unicode = !ascii && utf8_locale();
  style.width = terminal_width(descriptor(to));
  return style;
}

Result<void> print(std::string_view text, Output to) {
  if (write_all(descriptor(to), text))
    return {};
  return error(ErrorKind::output, fmt::format("could not write the output: {}", std::strerror(errno)));
}

void complain(std::string_view text) { write_all(STDERR_FILENO, fmt::format("sbx-attest: {}\n", text)); }

} // namespace sbx
