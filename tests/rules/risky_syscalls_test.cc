#include "rules/risky_syscalls.h"

#include "rules/syscall_abi.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace sbx;

namespace {

bool known(std::string_view name) {
  return std::any_of(all_abis.begin(), all_abis.end(),
                     [&](SyscallAbi abi) { return syscall_number(abi, name).has_value(); });
}

// Part of a warning's id, which is stable: schemas/report.v1.schema.json.
bool is_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

} // namespace

TEST_CASE("risky syscalls: each family has an id of its own and names that exist") {
  std::set<std::string_view> ids;
  for (const RiskySyscalls& row : risky_syscalls()) {
    INFO(row.id);
    CHECK(is_id(row.id));
    CHECK(ids.insert(row.id).second);
    CHECK(std::all_of(row.names.begin(), row.names.end(), known));
    for (const RiskySyscalls::Bit& bit : row.bits)
      CHECK(known(bit.name));
    CHECK_FALSE(row.gives.empty());
    CHECK_FALSE(row.remedy.empty());
  }
}

TEST_CASE("risky syscalls: twins have an id of their own and names that exist") {
  std::set<std::string_view> ids;
  for (const SyscallTwins& row : syscall_twins()) {
    INFO(row.id);
    CHECK(is_id(row.id));
    CHECK(ids.insert(row.id).second);
    CHECK(std::all_of(row.refused.begin(), row.refused.end(), known));
    CHECK(std::all_of(row.open.begin(), row.open.end(), known));
  }
}
