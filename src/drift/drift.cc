#include "drift/drift.h"

namespace sbx {

namespace {

int rank(Drift drift) {
  switch (drift) {
  case Drift::same:
    return 0;
  case Drift::stronger:
    return 1;
  case Drift::unknown:
    return 2;
  case Drift::weaker:
    return 3;
  }
  return 2;
}

} // namespace

std::string_view drift_name(Drift drift) {
  switch (drift) {
  case Drift::same:
    return "same";
  case Drift::stronger:
    return "stronger";
  case Drift::weaker:
    return "weaker";
  case Drift::unknown:
    break;
  }
  return "unknown";
}

Drift worse(Drift one, Drift other) { return rank(one) >= rank(other) ? one : other; }

DriftRow row_about(std::string layer, std::string subject, std::string wanted, const Place& place,
                   std::string origin) {
  DriftRow row;
  row.layer = std::move(layer);
  row.subject = std::move(subject);
  row.wanted = std::move(wanted);
  row.where = place_words(place);
  row.origin = std::move(origin);
  row.status = drift_name(row.drift);
  return row;
}

DriftRow found(DriftRow row, Drift drift, std::string held, Source source, std::string remedy) {
  row.drift = drift;
  row.status = drift_name(drift);
  row.held = std::move(held);
  row.source = source.name;
  row.remedy = std::move(remedy);
  return row;
}

DriftRow not_found_out(DriftRow row, const Gap& gap) {
  row.drift = Drift::unknown;
  row.status = drift_name(row.drift);
  row.held = "not seen: " + gap.detail;
  row.source = gap.source;
  return row;
}

} // namespace sbx
