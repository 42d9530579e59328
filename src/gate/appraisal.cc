#include "gate/appraisal.h"

namespace sbx {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
  case Verdict::met:
    return "met";
  case Verdict::unmet:
    return "unmet";
  case Verdict::unknown:
    return "unknown";
  }
  return "unknown";
}

Verdict both(Verdict one, Verdict other) {
  if (one == Verdict::unmet || other == Verdict::unmet)
    return Verdict::unmet;
  if (one == Verdict::unknown || other == Verdict::unknown)
    return Verdict::unknown;
  return Verdict::met;
}

int exit_status(const std::optional<Appraisal>& appraisal) {
  if (!appraisal)
    return 0;
  switch (appraisal->verdict) {
  case Verdict::met:
    return 0;
  case Verdict::unmet:
    return 1;
  case Verdict::unknown:
    return 4;
  }
  return 4;
}

} // namespace sbx
