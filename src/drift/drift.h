// How far apart are a wish and what the kernel holds?
#pragma once

#include "core/finding.h"
#include "policy/policy.h"
#include "probes/witness.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx {

enum class Drift {
  same,
  stronger, // more is withheld than was asked for
  weaker,   // less is withheld: what the policy says is not so
  unknown,  // it was not seen, or cannot be told
};
std::string_view drift_name(Drift drift);
Drift worse(Drift one, Drift other); // weaker, then unknown, then stronger, then same

struct DriftRow {
  std::string
      layer; // id of a layer of the report; for what is no layer of its own: "user", "mounts", "network"
  std::string subject; // "path /data", "port 443", "namespace pid", "effective": escaped
  Drift drift = Drift::unknown;
  std::string status; // a word for machines: drift_name(), or landlock_status_name()
  std::string wanted; // in words
  std::string where;  // place_words(); empty for what is in no policy
  std::string origin; // as Wish::origin
  std::string held;   // in words
  std::string source; // the evidence; for a gap, what could not be read
  std::string remedy; // what to do; may be empty
};

// A row about a wish, in which nothing was looked at yet; and what was found. The status is drift_name().
DriftRow row_about(std::string layer, std::string subject, std::string wanted, const Place& place,
                   std::string origin);
DriftRow found(DriftRow row, Drift drift, std::string held, Source source, std::string remedy = {});
DriftRow not_found_out(DriftRow row, const Gap& gap);

using Layers = std::vector<std::pair<std::string, Finding>>;

} // namespace sbx
