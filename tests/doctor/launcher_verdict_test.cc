#include "doctor/diagnosis.h"

#include "doctor_scene.h"
#include "report/doctor_page.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace sbx;

namespace {

LauncherVerdict verdict(const DoctorPlace& place, std::string_view id) {
  const Diagnosis diagnosis = diagnose(doctor_scene_of(place), {}, {std::string(id)});
  REQUIRE(diagnosis.launchers.size() == 1);
  return diagnosis.launchers.front();
}

std::string engages(const DoctorPlace& place, std::string_view id) {
  return std::string(engages_name(verdict(place, id).engages));
}

DoctorPlace no_userns() {
  DoctorPlace place;
  place.facts = {{"root.is_mount", "no"}};
  place.tried = {{"inside.unshare", "EPERM"}, {"inside.clone", "EPERM"}};
  return place;
}

int status_of(const DoctorPlace& place, const std::vector<std::string>& clauses) {
  const auto requirements = doctor_requirements(clauses);
  REQUIRE(requirements);
  return doctor_status(diagnose(doctor_scene_of(place), *requirements, {}).requirements);
}

} // namespace

TEST_CASE("launchers: each needs abilities that there are") {
  const Abilities abilities = diagnose(doctor_scene_of({}), {}, {}).abilities;
  for (const LauncherNeeds& launcher : launchers())
    for (const Need& need : launcher.needs) {
      std::string_view rest = need.abilities;
      CHECK_FALSE(rest.empty());
      while (!rest.empty()) {
        const std::size_t end = rest.find_first_of(" |");
        CAPTURE(launcher.id, rest.substr(0, end));
        CHECK(ability_outcome(abilities, rest.substr(0, end)));
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
      }
    }
}

TEST_CASE("launchers: without user namespaces those that need them do not engage, and Landlock does") {
  for (const char* id :
       {"bubblewrap", "codex", "srt", "podman-rootless", "nsjail", "chromium", "unshare", "gvisor"}) {
    CAPTURE(id);
    CHECK(engages({}, id) != "no");
    CHECK(engages(no_userns(), id) == "no");
    CHECK(verdict(no_userns(), id).because.front().find("chroot") != std::string::npos);
  }
  CHECK(engages(no_userns(), "landlock") == "fully");
  CHECK(engages(no_userns(), "openshell-b") == "fully");
  CHECK(engages(no_userns(), "minijail") == "with-less");
}

TEST_CASE("launchers: with less says what is lost") {
  DoctorPlace place;
  place.tried = {{"inside.mount.proc", "EPERM"}};
  place.mountinfo = "30 22 0:5 /null /proc/kcore rw - tmpfs tmpfs rw\n";
  for (const char* id : {"codex", "srt", "bubblewrap", "unshare"}) {
    CAPTURE(id);
    CHECK(engages(place, id) == "with-less");
    REQUIRE(verdict(place, id).losses.size() == 1);
    CHECK(verdict(place, id).losses.front().what.find("fresh /proc") != std::string::npos);
    CHECK(verdict(place, id).losses.front().because.find("/proc/kcore") != std::string::npos);
  }
  CHECK(engages(place, "podman-rootless") == "no");
  place.landlock =
      "abi 3\nerrata !EINVAL\ndepth 0\ntrial restrict_self ok ok\ntrial open_denied EACCES EACCES\n";
  CHECK(engages(place, "landlock") == "with-less");
  CHECK(engages(place, "openshell-b") == "fully");
  place.landlock =
      "abi 2\nerrata !EINVAL\ndepth 0\ntrial restrict_self ok ok\ntrial open_denied EACCES EACCES\n";
  CHECK(engages(place, "openshell-b") == "no");
}

TEST_CASE("launchers: what came of a real start counts more than what follows from the trials") {
  DoctorPlace place;
  place.launchers = "fact bwrap.path /usr/bin/bwrap\ntry bwrap.plain failed\nfact bwrap.plain.said bwrap: "
                    "no\ntry bwrap.all failed\n"
                    "try bwrap.codex failed\ntry bwrap.codex_no_proc ok\ntry bwrap.srt late\nend\n";
  CHECK(engages(place, "bubblewrap") == "no");
  CHECK(verdict(place, "bubblewrap").because.front().find("bwrap: no") != std::string::npos);
  CHECK(engages(place, "codex") == "with-less");
  CHECK(engages(place, "srt") == "fully"); // one that did not end in time says nothing
  place = no_userns();
  place.launchers = "try bwrap.plain ok\ntry bwrap.unshare ok\ntry bwrap.all ok\nend\n"; // setuid
  CHECK(engages(place, "bubblewrap") == "fully");
}

