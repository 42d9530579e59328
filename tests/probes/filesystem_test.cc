#include "probes/filesystem.h"

#include "fake_kernel.h"
#include "test_mint.h"

#include <catch2/catch.hpp>

#include <chrono>

using namespace sbx;

namespace {

const std::string host_ns =
    " user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833 ipc=4026531839 uts=4026531838"
    " cgroup=4026531835 time=4026531834";
const std::string own_ns =
    " user=4026532201 mnt=4026532202 pid=4026532203 net=4026532204 ipc=4026532205 uts=4026532206"
    " cgroup=4026532207 time=4026532208";

const std::string host_mounts = "21 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
                                "22 21 0:20 / /proc rw shared:5 - proc proc rw\n"
                                "23 21 0:30 / /run rw - tmpfs tmpfs rw\n";
const std::string own_mounts = "31 1 0:60 / / ro - overlay overlay ro,lowerdir=/l\n"
                               "32 31 0:61 / /proc rw - proc proc rw\n"
                               "33 31 0:62 / /tmp rw - tmpfs tmpfs rw\n";
const std::string self_root = "self mnt=21 dev=8:1 inode=2 magic=0xef53 ro=0 above=0 path=/\n";
const std::string own_root = "mnt=31 dev=0:60 inode=1 magic=0x794c7630 ro=1 above=0 path=/";
const std::string host_root = "mnt=31 dev=8:1 inode=2 magic=0xef53 ro=0 above=0 path=/";
const std::string inside = " mnt=31 dev=0:60 inode=1 outside=0\n";

struct Scene {
  FakeKernel kernel;
  Scene() {
    kernel.answer(source::target_tasks_ns, "100" + own_ns + "\n");
    kernel.answer(source::self_ns, "50" + host_ns + "\n");
    kernel.answer(source::init_ns, "2" + host_ns + "\n");
    kernel.answer(source::target_tasks_status,
                  tasks_text({"Uid:\t1000\t1000\t1000\t1000\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\n"}));
    kernel.answer(source::self_status, "Seccomp:\t0\n");
    kernel.answer(source::target_cgroup, "0::/\n");
    kernel.answer(source::self_mountinfo, host_mounts);
    kernel.answer(source::target_mountinfo, own_mounts);
    kernel.answer(source::target_directories, "dir /dev\nend ok\ndir /home\nend ENOENT\n");
    kernel.answer(source::target_paths, "/etc/ssh !ENOENT\n");
    roots(own_root);
  }
  Scene& roots(const std::string& root, const std::string& cwd = inside, const std::string& end = "settled") {
    kernel.answer(source::target_roots,
                  self_root + "root 100 " + root + "\ncwd 100" + cwd + "end " + end + "\n");
    return *this;
  }
  Scene& mounts(const std::string& more) {
    kernel.answer(source::target_mountinfo, own_mounts + more);
    return *this;
  }
  Scene& capabilities(const std::string& mask, const std::string& uid = "1000") {
    kernel.answer(source::target_tasks_status,
                  tasks_text({"Uid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid +
                              "\nCapInh:\t0\nCapPrm:\t" + mask + "\nCapEff:\t" + mask + "\n"}));
    return *this;
  }
  Finding find() {
    Witness witness(kernel);
    return filesystem(witness);
  }
};

std::vector<std::string> warned(const Finding& finding) {
  std::vector<std::string> ids;
  for (const Claims& warning : finding.claims()["warnings"])
    ids.push_back(warning["id"].get<std::string>() + " " + warning["severity"].get<std::string>());
  return ids;
}

bool warns(const Finding& finding, const std::string& id) {
  const auto ids = warned(finding);
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

const std::string bind = "40 31 8:1 /home/me/work /work rw - ext4 /dev/sda1 rw\n";

} // namespace

TEST_CASE("filesystem: a root of its own and nothing of the host writable is enforced") {
  const Finding finding = Scene().find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.summary() == "its own root (overlay), read-only; nothing of the host is writable");
  const Claims& root = finding.claims()["root"];
  CHECK(root["kind"] == "pivoted");
  CHECK(root["type"] == "overlay");
  CHECK(root["read_only"] == true);
  CHECK(root["mount_namespace"] == "own");
  CHECK(root["escapable"] == false);
  CHECK(finding.claims()["host_writable"] == Claims::array());
  CHECK(finding.claims()["host_mounts"] == Claims::array());
  CHECK(finding.claims()["mounts"].size() == 3);
  CHECK(finding.sources() == std::vector<std::string>{"target/roots", "target/tasks/ns", "target/mountinfo"});
}

