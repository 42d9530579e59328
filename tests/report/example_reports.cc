#include "report/example_reports.h"

#include "gate/appraise.h"
#include "parse/trace_events.h"
#include "test_mint.h"
#include "trace/trace_claims.h"

#include <stdexcept>

namespace sbx::examples {

namespace {

using nlohmann::json;

const Seen<int> domains = TestMint::seen(0, source::target_landlock);
const Seen<int> status = TestMint::seen(0, source::target_tasks_status);
const Seen<int> ns = TestMint::seen(0, source::target_tasks_ns);
const Seen<int> attr = TestMint::seen(0, source::target_tasks_attr);

Finding with(Finding finding, const json& claims) {
  for (const auto& [name, value] : claims.items())
    std::move(finding).claim(name, value); // in place
  return finding;
}

json landlock_nulls() {
  json claims;
  for (const char* name : {"kernel_abi", "errata", "level", "layers", "rules", "tasks_confined",
                           "tasks_total", "handled_fs", "handled_net", "scoped", "not_handled"})
    claims[name] = nullptr;
  return claims;
}

json landlock_claims() {
  json claims = landlock_nulls();
  claims.update(
      {{"kernel_abi", 7},
       {"kernel_answer", "7"},
       {"errata", 7},
       {"level", 2},
       {"layers", 1},
       {"rules", 9},
       {"tasks_confined", 7},
       {"tasks_total", 7},
       {"handled_fs",
        {"execute", "write_file", "read_file", "read_dir", "remove_dir", "remove_file", "make_char",
         "make_dir", "make_reg", "make_sock", "make_fifo", "make_block", "make_sym", "refer", "fs_bit_17"}},
       {"handled_net", json::array()},
       {"scoped", json::array()},
       {"not_handled",
        {{{"right", "truncate"}, {"abi", 3}},
         {{"right", "bind_tcp"}, {"abi", 4}},
         {{"right", "connect_tcp"}, {"abi", 4}},
         {{"right", "ioctl_dev"}, {"abi", 5}},
         {{"right", "abstract_unix_socket"}, {"abi", 6}},
         {{"right", "signal"}, {"abi", 6}}}},
       {"own_layers", 0},
       {"domains", 1},
       {"layers_detail",
        {{{"handled_fs", {"execute"}},
          {"handled_net", json::array()},
          {"scoped", json::array()},
          {"id", "1264a4ebb"},
          {"denials", "18446744073709551615"},
          {"creator", {{"pid", 7}, {"uid", 1000}, {"comm", "agent"}, {"exe", "/usr/bin/agent"}}}}}},
       {"rule_list",
        {{{"kind", "path"},
          {"status", "hidden"},
          {"detail", "tmpfs is mounted over /srv"},
          {"path", "/srv/a\\x0ab"},
          {"also_at", {"/mnt/a"}},
          {"fs_path", "/jail/srv/a\\x0ab"},
          {"file_system", "ext4"},
          {"device", "254:0"},
          {"inode", "18446744073709551615"},
          {"port", nullptr},
          {"layers", {{"1", {"read_file", "fs_bit_17"}}}}},
         {{"kind", "port"},
          {"status", "live"},
          {"path", nullptr},
          {"device", nullptr},
          {"inode", nullptr},
          {"port", 443},
          {"layers", {{"1", {"connect_tcp"}}}}}}},
       {"domain_list",
        {{{"weakest", true},
          {"threads", {{{"tid", 4242}, {"name", "agent"}}}},
          {"tasks", 7},
          {"level", 2},
          {"layers", 1},
          {"rules", 9},
          {"not_handled", {{{"right", "truncate"}, {"abi", 3}}}}}}},
       {"warnings",
        {{{"id", "landlock.threads_outside"},
          {"severity", "high"},
          {"summary", "1 of 7 threads is in no domain"},
          {"evidence", "outside: io (4243)"},
          {"remedy", "restrict before any thread is started"}}}},
       {"blob_offset_from", "landlock_blob_sizes"},
       {"trial", {{{"action", "open /etc/passwd"}, {"expected", "EACCES"}, {"outcome", "EACCES"}}}}});
  return claims;
}

json capabilities_claims() {
  return {{"effective", json::array()},
          {"permitted", json::array()},
          {"inheritable", json::array()},
          {"bounding", {"chown", "cap_41"}},
          {"ambient", json::array()},
          {"tasks_total", 7},
          {"user_namespace", {{"inode", 4026531837}, {"initial", true}}}};
}

json namespaces_claims() {
  json claims = {{"user_owner_uid", 0}, {"user_depth", 0},  {"uid_map", {"0 0 4294967295"}},
                 {"gid_map", nullptr},  {"tasks_total", 7}, {"differing", Claims::array()}};
  for (const char* kind : {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"})
    claims[kind] = {{"inode", 4026531837}, {"initial", nullptr}};
  return claims;
}

json lsm_claims() {
  return {{"active", {"landlock", "yama"}},
          {"label", nullptr},
          {"module", nullptr},
          {"mode", nullptr},
          {"tasks_total", 7}};
}

json nulls_of(const json& claims) {
  json out = claims;
  for (json& value : out)
    value = nullptr;
  return out;
}

json seccomp_claims() {
  const json none = json::array();
  return {{"mode", "filter"},
          {"filters", 1},
          {"tasks_filtered", 7},
          {"tasks_total", 7},
          {"not_read", nullptr},
          {"read_by", "bpf"},
          {"filter_list",
           {{{"previous", nullptr},
             {"instructions", 4},
             {"sha256", std::string(64, 'a')},
             {"log", false},
             {"notify", nullptr},
             {"wait_killable", true},
             {"profile", nullptr}}}},
          {"chain_list", {{{"filters", {1}}, {"strict", false}, {"tasks", {4242}}, {"tasks_total", 7}}}},
          {"default_action", "allow"},
          {"denied", {"keyctl"}},
          {"conditional", {"socket"}},
          {"supervised", none},
          {"architectures",
           {{"x86_64",
             {{"default_action", "allow"},
              {"offered", true},
              {"allowed", 380},
              {"denied", {"keyctl"}},
              {"conditional", {"socket"}},
              {"supervised", none},
              {"not_evaluated", 0},
              {"exempt", {"uretprobe"}}}}}},
          {"profile",
           {{"relation", "none"},
            {"name", nullptr},
            {"nearest", "allow-all"},
            {"title", "denies nothing"},
            {"versions", none},
            {"names", none},
            {"capabilities", nullptr},
            {"plus", none},
            {"minus", none},
            {"changed", none},
            {"differences", none},
            {"too_young", none},
            {"distance", 2},
            {"refused_groups", none},
            {"words", "none that is known"}}},
          {"warnings", none}};
}
json no_new_privs_claims() { return {{"tasks_set", 7}, {"tasks_total", 7}}; }

json platform() {
  return {{"kernel_release", "6.12.72-linuxkit"},
          {"kernel_version", "#1 SMP"},
          {"architecture", "arm64"},
          {"landlock", {{"abi", 7}, {"errata", 7}, {"open_errata", json::array()}, {"answer", "7"}}},
          {"lsm", {"landlock", "yama"}},
          {"lockdown", "none"},
          {"virtual_machine", {{"state", "yes"}, {"evidence", {"Apple"}}}},
          {"hints",
           {{{"id", "docker-desktop"},
             {"name", "Docker Desktop"},
             {"kind", "platform"},
             {"evidence", "release ends in -linuxkit"}}}},
          {"gaps", json::array()}};
}

Target target(std::string comm) {
  return {.pid = 4242,
          .start_ticks = "123456",
          .boot_id = "5c1f9c1e-0a3f-4d5e-9a77-0123456789ab",
          .comm = std::move(comm),
          .state = 'S',
          .kernel_thread = false,
          .threads = 7,
          .age_seconds = 3 * 60 * 60 + 59};
}

void require(Report& report, const std::vector<const char*>& clauses) {
  std::vector<Requirement> requirements;
  for (const char* clause : clauses) {
    auto parsed = parse_requirement(clause);
    if (!parsed)
      throw std::logic_error(parsed.error().text);
    requirements.push_back(*parsed);
  }
  report.appraisal = appraise(requirements, report.layers);
}

} // namespace

Report observed() {
  Report report{.tool_version = "0.1.0",
                .vantage = Vantage::observer,
                .observer = {.euid = 0, .kernel_memory = true, .landlock_layers = 0},
                .target = target("bash"),
                .platform = platform()};
  report.layers = {
      {"landlock", with(Finding::enforced(domains, "level 2 of kernel ABI 7: 1 domain, 9 rules; not handled: "
                                                   "truncate, TCP, device ioctl, scopes"),
                        landlock_claims())},
      {"seccomp", with(Finding::enforced(status, "2 filters on every thread"), seccomp_claims())},
      {"no_new_privs", with(Finding::enforced(status, ""), no_new_privs_claims())},
      {"capabilities",
       with(Finding::partial(status, "effective none, bounding still holds 14: chown, dac_override, ..."),
            capabilities_claims())},
      {"namespaces",
       with(Finding::of(State::not_applicable, ns, "another kernel keeps them"), namespaces_claims())},
      {"lsm", with(Finding::absent(attr, "no AppArmor, SELinux or Smack here").citing(status), lsm_claims())},
  };
  require(report, {"landlock>=4", "no-new-privs"});
  return report;
}

Report unprivileged() {
  Report report{.tool_version = "0.1.0",
                .vantage = Vantage::observer,
                .observer = {.euid = 1000, .kernel_memory = false, .landlock_layers = 2},
                .target = target("bash"),
                .platform = platform()};
  report.target.threads = 1;
  report.target.state = 'T';
  report.target.age_seconds = 59;
  const auto denied = [](Source source, std::string detail) {
    return Gap{GapKind::denied, std::string(source.name), std::move(detail)};
  };
  report.layers = {
      {"landlock", with(Finding::unknown(denied(source::target_landlock, "bpf(2) answered EPERM"),
                                         "the kernel shows Landlock domains only through BPF")
                            .remedy("run as root, or with CAP_BPF and CAP_PERFMON"),
                        landlock_nulls())},
      {"seccomp", with(Finding::unknown(Gap{GapKind::unsupported, "target/tasks/status",
                                            "this kernel does not print Seccomp_filters"}),
                       nulls_of(seccomp_claims()))},
      {"no_new_privs", with(Finding::unknown(Gap{GapKind::malformed, "target/tasks/status", "no number"}),
                            nulls_of(no_new_privs_claims()))},
      {"capabilities", with(Finding::unknown(Gap{GapKind::vanished, "target/tasks/status", "ESRCH"}),
                            nulls_of(capabilities_claims()))},
      {"namespaces", with(Finding::unknown(denied(source::target_tasks_ns, "readlink answered EACCES")),
                          nulls_of(namespaces_claims()))},
      {"lsm", with(Finding::unknown(Gap{GapKind::not_attempted, "target/tasks/attr", "not in the recording"}),
                   nulls_of(lsm_claims()))},
  };
  report.platform["virtual_machine"] = {{"state", "unknown"}, {"evidence", json::array()}};
  report.platform["landlock"] = {
      {"abi", nullptr}, {"errata", nullptr}, {"open_errata", nullptr}, {"answer", "EPERM"}};
  report.platform["hints"] = json::array();
  report.platform["gaps"] = {{{"kind", "denied"}, {"source", "host/dmi"}, {"detail", "EACCES"}}};
  require(report, {"landlock.kernel>=11", "seccomp"});
  return report;
}

Report hostile() {
  Report report = observed();
  report.vantage = Vantage::self;
  report.observer = {.euid = 1000, .kernel_memory = false, .landlock_layers = 2};
  report.target.comm = "\x1b]0;x\x07 \xff\u202e沙箱\\x1b";
  report.layers[5].second = with(Finding::absent(attr, "label \x1b[2J\xc3 名前"), lsm_claims());
  require(report, {"capabilities", "landlock=2+"});
  return report;
}

Report kernel_thread() {
  Report report = observed();
  report.target.comm = "kworker/0:1";
  report.target.kernel_thread = true;
  report.target.state = 'I';
  report.target.age_seconds = 3 * 24 * 60 * 60;
  report.appraisal.reset();
  report.layers.resize(1, report.layers[0]);
  return report;
}

Report launched() {
  const auto trace = parse_trace_events(
      "attached calls=openat,seccomp missing=capset events=landlock_enforce_domain\n"
      "event time=1000 tid=7 tgid=7 comm=sh call=exec text=/l\\x0a\n"
      "event time=2000 tid=7 tgid=7 comm=l call=landlock_create_ruleset ret=3 args=0x1,0x18,0x0 fs=0x3 "
      "net=0x1 "
      "scoped=0x1\n"
      "event time=3000 tid=7 tgid=7 comm=l call=openat ret=-2 args=0x0,0x1,0x200000,0x0 text=/a\\xff cut=1\n"
      "event time=4000 tid=7 tgid=7 comm=l call=landlock_restrict_self ret=-524 args=0x3,0x0\n"
      "event time=5000 tid=7 tgid=7 comm=l call=fork child=8 child_tgid=8\n"
      "event time=6000 tid=8 tgid=8 comm=l call=seccomp ret=0 args=0x1,0x0,0x7 instructions=1\n"
      "event time=7000 tid=8 tgid=8 comm=l call=exec text=/agent\n"
      "event time=8000 tid=8 tgid=8 comm= call=exit status=9 last=1\n"
      "event time=9000 tid=7 tgid=7 comm=l call=exit status=256 last=1\n"
      "lost events=1 calls=2 processes=18446744073709551615\n");
  Report report = observed();
  report.trace = trace_claims(trace.value(), TraceScope::launch);
  return report;
}

} // namespace sbx::examples
