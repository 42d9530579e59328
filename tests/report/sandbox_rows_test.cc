#include "report/sandbox_rows.h"

#include "test_mint.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

SandboxMember member(std::int64_t pid, std::vector<State> states, std::string role = "member") {
  SandboxMember made;
  made.pid = pid;
  made.comm = "sh";
  made.role = std::move(role);
  made.judged = true;
  made.threads = 1;
  const char* const ids[] = {"landlock", "seccomp", "no_new_privs"};
  for (std::size_t i = 0; i < states.size(); ++i)
    made.layers.emplace_back(
        ids[i], states[i] == State::unknown
                    ? Finding::unknown({GapKind::denied, "target/status", "EACCES"})
                    : Finding::of(states[i], TestMint::seen(0, source::target_tasks_status), "x"));
  return made;
}

Sandbox sandbox(std::vector<SandboxMember> members) {
  Sandbox made;
  made.asked = "name:web";
  made.what = "docker 0123456789ab (web)";
  made.launchers = Claims::array();
  made.settled = true;
  made.members = std::move(members);
  return made;
}

std::string head(const Sandbox& of) {
  Sheet sheet({false, true, 160});
  draw_sandbox(sheet, of, "seen from outside");
  return sheet.take();
}

std::string rows(std::vector<SandboxMember> members) {
  Sheet sheet({false, true, 160});
  draw_members(sheet, sandbox(std::move(members)));
  return sheet.take();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr State e = State::enforced, p = State::partial, a = State::absent, u = State::unknown,
                n = State::not_applicable;

} // namespace

TEST_CASE("sandbox_rows: the head counts processes and threads, and says where not all were seen") {
  Sandbox of = sandbox({member(10, {e}), member(11, {e})});
  of.members[0].threads = 4;
  CHECK(has(head(of), "docker 0123456789ab (web) (2 processes, 5 threads)     seen from outside"));
  CHECK(has(head(sandbox({member(10, {e})})), "(1 process, 1 thread)"));
  of.members[1].threads.reset();
  CHECK(has(head(of), "(2 processes, at least 4 threads)"));
}

TEST_CASE("sandbox_rows: who made it, what to know of the choice, and that more may have come") {
  Sandbox of = sandbox({member(10, {e})});
  CHECK_FALSE(has(head(of), "Note"));
  CHECK_FALSE(has(head(of), "Made by"));
  of.chain = "systemd > docker";
  of.notes = {"found by the name of a process"};
  of.settled = false;
  CHECK(has(head(of), "Made by             systemd > docker\n"));
  CHECK(has(head(of), "Note                found by the name of a process\n"));
  CHECK(has(head(of), "there may be more\n"));
}

TEST_CASE("sandbox_rows: of a process only what is not enforced is told, the worst first") {
  CHECK(has(rows({member(10, {e, e, e})}), "member: 10 sh\n                    everything enforced\n"));
  CHECK(
      has(rows({member(10, {p, u, a})}), "absent: No new privileges; unknown: Seccomp; partial: Landlock\n"));
  CHECK(has(rows({member(10, {a, a, n})}), "absent: Landlock, Seccomp\n"));
}

TEST_CASE("sandbox_rows: where no layer applies nothing is said to be enforced") {
  CHECK(has(rows({member(10, {n, n})}), "nothing applies\n"));
  CHECK_FALSE(has(rows({member(10, {n, n})}), "enforced"));
  CHECK(has(rows({member(10, {e, n})}), "everything enforced\n"));
}

TEST_CASE("sandbox_rows: processes with the same role and layers are told once") {
  std::vector<SandboxMember> many{member(10, {e}, "first")};
  for (int pid = 11; pid < 31; ++pid)
    many.push_back(member(pid, {a}));
  const std::string text = rows(many);
  CHECK(has(text, "first: 10 sh"));
  CHECK(has(text, "member: 11 sh, 12 sh, 13 sh, 14 sh, 15 sh, 16 sh and 14 more"));
}

TEST_CASE("sandbox_rows: who was not judged, why, and who was not inspected") {
  SandboxMember entered = member(12, {a}, "entered");
  entered.why = "its parent is outside";
  entered.judged = false;
  CHECK(has(rows({entered}),
            "entered (its parent is outside): 12 sh\n                    not judged; absent: Landlock\n"));
  SandboxMember unseen = member(13, {});
  unseen.comm.clear();
  CHECK(has(rows({unseen}), "member: 13\n"));
  CHECK_FALSE(has(rows({unseen}), "enforced"));
}

TEST_CASE("sandbox_rows: many kinds are not all drawn") {
  std::vector<SandboxMember> many;
  for (int pid = 10; pid < 30; ++pid)
    many.push_back(member(pid, {e}, "role " + std::to_string(pid)));
  CHECK(has(rows(many), "8 more kinds; see -o json\n"));
}

TEST_CASE("sandbox: JSON has every member, and null where something was not seen") {
  Sandbox of = sandbox({member(10, {e, u}), member(11, {a})});
  of.members[1].comm.clear();
  of.members[1].threads.reset();
  of.members[1].judged = false;
  of.decided_by = {{"landlock", "process 10 (sh)"}};
  const Claims json = sandbox_json(of);
  CHECK(of.judged() == 1);
  CHECK(json["settled"] == true);
  CHECK(json["decided_by"]["landlock"] == "process 10 (sh)");
  CHECK(json["members"][0]["layers"]["seccomp"]["state"] == "unknown");
  CHECK(json["members"][1]["comm"].is_null());
  CHECK(json["members"][1]["threads"].is_null());
  CHECK(json["launchers"] == Claims::array());
  of.launchers = nullptr;
  CHECK(sandbox_json(of)["launchers"] == Claims::array());
}