TEST_CASE("filesystem: the host's namespace and root are absent, and warn of nothing") {
  Scene scene;
  scene.kernel.answer(source::target_tasks_ns, "100" + host_ns + "\n");
  scene.kernel.answer(source::target_mountinfo, host_mounts);
  scene.roots("mnt=21 dev=8:1 inode=2 magic=0xef53 ro=0 above=0 path=/").capabilities("ffff", "0");
  const Finding finding = scene.find();
  CHECK(finding.state() == State::absent);
  CHECK(finding.claims()["root"]["mount_namespace"] == "host");
  CHECK(finding.claims()["root"]["kind"] == "host");
  CHECK(finding.claims()["host_writable"] == Claims{"/", "/run"});
  CHECK(warned(finding) == std::vector<std::string>{"filesystem.fds_not_seen info"});
}

TEST_CASE(
    "filesystem: the host's root in a namespace of its own is partial, whether it is read-only or not") {
  Scene scene;
  scene.kernel.answer(source::target_mountinfo, "31 1 8:1 / / ro - ext4 /dev/sda1 rw\n");
  scene.roots("mnt=31 dev=8:1 inode=2 magic=0xef53 ro=1 above=0 path=/");
  CHECK(scene.find().state() == State::partial);
  CHECK(scene.find().claims()["host_writable"] == Claims::array());
  CHECK(scene.find().claims()["root"]["host_path"] == "/");
  scene.kernel.answer(source::target_mountinfo, "31 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
  scene.roots(host_root);
  CHECK(scene.find().state() == State::partial);
  CHECK(scene.find().claims()["host_writable"] == Claims{"/"});
  CHECK(warns(scene.find(), "filesystem.host_writable high"));
}

TEST_CASE("filesystem: a place of the host that is writable makes it partial, and is named") {
  Scene scene;
  scene.mounts(bind);
  scene.kernel.answer(source::target_paths, "/work mnt=40 dev=8:1 inode=77 mode=40755\n");
  scene.kernel.answer(source::self_paths, "/home/me/work mnt=21 dev=8:1 inode=77 mode=40755\n");
  const Finding finding = scene.find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["host_writable"] == Claims{"/work"});
  const Claims& mount = finding.claims()["mounts"][3];
  CHECK(mount["class"] == "host");
  CHECK(mount["host_path"] == "/home/me/work");
  CHECK(mount["meaning"] == "the host's /home/me/work");
  CHECK(warns(finding, "filesystem.host_writable medium"));
}

TEST_CASE("filesystem: a place of the host that is read-only leaves it enforced") {
  Scene scene;
  scene.mounts("40 31 8:1 /usr /usr ro - ext4 /dev/sda1 rw\n");
  CHECK(scene.find().state() == State::enforced);
  CHECK(scene.find().claims()["host_mounts"] == Claims{"/usr"});
}

TEST_CASE("filesystem: what another mount covers does not count, and is said to be covered") {
  Scene scene;
  scene.mounts(bind + "41 40 0:70 / /work rw - tmpfs tmpfs rw\n");
  const Finding finding = scene.find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["mounts"][3]["covered"] == true);
  CHECK(finding.claims()["mounts"][4]["covered"] == false);
}

TEST_CASE("filesystem: its own root directory counts only where it is one of the host's system") {
  const auto with_root_at = [](const std::string& from) {
    Scene scene;
    scene.kernel.answer(source::target_mountinfo, "31 1 8:1 " + from + " / rw - ext4 /dev/sda1 rw\n");
    scene.kernel.answer(source::target_paths, "/ mnt=31 dev=8:1 inode=9 mode=40755\n");
    scene.kernel.answer(source::self_paths, from + " mnt=21 dev=8:1 inode=9 mode=40755\n");
    scene.roots("mnt=31 dev=8:1 inode=9 magic=0xef53 ro=0 above=0 path=/");
    return scene.find();
  };
  CHECK(with_root_at("/var/lib/machines/a").state() == State::enforced);
  CHECK(with_root_at("/var/lib/machines/a").claims()["root"]["host_path"] == "/var/lib/machines/a");
  CHECK(with_root_at("/usr").state() == State::partial);
  CHECK(with_root_at("/usr").claims()["host_writable"] == Claims{"/"});
}

