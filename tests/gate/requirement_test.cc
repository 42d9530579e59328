#include "gate/requirement.h"

#include <catch2/catch.hpp>

using sbx::ErrorKind;
using sbx::parse_requirement;
using sbx::Wants;

namespace {

const std::string known =
    "landlock=N+, landlock.kernel=N+, landlock.skipped=0, landlock.missing-rules=0, landlock.extra=0, "
    "policy.drift=none, no-new-privs, seccomp, seccomp.denies=ptrace+bpf, "
    "seccomp.profile=docker-default, seccomp.default=errno, capabilities, namespaces, lsm, network, "
    "filesystem, vm, "
    "egress=none, egress=proxy, egress=none|proxy, egress=none|proxy|filtered, net.default_route=none, "
    "root=ro, mounts.host_writable=0, fds.outside=0";
const std::string spellings = "write 'landlock>=4' in quotes, or landlock=4+";

std::string refusal(std::string_view clause) {
  const auto parsed = parse_requirement(clause);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().kind == ErrorKind::usage);
  CHECK(parsed.error().text.find('\n') == std::string::npos);
  return parsed.error().text;
}

void accept(std::string_view clause, std::string_view layer, Wants wants, unsigned number) {
  const auto parsed = parse_requirement(clause);
  INFO(clause);
  REQUIRE(parsed);
  CHECK(parsed->expression == clause);
  CHECK(parsed->layer == layer);
  CHECK(parsed->wants == wants);
  CHECK(parsed->number == number);
}

} // namespace

TEST_CASE("requirement: a level is asked with >= or without a character that a shell takes") {
  accept("landlock>=4", "landlock", Wants::landlock_level, 4);
  accept("landlock=4+", "landlock", Wants::landlock_level, 4);
  accept("landlock.kernel>=11", "landlock", Wants::landlock_kernel_abi, 11);
  accept("landlock.kernel=7+", "landlock", Wants::landlock_kernel_abi, 7);
  accept("landlock>=4294967295", "landlock", Wants::landlock_level, 4294967295U);
}

TEST_CASE("requirement: a layer without a level stands alone, with - or _") {
  accept("no-new-privs", "no_new_privs", Wants::enforced, 0);
  accept("no_new_privs", "no_new_privs", Wants::enforced, 0);
  accept("seccomp", "seccomp", Wants::enforced, 0);
  accept("capabilities", "capabilities", Wants::enforced, 0);
  accept("namespaces", "namespaces", Wants::enforced, 0);
  accept("lsm", "lsm", Wants::enforced, 0);
  accept("vm", "vm", Wants::enforced, 0);
}

TEST_CASE("requirement: what a policy asks for can only be required in whole") {
  accept("landlock.skipped=0", "policy", Wants::policy_none, 0);
  accept("landlock.missing_rules=0", "policy", Wants::policy_none, 0);
  accept("landlock.missing-rules=0", "policy", Wants::policy_none, 0);
  accept("landlock.extra=0", "policy", Wants::policy_none, 0);
  accept("policy.drift=none", "policy", Wants::policy_drift, 0);
  CHECK(parse_requirement("landlock.missing_rules=0")->names == std::vector<std::string>{"missing_rules"});
  for (const char* clause :
       {"landlock.skipped", "landlock.skipped=1", "landlock.skipped>=0", "landlock.skipped=00"})
    CHECK(refusal(clause) ==
          "requirement '" + std::string(clause) + "': only landlock.skipped=0 can be asked");
  CHECK(refusal("policy.drift=some") ==
        "requirement 'policy.drift=some': only policy.drift=none can be asked");
}

