#include "probes/leading_sockets.h"

#include "fake_kernel.h"
#include "probes/outside_sockets.h"
#include "probes/socket_warnings.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

using namespace sbx;

namespace {

// Answers about the paths that it was told of, and that nothing stands at any other.
class Scene final : public Kernel {
public:
  Scene() {
    say(source::target_identity,
        "vantage observer\npid 100\nstart_ticks 1\nboot_id x\nexecutable 1:2:3\nexited no\n");
    say(source::target_tasks_status,
        tasks_text({"Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t"
                    "\nCapEff:\t0000000000000000\n"}));
    say(source::target_tasks_ns, "100 user=4026531837 mnt=4026532001 net=4026532008\n");
    say(source::target_uid_map, "         0          0 4294967295\n");
    say(source::target_mountinfo, "31 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
    say(source::target_environ, "");
    say(source::self_mountinfo, "31 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
    say(source::self_status, "Seccomp:\t0\n");
    say(source::self_ns, "50 user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833\n");
    say(source::init_ns, "2 user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833\n");
    held("");
  }
  Scene& say(Source source, std::string text) {
    fake.answer(source, std::move(text));
    return *this;
  }
  Scene& held(const std::string& lines) {
    return say(source::target_net_held_sockets, "table 100\n" + lines +
                                                    "listed all\nnetns 4026532008 cookie=12 "
                                                    "tid=100\nend settled\n");
  }
  Scene& stands(const std::string& path, unsigned inode, const std::string& mode = "140666",
                unsigned uid = 0) {
    walks[path] = "mnt=31 dev=0:22 inode=" + std::to_string(inode) + " mode=" + mode +
                  " uid=" + std::to_string(uid) +
                  " gid=0 nlink=1 rdev=0:0 attributes=0x0 acl=0 magic=0x1021994";
    return *this;
  }
  Reading read(Source source) override { return fake.read(source); }
  Reading read_about(Source source, const std::vector<std::string>& paths) override {
    if (refused_paths != 0)
      return refused(refused_paths);
    std::string text;
    for (const std::string& path : paths)
      if (source == source::target_walks) {
        const auto known = walks.find(path);
        text += "path " + path + "\n" +
                (known != walks.end() ? "file " + known->second + "\nend ok\n" : "end ENOENT\n");
      } else {
        const auto& from = source == source::self_paths ? own : spots;
        const auto known = from.find(path);
        text += path + " " + (known != from.end() ? known->second : "!ENOENT") + "\n";
      }
    return text;
  }
  FakeKernel fake;
  std::map<std::string, std::string> walks, spots, own;
  int refused_paths = 0;
};

LeadingSockets of(Scene& scene) {
  Witness witness(scene);
  return leading_sockets(witness);
}
std::vector<Warning> warned(Scene& scene) {
  Witness witness(scene);
  return socket_warnings(witness);
}
const Warning* with(const std::vector<Warning>& all, std::string_view id) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Warning& it) { return it.id == id; });
  return found == all.end() ? nullptr : &*found;
}

std::string unix_socket(int number, const std::string& peer, int pid, const std::string& net,
                        const std::string& mnt) {
  return "socket " + std::to_string(number) + " inode=" + std::to_string(1000 + number) +
         " domain=1 type=1 protocol=0 listening=0 cookie=12 netns=4026532008 local=- peer=" + peer +
         " peer_pid=" + std::to_string(pid) + " peer_uid=0 peer_comm=:other peer_net=" + net +
         " peer_mnt=" + mnt + "\n";
}

const std::string outer_tcp =
    "socket 7 inode=77 domain=2 type=1 protocol=6 listening=0 cookie=1 netns=4026531833 "
    "local=10.0.0.1/80 peer=10.0.0.9/4711\n";
const std::string unix_head = "Num       RefCount Protocol Flags    Type St Inode Path\n";

