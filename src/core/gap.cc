#include "core/gap.h"

namespace sbx {

std::string_view gap_kind_name(GapKind kind) {
  switch (kind) {
  case GapKind::denied:
    return "denied";
  case GapKind::unsupported:
    return "unsupported";
  case GapKind::vanished:
    return "vanished";
  case GapKind::malformed:
    return "malformed";
  case GapKind::not_attempted:
    return "not_attempted";
  }
  return "malformed";
}

} // namespace sbx
