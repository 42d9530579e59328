#include "drift/landlock_drift.h"

#include "drift/sandbox.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

using Names = std::vector<std::string>;

LandlockDrift compare(Sandboxed& sandbox, const LandlockWish& wish) {
  std::vector<std::string> paths;
  for (const Wish<PathWish>& path : wish.paths)
    paths.push_back(path.value.path);
  sandbox.answer(paths);
  Witness witness(sandbox.kernel);
  return landlock_drift(witness, wish);
}

const DriftRow& path_row(const LandlockDrift& drift, const std::string& path) {
  return row_of(drift.rows, "path " + path);
}

// /usr read-only and /data read-write, both there, each with its rule.
struct Whole : Sandboxed {
  LandlockWish asked = landlock_wish({read_only("/usr", 5), read_write("/data", 8)});
  Whole() {
    dir("/usr", 10).dir("/usr/lib", 11).dir("/data", 20);
    rule("/usr", reading).rule("/data", abi_2);
  }
  LandlockDrift drift() { return compare(*this, asked); }
};

} // namespace

TEST_CASE("landlock_drift: paths with their rules are as they were asked for") {
  const LandlockDrift drift = Whole().drift();
  for (const DriftRow& row : drift.rows) {
    INFO(row.subject << ": " << row.held);
    CHECK(row.drift == Drift::same);
    CHECK(row.status == "as_asked");
    CHECK(row.layer == "landlock");
    CHECK(row.source == "target/landlock");
  }
  CHECK(drift.rows.size() == 4);
  CHECK(path_row(drift, "/usr").where == "policy.yaml:5:3");
  CHECK(path_row(drift, "/usr").wanted == "read_only: execute, read_file, read_dir");
  CHECK(path_row(drift, "/usr").held == "granted: execute, read_file, read_dir");
  CHECK(drift.skipped.empty());
  CHECK(drift.missing_rules.empty());
  CHECK(drift.extra.empty());
  CHECK(drift.complete());
}

TEST_CASE("landlock_drift: a path that is missing in the sandbox was skipped, and is named") {
  Whole whole;
  whole.asked.paths.push_back(read_write("/gone"));
  whole.asked.paths.push_back(read_write("/no/such"));
  LandlockDrift drift = whole.drift();
  CHECK(drift.skipped == Names{"/gone", "/no/such"});
  CHECK(path_row(drift, "/gone").status == "skipped");
  CHECK(path_row(drift, "/gone").drift == Drift::stronger);
  CHECK(path_row(drift, "/gone").source == "target/walks");
  CHECK(path_row(drift, "/gone").remedy.starts_with("make it before"));
  CHECK(drift.complete());
  // A launcher that may leave nothing out has contradicted its policy.
  whole.asked.hard = wish(true);
  CHECK(path_row(whole.drift(), "/gone").remedy.starts_with("hard_requirement lets nothing be left out"));
}

TEST_CASE("landlock_drift: a path that the launcher leaves out on purpose is no skipped one") {
  Whole whole;
  whole.asked.paths.push_back(read_only("/app"));
  whole.asked.paths.back().value.optional = true;
  whole.asked.paths.back().origin = "baseline";
  const LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/app").status == "not_added");
  CHECK(path_row(drift, "/app").drift == Drift::same);
  CHECK(path_row(drift, "/app").origin == "baseline");
  CHECK(drift.skipped.empty());
}

TEST_CASE("landlock_drift: a path that exists without any rule") {
  Whole whole;
  whole.dir("/later", 30);
  whole.asked.paths.push_back(read_only("/later"));
  const LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/later").status == "no_rule");
  CHECK(path_row(drift, "/later").drift == Drift::stronger);
  CHECK(drift.missing_rules == Names{"/later"});
  CHECK(drift.skipped.empty());
}

TEST_CASE("landlock_drift: fewer and more rights than were asked for") {
  Sandboxed fewer;
  fewer.dir("/data", 20).rule("/data", reading);
  LandlockDrift drift = compare(fewer, landlock_wish({read_write("/data")}));
  CHECK(path_row(drift, "/data").status == "fewer_rights");
  CHECK(path_row(drift, "/data").drift == Drift::stronger);
  CHECK(path_row(drift, "/data").held.find("not granted: write_file") != std::string::npos);
  Sandboxed more;
  more.dir("/usr", 10).rule("/usr", reading | 2);
  drift = compare(more, landlock_wish({read_only("/usr")}));
  CHECK(path_row(drift, "/usr").status == "more_rights");
  CHECK(path_row(drift, "/usr").drift == Drift::weaker);
  CHECK(path_row(drift, "/usr").held.find("more than wanted: write_file") != std::string::npos);
}

