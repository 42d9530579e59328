// Where do tests of the kernel layer put their files? In a directory of their own that goes with them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace sbx {

class Scratch {
public:
  Scratch() {
    std::string name = std::filesystem::temp_directory_path() / "sbx-test-XXXXXX";
    if (!mkdtemp(name.data()))
      throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ / name; }

  std::string write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary | std::ios::trunc) << bytes;
    return path_ / name;
  }

private:
  std::filesystem::path path_;
};

} // namespace sbx