TEST_CASE("filesystem: a chroot is partial, and CAP_SYS_CHROOT leads out of it") {
  Scene scene;
  scene.kernel.answer(source::target_tasks_ns, "100" + host_ns + "\n");
  scene.kernel.answer(source::target_mountinfo, "");
  scene.roots("mnt=21 dev=8:1 inode=99 magic=0xef53 ro=0 above=2 path=/srv/jail");
  CHECK(scene.find().state() == State::partial);
  CHECK(scene.find().claims()["root"]["kind"] == "chroot");
  CHECK(scene.find().claims()["root"]["host_path"] == "/srv/jail");
  CHECK(scene.find().claims()["root"]["escapable"] == false);
  CHECK_FALSE(warns(scene.find(), "filesystem.chroot_escape high"));
  scene.capabilities("40000"); // 1 << CAP_SYS_CHROOT
  CHECK(scene.find().claims()["root"]["escapable"] == true);
  CHECK(warns(scene.find(), "filesystem.chroot_escape high"));
  scene.kernel.fail(source::target_tasks_status, EACCES);
  CHECK(scene.find().claims()["root"]["escapable"].is_null());
  CHECK(warns(scene.find(), "filesystem.chroot_escape medium"));
}

TEST_CASE("filesystem: a working directory outside the root leads out") {
  Scene scene;
  scene.roots(own_root, " mnt=21 dev=8:1 inode=5 outside=1\n");
  CHECK(scene.find().state() == State::partial);
  CHECK(warns(scene.find(), "filesystem.cwd_outside high"));
}

TEST_CASE("filesystem: what was not seen is unknown, never enforced and never absent") {
  Scene roots;
  roots.kernel.fail(source::target_roots, EACCES);
  CHECK(roots.find().state() == State::unknown);
  CHECK(roots.find().gap()->kind == GapKind::denied);
  CHECK(roots.find().claims()["root"]["kind"].is_null());
  CHECK(roots.find().claims()["root"]["read_only"].is_null());

  Scene mounts;
  mounts.kernel.fail(source::target_mountinfo, EACCES);
  CHECK(mounts.find().state() == State::unknown);
  CHECK(mounts.find().claims()["mounts"].is_null());
  CHECK(mounts.find().claims()["host_writable"].is_null());

  Scene host; // whose mounts they are
  host.kernel.fail(source::self_mountinfo, EACCES);
  CHECK(host.find().state() == State::unknown);
  CHECK(host.find().claims()["host_writable"].is_null());
  CHECK(host.find().claims()["mounts"][0]["class"].is_null());

  Scene cwd;
  cwd.roots(own_root, " !EACCES\n");
  CHECK(cwd.find().state() == State::unknown);

  Scene broken;
  broken.kernel.answer(source::target_mountinfo, "no mounts\n");
  CHECK(broken.find().state() == State::unknown);
  CHECK(broken.find().gap()->kind == GapKind::malformed);

  Scene absent;
  absent.kernel.fail(source::target_roots, ENODATA, "not in this recording");
  CHECK(absent.find().gap()->kind == GapKind::not_attempted);
}

TEST_CASE("filesystem: an inspector that is not on the host cannot tell whose the mounts are") {
  Scene scene;
  scene.kernel.answer(source::self_ns, "50" + own_ns + "\n");
  CHECK(scene.find().state() == State::unknown);
  CHECK(scene.find().claims()["host_writable"].is_null());
}

TEST_CASE("filesystem: mounts that come and go while they are read are not taken for all of them") {
  Scene moving;
  moving.mounts("moving\n");
  CHECK(moving.find().state() == State::unknown);
  CHECK(moving.find().claims()["host_writable"].is_null());
  CHECK(moving.find().gap()->kind == GapKind::vanished);
  Scene torn;
  torn.mounts("40 99 0:70 / /a/b rw - tmpfs tmpfs rw\n");
  CHECK(torn.find().state() == State::unknown);
  Scene found; // what was seen decides all the same
  found.mounts(bind + "moving\n");
  CHECK(found.find().state() == State::partial);
  CHECK(found.find().claims()["host_writable"] == Claims{"/work"});
  Scene host;
  host.kernel.answer(source::self_mountinfo, host_mounts + "moving\n");
  CHECK(host.find().state() == State::unknown);
}

