#include "report/ps_page.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

constexpr Share all{3, 0, 0, 0}, none{0, 0, 3, 0}, some{1, 0, 2, 0}, part{1, 1, 1, 0}, unseen{0, 0, 0, 3},
    half{2, 0, 0, 1};

PsRow row() {
  PsRow made;
  made.what = "docker 0123456789ab (web)";
  made.chain = "docker";
  made.launchers = Claims::array();
  made.first = 4242;
  made.first_comm = "nginx";
  made.members = {4242, 4243, 4244};
  made.processes = 3;
  made.threads = 7;
  made.has = {{"user", none},        {"mnt", all},      {"pid", all},
              {"net", all},          {"ipc", none},     {"uts", none},
              {"cgroup", none},      {"time", none},    {"chroot", none},
              {"vm", unseen},        {"seccomp", all},  {"no_new_privs", none},
              {"no_bounding", none}, {"landlock", all}, {"no_capabilities", none}};
  made.landlock_layers = 1;
  made.weakest = 4242;
  made.weakest_comm = "nginx";
  return made;
}

PsRow with(const std::string& name, Share share) {
  PsRow made = row();
  for (auto& [own, its] : made.has)
    if (own == name)
      its = share;
  return made;
}

std::string page(std::vector<PsRow> rows, std::vector<std::string> notes = {}) {
  return render_ps({"1", std::move(rows), 99, true, std::move(notes)}, {false, true, 200});
}

// The line of the one sandbox, its columns apart by "|".
std::string line(const PsRow& one) {
  const std::string text = page({one});
  std::string cells = text.substr(text.find('\n') + 1);
  cells.resize(cells.find('\n'));
  for (std::size_t at = cells.find("  "); at != std::string::npos; at = cells.find("  ", at + 1)) {
    const std::size_t end = cells.find_first_not_of(' ', at);
    cells.replace(at, end - at, "|");
  }
  return cells;
}

bool has(const std::string& text, std::string_view part_of) {
  return text.find(part_of) != std::string::npos;
}

} // namespace

TEST_CASE("ps_page: a sandbox is a line") {
  CHECK(page({row()}).starts_with("SANDBOX"));
  CHECK(line(row()) == "docker 0123456789ab (web)|4242|3|mnt pid net|yes|no|held|yes|docker|all alike");
}

TEST_CASE("ps_page: no word says more than was seen") {
  CHECK(has(line(with("seccomp", none)), "|no|no|held"));
  CHECK(has(line(with("seccomp", some)), "|1 of 3|no|held"));
  CHECK(has(line(with("seccomp", part)), "|part|no|held"));
  CHECK(has(line(with("seccomp", unseen)), "|?|no|held"));
  CHECK(has(line(with("seccomp", half)), "|?|no|held")); // two have it, and one was not seen
  CHECK(has(line(with("no_capabilities", all)), "|none|"));
  CHECK(has(line(with("no_capabilities", half)), "|no|?|"));
  CHECK(has(line(with("mnt", some)), "|~mnt pid net|"));
  CHECK(has(line(with("mnt", unseen)), "|mnt? pid net|"));
  CHECK(has(line(with("chroot", all)), "|mnt pid net chroot|"));
  CHECK(has(line(with("vm", all)), "|mnt pid net vm|"));
  CHECK(has(line(with("landlock", unseen)), "|held|?|"));
  PsRow nothing = row();
  nothing.has.clear();
  CHECK(has(line(nothing), "|user? mnt? pid? net? ipc? uts? cgroup? time?|?|?|?|?|"));
}

TEST_CASE("ps_page: layers of Landlock are counted where there is more than one") {
  PsRow two = row();
  two.landlock_layers = 2;
  CHECK(has(line(two), "|yes x2|"));
  two.landlock_layers.reset();
  CHECK(has(line(two), "|held|yes|"));
}

TEST_CASE("ps_page: the weakest, with what it lacks; alike are only those of which all was seen") {
  PsRow weak = row();
  weak.weakest = 4244;
  weak.weakest_comm = "sh";
  weak.lacks = {"seccomp", "landlock"};
  CHECK(has(line(weak), "|4244 sh: no seccomp, landlock"));
  CHECK(has(line(with("seccomp", half)), "|no difference seen"));
  CHECK(has(line(with("landlock", unseen)), "|no difference seen"));
  CHECK(has(line(with("vm", unseen)), "|all alike"));
  PsRow one = row();
  one.processes = 1;
  CHECK(line(one).ends_with("|docker"));
}

TEST_CASE("ps_page: who made it may be unknown, and exited processes are counted apart") {
  PsRow other = row();
  other.chain.clear();
  other.exited = 2;
  CHECK(has(line(other), "|3+2Z|"));
  CHECK(has(line(other), "|yes|?|all alike"));
}

TEST_CASE("ps_page: no sandbox, and what was not seen") {
  const std::string text = page({}, {"7 more processes could not be looked at"});
  CHECK(
      text ==
      "no sandbox among the 99 processes that /proc shows\nnote: 7 more processes could not be looked at\n");
}

TEST_CASE("ps_page: names draw nothing on a terminal, and long ones are cut") {
  PsRow hostile = row();
  hostile.what = std::string(300, 'x');
  hostile.weakest_comm = "\x1b[2J";
  hostile.chain = "\x1b]0;x\x07";
  hostile.lacks = {"seccomp"};
  const std::string text = page({hostile}, {"\x1b[2J"});
  CHECK_FALSE(has(text, "\x1b"));
  CHECK(line(hostile).find('|') <= 44);
}

TEST_CASE("ps_page: JSON has every number") {
  PsRow one = with("seccomp", part);
  one.landlock_layers.reset();
  const auto json = nlohmann::json::parse(render_ps_json({"1", {one}, 99, false, {"note"}}));
  CHECK(json["schema"] == "sbx-attest/ps/v1");
  CHECK(json["settled"] == false);
  CHECK(json["looked_at"] == 99);
  CHECK(json["notes"] == nlohmann::json::array({"note"}));
  const auto& it = json["sandboxes"][0];
  CHECK(it["members"] == nlohmann::json::array({4242, 4243, 4244}));
  CHECK(it["has"]["seccomp"] == nlohmann::json{{"with", 1}, {"partly", 1}, {"without", 1}, {"unseen", 0}});
  CHECK(it["landlock_layers"].is_null());
  CHECK(it["weakest"]["lacks"].empty());
}