Scene& shares_network(Scene& scene, const std::string& lines) {
  const std::string text = unix_head + lines;
  return scene.say(source::target_tasks_ns, "100 user=4026531837 mnt=4026532001 net=4026531833\n")
      .say(source::target_net_sockets,
           "file unix all " + std::to_string(text.size()) + "\n" + text + "end\n");
}

} // namespace

TEST_CASE("leading_sockets: nothing leads out of a sandbox in which nothing stands, and all was searched") {
  Scene scene;
  const LeadingSockets found = of(scene);
  INFO((found.not_searched.empty() ? "" : found.not_searched.front()));
  CHECK(found.found.empty());
  CHECK(found.whole());
  CHECK(warned(scene).empty());
}

TEST_CASE("leading_sockets: a socket at its usual path is found once, whatever links lead to it") {
  Scene scene;
  scene.stands("/run/docker.sock", 9).stands("/var/run/docker.sock", 9).stands("/run/user/1000/bus", 10);
  const LeadingSockets found = of(scene);
  REQUIRE(found.found.size() == 2);
  CHECK(found.found[0].kind() == "container engine");
  CHECK(found.found[0].severity() == Severity::high);
  CHECK(found.found[1].name == "/run/user/1000/bus");
  const auto warnings = warned(scene);
  REQUIRE(with(warnings, "network.unix_socket"));
  CHECK(warnings.size() == 2);
}

TEST_CASE("leading_sockets: a name alone is no socket") {
  Scene scene;
  scene.stands("/run/docker.sock", 9, "100666").stands("/run/crio/crio.sock", 10, "40755");
  CHECK(of(scene).found.empty());
}

TEST_CASE("leading_sockets: a socket that ordinary permissions close is told, but as no more than that") {
  Scene scene;
  scene.stands("/run/docker.sock", 9, "140660");
  const LeadingSockets found = of(scene);
  REQUIRE(found.found.size() == 1);
  CHECK(found.found[0].mode_refuses);
  CHECK(found.found[0].severity() == Severity::info);
  // Whoever may be let in by something else is not taken to be kept out.
  scene.say(source::target_tasks_status,
            tasks_text({"Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\n"
                        "Groups:\t0 \nCapEff:\t0000000000000000\n"}));
  CHECK_FALSE(of(scene).found[0].mode_refuses);
  scene.say(source::target_tasks_status,
            tasks_text({"Uid:\t0\t0\t0\t0\nGid:\t5\t5\t5\t5\nGroups:\t\nCapEff:\t"
                        "0000000000000002\n"}));
  CHECK_FALSE(of(scene).found[0].mode_refuses);
  scene.fake.fail(source::target_tasks_status, EACCES);
  CHECK_FALSE(of(scene).found[0].mode_refuses);
  CHECK_FALSE(of(scene).whole());
}

TEST_CASE("leading_sockets: what its environment names is looked for, and is not believed by itself") {
  Scene scene;
  scene.say(source::target_environ, "SSH_AUTH_SOCK /tmp/ssh-abc/agent.7\nDOCKER_HOST unix:///srv/d\n");
  CHECK(of(scene).found.empty());
  scene.stands("/tmp/ssh-abc/agent.7", 11);
  const LeadingSockets found = of(scene);
  REQUIRE(found.found.size() == 1);
  CHECK(found.found[0].kind() == "ssh agent");
}

