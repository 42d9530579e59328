// Which layers are known, and which question does each answer? One row a probe, in the order of the report.
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

#include <span>
#include <string_view>

namespace sbx {

struct Probe {
  std::string_view id;          // the name of its file, its function and its key in the JSON
  std::string_view question;    // for `list`
  std::string_view requirement; // how a requirement names it, for `list`
  // What these states mean here, for `list`. Unknown means the same everywhere: it was not seen, and what was
  // seen does not decide.
  std::string_view enforced, partial, absent;
  Finding (*run)(Witness&);
};

std::span<const Probe> probes();

} // namespace sbx