TEST_CASE("landlock_drift: rights that no layer handles are open, and weaker where they were to be handled") {
  Whole whole;
  whole.layers =
      "layer 1 1 object=1 fs=0x1fff net=0x0 scoped=0x0\n"; // of ABI 1; refer is denied all the same
  CHECK(row_of(whole.drift().rows, "handled fs").drift == Drift::same);
  whole.asked.fs = wish(abi_2 | 1 << 14);
  const LandlockDrift drift = whole.drift();
  CHECK(row_of(drift.rows, "handled fs").drift == Drift::weaker);
  CHECK(row_of(drift.rows, "handled fs").held.ends_with("; not: truncate"));
  CHECK(path_row(drift, "/usr").status == "more_rights");
  CHECK(path_row(drift, "/data").status == "as_asked"); // may be granted there
}

TEST_CASE("landlock_drift: what a directory can have alone is not missing from a file") {
  Sandboxed sandbox;
  sandbox.dir("/etc", 10).file("/etc/hosts", 11).rule("/etc/hosts", 0x5);
  const LandlockDrift drift = compare(sandbox, landlock_wish({read_only("/etc/hosts")}));
  CHECK(path_row(drift, "/etc/hosts").status == "as_asked");
  CHECK(path_row(drift, "/etc/hosts").wanted == "read_only: execute, read_file");
}

TEST_CASE("landlock_drift: a rule above covers a path, and may cover it with too much") {
  Whole whole;
  whole.dir("/data/in", 21);
  whole.asked.paths.push_back(read_only("/usr/lib"));
  whole.asked.paths.push_back(read_only("/data/in")); // read-write above: by the policy itself
  LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/usr/lib").status == "covered");
  CHECK(path_row(drift, "/usr/lib").drift == Drift::same);
  CHECK(path_row(drift, "/usr/lib").held == "no rule of its own; granted by the rule on /usr");
  CHECK(path_row(drift, "/data/in").status == "covered");
  whole.asked.paths.erase(whole.asked.paths.begin() + 1); // nobody asked for /data
  drift = whole.drift();
  CHECK(path_row(drift, "/data/in").status == "covered_wider");
  CHECK(path_row(drift, "/data/in").drift == Drift::weaker);
  CHECK(drift.extra == Names{"/data"});
}

TEST_CASE("landlock_drift: a directory that was renamed away and made anew has no rule any more") {
  Whole whole;
  whole.rules.pop_back();
  whole.dir("/data.old", 20).rule("/data.old", abi_2).dir("/data", 77);
  const LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/data").status == "replaced");
  CHECK(path_row(drift, "/data").drift == Drift::stronger);
  CHECK(path_row(drift, "/data").held.find("/data.old") != std::string::npos);
  CHECK(drift.missing_rules == Names{"/data"});
  CHECK(drift.extra == Names{"/data.old"});
  CHECK(path_row(drift, "/data.old").drift == Drift::weaker);
  CHECK(path_row(drift, "/data.old").where.empty());
}

TEST_CASE("landlock_drift: a directory that was deleted, with and without a new one in its place") {
  Whole whole;
  whole.rules.pop_back();
  whole.raw_rule("1:0x3fff dev=8:1 inode=20 fs=ext4 mode=40755 nlink=0 was=/data").dir("/data", 77);
  LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/data").status == "replaced");
  CHECK(drift.extra.empty()); // the wish's own, which leads nowhere
  whole.files.erase("/data");
  drift = whole.drift();
  CHECK(path_row(drift, "/data").status == "replaced");
  CHECK(drift.skipped.empty()); // it had its rule
  CHECK(drift.missing_rules == Names{"/data"});
}

