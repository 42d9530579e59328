#include "trace/event_outcome.h"
#include "trace/event_words.h"

#include "trace/trace_scene.h"

using namespace sbx;

namespace {

std::string words(const std::string& event) { return event_words(TraceScene().at(7, event).last()); }
std::string outcome(const std::string& event) { return outcome_words(TraceScene().at(7, event).last()); }

} // namespace

TEST_CASE("event_words: Landlock's calls with rights by name") {
  CHECK(words("landlock_create_ruleset ret=3 args=0x1,0x18,0x0 fs=0x5 net=0x3 scoped=0x2") ==
        "landlock_create_ruleset fs execute,read_file net bind_tcp,connect_tcp scoped signal");
  CHECK(words("landlock_create_ruleset ret=3 args=0x1,0x8,0x0 fs=0x3fff") ==
        "landlock_create_ruleset fs all 14 of ABI 2");
  CHECK(words("landlock_create_ruleset ret=7 args=0x0,0x0,0x1") ==
        "landlock_create_ruleset LANDLOCK_CREATE_RULESET_VERSION");
  CHECK(words("landlock_add_rule ret=0 args=0x3,0x1,0x7,0x0 text=/usr access=0xd fd=4") ==
        "landlock_add_rule path_beneath /usr execute,read_file,read_dir");
  CHECK(words("landlock_add_rule ret=-9 args=0x3,0x1,0x7,0x0 access=0x80000 fd=4") ==
        "landlock_add_rule path_beneath descriptor 4 fs_bit_19");
  CHECK(words("landlock_add_rule ret=0 args=0x3,0x2,0x7,0x0 port=443 access=0x2") ==
        "landlock_add_rule net_port 443 connect_tcp");
  CHECK(words("landlock_restrict_self ret=0 args=0x3,0x8") ==
        "landlock_restrict_self LANDLOCK_RESTRICT_SELF_TSYNC");
  CHECK(words("landlock_restrict_self ret=0 args=0x3,0x0") == "landlock_restrict_self");
}

TEST_CASE("event_words: prctl, seccomp and capabilities in the words of their headers") {
  CHECK(words("prctl ret=0 args=0x26,0x1,0x0,0x0,0x0") == "prctl PR_SET_NO_NEW_PRIVS");
  CHECK(words("prctl ret=0 args=0x18,0x15,0x0,0x0,0x0") == "prctl PR_CAPBSET_DROP CAP_SYS_ADMIN");
  CHECK(words("prctl ret=0 args=0x16,0x2,0x7ff0,0x0,0x0 instructions=1") ==
        "prctl PR_SET_SECCOMP SECCOMP_MODE_FILTER 1 instruction");
  CHECK(words("seccomp ret=0 args=0x1,0x1,0x7ff0 instructions=120") ==
        "seccomp SECCOMP_SET_MODE_FILTER SECCOMP_FILTER_FLAG_TSYNC 120 instructions");
  CHECK(words("capset ret=0 args=0x1,0x2 effective=0x0 permitted=0x200000 inheritable=0x1ffffffffff") ==
        "capset effective none, permitted sys_admin, inheritable 41 capabilities (0x1ffffffffff)");
}

TEST_CASE("event_words: namespaces and users") {
  CHECK(words("unshare ret=0 args=0x10020000") == "unshare CLONE_NEWNS|CLONE_NEWUSER");
  CHECK(words("clone ret=9 args=0x20000011,0x0,0x0,0x0,0x0") == "clone CLONE_NEWPID|SIGCHLD");
  CHECK(words("clone3 ret=9 args=0x1,0x58 flags=0x110000080") ==
        "clone3 CLONE_NEWTIME|CLONE_CLEAR_SIGHAND|CLONE_NEWUSER");
  CHECK(words("setns ret=0 args=0x5,0x40000000") == "setns CLONE_NEWNET");
  CHECK(words("setresuid ret=0 args=0x3e8,0xffffffff,0x0") == "setresuid 1000 -1 0");
  CHECK(words("setgroups ret=0 args=0x0,0x0") == "setgroups 0 groups");
}

TEST_CASE("event_words: paths, mounts and what a hostile name may hold") {
  CHECK(words("openat ret=-2 args=0xffffffffffffff9c,0x1,0x280000,0x0 text=/opt/data") ==
        "openat O_PATH /opt/data");
  CHECK(words("openat2 ret=-2 args=0x3,0x1,0x2,0x18 text=etc flags=0x200000") == "openat2 O_PATH etc");
  CHECK(words("mount ret=0 args=0x1,0x2,0x3,0x1000,0x0 text=/b second=/a") == "mount /a /b MS_BIND");
  CHECK(words("mount ret=0 args=0x1,0x2,0x3,0xc0ed1000,0x0 text=/b second=/a") == "mount /a /b MS_BIND");
  CHECK(words("chroot ret=0 args=0x1 text=/x\\x0a\\x1b[2J") == "chroot /x\\x0a\\x1b[2J");
  CHECK(words("pivot_root ret=0 args=0x1,0x2 text=. second=. cut=1") == "pivot_root . . (cut)");
  CHECK(words("chroot ret=0 args=0x1 text=") == "chroot \"\"");
  CHECK(words("mount_setattr ret=0 args=0x3,0x1,0x8000,0x2,0x20 text= attr_set=0x1 attr_clr=0x0") ==
        "mount_setattr \"\" AT_RECURSIVE attr_set MOUNT_ATTR_RDONLY");
  CHECK(words("setuid ret=0 args=0x3e8 way_i386=1") == "setuid 1000 by way of i386");
}

TEST_CASE("event_words: what happened, and the tracepoints that no table knows") {
  CHECK(words("exec text=/usr/bin/make") == "exec /usr/bin/make");
  CHECK(words("fork child=8 child_tgid=8") == "fork process 8");
  CHECK(words("fork child=8 child_tgid=7") == "fork thread 8");
  CHECK(words("exit status=256") == "exited with 1");
  CHECK(words("exit status=159") == "killed by SIGSYS, core dumped");
  CHECK(words("held ret=0 text=confined_exec") == "held confined_exec");
  CHECK(words("landlock_enforce_domain domain=0x17c complete=1") ==
        "landlock_enforce_domain domain=380 complete=1");
}

TEST_CASE("event_words: an outcome is an errno only where the kernel returned one") {
  CHECK(outcome("chroot ret=-1 args=0x1") == "EPERM");
  CHECK(outcome("chroot ret=0 args=0x1") == "ok");
  CHECK(outcome("openat ret=5 args=0x1") == "= 5");
  CHECK(outcome("prctl ret=-4096 args=0x1") == "= -4096");
  CHECK(outcome("exec text=/x").empty());
  CHECK(error_of(TraceScene().at(7, "prctl ret=-9223372036854775808 args=0x1").last()) == 0);
}
