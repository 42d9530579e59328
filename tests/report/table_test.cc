#include "report/table.h"

#include "report/example_reports.h"
#include "report/text_layout.h"
#include "report/words.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <sstream>

using namespace sbx::examples;
using sbx::render_table;

namespace {

// clang-format off
constexpr std::string_view observed_80 = R"(
bash (pid 4242, 7 threads, up 3 h)     seen from outside, as root with BPF
Landlock            enforced  level 2 of kernel ABI 7: 1 domain, 9 rules; not
                              handled: truncate, TCP, device ioctl, scopes
                              warnings: 1 high: landlock.threads_outside
Seccomp             enforced  2 filters on every thread
No new privileges   enforced
Capabilities        partial   effective none, bounding still holds 14: chown,
                              dac_override, ...
Namespaces          n/a       another kernel keeps them
LSM label           absent    no AppArmor, SELinux or Smack here
Platform            Linux 6.12.72-linuxkit arm64, Landlock ABI 7 (errata 7), in
                    a virtual machine (Apple)
                    hints: Docker Desktop (release ends in -linuxkit)

landlock>=4         unmet     level 2 of kernel ABI 7: truncate, bind_tcp,
                              connect_tcp, ioctl_dev, abstract_unix_socket,
                              signal not handled; landlock.kernel>=4 would be
                              met (the kernel offers ABI 7)
                              wanted: enforced on every thread, level at least 4
no-new-privs        met       enforced
Verdict             unmet     1 of 2 requirements met, 1 unmet
)";

constexpr std::string_view observed_60 = R"(
bash (pid 4242, 7 threads, up 3 h)
  seen from outside, as root with BPF
Landlock            enforced  level 2 of kernel ABI 7: 1
                              domain, 9 rules; not handled:
                              truncate, TCP, device ioctl,
                              scopes
                              warnings: 1 high:
                              landlock.threads_outside
Seccomp             enforced  2 filters on every thread
No new privileges   enforced
Capabilities        partial   effective none, bounding still
                              holds 14: chown, dac_override,
                              ...
Namespaces          n/a       another kernel keeps them
LSM label           absent    no AppArmor, SELinux or Smack
                              here
Platform            Linux 6.12.72-linuxkit arm64, Landlock
                    ABI 7 (errata 7), in a virtual machine
                    (Apple)
                    hints: Docker Desktop (release ends in
                    -linuxkit)

landlock>=4         unmet     level 2 of kernel ABI 7:
                              truncate, bind_tcp,
                              connect_tcp, ioctl_dev,
                              abstract_unix_socket, signal
                              not handled;
                              landlock.kernel>=4 would be
                              met (the kernel offers ABI 7)
                              wanted: enforced on every
                              thread, level at least 4
no-new-privs        met       enforced
Verdict             unmet     1 of 2 requirements met, 1
                              unmet
)";

constexpr std::string_view unprivileged_80 = R"(
bash (pid 4242, stopped, 1 thread, up 59 s)
  seen from outside, as uid 1000 without BPF, itself under 2 Landlock layers
Landlock            unknown   the kernel shows Landlock domains only through BPF
                              why: bpf(2) answered EPERM (refused to us,
                              target/landlock)
                              to do: run as root, or with CAP_BPF and
                              CAP_PERFMON
Seccomp             unknown   this kernel does not print Seccomp_filters
                              why: this kernel has nothing to read
                              (target/tasks/status)
No new privileges   unknown   no number
                              why: what was read makes no sense
                              (target/tasks/status)
Capabilities        unknown   ESRCH
                              why: it went away while we looked
                              (target/tasks/status)
Namespaces          unknown   readlink answered EACCES
                              why: refused to us (target/tasks/ns)
LSM label           unknown   not in the recording
                              why: not asked (target/tasks/attr)
Platform            Linux 6.12.72-linuxkit arm64, Landlock ABI not seen (EPERM),
                    in a virtual machine or not: unknown
                    not seen: host/dmi: EACCES

landlock.kernel>=11 unknown   the kernel's Landlock ABI was not seen
                              wanted: the kernel offers Landlock ABI 11 or later
