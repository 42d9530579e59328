#include "kernel/recorded_kernel.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

TEST_CASE("recorded_kernel: an answer and a refusal come back as they were given") {
  RecordedKernel kernel({{source::target_stat, Reading("7 (sh) S")},
                         {source::target_cgroup, refused(EACCES, "opening it")},
                         {source::target_uid_map, Reading("")}});
  CHECK(kernel.read(source::target_stat) == Reading("7 (sh) S"));
  CHECK(kernel.read(source::target_cgroup) == refused(EACCES, "opening it"));
  CHECK(kernel.read(source::target_uid_map) == Reading(""));
  CHECK(kernel.read(source::target_stat) == Reading("7 (sh) S")); // asked again
}

TEST_CASE("recorded_kernel: what was not recorded is a refusal of its own, never empty text") {
  RecordedKernel kernel({});
  for (const Source source : source::all) {
    const Reading reading = kernel.read(source);
    REQUIRE_FALSE(reading);
    CHECK(reading.error().error == ENODATA);
  }
}
