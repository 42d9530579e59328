#include "parse/environ_names.h"

#include "core/escape.h"
#include "parse/line.h"
#include "parse/token_line.h"

namespace sbx {

namespace {

bool take_name(EnvironName& it, TokenLine& line, std::size_t number) {
  const std::string_view kind = line.word();
  it.redacted = kind == "redacted";
  if (!it.redacted && kind != "name")
    return false;
  const std::string_view word = line.word();
  if (it.redacted && line.number(word) != number) // they are numbered as they come
    return false;
  if (!it.redacted)
    it.name = line.bytes(word);
  it.has_value = line.number(line.value("value"), 1) != 0;
  if (it.redacted)
    it.secret = line.number(line.value("secret"), 1) != 0;
  else
    it.left_out = line.number(line.value("left_out"));
  return !line.failed() && line.at_end();
}

} // namespace

Parsed<EnvironNames> parse_environ_names(std::string_view text) {
  EnvironNames environ;
  bool ended = false;
  std::string_view wrong;
  const bool good = each_line(text, [&](std::string_view content) {
    TokenLine line(content);
    wrong = content;
    if (ended)
      return false;
    if (content.starts_with("end ")) {
      line.word();
      environ.more = line.number(line.value("more"));
      ended = !line.failed() && line.at_end();
      return ended;
    }
    const std::size_t number = environ.names.size() + 1;
    return take_name(environ.names.emplace_back(), line, number);
  });
  if (!good)
    return malformed("no name of a variable: " + escaped(wrong, 80));
  if (!ended || cut_off(text))
    return malformed("a list of variables that does not end");
  return environ;
}

} // namespace sbx
