#include "parse/environ_names.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto environ = parse_environ_names(text);
  if (environ)
    for (const EnvironName& it : environ->names)
      if (it.redacted && !it.name.empty())
        std::abort();
  return 0;
}