TEST_CASE("landlock_drift: a mount over the path hides the file that the rule is about") {
  Whole whole;
  whole.mount(30, 20, "0:44", "/data", "rw");
  whole.files["/data"] = {1, "40755", "0:0", 30, "0:44"};
  LandlockDrift drift;
  whole.rules.pop_back();
  whole.raw_rule("1:0x3fff dev=8:1 inode=20 fs=ext4 mode=40755 nlink=2 name=/data");
  drift = whole.drift();
  CHECK(path_row(drift, "/data").status == "mounted_over");
  CHECK(path_row(drift, "/data").held.ends_with("tmpfs is mounted over /data"));
  CHECK(drift.missing_rules == Names{"/data"});
  CHECK(drift.extra.empty());
}

TEST_CASE("landlock_drift: what is hidden or gone may be granted from above all the same") {
  Whole whole;
  whole.mount(30, 20, "0:44", "/usr/lib", "rw");
  whole.files["/usr/lib"] = {1, "40755", "0:0", 30, "0:44"};
  whole.raw_rule("1:0xd dev=8:1 inode=11 fs=ext4 mode=40755 nlink=2 name=/usr/lib");
  whole.asked.paths.push_back(read_only("/usr/lib"));
  LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/usr/lib").status == "mounted_over");
  CHECK(path_row(drift, "/usr/lib").drift == Drift::same);
  CHECK(path_row(drift, "/usr/lib").held.ends_with("granted all the same by the rule on /usr"));
  CHECK(drift.missing_rules == Names{"/usr/lib"});
  whole.asked.paths.erase(whole.asked.paths.begin());
  whole.rules[0] = "1:0x3fff dev=8:1 inode=10 fs=ext4 mode=40755 nlink=2 name=/usr";
  CHECK(path_row(whole.drift(), "/usr/lib").drift == Drift::weaker);
}

TEST_CASE("landlock_drift: a rule that nobody asked for, which opens something or nothing") {
  Whole whole;
  whole.dir("/opt", 40).rule("/opt", reading).rule("/usr/lib", reading).port_rule(443, 2);
  whole.layers = "layer 1 1 object=1 fs=0x3fff net=0x3 scoped=0x0\n";
  const LandlockDrift drift = whole.drift();
  CHECK(drift.extra == Names{"/opt", "/usr/lib", "port 443"});
  CHECK(path_row(drift, "/opt").status == "extra");
  CHECK(path_row(drift, "/opt").drift == Drift::weaker);
  CHECK(path_row(drift, "/opt").held.find("in no wish: execute, read_file, read_dir") != std::string::npos);
  CHECK(path_row(drift, "/usr/lib").drift == Drift::same); // below /usr, which was asked for
  CHECK(row_of(drift.rows, "port 443").drift == Drift::weaker);
  CHECK(drift.complete());
}

TEST_CASE("landlock_drift: every layer has to grant it") {
  Whole whole;
  whole.layers += "layer 1 2 object=2 fs=0x3fff net=0x0 scoped=0x0\n";
  whole.rules[0] = "1:0xd,2:0x4 dev=8:1 inode=10 fs=ext4 mode=40755 nlink=2 name=/usr";
  const LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/usr").status == "fewer_rights");
  CHECK(path_row(drift, "/usr").held == "granted: read_file; not granted: execute, read_dir");
}

TEST_CASE("landlock_drift: a layer that grants all below the entries of / is no rule of the policy's") {
  Whole whole;
  whole.asked.toplevel_layer = true;
  whole.dir("/opt", 40);
  whole.layers += "layer 1 2 object=2 fs=0x3fff net=0x0 scoped=0x0\n";
  whole.rules = {"1:0x3fff,2:0xd dev=8:1 inode=10 fs=ext4 mode=40755 nlink=2 name=/usr",
                 "1:0x3fff dev=8:1 inode=20 fs=ext4 mode=40755 nlink=2 name=/data",
                 "1:0x3fff dev=8:1 inode=40 fs=ext4 mode=40755 nlink=2 name=/opt"};
  LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/usr").status == "as_asked");
  CHECK(path_row(drift, "/data").status == "no_rule"); // its own layer has none
  CHECK(drift.extra.empty());
  whole.asked.toplevel_layer = false;
  drift = whole.drift();
  CHECK(drift.extra == Names{"/opt"});
}

