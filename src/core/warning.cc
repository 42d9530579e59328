#include "core/warning.h"

namespace sbx {

std::string_view severity_name(Severity severity) {
  switch (severity) {
  case Severity::high:
    return "high";
  case Severity::medium:
    return "medium";
  case Severity::low:
    return "low";
  case Severity::info:
    return "info";
  }
  return "info";
}

Claims warning_claims(const std::vector<Warning>& warnings) {
  Claims claims = Claims::array();
  for (const Severity severity : {Severity::high, Severity::medium, Severity::low, Severity::info})
    for (const Warning& it : warnings)
      if (it.severity == severity)
        claims.push_back({{"id", it.id},
                          {"severity", severity_name(it.severity)},
                          {"summary", it.summary},
                          {"evidence", it.evidence},
                          {"remedy", it.remedy}});
  return claims;
}

} // namespace sbx
