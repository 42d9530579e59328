#include "kernel/recording.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace sbx;

namespace {

struct Directory {
  std::filesystem::path path;
  Directory() {
    std::string name = std::filesystem::temp_directory_path() / "sbx-fuzz-XXXXXX";
    if (!mkdtemp(name.data()))
      std::abort();
    path = name;
    std::filesystem::create_directory(path / "target");
    std::ofstream(path / "target/stat") << "7 (sh) S";
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

} // namespace

// Whatever the index says, loading ends; and what it loads was said by a file or by a named errno.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Directory directory;
  std::ofstream(directory.path / "recording.json", std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto evidence = load_recording(directory.path);
  if (!evidence)
    return 0;
  for (const auto& [source, reading] : *evidence)
    if (reading ? source != source::target_stat || *reading != "7 (sh) S" : reading.error().error <= 0)
      std::abort();
  return 0;
}