TEST_CASE("landlock_drift: a thread in no domain leaves nothing held") {
  Whole whole;
  whole.asked.paths.push_back(read_only("/gone"));
  whole.tasks += "task 101 start=1 domain=0 real=0 exited=0 name=early\n";
  LandlockDrift drift = whole.drift();
  CHECK(row_of(drift.rows, "domain").drift == Drift::weaker);
  CHECK(row_of(drift.rows, "domain").held == "1 of 2 threads are in no Landlock domain: early (101)");
  CHECK(path_row(drift, "/usr").status == "more_rights");
  CHECK(path_row(drift, "/usr").drift == Drift::weaker);
  CHECK(drift.skipped == Names{"/gone"});
  whole.tasks = "task 100 start=1 domain=0 real=0 exited=0 name=agent\n";
  drift = whole.drift();
  CHECK(row_of(drift.rows, "domain").held == "no thread is in a Landlock domain");
  CHECK(path_row(drift, "/usr").status == "no_rule");
  CHECK(path_row(drift, "/usr").drift == Drift::weaker);
  CHECK(drift.missing_rules == Names{"/usr", "/data"});
  CHECK(drift.complete());
}

TEST_CASE("landlock_drift: of two domains the one that leaves more open decides") {
  Whole whole;
  whole.tasks += "task 101 start=1 domain=2 real=2 exited=0 name=worker\n";
  std::vector<std::string> paths{"/usr", "/data"};
  whole.answer(paths);
  const std::string first = *whole.kernel.read(source::target_landlock);
  const auto with_second = [&](const std::string& usr) {
    whole.kernel.answer(source::target_landlock,
                        first +
                            "domain 2 layers=1 rules=2\nlayer 2 1 object=2 fs=0x3fff net=0x0 scoped=0x0\n"
                            "rule 2 1:" +
                            usr + " dev=8:1 inode=10 fs=ext4 mode=40755 nlink=2 name=/usr\n" +
                            "rule 2 1:0x3fff dev=8:1 inode=20 fs=ext4 mode=40755 nlink=2 name=/data\n");
    Witness witness(whole.kernel);
    return landlock_drift(witness, whole.asked);
  };
  CHECK(path_row(with_second("0xf"), "/usr").status == "more_rights");
  CHECK(path_row(with_second("0x4"), "/usr").status == "as_asked");
}

TEST_CASE("landlock_drift: without kernel memory a missing path is still named, and all else unknown") {
  Whole whole;
  whole.memory = false;
  whole.asked.paths.push_back(read_only("/gone"));
  const LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/gone").status == "skipped");
  CHECK(path_row(drift, "/gone").held == "missing in the sandbox now; whether a rule was made is unknown");
  CHECK(path_row(drift, "/usr").drift == Drift::unknown);
  CHECK(row_of(drift.rows, "domain").drift == Drift::unknown);
  CHECK(row_of(drift.rows, "handled fs").drift == Drift::unknown);
  CHECK(drift.skipped == Names{"/gone"});
  CHECK_FALSE(drift.complete());
  CHECK(drift.skipped_complete);
  CHECK_FALSE(drift.missing_rules_complete);
  CHECK_FALSE(drift.extra_complete);
}

TEST_CASE("landlock_drift: a kernel that provably has no Landlock holds nothing") {
  Whole whole;
  whole.memory = false;
  whole.kernel.answer(source::self_landlock, "abi !EOPNOTSUPP\nerrata !EOPNOTSUPP\ndepth !EOPNOTSUPP\n");
  whole.kernel.answer(source::host_lsm, "capability,apparmor");
  const LandlockDrift drift = whole.drift();
  CHECK(row_of(drift.rows, "domain").drift == Drift::weaker);
  CHECK(path_row(drift, "/usr").status == "no_rule");
  CHECK(drift.complete());
}

TEST_CASE("landlock_drift: rules that were not read are unknown, never missing") {
  Whole whole;
  whole.answer({"/usr", "/data"});
  whole.kernel.answer(source::target_landlock, "offset 0 symbol=- calibrated=0\nsettled yes\n" + whole.tasks +
                                                   "domain 1 layers=1 rules=2 unread=ENOBUFS\n" +
                                                   whole.layers);
  Witness witness(whole.kernel);
  const LandlockDrift drift = landlock_drift(witness, whole.asked);
  CHECK(path_row(drift, "/usr").status == "unknown");
  CHECK(drift.missing_rules.empty());
  CHECK_FALSE(drift.missing_rules_complete);
  CHECK_FALSE(drift.extra_complete);
}

