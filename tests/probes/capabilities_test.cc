#include "probes/capabilities.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

std::string sets(const std::string& eff, const std::string& bnd, const std::string& others = "0") {
  return "CapInh:\t" + others + "\nCapPrm:\t" + eff + "\nCapEff:\t" + eff + "\nCapBnd:\t" + bnd +
         "\nCapAmb:\t" + others + "\n";
}

const std::string all = "1ffffffffff", initial_user = "user=4026531837", own_user = "user=4026532200";

Finding of(std::initializer_list<std::string> statuses, const std::string& ns = initial_user) {
  FakeKernel kernel;
  kernel.answer(source::target_tasks_status, tasks_text(statuses));
  kernel.answer(source::target_tasks_ns, "100 " + ns + "\n");
  kernel.answer(source::host_cap_last_cap, "40\n");
  Witness witness(kernel);
  return capabilities(witness);
}

} // namespace

TEST_CASE("capabilities: five empty sets are enforced") {
  const Finding finding = of({sets("0", "0"), sets("0", "0")});
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["bounding"] == Claims::array());
}

TEST_CASE("capabilities: the full effective set in the initial user namespace is absent") {
  CHECK(of({sets(all, all)}).state() == State::absent);
}

TEST_CASE("capabilities: the full set in its own user namespace is partial") {
  const Finding finding = of({sets(all, all)}, own_user);
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["user_namespace"] == Claims{{"inode", 4026532200}, {"initial", false}});
}

TEST_CASE("capabilities: the full set in a user namespace that was not seen is unknown") {
  CHECK(of({sets(all, all)}, "user=!EACCES").state() == State::unknown);
}

TEST_CASE("capabilities: a bounding set that is not empty is partial, and names what is left") {
  const Finding finding = of({sets("0", "a80425fb")});
  CHECK(finding.state() == State::partial);
  CHECK(finding.summary() == "effective none; bounding still holds 14: chown, dac_override, fowner, ...");
  CHECK(finding.claims()["effective"] == Claims::array());
}

TEST_CASE("capabilities: the thread that holds most decides") {
  const Finding finding = of({sets("0", "0"), sets("400", "0")});
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["effective"] == Claims{"net_bind_service"});
}

TEST_CASE("capabilities: one bit short of all is not all") {
  CHECK(of({sets("1fffeffffff", "1fffeffffff")}).summary() == "effective all but sys_resource");
  CHECK(of({sets("1fffeffffff", "1fffeffffff")}).state() == State::partial);
}

TEST_CASE("capabilities: a bit that has no name yet is shown by its number") {
  CHECK(of({sets("20000000001", "0")}).claims()["effective"] == Claims{"chown", "cap_41"});
}

TEST_CASE("capabilities: a thread that could not be read leaves them unknown, never empty") {
  const Finding finding = of({sets("0", "0"), "Errno:\tEACCES\n"});
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["effective"].is_null());
}

TEST_CASE("capabilities: an old kernel without the ambient set leaves them unknown") {
  CHECK(of({"CapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\n"}).gap()->kind == GapKind::unsupported);
}

TEST_CASE("capabilities: a mask that is no number is malformed") {
  CHECK(of({sets("xyz", "0")}).gap()->kind == GapKind::malformed);
}

TEST_CASE("capabilities: what we may not read is unknown") {
  FakeKernel kernel;
  kernel.fail(source::target_tasks_status, EACCES);
  Witness witness(kernel);
  CHECK(capabilities(witness).state() == State::unknown);
}
