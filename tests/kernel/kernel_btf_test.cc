#include "kernel/kernel_btf.h"

#include <catch2/catch.hpp>
#include <cerrno>

TEST_CASE("kernel_btf: a kernel without BTF is told from one whose BTF may not be read") {
  const auto absent = sbx::KernelBtf::open(SBX_SOURCE_DIR "/fixtures/btf/absent");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().error == ENOENT);
  CHECK(absent.error().detail.find("CONFIG_DEBUG_INFO_BTF") != std::string::npos);
  const auto folder = sbx::KernelBtf::open(SBX_SOURCE_DIR "/fixtures/btf");
  REQUIRE_FALSE(folder);
  CHECK(folder.error().error != ENOENT);
}

TEST_CASE("kernel_btf: the bytes are those of the file") {
  auto file = sbx::KernelBtf::open(SBX_SOURCE_DIR "/fixtures/btf/6.18.44-fc.btf");
  REQUIRE(file);
  const sbx::KernelBtf moved = std::move(*file);
  CHECK(moved.bytes().substr(0, 2) == "\x9f\xeb");
  CHECK(moved.bytes().size() > 1000);
}
