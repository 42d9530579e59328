#include "probes/filesystem_devices.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "rules/device_names.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr unsigned type_mask = 0170000, block_type = 0060000, character_type = 0020000,
                   directory_type = 0040000; // inode(7)
constexpr std::size_t most_directories = 32;
constexpr std::array<std::string_view, 4> passed_over{"pts", "shm", "mqueue", "fd"};

std::string_view risk_name(DeviceRisk risk) {
  switch (risk) {
  case DeviceRisk::usual:
    return "usual";
  case DeviceRisk::opens:
    return "opens";
  case DeviceRisk::machine:
    return "machine";
  }
  return "opens";
}

struct Devices {
  Claims claim = Claims::array();
  bool all_seen = true;
  std::vector<std::string> machine, opens; // words
  std::vector<std::string> below;          // directories
};

void take(Devices& found, const Directory& directory) {
  found.all_seen = found.all_seen && !directory.cut && (directory.error == 0 || directory.error == ENOENT);
  std::vector<DirectoryEntry> entries = directory.entries; // file systems list them in any order
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  for (const DirectoryEntry& entry : entries) {
    const std::string path = directory.path + "/" + entry.name;
    found.all_seen = found.all_seen && (entry.error == 0 || entry.error == ENOENT);
    const unsigned type = entry.mode & type_mask;
    if (type == directory_type && directory.path == "/dev" &&
        std::find(passed_over.begin(), passed_over.end(), entry.name) == passed_over.end()) {
      if (found.below.size() < most_directories)
        found.below.push_back(path);
      else
        found.all_seen = false;
    }
    if (type != block_type && type != character_type)
      continue;
    const DeviceMeaning meaning =
        device_meaning(type == block_type, entry.rdev_major, entry.rdev_minor, entry.name);
    if (meaning.risk == DeviceRisk::usual || (directory.path == "/dev" && entry.name == "console"))
      continue;
    found.claim.push_back({{"path", escaped(path, 4096)},
                           {"kind", type == block_type ? "block" : "character"},
                           {"number", fmt::format("{}:{}", entry.rdev_major, entry.rdev_minor)},
                           {"meaning", meaning.text},
                           {"risk", risk_name(meaning.risk)}});
    (meaning.risk == DeviceRisk::machine ? found.machine : found.opens)
        .push_back(fmt::format("{} ({})", escaped(path), meaning.text));
  }
}

bool list(Witness& witness, const std::vector<std::string>& paths, Devices& found) {
  return witness.directories(paths).match(
      [&](const Seen<std::vector<Directory>>& seen) {
        for (const Directory& directory : seen.value())
          take(found, directory);
        return true;
      },
      [](const Gap&) { return false; });
}

} // namespace

void add_devices(Witness& witness, bool warn, Finding& finding, std::vector<Warning>& warnings) {
  Devices found;
  const bool listed = list(witness, {"/dev"}, found);
  if (const auto below = found.below; listed && !below.empty())
    found.all_seen = list(witness, below, found) && found.all_seen;
  finding.claim("devices", !listed || (found.claim.empty() && !found.all_seen) ? Claims() : found.claim);
  if (!warn)
    return;
  const auto root = is_host_root(witness);
  if (!found.machine.empty())
    warnings.push_back(
        {"filesystem.machine_devices",
         root == true    ? Severity::high
         : root == false ? Severity::low
                         : Severity::medium,
         "device nodes of the whole machine are in its /dev; the device control group, which is "
         "not seen here, may refuse them",
         fmt::format("{}: {}", found.machine.size(), some_of(found.machine, 6)),
         "give it a /dev of its own, with null, zero, full, random, urandom and tty"});
  if (!found.opens.empty())
    warnings.push_back({"filesystem.devices", Severity::info,
                        "device nodes beyond those that every container has",
                        fmt::format("{}: {}", found.opens.size(), some_of(found.opens, 6)),
                        "leave out those that it does not need"});
}

} // namespace sbx
