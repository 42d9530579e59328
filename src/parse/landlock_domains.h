// Which Landlock domain does each thread live in, and what does each layer of it handle? The text of
// target/landlock, parsed: the lines offset, settled, task, domain, layer in the dialect that
// kernel/landlock_text.h writes.
#pragma once

#include "parse/malformed.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace sbx {

struct LandlockCreator { // who made the layer, as it was then; kernels since 6.15 with audit keep it
  std::uint32_t pid = 0; // in the initial PID namespace
  std::uint32_t uid = 0;
  std::string comm, exe; // raw bytes, chosen by that process
  bool operator==(const LandlockCreator&) const = default;
};

struct LandlockLayer {
  std::uint64_t fs = 0, net = 0, scoped = 0; // rights handled: denied unless a rule of the layer grants them
  std::optional<std::uint64_t> id, denials;  // since 6.15
  std::optional<LandlockCreator> creator;
};

struct LandlockDomain {
  std::uint64_t rules = 0;
  std::vector<LandlockLayer> layers; // 1 to 16, oldest first
};

struct LandlockTask {
  std::uint64_t tid = 0;                          // as the inspector's PID namespace numbers it
  std::uint64_t start_boottime = 0;               // ns
  std::optional<std::size_t> domain, real_domain; // index into domains; empty = no domain
  bool exited = false;
  std::string name; // raw bytes, chosen by the thread
};

struct LandlockDomains {
  long blob_offset = 0;
  std::string offset_source; // "symbol and calibration", "symbol" or "calibration"
  bool settled = false;      // two consecutive passes over the threads saw the same
  std::vector<LandlockTask> tasks;
  std::vector<LandlockDomain> domains;
};

tl::expected<LandlockDomains, Malformed> parse_landlock_domains(std::string_view text);

} // namespace sbx
