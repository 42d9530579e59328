#include "rules/container_cgroup.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string id_a(64, 'a'), id_b = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const std::string uid = "1b2c3d4e-0123-4567-89ab-cdef01234567", uid_ = "1b2c3d4e_0123_4567_89ab_cdef01234567";

// "runtime id pod maker", a place after the other.
std::string told(std::string_view path) {
  std::string text;
  for (const ContainerPlace& it : container_places("0::" + std::string(path))) {
    const char* const makers[] = {"host", "service", "user", "container", "unknown"};
    const std::string id = it.id == id_a ? "A" : it.id == id_b ? "B" : it.id;
    text += (text.empty() ? "" : " > ") + it.runtime + "(" + id +
            (it.pod_uid.empty()  ? ""
             : it.pod_uid == uid ? " pod"
                                 : " pod?") +
            ") " + makers[static_cast<int>(it.maker)];
  }
  return text;
}

} // namespace

TEST_CASE("container_cgroup: the forms in which engines name the groups of their containers") {
  CHECK(told("/docker/" + id_a) == "docker(A) host");
  CHECK(told("/system.slice/docker-" + id_b + ".scope") == "docker(B) host");
  CHECK(told("/machine.slice/libpod-" + id_a + ".scope/container") == "podman(A) host");
  CHECK(told("/libpod_parent/libpod-" + id_a) == "podman(A) host");
  CHECK(told("/libpod_parent/" + id_b + "/libpod-" + id_a) == "podman(A) host");
  CHECK(told("/machine.slice/machine-libpod_pod_" + id_b + ".slice/libpod-" + id_a + ".scope") ==
        "podman(A) host");
  CHECK(told("/system.slice/web.service/libpod-payload-" + id_a) ==
        "systemd(web.service) host > podman(A) service");
  CHECK(told("/lxc.payload.web/init.scope") == "lxc(web) host");
  CHECK(told("/lxc/web") == "lxc(web) host");
  CHECK(told("/machine.slice/machine-deb\\x2d12.scope/payload") == "machined(deb\\x2d12) host");
  CHECK(told("/machine.slice/systemd-nspawn@deb.service/payload") == "machined(deb) host");
  CHECK(told("/firecracker/vm-1") == "firecracker(vm-1) host");
  CHECK(told("/system.slice/ssh.service") == "systemd(ssh.service) host");
}

TEST_CASE("container_cgroup: pods, their containers, and both forms of their names") {
  CHECK(told("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + uid_ +
             ".slice/cri-containerd-" + id_a + ".scope") == "kubernetes( pod) host > containerd(A pod) host");
  CHECK(told("/kubepods.slice/kubepods-pod" + uid_ + ".slice/crio-" + id_a + ".scope") ==
        "kubernetes( pod) host > crio(A pod) host");
  CHECK(told("/kubepods/besteffort/pod" + uid + "/" + id_a) ==
        "kubernetes( pod) host > kubernetes(A pod) host");
  CHECK(told("/kubepods/pod" + uid) == "kubernetes( pod) host");
  CHECK(told("/kubepods/burstable/pod" + std::string(32, 'c') + "/crio-" + id_a) ==
        "kubernetes( pod?) host > crio(A pod?) host");
  CHECK(told("/system.slice/containerd.service/kubepods-burstable-pod" + uid_ + ".slice:cri-containerd:" +
             id_a) == "systemd(containerd.service) host > containerd(A pod) service");
}

TEST_CASE("container_cgroup: a container in a container, and below it nothing is the host's doing") {
  CHECK(told("/docker/" + id_a + "/docker/" + id_b) == "docker(A) host > docker(B) container");
  CHECK(told("/docker/" + id_a + "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable-pod" +
             uid_ + ".slice/cri-containerd-" + id_b + ".scope") ==
        "docker(A) host > kubernetes( pod) container > containerd(B pod) container");
}

TEST_CASE("container_cgroup: what stands below user.slice is made by a user, whatever its name") {
  const std::string user = "/user.slice/user-1000.slice/user@1000.service";
  CHECK(told(user + "/user.slice/libpod-" + id_a + ".scope/container") ==
        "systemd(user@1000.service) user > podman(A) user");
  CHECK(told(user + "/docker-" + id_a + ".scope") == "systemd(user@1000.service) user > docker(A) user");
  CHECK(told(user + "/system.slice/docker-" + id_a + ".scope") ==
        "systemd(user@1000.service) user > docker(A) user");
  CHECK(told(user + "/app.slice/snap.firefox.firefox-" + uid + ".scope") ==
        "systemd(user@1000.service) user > snap(firefox.firefox) user");
  CHECK(told(user + "/app.slice/app-flatpak-org.example.App-4242.scope") ==
        "systemd(user@1000.service) user > flatpak(org.example.App) user");
  CHECK(told("/user.slice/user-1000.slice/session-3.scope").empty());
}