TEST_CASE("leading_sockets: a socket that is mounted under another name is known by its device and inode") {
  Scene scene;
  scene.say(source::target_mountinfo, "31 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                                      "40 31 0:22 /docker.sock /srv/x rw - tmpfs tmpfs rw\n"
                                      "41 31 0:22 /y /srv/y rw - tmpfs tmpfs rw\n");
  scene.spots["/srv/x"] = "mnt=40 dev=0:22 inode=9 mode=140660";
  scene.spots["/srv/y"] = "mnt=41 dev=0:22 inode=10 mode=100644";
  scene.own["/run/docker.sock"] = "mnt=22 dev=0:22 inode=9 mode=140660";
  const LeadingSockets found = of(scene);
  REQUIRE(found.found.size() == 1);
  CHECK(found.found[0].how == LeadingSocket::How::mount);
  CHECK(found.found[0].known_as == "/run/docker.sock");
  CHECK(found.found[0].kind() == "container engine");
  scene.own.clear();
  const LeadingSockets unknown = of(scene);
  REQUIRE(unknown.found.size() == 1);
  CHECK(unknown.found[0].row == nullptr);
  CHECK(unknown.found[0].severity() == Severity::medium);
}

TEST_CASE("leading_sockets: abstract names count where the network namespace is the host's, and only there") {
  Scene scene;
  shares_network(scene, "0000000000000000: 00000002 00000000 00010000 0001 01 5 @/tmp/.X11-unix/X0\n"
                        "0000000000000000: 00000002 00000000 00010000 0001 01 6 @other\n"
                        "0000000000000000: 00000002 00000000 00010000 0001 01 7 /run/docker.sock\n");
  const LeadingSockets found = of(scene);
  REQUIRE(found.found.size() == 1);
  CHECK(found.found[0].how == LeadingSocket::How::abstract_name);
  CHECK(found.other_abstract == 1);
  CHECK(found.whole());
  REQUIRE(with(warned(scene), "network.abstract_socket"));
  scene.say(source::target_tasks_ns, "100 user=4026531837 mnt=4026532001 net=4026532008\n");
  CHECK(of(scene).found.empty());
}

TEST_CASE("leading_sockets: a table of unix sockets that was not read whole leaves abstract names open") {
  Scene scene;
  shares_network(scene, "rubbish\n");
  CHECK_FALSE(of(scene).whole());
  scene.fake.fail(source::target_net_sockets, EACCES);
  const auto warnings = warned(scene);
  const Warning* it = with(warnings, "network.sockets_not_seen");
  REQUIRE(it);
  CHECK(it->severity == Severity::info);
  CHECK(it->evidence.find("EACCES") != std::string::npos);
}

TEST_CASE("leading_sockets: connected sockets lead to who is at the other end") {
  Scene scene;
  scene.held(unix_socket(3, "-", 900, "4026531833", "4026531832") + // somebody outside
             unix_socket(4, "-", 100, "4026532008", "4026532001") + // itself
             unix_socket(5, "-", 901, "4026532008", "4026532001") + // somebody of its own sandbox
             unix_socket(6, ":/run/docker.sock", 902, "4026532008", "4026532001"));
  const LeadingSockets found = of(scene);
  REQUIRE(found.found.size() == 2);
  CHECK(found.found[0].descriptors == std::vector<int>{3});
  CHECK(found.found[0].severity() == Severity::low);
  CHECK(found.found[0].evidence.find("process 900 (other)") != std::string::npos);
  CHECK(found.found[1].kind() == "container engine");
  CHECK(found.found[1].severity() == Severity::high);
}

TEST_CASE(
    "leading_sockets: where the other end is nobody that we see, or lives where we cannot, that is told") {
  Scene scene;
  scene.held(unix_socket(3, "-", 0, "!ENOENT", "!ENOENT"));
  CHECK(of(scene).found.empty());
  CHECK_FALSE(of(scene).whole());
  scene.held(unix_socket(3, "-", 900, "!EACCES", "!EACCES"));
  CHECK(of(scene).found.size() == 1);
}

TEST_CASE("leading_sockets: what was refused is not taken for searched") {
  Scene scene;
  scene.refused_paths = EACCES;
  CHECK_FALSE(of(scene).whole());
  Scene held;
  held.fake.fail(source::target_net_held_sockets, EPERM);
  CHECK_FALSE(of(held).whole());
  held.held("refused 9 !EPERM\n");
  CHECK_FALSE(of(held).whole());
}

