#include "sandbox/choose.h"

#include "sandbox/machine.h"

using namespace sbx;

namespace {

constexpr int self = 900;

const std::string in_a = "/system.slice/docker-" + id_a + ".scope",
                  in_b = "/machine.slice/libpod-" + id_b + ".scope";

struct Scene {
  std::vector<Row> rows;
  Named named = {};
  std::string listing = "settled";

  Result<Choice> choice(const std::string& target) const {
    auto all = rows;
    all.push_back(row(self, 1, "sbx-attest"));
    const auto table = table_of(all, listing);
    const auto name = parse_target_name(target);
    INFO(target);
    REQUIRE(name);
    return choose(*name, *table, sandbox_sets(*table, host(), self), named);
  }

  // "what: 10,11", and each note in brackets; or the error.
  std::string of(const std::string& target) const {
    const auto found = choice(target);
    if (!found) {
      CHECK(found.error().kind == ErrorKind::target);
      return "error: " + found.error().text;
    }
    std::string text = found->what + ": ";
    for (std::size_t i = 0; i < found->set.members.size(); ++i)
      text += (i > 0 ? "," : "") + std::to_string(found->set.members[i]);
    for (const std::string& note : found->notes)
      text += " [" + note + "]";
    return text;
  }
};

NamedContainer container(const std::string& runtime, const std::string& id, std::vector<std::string> names,
                         std::int64_t pid = 0, std::map<std::string, std::string> labels = {}) {
  return {runtime, id, std::move(names), pid, std::move(labels)};
}

const Scene scene{
    {row(1, 0, "systemd"), row(10, 1, "sshd").cgroup("/system.slice/ssh.service"), row(11, 10, "bash"),
     row(12, 11, "bash"), row(60, 1, "nginx").cgroup(in_a).container_ns(1, "60\t1"),
     row(61, 60, "nginx").cgroup(in_a).container_ns(1, "61\t2"),
     row(70, 1, "agent").cgroup(in_b).container_ns(2, "70\t1"), row(20, 1, "worker").no_new_privs(),
     row(21, 20, "worker").no_new_privs()},
    {{container("docker", id_a, {"web", "web.example"}, 60), container("podman", id_b, {"agent"})}, {}, {}}};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("choose: a tree is a process with all below it") {
  CHECK(scene.of("tree:11") == "process tree of 11 (bash): 11,12");
  CHECK(scene.of("tree:999") == "error: there is no process 999 that /proc shows");
  CHECK(Scene{{row(10, 1).hidden()}}.of("tree:10") == "process tree of 10: 10");
}

TEST_CASE("choose: a container by its names, its id, and the beginning of its id") {
  const std::string web = "docker aaaaaaaaaaaa (web): 60,61", agent = "podman bbbbbbbbbbbb (agent): 70";
  for (const char* target : {"name:web", "container:web", "docker:web", "name:web.example", "container:aaaa"})
    CHECK(scene.of(target) == web);
  CHECK(scene.of("container:" + id_a) == web);
  CHECK(scene.of("docker:aaaaaaaaaaaa") == web);
  CHECK(scene.of("podman:agent") == agent);
  CHECK(scene.of("podman:bbbb") == agent);
  CHECK(scene.of("docker:agent") == "error: no docker container is called 'agent'");
  CHECK(scene.of("podman:aaaa") == "error: no podman container is called 'aaaa'");
  CHECK(scene.of("container:aaa") == "error: no container is called 'aaa'"); // too short for an id
  CHECK(scene.of("container:AAAA") == "error: no container is called 'AAAA'");
}

TEST_CASE("choose: an id that no runtime tells is found by its control group") {
  Scene bare = scene;
  bare.named = {};
  CHECK(bare.of("container:aaaa") == "docker aaaaaaaaaaaa: 60,61");
  CHECK(bare.of("name:web") ==
        "error: nothing is called 'web': no container, unit or machine, and none of the 10 processes");
}

TEST_CASE("choose: two containers of one name, or of one beginning of an id, are no answer") {
  Scene two = scene;
  two.named.containers[1].names.push_back("web");
  CHECK(two.of("name:web") == "error: 'web' could be 2 targets: docker aaaaaaaaaaaa (web) (tree:60), podman "
                              "bbbbbbbbbbbb (agent) (tree:70); "
                              "name one of them, or give tree:PID");
  CHECK(has(two.of("docker:web"), ": 60,61"));
  const std::string other = std::string(63, 'a') + "b";
  two.rows.push_back(row(80, 1).cgroup("/docker/" + other));
  CHECK(has(two.of("container:aaaa"), "could be 2 targets"));
  CHECK(has(two.of("container:" + other), ": 80"));
  two.named.containers[0].pid = 80;
  two.named.containers[0].id = other; // and what is told by name is not looked for by id
  two.named.containers[0].names = {"aaaa"};
  CHECK(has(two.of("container:aaaa"), "docker aaaaaaaaaaaa (aaaa): 80"));
}

TEST_CASE("choose: one process called so is in one set only once") {
  CHECK(scene.of("name:nginx") ==
        "docker aaaaaaaaaaaa (web): 60,61 [found by the name of a process, which it chooses itself]");
  CHECK(scene.of("name:worker") ==
        "processes under 20 (worker): 20,21 [found by the name of a process, which it chooses itself]");
}

TEST_CASE("choose: processes in no set are trees, each with all below it") {
  CHECK(scene.of("name:bash") ==
        "process tree of 11 (bash): 11,12 [nothing sets these processes apart from the "
        "machine] [found by the name of a process, which it chooses itself]");
  // A child whose number is lower than its parent's, after the numbers wrapped.
  CHECK(has(Scene{{row(1, 0), row(50, 1, "bash"), row(40, 50, "bash")}}.of("name:bash"),
            "process tree of 50 (bash): 40,50"));
  CHECK(has(
      Scene{{row(1, 0), row(50, 1, "bash"), row(60, 1, "bash")}}.of("name:bash"),
      "error: 'bash' could be 2 targets: process tree of 50 (bash) (tree:50), process tree of 60 (bash)"));
}

TEST_CASE("choose: the kernel keeps fifteen bytes of a name") {
  CHECK(has(Scene{{row(50, 1, "openshell-sandb")}}.of("name:openshell-sandbox"), ": 50"));
  CHECK(has(Scene{{row(50, 1, "openshell-sandb")}}.of("name:openshell"), "error: nothing is called"));
}

TEST_CASE("choose: a service by its unit, with whatever is below it") {
  CHECK(scene.of("unit:ssh.service") == "unit /system.slice/ssh.service: 10");
  CHECK(scene.of("name:ssh") == "unit /system.slice/ssh.service: 10");
  CHECK(scene.of("name:ssh.service") == "unit /system.slice/ssh.service: 10");
  CHECK(scene.of("unit:ssh") == "error: no process that /proc shows is in a control group of the unit 'ssh'");
  const Scene deep{{row(10, 1).cgroup("/system.slice/a.service/payload/x"),
                    row(11, 1).cgroup("/system.slice/a.service"),
                    row(12, 1).cgroup("/system.slice/a.service.d/a.service")}};
  CHECK(has(deep.of("unit:a.service"), "could be 2 targets: unit /system.slice/a.service (tree:10), unit "
                                       "/system.slice/a.service.d/a.service (tree:12)"));
  CHECK(has(deep.of("name:a"), "could be 2 targets"));
  const Scene users{{row(10, 1).cgroup("/system.slice/web.service"),
                     row(11, 1).cgroup("/user.slice/user-1.slice/user@1.service/app.slice/web.service")}};
  CHECK(has(users.of("unit:web.service"), "could be 2 targets"));
}

TEST_CASE("choose: a name that is a container's and a service's is no answer") {
  Scene both = scene;
  both.rows.push_back(row(80, 1, "webd").cgroup("/system.slice/web.service"));
  CHECK(has(both.of("name:web"), "could be 2 targets: docker aaaaaaaaaaaa (web) (tree:60), unit "
                                 "/system.slice/web.service (tree:80)"));
  CHECK(has(both.of("container:web"), ": 60,61"));
  CHECK(has(both.of("unit:web.service"), ": 80"));
}

TEST_CASE("choose: machines by their name") {
  const Scene machine{
      {row(10, 1).cgroup("/machine.slice/machine-deb.scope/payload"), row(11, 1).cgroup("/lxc.payload.web")}};
  CHECK(has(machine.of("name:deb"), "machined deb: 10"));
  CHECK(has(machine.of("name:machine-deb.scope"), "machined deb: 10"));
  CHECK(has(machine.of("name:web"), "lxc web: 11"));
}

TEST_CASE("choose: a control group, with what is below it and nothing beside it") {
  const Scene groups{{row(1, 0).cgroup("/init.scope"), row(10, 1).cgroup("/a/b"), row(11, 1).cgroup("/a/b/c"),
                      row(12, 1).cgroup("/a/bc"), row(13, 1).cgroups({"4:memory:/a/b", "0::/x:y"}),
                      row(14, 1).cgroups({})}};
  CHECK(groups.of("cgroup:/a/b") == "control group /a/b: 10,11,13");
  CHECK(groups.of("cgroup:/a/b/") == "control group /a/b/: 10,11,13");
  CHECK(groups.of("cgroup:/a/b/c") == "control group /a/b/c: 11");
  CHECK(groups.of("cgroup:/x:y") == "control group /x:y: 13");
  CHECK(groups.of("cgroup:/") == "control group /: 1,10,11,12,13,900");
  CHECK(groups.of("cgroup:/b") == "error: no process that /proc shows is in the control group '/b'");
}

TEST_CASE("choose: what was not seen is said, with an answer and without") {
  Scene part{{row(10, 1).cgroup("/a"), row(11, 1).hidden(), row(12, 1).cgroups({"!EACCES"})}};
  CHECK(part.of("cgroup:/a") ==
        "control group /a: 10 [there may be more: 2 of 4 processes could not be looked at]");
  CHECK(part.of("cgroup:/b") ==
        "error: no process that /proc shows is in the control group '/b'; 2 of 4 processes "
        "could not be looked at");
  CHECK(has(part.of("name:nobody"), "; 2 of 4 processes could not be looked at"));
  part.listing = "cut";
  CHECK(has(part.of("cgroup:/b"), "; processes came and went while they were read"));
  Scene unheard = scene;
  unheard.named.unheard = "docker did not \x1b answer";
  CHECK(scene.of("docker:web2") == "error: no docker container is called 'web2'");
  CHECK(unheard.of("docker:web2") ==
        "error: no docker container is called 'web2'; docker did not \\x1b answer");
  CHECK(has(unheard.of("name:web"), "[there may be more: docker did not \\x1b answer]"));
}

TEST_CASE("choose: a group that anybody could have named so is told, and does not take a container's place") {
  Scene forged = scene;
  // A lower number, so that it comes first.
  forged.rows.push_back(
      row(15, 1, "evil").cgroup("/user.slice/user-1000.slice/user@1000.service/docker-" + id_a + ".scope"));
  for (const char* target : {"name:web", "container:aaaa", "docker:web"})
    CHECK(has(forged.of(target), "could be 2 targets"));
  CHECK(has(forged.of("name:evil"),
            "[the name of its control group proves nothing: its user could have made it]"));
  CHECK_FALSE(has(scene.of("docker:web"), "proves nothing"));
}

TEST_CASE("choose: what a runtime says of a first process is held against the control groups") {
  Scene wrong = scene;
  wrong.named.containers[0].pid = 70;
  CHECK(has(wrong.of("name:web"), "could be 2 targets"));
  CHECK(has(wrong.of("name:web"), "process 70"));
  CHECK(has(wrong.of("name:web"), "which docker names"));
  wrong.named.containers[0].pid = 7777; // of another machine, or gone
  CHECK(has(wrong.of("name:web"),
            ": 60,61 [docker says that its first process is 7777, which is in no control group of it]"));
}

TEST_CASE("choose: without a control group the first process that a runtime names leads to its set") {
  const Scene rootless{
      {row(1, 0), row(20, 1).container_ns(3, "20\t1"), row(21, 20).container_ns(3, "21\t2")},
      {{container("podman", id_b, {"box"}, 20), container("podman", id_a, {"gone"}, 77)}, {}, {}}};
  CHECK(rootless.of("name:box") == "podman container box: 20,21 [no control group tells its processes: these "
                                   "are 20, which podman names, and all "
                                   "that share its namespaces or descend from it]");
  CHECK(has(rootless.of("container:" + id_b.substr(0, 12)), ": 20,21"));
  CHECK(has(rootless.of("podman:gone"), "error: no podman container is called 'gone'"));
}

TEST_CASE("choose: control groups that disagree are said with the answer") {
  const Scene split{
      {row(1, 0), row(60, 1, "x").cgroups({"5:memory:/docker/" + id_a, "1:name=systemd:" + in_b})}};
  CHECK(
      has(split.of("name:x"), "[its control groups disagree: docker aaaaaaaaaaaa and podman bbbbbbbbbbbb]"));
}

TEST_CASE("choose: a pod is all its containers; one of them by its label") {
  const std::string uid = "1b2c3d4e-0123-4567-89ab-cdef01234567", group = "/kubepods/burstable/pod" + uid;
  const std::string other = std::string(64, 'c');
  const std::map<std::string, std::string> labels{{"io.kubernetes.pod.namespace", "default"},
                                                  {"io.kubernetes.pod.name", "web"},
                                                  {"io.kubernetes.container.name", "nginx"}};
  Scene pod{{row(1, 0), row(59, 1).cgroup(group), row(60, 1).cgroup(group + "/" + id_a),
             row(61, 60).cgroup(group + "/" + id_a), row(70, 1).cgroup(group + "/" + id_b),
             row(80, 1).cgroup("/kubepods/pod" + std::string(32, 'd') + "/" + other)},
            {{container("containerd", id_a, {}, 0, labels)}, {{"default", "web", uid}}, {}}};
  CHECK(pod.of("pod:default/web") == "pod default/web (uid " + uid + "): 59,60,61,70");
  CHECK(has(pod.of("pod:default/web/nginx"), ": 60,61"));
  CHECK(pod.of("pod:default/web/none") == "error: no pod is called 'default/web/none'");
  CHECK(pod.of("pod:other/web") == "error: no pod is called 'other/web'");
  pod.named.pods.push_back({"default", "web", std::string(32, 'd')}); // made anew, and the old one still ends
  CHECK(has(pod.of("pod:default/web"), "could be 2 targets"));
}

TEST_CASE("choose: an OpenShell sandbox by its labels or its name, and never its proxy") {
  const auto of = [](std::vector<NamedContainer> containers) {
    const Scene box{{row(1, 0), row(60, 1).cgroup(in_a), row(70, 1).cgroup(in_b)},
                    {std::move(containers), {}, {}}};
    return box.of("openshell:box");
  };
  const std::string name = "openshell.ai/sandbox-name", role = "openshell.ai/isolation-role";
  CHECK(has(of({container("docker", id_a, {"x"}, 0, {{name, "box"}})}), ": 60"));
  CHECK(has(of({container("docker", id_a, {"openshell-sandbox-box"})}), ": 60"));
  CHECK(has(of({container("docker", id_a, {"openshell-box"})}), ": 60"));
  CHECK(has(of({container("docker", id_a, {"x"}, 0, {{name, "box"}, {role, "agent"}}),
                container("podman", id_b, {"openshell-box"}, 0, {{name, "box"}, {role, "proxy"}})}),
            ": 60"));
  CHECK(has(of({container("docker", id_a, {"x"}, 0, {{name, "box"}, {role, "supervisor"}})}),
            "error: no container has"));
  CHECK(has(of({container("docker", id_a, {"x"}, 0, {{name, "another"}})}), "error: no container has"));
  CHECK(has(of({container("docker", id_a, {"x"}, 0, {{name, "box"}}),
                container("podman", id_b, {"openshell-box"})}),
            "could be 2 targets"));
}

TEST_CASE("choose: names are escaped in every answer") {
  Scene hostile{{row(1, 0), row(60, 1, "e\x1b[2J").cgroup(in_a)},
                {{container("docker", id_a, {"\x1b]0;x\x07"})}, {}, {}}};
  for (const std::string target :
       {"name:e\x1b[2J", "tree:60", "docker:aaaa", "docker:\x1b]0;x\x07", "name:\x1b"})
    CHECK_FALSE(has(hostile.of(target), "\x1b"));
}

TEST_CASE("choose: many candidates are not all told") {
  Scene many{{row(1, 0)}};
  for (int i = 0; i < 500; ++i)
    many.rows.push_back(row(1000 + i, 1, "x"));
  const std::string text = many.of("name:x");
  CHECK(has(text, "could be 500 targets"));
  CHECK(has(text, "and 492 more"));
  CHECK(text.size() < 1000);
}

TEST_CASE("choose: the innermost set with a process") {
  const auto table =
      table_of({row(1, 0), row(60, 1).cgroup(in_a), row(70, 60).cgroup(in_a + "/docker/" + id_b)});
  const auto sets = sandbox_sets(*table, host(), self);
  REQUIRE(sets.size() == 2);
  CHECK(set_with(sets, 70)->container->id == id_b);
  CHECK(set_with(sets, 60)->container->id == id_a);
  CHECK(set_with(sets, 1) == nullptr);
}
