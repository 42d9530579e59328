#include "report/files_page.h"

#include "test_mint.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace sbx;

namespace {

Claims mount(const char* point, Claims its_class, Claims host_path = nullptr, bool writable = true) {
  return {{"point", point},
          {"type", "ext4"},
          {"source", "x"},
          {"class", its_class},
          {"writable", writable},
          {"covered", false},
          {"host_path", host_path},
          {"meaning", "some meaning"},
          {"propagation", "private"},
          {"engine_file", false}};
}

std::string page(Finding finding) {
  Report report;
  report.layers.emplace_back("filesystem", std::move(finding));
  return render_files(report, {false, true, 100});
}

std::string page_of(const char* name, Claims value) {
  return page(
      Finding::partial(TestMint::seen(0, source::target_mountinfo), "some").claim(name, std::move(value)));
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("files_page: places of the host stand by themselves, and what continues them is counted there") {
  const std::string text =
      page_of("mounts", {mount("/", "host", "/"), mount("/usr", "host", "/usr"),
                         mount("/var", "host", "/var"), mount("/etc", "host", "/etc", false),
                         mount("/work", "host", "/home/me"), mount("/tmp", "own"), mount("/proc", "pseudo")});
  CHECK(has(text, "Mounts: 7"));
  CHECK(has(text, "and 2 mounts below it, as on the host"));
  CHECK(has(text, "/work"));
  CHECK(has(text, "/etc")); // read-only, so it says something new
  CHECK_FALSE(has(text, "/usr"));
  CHECK(has(text, "Its own"));
  CHECK(has(text, "Of the kernel"));
}

TEST_CASE("files_page: what was not seen is said, and never shown as none") {
  const std::string text = page(Finding::unknown({GapKind::denied, "target/roots", "open: EACCES"}));
  CHECK(has(text, "Mounts: not seen"));
  CHECK(has(text, "open: EACCES"));
  CHECK_FALSE(has(text, "none"));
  CHECK(has(page_of("devices", Claims::array()), "none"));
}

TEST_CASE("files_page: thousands of places take a page, not thousands of lines") {
  Claims mounts = Claims::array();
  for (int i = 0; i < 5000; ++i)
    mounts.push_back(mount(("/m" + std::to_string(i)).c_str(), i % 2 == 0 ? "host" : "own", nullptr));
  const std::string text = page_of("mounts", mounts);
  CHECK(std::count(text.begin(), text.end(), '\n') < 200);
  CHECK(has(text, "2460 further places"));
}

TEST_CASE("files_page: a chroot says whether it can be left") {
  const auto root = [](Claims escapable) {
    return page_of("root", {{"kind", "chroot"},
                            {"type", nullptr},
                            {"source", nullptr},
                            {"read_only", false},
                            {"host_path", "/srv/jail"},
                            {"mount_namespace", "host"},
                            {"escapable", escapable},
                            {"cwd_outside", true},
                            {"differs", true}});
  };
  CHECK(has(root(true), "yes: a thread has CAP_SYS_CHROOT"));
  CHECK(has(root(false), "not by chroot(2)"));
  CHECK(has(root(nullptr), "not seen"));
  CHECK(has(root(true), "on the host: /srv/jail"));
  CHECK(has(root(true), "outside the root"));
}
