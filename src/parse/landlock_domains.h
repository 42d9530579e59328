// Which Landlock domain does each thread live in, and what does each layer of it handle? The text of
// target/landlock, parsed: the lines offset, settled, task, domain, layer, rule in the dialect that
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
  std::optional<std::uint64_t> hierarchy;    // the same number: the same layer, in all that one run read
  std::optional<std::uint64_t> id, denials;  // since 6.15
  std::optional<LandlockCreator> creator;
};

// What one rule of a domain is about. Layers add rules about the same inode or port together: one rule here,
// with what each of them grants.
struct LandlockGrant {
  unsigned layer = 1;       // 1 is the oldest
  std::uint64_t access = 0; // as stored: rights that the layer does not handle are set too
};

struct LandlockInode {
  std::uint32_t major = 0, minor = 0; // of the superblock (s_dev)
  std::uint64_t inode = 0;            // i_ino
  std::string file_system;            // its type, such as ext4
  unsigned mode = 0;                  // i_mode
  std::uint64_t nlink = 0;            // 0: deleted
  std::optional<std::string>
      name;              // raw bytes: from the root of its file system; empty: the kernel holds none
  bool unhashed = false; // the name is the last one it had: it was removed since
};

struct LandlockRule {
  std::optional<std::uint16_t> port;  // a network rule
  std::optional<LandlockInode> inode; // a file system rule; with neither, its file system was unmounted
  std::vector<LandlockGrant> grants;  // ascending by layer, at least one
};

struct LandlockDomain {
  std::uint64_t rules = 0;
  std::vector<LandlockLayer> layers;   // 1 to 16, oldest first
  std::vector<LandlockRule> rule_list; // of `rules` entries, or empty with rules_gap
  std::optional<int> rules_gap;        // errno: why the rules were not read; ENODATA in recordings from before that
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
