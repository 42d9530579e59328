// How are the records of a BPF program filed? Only at the size that they must have.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace sbx {

inline std::uint32_t record_kind(std::string_view bytes) { // the first word of each; 0 is none
  std::uint32_t kind = 0;
  if (bytes.size() >= sizeof kind)
    std::memcpy(&kind, bytes.data(), sizeof kind);
  return kind;
}

template <class Record> bool file_record(std::vector<Record>& records, std::string_view bytes) {
  Record record;
  if (bytes.size() != sizeof record)
    return false;
  std::memcpy(&record, bytes.data(), sizeof record);
  records.push_back(record);
  return true;
}

// User space ends far below, with four and with five levels of page tables.
inline bool is_kernel_pointer(std::uint64_t value) { return value >> 56 == 0xff && value % 8 == 0; }

} // namespace sbx
