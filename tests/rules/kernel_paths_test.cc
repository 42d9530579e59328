#include "rules/credential_places.h"
#include "rules/device_names.h"
#include "rules/kernel_paths.h"
#include "rules/mount_types.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace sbx;

TEST_CASE("kernel_paths: each path stands once, is absolute, and says why") {
  std::set<std::string_view> paths;
  for (const CoveredPath& row : covered_paths()) {
    CHECK(row.path.starts_with("/"));
    CHECK_FALSE(row.why.empty());
    CHECK(paths.insert(row.path).second);
  }
  paths.clear();
  for (const KernelKnob& knob : kernel_knobs()) {
    CHECK(knob.path.starts_with("/"));
    CHECK(paths.insert(knob.path).second);
  }
}

TEST_CASE("mount_types: stores, doors to the kernel, and servers, by the type and not by what resembles it") {
  CHECK(mount_type("proc").kind == MountKind::kernel);
  CHECK(mount_type("nfs4").kind == MountKind::server);
  CHECK(mount_type("fuse.sshfs").kind == MountKind::server);
  CHECK(mount_type("ext4").kind == MountKind::stores);
  CHECK(mount_type("proc.x").kind == MountKind::stores);
  CHECK(mount_type("").kind == MountKind::stores);
}

TEST_CASE("device_names: numbers decide, names only where the kernel gives numbers out as they come") {
  CHECK(device_meaning(false, 1, 3, "mem").risk == DeviceRisk::usual);
  CHECK(device_meaning(false, 1, 1, "null").risk == DeviceRisk::machine);
  CHECK(device_meaning(false, 10, 229, "x").text == "mounts file systems that a process serves");
  CHECK(device_meaning(false, 240, 0, "vfio0").risk == DeviceRisk::machine);
  CHECK(device_meaning(true, 1, 3, "null").risk == DeviceRisk::machine);
  CHECK(device_meaning(false, 250, 7, "what").text == "not known here");
}

TEST_CASE("credential_places: those of a home are relative, the others absolute") {
  for (const CredentialPlace& place : home_credentials())
    CHECK_FALSE(place.path.starts_with("/"));
  for (const CredentialPlace& place : root_credentials())
    CHECK(place.path.starts_with("/"));
}