TEST_CASE("container_cgroup: text that only looks like a container's is none") {
  for (const std::string& path : std::vector<std::string>{"/docker-" + id_a + ".scope.d",
                                                          "/x-docker-" + id_a + ".scope",
                                                          "/a/ docker/" + id_a.substr(1),
                                                          "/docker/" + id_a + "a",
                                                          "/docker/" + id_a.substr(1),
                                                          "/docker/" + std::string(64, 'A'),
                                                          "/docker/" + std::string(63, 'a') + "g",
                                                          "/docker",
                                                          "/docker/",
                                                          "/machine.slice/libpod-conmon-" + id_a + ".scope",
                                                          "/crio-conmon-" + id_a + ".scope",
                                                          "/lxc.monitor.web",
                                                          "/lxc.payload.",
                                                          "/system.slice/snap..x.service.d",
                                                          "/snap.x",
                                                          "/app-flatpak-x.scope",
                                                          "/pod" + uid + "/" + id_a,
                                                          "/kubepods/pod" + uid.substr(1) + "/" + id_a,
                                                          "/",
                                                          "",
                                                          "x/docker/" + id_a,
                                                          "/\n/docker\n/" + id_a,
                                                          "//docker/" + id_a})
    CHECK(told(path).empty());
  CHECK(container_places("docker/" + id_a).empty());
  CHECK(container_places(":x:/docker/" + id_a).empty());
  CHECK(container_places("x::/docker/" + id_a).empty());
  CHECK(container_places("0::/" + std::string(5000, 'x') + "/docker/" + id_a).empty());
}

TEST_CASE("container_cgroup: below what nobody knows, and above our own cgroup namespace, anyone may be the "
          "maker") {
  CHECK(told("/custom/docker/" + id_a) == "docker(A) unknown");
  CHECK(told("/custom/docker-" + id_a + ".scope") == "docker(A) unknown");
  CHECK(told("/../docker-" + id_a + ".scope") == "docker(A) unknown");
  CHECK(told("/../../docker/" + id_a) == "docker(A) unknown");
}

TEST_CASE("container_cgroup: the path of a place ends with it, and its unit is named") {
  const auto places = container_places("3:cpu,cpuacct:/machine.slice/libpod-" + id_a + ".scope/container/x");
  REQUIRE(places.size() == 1);
  CHECK(places[0].path == "/machine.slice/libpod-" + id_a + ".scope");
  CHECK(places[0].unit == "libpod-" + id_a + ".scope");
  CHECK(container_places("0::/docker/" + id_a)[0].unit.empty());
}

TEST_CASE("container_cgroup: hierarchies are read together; one that knows nothing is no conflict") {
  const CgroupSight sight =
      cgroup_sight({"5:memory:/docker/" + id_a, "1:name=systemd:/docker/" + id_a, "0::/"});
  CHECK(sight.places.size() == 1);
  REQUIRE(sight.container());
  CHECK(sight.container()->id == id_a);
  CHECK(sight.conflicts.empty());
  CHECK(cgroup_sight({"0::/system.slice/ssh.service"}).container() == nullptr);
  CHECK(cgroup_sight({"5:memory:/custom/docker/" + id_a, "1:x:/docker/" + id_a}).places[0].maker ==
        CgroupMaker::host);
}

TEST_CASE("container_cgroup: hierarchies that name different containers are named as a conflict") {
  const CgroupSight sight = cgroup_sight({"5:memory:/docker/" + id_a, "1:name=systemd:/docker/" + id_b});
  REQUIRE(sight.conflicts.size() == 1);
  CHECK(sight.conflicts[0] == "docker aaaaaaaaaaaa and docker 0123456789ab");
}

TEST_CASE("container_cgroup: in words, the name of a place is escaped and short") {
  CHECK(place_words(container_places("0::/lxc.payload.a\x1b[2J")[0]) == "lxc a\\x1b[2J");
  CHECK(place_words(container_places("0::/kubepods/pod" + uid)[0]) == "kubernetes pod " + uid);
  CHECK(place_words(container_places("0::/lxc.payload." + std::string(200, 'x'))[0]).size() < 110);
}
