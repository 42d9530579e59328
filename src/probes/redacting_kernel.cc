#include "probes/redacting_kernel.h"

#include "parse/environ_names.h"
#include "rules/secret_names.h"

#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

Reading without_names(const std::string& text) {
  const auto names = parse_environ_names(text);
  if (!names) // not even that is handed on: a name may stand in it
    return refused(EBADMSG, "the names of variables make no sense, and are not told");
  std::string redacted;
  std::size_t number = 0;
  for (const EnvironName& it : names->names)
    redacted += fmt::format("redacted {} value={} secret={}\n", ++number, it.has_value ? 1 : 0,
                            (it.redacted ? it.secret : names_a_secret(it.name)) ? 1 : 0);
  return redacted + fmt::format("end more={}\n", names->more);
}

} // namespace

Reading RedactingKernel::read(Source source) {
  Reading reading = kernel_.read(source);
  return reading && source == source::target_environ_names ? without_names(*reading) : reading;
}

Reading RedactingKernel::read_about(Source source, const std::vector<std::string>& paths) {
  return kernel_.read_about(source, paths);
}

} // namespace sbx
