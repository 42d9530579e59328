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
  Finding (*run)(Witness&);
};

std::span<const Probe> probes();

} // namespace sbx