TEST_CASE("filesystem: threads in other namespaces or roots leave the rest unseen") {
  Scene ns;
  ns.kernel.answer(source::target_tasks_ns, "100" + own_ns + "\n101" + host_ns + "\n");
  CHECK(ns.find().state() == State::partial);
  CHECK(ns.find().claims()["root"]["differs"] == true);
  Scene roots;
  roots.kernel.answer(source::target_roots, self_root + "root 100 " + own_root + "\nroot 101 " + host_root +
                                                "\ncwd 100" + inside + "cwd 101" + inside + "end settled\n");
  CHECK(roots.find().state() == State::partial);
  CHECK(roots.find().claims()["root"]["kind"] == "host");
  CHECK(roots.find().claims()["root"]["read_only"] == false);
}

TEST_CASE("filesystem: a file that a container engine made is no place of the host") {
  const std::string id(64, 'c');
  Scene scene;
  scene.kernel.answer(source::target_cgroup, "0::/docker/" + id + "\n");
  scene.mounts("40 31 8:1 /var/lib/docker/containers/" + id + "/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n");
  CHECK(scene.find().state() == State::enforced);
  CHECK(scene.find().claims()["mounts"][3]["engine_file"] == true);
  CHECK(scene.find().claims()["host_mounts"] == Claims::array());
}

TEST_CASE("filesystem: files of the kernel are covered, read-only or open") {
  Scene scene;
  scene.mounts("40 32 0:63 / /proc/keys rw - tmpfs tmpfs rw\n41 32 0:61 /sys /proc/sys ro - proc proc rw\n");
  scene.kernel.answer(source::target_paths, "/proc/keys mnt=40 dev=0:63 inode=1 mode=20666\n"
                                            "/proc/sys mnt=41 dev=0:61 inode=2 mode=40555\n"
                                            "/proc/kcore mnt=32 dev=0:61 inode=3 mode=100400\n"
                                            "/proc/acpi !ENOENT\n");
  const Finding finding = scene.find();
  CHECK(finding.claims()["masked"] == Claims::array({Claims{{"path", "/proc/keys"}, {"how", "hidden"}},
                                                     Claims{{"path", "/proc/sys"}, {"how", "read-only"}}}));
  REQUIRE(finding.claims()["unmasked"].size() == 1);
  CHECK(finding.claims()["unmasked"][0]["path"] == "/proc/kcore");
  CHECK(warns(finding, "filesystem.unmasked low"));
  scene.kernel.fail(source::target_paths, EACCES);
  CHECK(scene.find().claims()["masked"].is_null());
  CHECK(scene.find().claims()["unmasked"].is_null());
}

TEST_CASE("filesystem: settings of the machine are warned of where the mount and the user let it write") {
  Scene scene;
  scene.kernel.answer(source::target_paths,
                      "/proc/sys/kernel/core_pattern mnt=32 dev=0:61 inode=3 mode=100644\n");
  scene.capabilities("0", "0");
  CHECK(warns(scene.find(), "filesystem.kernel_settings high"));
  scene.capabilities("0", "1000");
  CHECK_FALSE(warns(scene.find(), "filesystem.kernel_settings high"));
  CHECK_FALSE(warns(scene.find(), "filesystem.kernel_settings medium"));
  scene.kernel.fail(source::target_tasks_status, EACCES);
  CHECK(warns(scene.find(), "filesystem.kernel_settings medium"));
}

