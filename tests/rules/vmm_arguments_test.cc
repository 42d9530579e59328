#include "rules/vmm_arguments.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

using Told = std::vector<std::string>;

Told told(std::vector<std::string> argv) {
  argv.insert(argv.begin(), "monitor");
  Told words;
  for (const VmmArgument& it : vmm_arguments(argv))
    words.push_back(std::string(it.kind) + " " + it.option + " " + it.value);
  return words;
}

} // namespace

TEST_CASE("vmm_arguments: shares, networks, sockets and devices of QEMU") {
  CHECK(told({"-m", "512", "-fsdev", "local,id=a,path=/srv/share,security_model=none", "-device",
              "virtio-9p-pci,fsdev=a,mount_tag=a", "-virtfs", "local,path=/b,mount_tag=b", "-netdev",
              "user,id=n,hostfwd=tcp::22-:22", "-device", "vhost-vsock-pci,guest-cid=3", "-device",
              "vfio-pci,host=01:00.0", "-device", "vhost-user-fs-pci,chardev=c,tag=kataShared", "-sandbox",
              "on,obsolete=deny"}) == Told{"directory -fsdev path=/srv/share", "directory -virtfs path=/b",
                                           "network -netdev user", "vsock -device vhost-vsock-pci",
                                           "vfio -device vfio-pci", "directory -device tag=kataShared",
                                           "confinement -sandbox on"});
}

TEST_CASE("vmm_arguments: of other monitors, with = and without") {
  CHECK(told({"--fs", "tag=a,socket=/run/fs.sock", "--vsock=cid=3,socket=/run/v.sock", "--seccomp", "false",
              "--device", "path=/sys/bus/pci/devices/0000:01:00.0"}) ==
        Told{"directory --fs tag=a socket=/run/fs.sock", "vsock --vsock socket=/run/v.sock",
             "confinement --seccomp false", "vfio --device path=/sys/bus/pci/devices/0000:01:00.0"});
  CHECK(told({"--netdev", "tap,ifname=t"}) == Told{"network -netdev tap"});
  CHECK(told({"--no-seccomp", "--api-sock"}) == Told{"confinement --no-seccomp "});
  CHECK(told({"run", "--shared-dir", "/srv:tag:type=fs"}) == Told{"directory --shared-dir /srv"});
}

TEST_CASE("vmm_arguments: nothing else is told, for it may hold secrets") {
  for (const std::string& word :
       told({"-netdev", "user,id=n,smbpass=secret", "-fsdev", "local,password=secret,path=/a", "-object",
             "secret,id=s,data=secret", "--fs", "mypath=secret"}))
    CHECK(word.find("secret") == std::string::npos);
}

TEST_CASE("vmm_arguments: any words are taken, and few are kept") {
  CHECK(told({}).empty());
  CHECK(vmm_arguments({}).empty());
  CHECK(told({"-fsdev"}) == Told{"directory -fsdev "});
  CHECK(told({"--fs="}) == Told{"directory --fs "});
  CHECK(told({"-device", ""}).empty());
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i)
    many.emplace_back("-fsdev");
  CHECK(told(many).size() == 64);
  const Told one = told({"-fsdev", "path=" + std::string(100'000, 'x')});
  REQUIRE(one.size() == 1);
  CHECK(one[0].size() < 5000);
}