seccomp             unknown   not seen: this kernel does not print
                              Seccomp_filters
                              wanted: enforced on every thread
Verdict             unknown   0 of 2 requirements met, 2 could not be determined
)";

constexpr std::string_view hostile_ascii = R"(
\x1b]0;x\x07 \xff\xe2\x80\xae\xe6\xb2\x99\xe7\xae\xb1\x1b (pid 4242, 7 threads,
up 3 h)
  seen from inside (this process), as uid 1000 without BPF
Landlock            enforced  level 2 of kernel ABI 7: 1 domain, 9 rules; not
                              handled: truncate, TCP, device ioctl, scopes
                              warnings: 1 high: landlock.threads_outside
Seccomp             enforced  2 filters on every thread
No new privileges   enforced
Capabilities        partial   effective none, bounding still holds 14: chown,
                              dac_override, ...
Namespaces          n/a       another kernel keeps them
LSM label           absent    label \x1b[2J\xc3 \xe5\x90\x8d\xe5\x89\x8d
Platform            Linux 6.12.72-linuxkit arm64, Landlock ABI 7 (errata 7), in
                    a virtual machine (Apple)
                    hints: Docker Desktop (release ends in -linuxkit)

capabilities        unmet     partial: effective none, bounding still holds 14:
                              chown, dac_override, ...
                              wanted: enforced on every thread
landlock=2+         met       level 2 of kernel ABI 7
Verdict             unmet     1 of 2 requirements met, 1 unmet
)";

constexpr std::string_view kernel_thread_80 = R"(
kworker/0:1 (pid 4242, kernel thread, up 3 d)
  seen from outside, as root with BPF
Landlock            enforced  level 2 of kernel ABI 7: 1 domain, 9 rules; not
                              handled: truncate, TCP, device ioctl, scopes
                              warnings: 1 high: landlock.threads_outside
Platform            Linux 6.12.72-linuxkit arm64, Landlock ABI 7 (errata 7), in
                    a virtual machine (Apple)
                    hints: Docker Desktop (release ends in -linuxkit)
)";
// clang-format on

