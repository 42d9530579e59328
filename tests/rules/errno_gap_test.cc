#include "rules/errno_gap.h"

#include "core/errno_name.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <map>

using namespace sbx;

namespace {

constexpr Source target = source::target_stat, self = source::self_status, host = source::host_lsm;

GapKind kind(Source source, int error) { return gap_kind_of(source, error, false); }

} // namespace

TEST_CASE("errno_gap: the whole table") {
  const std::map<int, GapKind> table{
      {EACCES, GapKind::denied},
      {EPERM, GapKind::denied},
      {EXDEV, GapKind::denied},
      {ELOOP, GapKind::denied},
      {ENOSYS, GapKind::unsupported},
      {EOPNOTSUPP, GapKind::unsupported},
      {EBADMSG, GapKind::malformed},
      {EIO, GapKind::malformed},
      {EFAULT, GapKind::malformed},
      {ENODATA, GapKind::not_attempted},
      {ETIMEDOUT, GapKind::not_attempted},
      {EFBIG, GapKind::not_attempted},
      {ENOBUFS, GapKind::not_attempted},
      {ENOMEM, GapKind::not_attempted},
      {EMFILE, GapKind::not_attempted},
      {ENFILE, GapKind::not_attempted},
      {EINVAL, GapKind::unsupported},
      {E2BIG, GapKind::unsupported},
      {ENXIO, GapKind::unsupported},
      {ENOTTY, GapKind::unsupported},
      {524, GapKind::unsupported},
  };
  for (const auto& [error, expected] : table)
    for (const Source source : {target, self, host}) {
      CAPTURE(error, source.name);
      CHECK(kind(source, error) == expected);
    }
}

TEST_CASE("errno_gap: under a filter of our own ENOSYS and EOPNOTSUPP prove nothing") {
  for (const int error : {ENOSYS, EOPNOTSUPP}) {
    CHECK(gap_kind_of(host, error, true) == GapKind::denied);
    CHECK(gap_kind_of(target, error, true) == GapKind::denied);
  }
}

TEST_CASE("errno_gap: a filter of our own changes the meaning of no other errno") {
  for (int error = 1; error <= 4095; ++error)
    if (error != ENOSYS && error != EOPNOTSUPP)
      for (const Source source : source::all)
        REQUIRE(gap_kind_of(source, error, true) == gap_kind_of(source, error, false));
}

TEST_CASE(
    "errno_gap: what is not found below the target went with it; elsewhere this kernel does not have it") {
  for (const Source source : source::all) {
    const bool of_process = source.name.starts_with("target/") || source.name.starts_with("peer/");
    const GapKind expected = of_process ? GapKind::vanished : GapKind::unsupported;
    CHECK(kind(source, ESRCH) == expected);
    if (source != source::target_landlock && source != source::peer_landlock &&
        source != source::target_seccomp)
      CHECK(kind(source, ENOENT) == expected);
  }
}

TEST_CASE("errno_gap: a kernel without BTF does not offer its Landlock domains, and no target vanished") {
  CHECK(kind(source::target_landlock, ENOENT) == GapKind::unsupported);
  CHECK(kind(source::target_seccomp, ENOENT) == GapKind::unsupported);
  CHECK(kind(source::peer_landlock, ENOENT) == GapKind::unsupported);
}

TEST_CASE("errno_gap: a refusal names its source and its errno, whatever the errno") {
  for (const Source source : source::all)
    for (const int error : {EACCES, ENOENT, ENOSYS, EIO, ENODATA, 524, 4095}) {
      const Gap gap = gap_of(source, Refusal{error, ""}, true);
      CHECK(gap.source == source.name);
      CHECK(gap.kind == gap_kind_of(source, error, true));
      CHECK(gap.detail.ends_with("(" + errno_name(error) + ")"));
      CHECK(gap.detail.front() != ' ');
    }
  CHECK(gap_of(host, Refusal{ENOENT, ""}, false).detail == "this kernel does not offer it (ENOENT)");
  CHECK(gap_of(target, Refusal{EACCES, ""}, false).detail == "permission refused (EACCES)");
}

TEST_CASE(
    "errno_gap: the step that was refused is told, its control characters escaped and its length bounded") {
  CHECK(gap_of(target, Refusal{EPERM, "opening its user namespace"}, false).detail ==
        "opening its user namespace (EPERM)");
  const Gap hostile = gap_of(target, Refusal{EPERM, "\x1b[2J" + std::string(1 << 20, 'a')}, false);
  CHECK(hostile.detail.find('\x1b') == std::string::npos);
  CHECK(hostile.detail.size() < 1200);
}
