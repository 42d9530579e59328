#include "kernel/container_json.h"
#include "kernel/runtime_api.h"
#include "parse/containers.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

// What a runtime answers, whatever it is, becomes nothing or lines that are read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)http_body(text);
  (void)listed_ids(text);
  const auto line = container_line("docker", std::string(64, 'a'), text);
  if (line && !parse_containers("source docker :/x whole\n" + *line))
    std::abort();
  return 0;
}
