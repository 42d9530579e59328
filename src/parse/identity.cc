#include "parse/identity.h"

#include "parse/line.h"
#include "parse/properties.h"

namespace sbx {

Parsed<Identity> parse_identity(std::string_view text) {
  const auto properties = parse_properties(text);
  if (!properties)
    return malformed(properties.error().what);
  const auto value = [&](std::string_view key) -> const std::string* {
    const Property* property = find_property(*properties, key);
    return property && property->value ? &*property->value : nullptr;
  };
  Identity identity;
  const std::string* vantage = value("vantage");
  if (!vantage || (*vantage != "observer" && *vantage != "self"))
    return malformed("no vantage");
  identity.self = *vantage == "self";
  const std::string* pid = value("pid");
  const auto pid_read = pid ? number<std::int64_t>(*pid) : std::nullopt;
  if (!pid_read || *pid_read <= 0)
    return malformed("no pid");
  identity.pid = *pid_read;
  if (const std::string* ticks = value("start_ticks")) {
    identity.start_ticks = number<std::uint64_t>(*ticks);
    if (!identity.start_ticks)
      return malformed("start_ticks is no number");
  }
  if (const std::string* boot_id = value("boot_id"))
    identity.boot_id = *boot_id;
  return identity;
}

} // namespace sbx