TEST_CASE("landlock_drift: threads that moved while they were read leave only what is weaker") {
  Whole whole;
  whole.settled = "no";
  const LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/usr").drift == Drift::unknown);
  CHECK_FALSE(drift.complete());
}

TEST_CASE("landlock_drift: a path that could not be looked up is unknown") {
  Whole whole;
  whole.answer({"/usr", "/data"});
  whole.kernel.answer(source::target_walks, "path /usr\nend ETIMEDOUT\npath /data\nend EREMOTE\n");
  Witness witness(whole.kernel);
  const LandlockDrift drift = landlock_drift(witness, whole.asked);
  CHECK(path_row(drift, "/usr").held ==
        "could not be looked up: no answer came in time, from its file system or from one that was asked "
        "before");
  CHECK(path_row(drift, "/data").status == "unknown");
  CHECK(drift.skipped.empty());
  CHECK_FALSE(drift.skipped_complete);
  CHECK(drift.extra.empty()); // rules of that name are taken for theirs
  whole.kernel.fail(source::target_walks, EACCES, "the root of the target");
  Witness refused(whole.kernel);
  const LandlockDrift unseen = landlock_drift(refused, whole.asked);
  CHECK(path_row(unseen, "/usr").drift == Drift::unknown);
  CHECK(path_row(unseen, "/usr").wanted == "read_only: execute, read_file, read_dir");
}

TEST_CASE("landlock_drift: where numbers are not unique, only the kernel's own name decides") {
  Sandboxed sandbox;
  sandbox.mounts = "20 1 8:1 / / rw,relatime - btrfs /dev/sda1 rw\n";
  sandbox.dir("/data", 20);
  sandbox.raw_rule("1:0x3fff dev=8:1 inode=20 fs=btrfs mode=40755 nlink=2 name=/data");
  CHECK(path_row(compare(sandbox, landlock_wish({read_write("/data")})), "/data").status == "as_asked");
  sandbox.rules = {"1:0x3fff dev=8:1 inode=20 fs=btrfs mode=40755 nlink=2"};
  const LandlockDrift drift = compare(sandbox, landlock_wish({read_write("/data")}));
  CHECK(path_row(drift, "/data").status == "unknown");
  CHECK_FALSE(drift.missing_rules_complete);
  CHECK_FALSE(drift.extra_complete);
}

TEST_CASE("landlock_drift: ports as asked, without a rule, with more, and where no layer handles them") {
  Sandboxed sandbox;
  sandbox.layers = "layer 1 1 object=1 fs=0x3fff net=0x3 scoped=0x0\n";
  sandbox.port_rule(443, 2).port_rule(80, 3).port_rule(22, 1);
  LandlockWish asked;
  asked.net = wish(std::uint64_t{3});
  for (const std::uint16_t port : std::vector<std::uint16_t>{443, 80, 8080})
    asked.ports.push_back(wish(PortWish{port, 2}));
  asked.ports.push_back(wish(PortWish{22, 3}));
  LandlockDrift drift = compare(sandbox, asked);
  CHECK(row_of(drift.rows, "port 443").status == "as_asked");
  CHECK(row_of(drift.rows, "port 80").status == "more_rights");
  CHECK(row_of(drift.rows, "port 8080").status == "no_rule");
  CHECK(row_of(drift.rows, "port 22").status == "fewer_rights");
  CHECK(row_of(drift.rows, "handled net").drift == Drift::same);
  sandbox.layers = "layer 1 1 object=1 fs=0x3fff net=0x0 scoped=0x0\n";
  sandbox.rules.clear();
  drift = compare(sandbox, asked);
  CHECK(row_of(drift.rows, "handled net").drift == Drift::weaker);
  CHECK(row_of(drift.rows, "port 443").drift == Drift::weaker); // binding was to be handled
  asked.net.reset();
  CHECK(row_of(compare(sandbox, asked).rows, "port 443").status == "covered");
}

TEST_CASE("landlock_drift: what the target names is escaped in words, and raw in the lists") {
  Whole whole;
  whole.asked.paths.push_back(read_only("/gone\x1b[2J"));
  const LandlockDrift drift = whole.drift();
  CHECK(path_row(drift, "/gone\\x1b[2J").status == "skipped");
  CHECK(drift.skipped == Names{"/gone\x1b[2J"});
}
