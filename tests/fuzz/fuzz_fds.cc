#include "parse/fds.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto fds = parse_fds(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!fds)
    return 0;
  for (const FdTable& table : fds->tables) {
    if (table.tids.empty() || (fds->whole() && table.listed != FdTable::Listed::all))
      std::abort();
    for (const Descriptor& fd : table.descriptors)
      if (fd.number < 0 || fd_kind_name(fd.kind).empty() || (fd.writable() && fd.path_only()))
        std::abort();
  }
  return 0;
}
