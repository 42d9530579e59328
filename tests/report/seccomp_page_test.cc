#include "report/seccomp_page.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

Claims call(unsigned number, const std::string& action) { return {{"number", number}, {"action", action}}; }

SeccompPage page() {
  Claims socket = call(41, "conditional");
  socket["conditions"] = {{{"when", "family == AF_VSOCK"}, {"action", "errno:1"}},
                          {{"when", "otherwise"}, {"action", "allow"}}};
  const Claims native{
      {"default", "allow"},
      {"syscalls", {{"read", call(0, "allow")}, {"keyctl", call(250, "errno:1")}, {"socket", socket}}},
      {"others", {{{"first", 500}, {"last", 600}, {"action", "errno:38"}}}}};
  const Claims narrow{
      {"default", "allow"},
      {"syscalls", {{"read", call(3, "allow")}, {"keyctl", call(288, "allow")}, {"socket", socket}}},
      {"others", Claims::array()}};
  SeccompPage it;
  it.file = "own.bpf";
  it.document = {{"filters",
                  {{{"previous", nullptr},
                    {"instructions", 9},
                    {"sha256", std::string(64, 'a')},
                    {"log", true},
                    {"notify", nullptr},
                    {"wait_killable", false},
                    {"profile", nullptr}}}},
                 {"chains", Claims::array()},
                 {"profile", {{"words", "none that is known"}}},
                 {"abis", {"x86_64", "i386"}},
                 {"architectures", {{"x86_64", native}, {"i386", narrow}}},
                 {"warnings", Claims::array()}};
  return it;
}

std::string drawn(const SeccompPage& it) { return render_seccomp(it, {false, false, 80}); }

} // namespace

TEST_CASE("seccomp page: what is refused, what depends, and how other ways in differ") {
  CHECK(drawn(page()) == R"(own.bpf     a program by itself
Profile             none that is known

x86_64: by default allow; 1 by their arguments
  errno EPERM       1: keyctl
  allow             1 calls
  socket            errno EPERM when family == AF_VSOCK
                    otherwise allow

i386: by default allow
  open here         1: keyctl

Filters, the oldest first
  1                 9 instructions, log
                    sha256 aaaaaaaaaaaaaaaa...
)");
}

TEST_CASE("seccomp page: one row for each call, where that is asked") {
  SeccompPage it = page();
  it.every_call = true;
  const std::string text = drawn(it);
  CHECK(text.find("  0    read         allow\n") != std::string::npos);
  CHECK(text.find("  250  keyctl       errno EPERM\n") != std::string::npos);
  CHECK(text.find("  other numbers     errno ENOSYS\n                    0x1f4-0x258\n") !=
        std::string::npos);
}

TEST_CASE("seccomp page: the difference to a profile is said once for the ways in that share it") {
  SeccompPage it = page();
  const auto difference = [](const char* abi) {
    return Claims{{"architecture", abi}, {"syscall", "keyctl"},           {"number", 250},
                  {"kind", "plus"},      {"here", {{"action", "allow"}}}, {"there", {{"action", "errno:1"}}}};
  };
  it.against = {{"same", false},
                {"capabilities", Claims::array()},
                {"architectures", Claims::array()},
                {"too_young", Claims::array()},
                {"differences", {difference("x86_64"), difference("i386")}}};
  CHECK(drawn(it).find("  keyctl            here: allow\n                    profile: errno EPERM\n"
                       "                    (x86_64, i386)\n") != std::string::npos);
  it.against = {{"same", true}};
  CHECK(drawn(it).find("Against the profile: the same\n") != std::string::npos);
  it.against = {{"same", nullptr}};
  CHECK(drawn(it).find("Against the profile: not known") != std::string::npos);
}

TEST_CASE("seccomp page: filters that were not read leave every member null, and nothing is drawn of them") {
  SeccompPage it;
  it.file = "x";
  it.document = nullptr;
  const auto json = Claims::parse(render_seccomp_json(it, "1"));
  for (const char* member :
       {"filters", "chains", "profile", "abis", "architectures", "warnings", "target", "layer"})
    CHECK(json[member].is_null());
  CHECK(drawn(it) == "x     a program by itself\n");
}