TEST_CASE("leading_sockets: names that deceive are escaped in what is told") {
  Scene scene;
  scene.held(unix_socket(3, ":/a\\x1b[2J", 900, "4026531833", "4026531832"));
  const auto warnings = warned(scene);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].evidence.find('\x1b') == std::string::npos);
  CHECK(warnings[0].evidence.find("\\x1b") != std::string::npos);
}

TEST_CASE("socket_warnings: a socket from another network namespace is a way out, a connected unix one is no "
          "more than "
          "its peer") {
  Scene scene;
  std::string pair = unix_socket(8, "-", 100, "4026532008", "4026532001");
  pair.replace(pair.find("netns=4026532008"), 16, "netns=4026531833");
  scene.held(outer_tcp + pair);
  const auto warnings = warned(scene);
  const Warning* it = with(warnings, "network.outside_socket");
  REQUIRE(it);
  CHECK(it->severity == Severity::high);
  CHECK(it->evidence == "descriptor 7: tcp 10.0.0.1 port 80 to 10.0.0.9 port 4711");
  CHECK(warnings.size() == 1);
}

TEST_CASE("socket_warnings: an unconnected unix socket from outside reaches the abstract names of there") {
  Scene scene;
  scene.held("socket 7 inode=77 domain=1 type=2 protocol=0 listening=0 cookie=1 netns=4026531833 local=- "
             "peer=!ENOTCONN peer_pid=0 peer_uid=0 peer_comm=!ENOENT peer_net=!ENOENT peer_mnt=!ENOENT\n");
  const auto warnings = warned(scene);
  REQUIRE(with(warnings, "network.outside_socket"));
  CHECK(with(warnings, "network.outside_socket")->severity == Severity::medium);
}

TEST_CASE("socket_warnings: where a socket was made that cannot be told is unknown, and not inside") {
  Scene scene;
  std::string unknown = outer_tcp;
  unknown.replace(unknown.find("cookie=1 netns=4026531833"), 25, "cookie=!ENOPROTOOPT netns=!EPERM");
  scene.held(unknown);
  const auto warnings = warned(scene);
  CHECK(with(warnings, "network.outside_socket") == nullptr);
  REQUIRE(with(warnings, "network.sockets_not_seen"));
}

TEST_CASE("socket_claims: what was seen, and null for what was not") {
  Scene scene;
  scene.held(outer_tcp).stands("/run/docker.sock", 9);
  Witness witness(scene);
  const Claims claims = socket_claims(witness);
  CHECK(claims["tables"].is_null());
  CHECK(claims["listening"].is_null());
  CHECK(claims["held"] == 1);
  REQUIRE(claims["outside"].size() == 1);
  CHECK(claims["outside"][0]["descriptor"] == 7);
  REQUIRE(claims["leading"].size() == 1);
  CHECK(claims["leading"][0]["kind"] == "container engine");
  CHECK(claims["leading"][0]["how"] == "path");
  CHECK(claims["not_searched"].empty());
  Scene refused_scene;
  refused_scene.fake.fail(source::target_net_held_sockets, EPERM);
  Witness other(refused_scene);
  CHECK(socket_claims(other)["held"].is_null());
  CHECK(socket_claims(other)["outside"].is_null());
}

TEST_CASE("socket_claims: who listens, at most 64 of them, and how many more") {
  std::string lines = "head\n";
  for (int i = 0; i < 70; ++i)
    lines += "   0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 1000 0 4711\n";
  Scene scene;
  scene.say(source::target_net_sockets,
            "file tcp all " + std::to_string(lines.size()) + "\n" + lines + "end\n");
  Witness witness(scene);
  const Claims claims = socket_claims(witness);
  CHECK(claims["listening"].size() == 64);
  CHECK(claims["listening_left_out"] == 6);
  CHECK(claims["listening"][0]["port"] == 8080);
  CHECK(claims["tables"]["tcp"]["listening"] == 70);
}