TEST_CASE("requirement: what one claim decides has fixed values, with - or _") {
  accept("root=ro", "filesystem", Wants::claim, 0);
  accept("egress=none|proxy", "network", Wants::claim, 0);
  accept("net.default-route=none", "network", Wants::claim, 0);
  accept("mounts.host_writable=0", "filesystem", Wants::claim, 0);
  accept("fds.outside=0", "filesystem", Wants::claim, 0);
  accept("mounts.host-writable=0", "filesystem", Wants::claim, 0);
  CHECK(parse_requirement("root=ro")->row == sbx::find_claim_row("root", "ro"));
  for (const char* clause : {"root", "root=rw", "root=", "root>=ro", "root=ro+"})
    CHECK(refusal(clause) == "requirement '" + std::string(clause) + "': only root=ro can be asked");
  CHECK(refusal("mounts.host_writable=1") ==
        "requirement 'mounts.host_writable=1': only mounts.host_writable=0 can be asked");
  CHECK(refusal("mounts.host_writeable=0").find("did you mean mounts.host_writable?") != std::string::npos);
}

TEST_CASE("requirement: a bare level layer is what an unquoted redirection leaves behind, and is refused") {
  CHECK(refusal("landlock") ==
        "requirement 'landlock': a layer with a level needs '>='; did the shell take an "
        "unquoted >=4 as a redirection to a file named '=4'? " +
            spellings);
  CHECK(refusal("landlock.kernel") ==
        "requirement 'landlock.kernel': a layer with a level needs '>='; did the shell take an unquoted >=4 "
        "as a "
        "redirection to a file named '=4'? write 'landlock.kernel>=4' in quotes, or landlock.kernel=4+");
}

TEST_CASE("requirement: a name that is not known is answered with the nearest and the list") {
  CHECK(refusal("lanlock>=4") ==
        "requirement 'lanlock>=4': no layer is called 'lanlock'; did you mean landlock? known: " + known);
  CHECK(refusal("Landlock>=4") ==
        "requirement 'Landlock>=4': no layer is called 'Landlock'; did you mean landlock? known: " + known);
  CHECK(refusal("no-new-priv") ==
        "requirement 'no-new-priv': no layer is called 'no-new-priv'; did you mean no-new-privs? known: " +
            known);
  CHECK(refusal("apparmor") == "requirement 'apparmor': no layer is called 'apparmor'; known: " + known);
  CHECK(refusal(std::string(100000, 'a')).size() < known.size() + 250);
}

TEST_CASE("requirement: only 'at least' can be asked") {
  const auto only = [](std::string_view clause, std::string_view op) {
    return "requirement '" + std::string(clause) + "': only 'at least' can be asked, not '" +
           std::string(op) + "'; " + spellings;
  };
  CHECK(refusal("landlock>4") == only("landlock>4", ">"));
  CHECK(refusal("landlock<4") == only("landlock<4", "<"));
  CHECK(refusal("landlock<=4") == only("landlock<=4", "<="));
  CHECK(refusal("landlock==4") == only("landlock==4", "=="));
  CHECK(refusal("landlock!=4") == only("landlock!=4", "!="));
  CHECK(refusal("landlock=>4") == only("landlock=>4", "=>"));
  CHECK(refusal("landlock>==4") == only("landlock>==4", ">=="));
  CHECK(refusal("landlock:4+") == only("landlock:4+", ":"));
  CHECK(refusal("landlock+4") == only("landlock+4", "+4"));
  CHECK(refusal("landlock=4") ==
        "requirement 'landlock=4': an exact level cannot be asked; for at least 4 write landlock=4+");
  CHECK(refusal("landlock=4..6") == "requirement 'landlock=4..6': a range cannot be asked; " + spellings);
  CHECK(refusal("landlock>=4..6") == "requirement 'landlock>=4..6': a range cannot be asked; " + spellings);
  CHECK(refusal("landlock>=4+") == "requirement 'landlock>=4+': '>=' and '+' say the same; " + spellings);
}

