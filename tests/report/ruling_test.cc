#include "report/ruling.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace sbx;

namespace {

Target target() {
  Target made;
  made.pid = 4242;
  made.comm = "worker";
  return made;
}

Ruling denied() {
  return {"read /etc/shadow",
          Answer::no,
          "landlock",
          4242,
          1,
          1,
          {{"seccomp", Answer::unknown, "its filters were not evaluated"},
           {"landlock", Answer::no, "its Landlock layer handles read_file, and no rule grants it here"}}};
}

TableStyle plain(unsigned width = 120) { return {false, true, width}; }

} // namespace

TEST_CASE("ruling: the first line is the answer and the layer that decides, then who said what") {
  CHECK(render_ruling_text(denied(), target(), plain()) ==
        "no: worker (pid 4242) cannot read /etc/shadow: landlock says no\n"
        "  seccomp      unknown  its filters were not evaluated\n"
        "  landlock     no       its Landlock layer handles read_file, and no rule grants it here\n");
}

TEST_CASE("ruling: a yes says that nothing forbids it, an unknown who could not tell") {
  Ruling yes = denied();
  yes.answer = Answer::yes;
  yes.decided_by.reset();
  yes.asked = {{"seccomp", Answer::yes, "no filter"}};
  CHECK(render_ruling_text(yes, target(), plain()) ==
        "yes: worker (pid 4242) can read /etc/shadow: nothing that was asked forbids it\n"
        "  seccomp      yes      no filter\n");
  Ruling unknown = denied();
  unknown.answer = Answer::unknown;
  unknown.decided_by.reset();
  unknown.asked.pop_back();
  unknown.asked.push_back({"lsm", Answer::unknown, "tomoyo is active"});
  CHECK(render_ruling_text(unknown, target(), plain())
            .starts_with(
                "unknown: whether worker (pid 4242) can read /etc/shadow is not known: seccomp, lsm could "
                "not tell\n"));
}

TEST_CASE("ruling: of several threads it says whose answer this is") {
  Ruling ruling = denied();
  ruling.threads = 7;
  ruling.alike = 3;
  const std::string text = render_ruling_text(ruling, target(), plain());
  CHECK(text.find("\nnone of its 7 threads can; asked of thread 4242 and 2 more like it\n") !=
        std::string::npos);
  ruling.answer = Answer::yes;
  CHECK(render_ruling_text(ruling, target(), plain())
            .find("\nof its 7 threads, thread 4242 and 2 more like it can\n") != std::string::npos);
}

TEST_CASE("ruling: lines are broken under their column, and colours carry nothing alone") {
  const std::string narrow = render_ruling_text(denied(), target(), plain(60));
  CHECK(narrow.ends_with("  landlock     no       its Landlock layer handles\n"
                         "                        read_file, and no rule grants it\n"
                         "                        here\n"));
  TableStyle colour = plain();
  colour.colour = true;
  std::string coloured = render_ruling_text(denied(), target(), colour);
  CHECK(coloured.starts_with("\x1b[31mno\x1b[0m: worker"));
  for (std::size_t at; (at = coloured.find('\x1b')) != std::string::npos;)
    coloured.erase(at, coloured.find('m', at) - at + 1);
  CHECK(coloured == render_ruling_text(denied(), target(), plain()));
}

TEST_CASE("ruling: what was typed or chosen by the target cannot write to the terminal") {
  Ruling ruling = denied();
  ruling.question = "read /etc/\x1b[2Jx\n\xff";
  const std::string text = render_ruling_text(ruling, target(), plain());
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("/etc/\\x1b[2Jx\\x0a\\xff") != std::string::npos);
}

TEST_CASE(
    "ruling: JSON holds the question, the answer, the layer, the thread and each that was asked, in order") {
  const auto json = nlohmann::json::parse(render_ruling_json(denied(), target(), "1.2.3"));
  CHECK(json["schema"] == "sbx-attest/can/v1");
  CHECK(json["question"] == "read /etc/shadow");
  CHECK(json["answer"] == "no");
  CHECK(json["decided_by"] == "landlock");
  CHECK(json["thread"] == 4242);
  CHECK(json["target"]["pid"] == 4242);
  CHECK(json["asked"].size() == 2);
  CHECK(json["asked"][0] ==
        nlohmann::json(
            {{"layer", "seccomp"}, {"answer", "unknown"}, {"detail", "its filters were not evaluated"}}));
  Ruling yes = denied();
  yes.answer = Answer::yes;
  yes.decided_by.reset();
  CHECK(nlohmann::json::parse(render_ruling_json(yes, target(), "1"))["decided_by"].is_null());
}
