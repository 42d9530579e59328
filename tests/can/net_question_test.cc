#include "can/scene.h"

#include "can/ids.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("can: connecting needs no permission, and every guard is asked") {
  CanScene scene;
  const Ruling ruling = scene.ask("connect", "tcp:10.0.0.1:443");
  CHECK(ruling.answer == Answer::yes);
  std::vector<std::string> layers;
  for (const Asked& it : ruling.asked)
    layers.push_back(it.layer);
  CHECK(layers == std::vector<std::string>{"seccomp", "permissions", "cgroup", "landlock", "lsm", "bpf"});
}

TEST_CASE("can: a reserved port without the capability is unknown, for the limit is not seen from outside") {
  CanScene scene;
  CHECK(scene.answer("bind", "tcp:1023") == Answer::unknown);
  CHECK(scene.answer("bind", "tcp:1024") == Answer::yes);
  CHECK(scene.answer("bind", "tcp:0") == Answer::yes);
  scene.capable(cap_net_bind_service);
  CHECK(scene.answer("bind", "tcp:80") == Answer::yes);
  CHECK(scene.answer("bind", "udp:53") == Answer::yes);
}

TEST_CASE("can: the capability counts in the user namespace that owns the network namespace") {
  CanScene scene;
  scene.boxed().capable(cap_net_bind_service);
  CHECK(scene.answer("bind", "tcp:80") == Answer::yes);
  scene.world.ns_owners = Properties{property(std::to_string(host_net), std::to_string(initial_user))};
  CHECK(scene.answer("bind", "tcp:80") == Answer::unknown); // the host's network
  scene.world.ns_owners = not_known(GapKind::denied, source::target_ns_owners, "EPERM");
  CHECK(scene.answer("bind", "tcp:80") == Answer::unknown);
}

TEST_CASE("can: BPF programs of control groups that may be its leave sockets unknown") {
  CanScene scene;
  for (const char* type : {"cgroup_sock", "cgroup_sock_addr"}) {
    scene.world.bpf_programs =
        Properties{property("lsm", "0"), property("cgroup_sock", "0"), property("cgroup_sock_addr", "0")};
    for (Property& it : *scene.world.bpf_programs)
      if (it.key == type)
        it.value = "1";
    CHECK(scene.answer("connect", "tcp:443") == Answer::unknown);
    CHECK(scene.answer("bind", "tcp:8080") == Answer::unknown);
  }
  scene.world.bpf_programs =
      Properties{property("lsm", "0"), property("cgroup_sock", "1"), property("cgroup_sock_addr", "0")};
  CHECK(scene.answer("connect", "unix:@bus") == Answer::yes); // UNIX sockets are made without them
  scene.world.bpf_programs = Properties{property("lsm", "0")};
  CHECK(scene.answer("connect", "tcp:443") == Answer::unknown);
}

TEST_CASE("can: filters and security modules are asked about sockets, too") {
  CanScene scene;
  scene.status().seccomp = 2;
  CHECK(scene.answer("connect", "tcp:443") == Answer::unknown);
  CanScene other;
  other.world.active_lsms = std::vector<std::string>{"apparmor"};
  other.subject().label = {apparmor_label("x (enforce)"), "apparmor", {}};
  CHECK(other.answer("connect", "unix:@bus") == Answer::unknown);
}

TEST_CASE("can: in the inspector's own network namespace the limit of reserved ports is seen, and decides") {
  CanScene scene;
  scene.world.inspector_net_ns = host_net;
  scene.world.unprivileged_port_start = 500;
  CHECK(scene.answer("bind", "tcp:500") == Answer::yes);
  CHECK(scene.denied_by("bind", "tcp:499") == "permissions");
  scene.world.unprivileged_port_start = 2000; // above what it is by itself
  CHECK(scene.denied_by("bind", "tcp:1999") == "permissions");
  scene.world.inspector_net_ns = host_net + 1; // another one's limit says nothing
  CHECK(scene.answer("bind", "tcp:80") == Answer::unknown);
}