TEST_CASE("requirement: a number is whole, positive and nothing follows it") {
  CHECK(refusal("landlock>=") == "requirement 'landlock>=': the number is missing");
  CHECK(refusal("landlock=") == "requirement 'landlock=': the number is missing");
  CHECK(refusal("landlock=+") == "requirement 'landlock=+': the number is missing");
  CHECK(refusal("landlock>=-1") == "requirement 'landlock>=-1': a level is never negative");
  CHECK(refusal("landlock>=0") ==
        "requirement 'landlock>=0': at least 0 asks for nothing; the lowest level is 1");
  CHECK(refusal("landlock=0+") ==
        "requirement 'landlock=0+': at least 0 asks for nothing; the lowest level is 1");
  CHECK(refusal("landlock>=04") == "requirement 'landlock>=04': a number has no leading zeros");
  CHECK(refusal("landlock>=4294967296") == "requirement 'landlock>=4294967296': the number is too large");
  CHECK(refusal("landlock>=4x") == "requirement 'landlock>=4x': '4x' is not a whole number");
  CHECK(refusal("landlock>=4.0") == "requirement 'landlock>=4.0': '4.0' is not a whole number");
  CHECK(refusal("landlock>=0x4") == "requirement 'landlock>=0x4': '0x4' is not a whole number");
  CHECK(refusal("landlock=4++") == "requirement 'landlock=4++': '4+' is not a whole number");
}

TEST_CASE("requirement: what is no clause at all says so") {
  CHECK(refusal("") == "an empty requirement asks for nothing; known: " + known);
  CHECK(refusal(">=4") == "requirement '>=4': it names no layer; known: " + known);
  CHECK(refusal("landlock >= 4") == "requirement 'landlock >= 4': a clause holds no spaces; " + spellings);
  CHECK(refusal(" ") == "requirement ' ': a clause holds no spaces; " + spellings);
  CHECK(refusal("landlock>=4\n") == "requirement 'landlock>=4\\x0a': a clause holds no spaces; " + spellings);
  CHECK(refusal("seccomp,landlock>=4") ==
        "requirement 'seccomp,landlock>=4': one clause at a time; repeat --require for each");
  CHECK(refusal("seccomp>=2") ==
        "requirement 'seccomp>=2': seccomp has no level; write seccomp alone, it means: "
        "enforced on every thread");
  CHECK(refusal("seccomp!") == "requirement 'seccomp!': seccomp has no level; write seccomp alone, it means: "
                               "enforced on every thread");
  CHECK(refusal("\x1b[2J") == "requirement '\\x1b[2J': it names no layer; known: " + known);
}

TEST_CASE(
    "requirement: what a filter must refuse, whose profile it must be, and what it must do by default") {
  const auto denies = parse_requirement("seccomp.denies=ptrace+bpf");
  REQUIRE(denies);
  CHECK(denies->layer == "seccomp");
  CHECK(denies->wants == Wants::seccomp_denies);
  CHECK(denies->names == std::vector<std::string>{"ptrace", "bpf"});
  CHECK(parse_requirement("seccomp.profile=docker-default")->names ==
        std::vector<std::string>{"docker-default"});
  CHECK(parse_requirement("seccomp.default=errno:38")->wants == Wants::seccomp_default);
  CHECK(parse_requirement("seccomp.default=errno"));
  CHECK(parse_requirement("seccomp.default=kill_process"));
  // A typing error must not become a gate that nothing meets, or that says nothing.
  CHECK(refusal("seccomp.denies=ptrase") ==
        "requirement 'seccomp.denies=ptrase': no system call is called 'ptrase'");
  CHECK(refusal("seccomp.denies=ptrace+") ==
        "requirement 'seccomp.denies=ptrace+': '' is no name; write seccomp.denies=ptrace+bpf");
  CHECK(refusal("seccomp.denies") ==
        "requirement 'seccomp.denies': it needs '=' and a name; write seccomp.denies=ptrace+bpf");
  CHECK(refusal("seccomp.denies>=ptrace") ==
        "requirement 'seccomp.denies>=ptrace': it needs '=' and a name; write seccomp.denies=ptrace+bpf");
  CHECK(refusal("seccomp.profile=a+b") ==
        "requirement 'seccomp.profile=a+b': one name at a time; repeat --require for each");
  CHECK(refusal("seccomp.default=kill")
            .starts_with("requirement 'seccomp.default=kill': 'kill' is no action; known: allow, "));
}