TEST_CASE("launchers: what is not known is not said to engage") {
  DoctorPlace place;
  place.tried = {{"inside.unshare", "EPERM"}, {"inside.clone", "EPERM"}};
  CHECK(engages(place, "bubblewrap") == "unknown");
  place.tried = {{"inside.mount.proc", "late"}};
  CHECK(engages(place, "bubblewrap") == "unknown");
  CHECK_FALSE(verdict(place, "bubblewrap").losses.front().outcome == TrialOutcome::refused);
}

TEST_CASE("launchers: the best is the strongest that engages fully, and of those that are installed") {
  DoctorPlace place{.root = true};
  place.facts = {{"program.bwrap", "plain /usr/bin/bwrap"}};
  const Diagnosis diagnosis = diagnose(doctor_scene_of(place), {}, {});
  REQUIRE(diagnosis.best);
  CHECK(diagnosis.best->id == "firecracker");
  REQUIRE(diagnosis.best_installed);
  CHECK(diagnosis.best_installed->id == "bubblewrap");
  CHECK(diagnose(doctor_scene_of(no_userns()), {}, {}).best_installed->id == "landlock");
}

TEST_CASE("doctor requirements: met, unmet, unknown, and names that there are not") {
  CHECK(status_of({}, {"userns,landlock>=4", "bubblewrap"}) == 0);
  CHECK(status_of({}, {"landlock=7+"}) == 0);
  CHECK(status_of({}, {"landlock>=8"}) == 1);
  CHECK(status_of({}, {"no-new-privs"}) == 0);
  CHECK(status_of(no_userns(), {"userns"}) == 1);
  CHECK(status_of(no_userns(), {"landlock", "bubblewrap"}) == 1);
  DoctorPlace unknown;
  unknown.tried = {{"inside.unshare", "EPERM"}, {"inside.clone", "EPERM"}};
  CHECK(status_of(unknown, {"landlock", "userns"}) == 4);
  CHECK(status_of(unknown, {"landlock>=8", "userns"}) == 1);
  CHECK(status_of({}, {}) == 0);
  for (const char* clause :
       {"usrns", "", "userns,", "landlock>=", "landlock>=x", "landlock>=0", "landlock=4", "userns>=1"}) {
    CAPTURE(clause);
    CHECK_FALSE(doctor_requirements({clause}));
  }
  CHECK(doctor_requirements({"usrns"}).error().text.find("did you mean userns?") != std::string::npos);
  CHECK(launcher_names("openshell,bwrap").value() ==
        std::vector<std::string>{"openshell-a", "openshell-b", "bubblewrap"});
  CHECK_FALSE(launcher_names("nobody"));
}

TEST_CASE("doctor page: who said no and what helps, once, and hostile text is escaped") {
  DoctorPlace place = no_userns();
  place.facts["label"] = "x\\x1b[31m\\x0a";
  place.mountinfo = "30 22 0:5 / /proc/a\\033[31m rw - tmpfs tmpfs rw\n";
  const Diagnosis diagnosis = diagnose(doctor_scene_of(place), {"userns"}, {});
  const std::string page = render_doctor(diagnosis, {.colour = false, .unicode = true, .width = 100});
  CHECK(page.find("in a chroot") != std::string::npos);
  CHECK(page.find("do: start it outside of the chroot") != std::string::npos);
  CHECK(page.find("do: start it outside of the chroot") == page.rfind("do: start it outside of the chroot"));
  CHECK(page.find("unmet") != std::string::npos);
  CHECK(page.find('\x1b') == std::string::npos);
  const std::string json = render_doctor_json(diagnosis);
  CHECK(json.find('\x1b') == std::string::npos);
  CHECK(nlohmann::json::parse(json)["verdict"] == "unmet");
  CHECK(nlohmann::json::parse(json)["best"]["installed"] == "landlock");
}