std::string framed(const sbx::Report& report, const sbx::TableStyle& style) {
  return '\n' + render_table(report, style);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

std::string without_colour(std::string text) {
  for (auto at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b'))
    text.erase(at, text.find('m', at) - at + 1);
  return text;
}

std::string up(std::int64_t seconds) {
  return sbx::target_words({.pid = 1, .comm = "init", .age_seconds = seconds});
}

} // namespace

TEST_CASE("table: one line a layer, then the platform, then the requirements") {
  CHECK(framed(observed(), {}) == observed_80);
  CHECK(framed(observed(), {.width = 60}) == observed_60);
}

TEST_CASE("table: an unknown layer says why and what to do") {
  CHECK(framed(unprivileged(), {}) == unprivileged_80);
}

TEST_CASE("table: nothing of the target's is a control, and ASCII is only ASCII") {
  CHECK(framed(hostile(), {.unicode = false}) == hostile_ascii);
  const std::string unicode = render_table(hostile(), {});
  CHECK(lines_of(unicode)[0] == "\\x1b]0;x\\x07 \\xff\\xe2\\x80\\xae沙箱\\x1b (pid 4242, 7 threads, up 3 h)");
  CHECK(std::none_of(unicode.begin(), unicode.end(), [](char c) { return c != '\n' && c >= 0 && c < ' '; }));
}

TEST_CASE("table: a kernel thread is said to be one, and without requirements there is no verdict") {
  CHECK(framed(kernel_thread(), {}) == kernel_thread_80);
}

TEST_CASE("table: no line is wider than the terminal, and none is narrower than 60 columns for its sake") {
  for (unsigned width = 60; width < 130; ++width)
    for (const sbx::Report& report : {observed(), unprivileged(), hostile(), kernel_thread()})
      for (const std::string& line : lines_of(render_table(report, {.width = width})))
        CHECK(sbx::display_columns(line) <= width);
  CHECK(render_table(observed(), {.width = 1}) == render_table(observed(), {.width = 60}));
}

TEST_CASE("table: colour adds escape sequences to states and verdicts and changes nothing else") {
  for (const sbx::Report& report : {observed(), unprivileged(), hostile(), kernel_thread()})
    CHECK(without_colour(render_table(report, {.colour = true})) == render_table(report, {}));
  const std::string seen = render_table(observed(), {.colour = true});
  for (const char* word :
       {"\x1b[32menforced\x1b[0m  ", "\x1b[33mpartial\x1b[0m   ", "\x1b[31mabsent\x1b[0m    ",
        "\x1b[2mn/a\x1b[0m       ", "\x1b[32mmet\x1b[0m       ", "\x1b[31munmet\x1b[0m     "})
    CHECK(seen.find(word) != std::string::npos);
  CHECK(render_table(unprivileged(), {.colour = true}).find("\x1b[35munknown\x1b[0m   ") !=
        std::string::npos);
}

TEST_CASE("table: an expression wider than its column has a line of its own") {
  sbx::Report report = observed();
  report.appraisal->requirements[0].expression = "landlock.kernel>=4294967295";
  CHECK(
      render_table(report, {}).find("\nlandlock.kernel>=4294967295\n                    unmet     level 2") !=
      std::string::npos);
}

TEST_CASE("table: whatever bytes a name has, the table stays within its lines and its width") {
  std::mt19937 random(1); // the same names in every run
  for (int round = 0; round < 2000; ++round) {
    sbx::Report report = kernel_thread();
    report.target.comm = "";
    for (auto length = random() % 40; length > 0; --length)
      *report.target.comm += static_cast<char>(random() % 256);
    const std::string text = render_table(report, {.width = 60});
    for (const std::string& line : lines_of(text))
      REQUIRE(sbx::display_columns(line) <= 60);
    REQUIRE(std::none_of(text.begin(), text.end(), [](char c) { return c != '\n' && c >= 0 && c < ' '; }));
    REQUIRE(sbx::printable(text.substr(0, text.find('\n')), true) == text.substr(0, text.find('\n')));
  }
}

TEST_CASE("words: a process that does not run normally is said not to") {
  sbx::Target target{.pid = 7, .comm = "x"};
  const auto said = [&](char state) { return target.state = state, sbx::target_words(target); };
  CHECK(said('Z') == "x (pid 7, zombie)");
  CHECK(said('T') == "x (pid 7, stopped)");
  CHECK(said('t') == "x (pid 7, traced)");
  CHECK(said('X') == "x (pid 7, dead)");
  CHECK(said('R') == "x (pid 7)");
  target.comm = "";
  CHECK(said('S') == "(no name) (pid 7)");
}

TEST_CASE("words: an age is said in its largest unit") {
  CHECK(up(0) == "init (pid 1, up 0 s)");
  CHECK(up(59) == "init (pid 1, up 59 s)");
  CHECK(up(60) == "init (pid 1, up 1 min)");
  CHECK(up(3600) == "init (pid 1, up 1 h)");
  CHECK(up(86399) == "init (pid 1, up 23 h)");
  CHECK(up(86400) == "init (pid 1, up 1 d)");
}

TEST_CASE("words: a platform of which little was seen is said without inventing") {
  CHECK(sbx::platform_words(nullptr).empty());
  CHECK(sbx::platform_words(nlohmann::json::object()) ==
        std::vector<std::string>{
            "Linux of unknown release, Landlock ABI not seen, in a virtual machine or not: unknown"});
  CHECK(sbx::platform_words({{"kernel_release", 5},
                             {"hints", "no list"},
                             {"landlock", {{"abi", 0}, {"answer", "EOPNOTSUPP"}}},
                             {"lockdown", "integrity"},
                             {"virtual_machine", {{"state", "no"}, {"evidence", {"a", "b", "c"}}}}})[0] ==
        "Linux of unknown release, no Landlock (EOPNOTSUPP), lockdown integrity, not in a virtual machine "
        "(a; b; 1 more)");
}

TEST_CASE("words: a layer without a title is called by its id") {
  CHECK(sbx::layer_title("no_new_privs") == "No new privileges");
  CHECK(sbx::layer_title("io_uring") == "io_uring");
}