TEST_CASE("filesystem: device nodes beyond the usual ones are named by their numbers") {
  Scene scene;
  scene.kernel.answer(source::target_directories,
                      "dir /dev\nentry null mode=20666 rdev=1:3\nentry innocent mode=20640 rdev=1:1\n"
                      "entry sda mode=60660 rdev=8:0\nentry net mode=40755 rdev=0:0\nend ok\n"
                      "dir /dev/net\nentry tun mode=20666 rdev=10:200\nend ok\ndir /home\nend ok\n");
  scene.capabilities("0", "0");
  const Finding finding = scene.find();
  REQUIRE(finding.claims()["devices"].size() == 3);
  CHECK(finding.claims()["devices"][0]["path"] == "/dev/innocent");
  CHECK(finding.claims()["devices"][0]["meaning"] == "the memory of the machine");
  CHECK(finding.claims()["devices"][0]["risk"] == "machine");
  CHECK(finding.claims()["devices"][2]["path"] == "/dev/net/tun");
  CHECK(warns(finding, "filesystem.machine_devices high"));
  CHECK(warns(finding, "filesystem.devices info"));
  scene.kernel.answer(source::target_directories, "dir /dev\nend EREMOTE\ndir /home\nend ok\n");
  CHECK(scene.find().claims()["devices"].is_null());
}

TEST_CASE("filesystem: places of keys are named, and warned of where they are the host's") {
  Scene scene;
  scene.mounts("40 31 8:1 /home/me /home/me ro - ext4 /dev/sda1 rw\n");
  scene.kernel.answer(source::target_paths, "/home/me/.ssh mnt=40 dev=8:1 inode=3 mode=40700\n"
                                            "/root/.aws mnt=31 dev=0:60 inode=3 mode=40700\n");
  const Finding finding = scene.find();
  CHECK(finding.claims()["credentials"] ==
        Claims::array(
            {Claims{{"path", "/home/me/.ssh"}, {"what", "SSH keys"}, {"on_host", true}},
             Claims{{"path", "/root/.aws"}, {"what", "keys of Amazon Web Services"}, {"on_host", false}}}));
  CHECK(warns(finding, "filesystem.credentials medium"));
}

TEST_CASE("filesystem: mounts that the host shares are told apart from those that it gives") {
  Scene scene;
  scene.mounts("40 31 0:70 / /a rw shared:1 - tmpfs tmpfs rw\n41 31 0:71 / /b rw master:5 - tmpfs tmpfs rw\n"
               "42 31 0:72 / /c rw shared:9 - tmpfs tmpfs rw\n");
  const Finding finding = scene.find();
  CHECK(finding.claims()["propagation"]["shared_with_host"] == Claims{"/a"});
  CHECK(finding.claims()["propagation"]["received_from_host"] == Claims{"/b"});
  CHECK(finding.claims()["propagation"]["shared"] == 2);
  CHECK(warns(finding, "filesystem.shared_with_host low"));
  scene.capabilities("200000"); // 1 << CAP_SYS_ADMIN
  CHECK(warns(scene.find(), "filesystem.shared_with_host high"));
}

TEST_CASE("filesystem: names that a target chose come out escaped") {
  Scene scene;
  scene.mounts("40 31 8:1 /x /a\033[2J\xff\\012b rw - ext4 \033]0;x rw\n");
  const std::string text = scene.find().claims().dump(-1, ' ', true, nlohmann::json::error_handler_t::strict);
  CHECK(text.find('\033') == std::string::npos);
  CHECK(text.find("\\u001b") == std::string::npos);
  CHECK(scene.find().claims()["mounts"][3]["point"] == "/a\\x1b[2J\\xff\\x0ab");
}

TEST_CASE("filesystem: five thousand mounts take no quadratic time") {
  std::string mounts, here, there;
  for (int i = 100; i < 5100; ++i) {
    const std::string name = "/d" + std::to_string(i);
    mounts += std::to_string(i) + " 31 8:1 " + name + " /many" + name + " rw - ext4 /dev/sda1 rw\n";
    here += "/many" + name + " mnt=" + std::to_string(i) + " dev=8:1 inode=" + std::to_string(i) +
            " mode=40755\n";
    there += name + " mnt=21 dev=8:1 inode=" + std::to_string(i) + " mode=40755\n";
  }
  Scene scene;
  scene.mounts(mounts);
  scene.kernel.answer(source::target_paths, here).answer(source::self_paths, there);
  const auto begin = std::chrono::steady_clock::now();
  const Finding finding = scene.find();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)); // tens of milliseconds, unloaded
  CHECK(finding.claims()["host_writable"].size() == 5000);
  CHECK(finding.claims()["mounts"][5002]["host_path"] == "/d5099");
}
