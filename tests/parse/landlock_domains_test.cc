#include "parse/landlock_domains.h"

#include <catch2/catch.hpp>
#include <cerrno>

using sbx::parse_landlock_domains;

namespace {

const std::string real = R"(offset 0 symbol=- calibrated=0
settled yes
task 21368 start=1916059507196 domain=1 real=1 exited=0 name=sleep
task 21369 start=1916059507999 domain=0 real=1 exited=1 name=
domain 1 layers=2 rules=4
layer 1 1 object=1 fs=0xffff net=0x3 scoped=0x3 id=4937252382 denials=2 pid=21368 uid=1000 comm=my\x20shell exe=/usr/bin/sh
layer 1 2 object=2 fs=0x1a5d net=0x0 scoped=0x0 id=4937252392 denials=0 pid=21368 uid=1000 comm=sh exe=/usr/bin/sh
rule 1 1:0xe00c,2:0xe5ae dev=254:0 inode=128 fs=ext4 mode=40755 nlink=2 name=/usr/my\x20bin
rule 1 2:0x5 dev=254:1 inode=12 fs=tmpfs mode=100644 nlink=0 was=/gone
rule 1 1:0x3 gone
rule 1 2:0x1 port=443
)";

const std::string head = "offset 8 symbol=8 calibrated=8\nsettled yes\n";
const std::string task = "task 5 start=1 domain=1 real=1 exited=0 name=x\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("landlock_domains: a reading of 6.18 tells threads, layers and who made them") {
  const auto it = parse_landlock_domains(real);
  REQUIRE(it);
  CHECK(it->blob_offset == 0);
  CHECK(it->offset_source == "calibration");
  CHECK(it->settled);
  REQUIRE(it->tasks.size() == 2);
  CHECK(it->tasks[0].tid == 21368);
  CHECK(it->tasks[0].start_boottime == 1916059507196);
  CHECK(it->tasks[0].domain == 0u);
  CHECK_FALSE(it->tasks[1].domain);
  CHECK(it->tasks[1].real_domain == 0u);
  CHECK(it->tasks[1].exited);
  CHECK(it->tasks[1].name.empty());
  REQUIRE(it->domains.size() == 1);
  CHECK(it->domains[0].rules == 4);
  CHECK(it->domains[0].layers[1].hierarchy == 2u);
  const auto& rules = it->domains[0].rule_list;
  REQUIRE(rules.size() == 4);
  REQUIRE(rules[0].inode);
  CHECK(rules[0].inode->major == 254);
  CHECK(rules[0].inode->inode == 128);
  CHECK(rules[0].inode->file_system == "ext4");
  CHECK(rules[0].inode->mode == 040755);
  CHECK(rules[0].inode->name == "/usr/my bin");
  CHECK_FALSE(rules[0].inode->unhashed);
  REQUIRE(rules[0].grants.size() == 2);
  CHECK(rules[0].grants[1].layer == 2);
  CHECK(rules[0].grants[1].access == 0xe5ae);
  CHECK(rules[1].inode->unhashed);
  CHECK(rules[1].inode->nlink == 0);
  CHECK_FALSE(rules[2].inode);
  CHECK_FALSE(rules[2].port);
  CHECK(rules[3].port == 443);
  CHECK_FALSE(it->domains[0].rules_gap);
  REQUIRE(it->domains[0].layers.size() == 2);
  const auto& layer = it->domains[0].layers[0];
  CHECK(layer.fs == 0xffff);
  CHECK(layer.net == 3);
  CHECK(layer.scoped == 3);
  CHECK(layer.id == 4937252382u);
  CHECK(layer.denials == 2u);
  CHECK(layer.creator == sbx::LandlockCreator{21368, 1000, "my shell", "/usr/bin/sh"});
}

TEST_CASE("landlock_domains: a reading of 6.1 does not say who made a layer") {
  const auto it =
      parse_landlock_domains(replaced(head, "symbol=8 calibrated=8", "symbol=8 calibrated=-") + task +
                             "domain 1 layers=1 rules=0\nlayer 1 1 fs=0x3fff net=0x0 scoped=0x0\n");
  REQUIRE(it);
  CHECK(it->offset_source == "symbol");
  CHECK_FALSE(it->domains[0].layers[0].id);
  CHECK_FALSE(it->domains[0].layers[0].creator);
}

TEST_CASE("landlock_domains: threads without a domain need no domain lines") {
  const auto it = parse_landlock_domains(head + "task 5 start=1 domain=0 real=0 exited=0 name=x\n");
  REQUIRE(it);
  CHECK(it->offset_source == "symbol and calibration");
  CHECK(it->domains.empty());
}

TEST_CASE(
    "landlock_domains: cut off after any line or byte it is malformed, or says that the rules are missing") {
  const std::size_t no_rules = real.find("rule 1");
  for (std::size_t size = 0; size < real.size(); ++size)
    CHECK(parse_landlock_domains(real.substr(0, size)).has_value() == (size == no_rules));
  const auto old = parse_landlock_domains(real.substr(0, no_rules));
  CHECK(old->domains[0].rules_gap == ENODATA);
}

TEST_CASE("landlock_domains: rules that were not read are a gap, never an empty list") {
  const auto it = parse_landlock_domains(head + task +
                                         "domain 1 layers=1 rules=300000 unread=EFBIG\n"
                                         "layer 1 1 object=1 fs=0x1 net=0x0 scoped=0x0\n");
  REQUIRE(it);
  CHECK(it->domains[0].rules == 300000);
  CHECK(it->domains[0].rules_gap == EFBIG);
}

TEST_CASE("landlock_domains: what the kernel layer does not write is malformed") {
  const std::pair<const char*, const char*> changes[] = {
      {"offset 0", "offset 8"},
      {"offset 0", "offset -8"},
      {"symbol=- calibrated=0", "symbol=- calibrated=-"},
      {"symbol=- calibrated=0", "symbol=8 calibrated=0"},
      {"settled yes", "settled maybe"},
      {"settled yes\n", ""},
      {"task 21368", "task  21368"},
      {"task 21368", "task 021368"},
      {"task 21368", "task 99999999999"},
      {"domain=1 real=1", "domain=2 real=1"},
      {"domain=1 real=1", "domain=+1 real=1"},
      {"exited=0", "exited=2"},
      {"name=sleep", "name=sleep more"},
      {"name=sleep", "name=sl\\eep"},
      {"name=sleep\n", "\n"},
      {"layers=2", "layers=1"},
      {"layers=2", "layers=3"},
      {"layers=2", "layers=0"},
      {"layers=2", "layers=17"},
      {"rules=4", "rules=0x4"},
      {"rules=4", "rules=3"},
      {"rules=4", "rules=5"},
      {"rules=4", "rules=99999999999999999999"},
      {"rules=4", "rules=4 unread=EFBIG"},
      {"rules=4", "rules=4 unread=0"},
      {"rule 1 1:0xe00c", "rule 2 1:0xe00c"},
      {"1:0xe00c,2:0xe5ae", "2:0xe00c,1:0xe5ae"},
      {"1:0xe00c,2:0xe5ae", "1:0xe00c,1:0xe5ae"},
      {"1:0xe00c,2:0xe5ae", "1:0xe00c,3:0xe5ae"},
      {"1:0xe00c,2:0xe5ae", "0:0xe00c,2:0xe5ae"},
      {"1:0xe00c,2:0xe5ae", "1:0xe00c,"},
      {"1:0xe00c,2:0xe5ae", "e00c"},
      {"dev=254:0", "dev=254"},
      {"dev=254:0", "dev=:0"},
      {"mode=40755", "mode=48755"},
      {"mode=40755", "mode=4000000755"},
      {"name=/usr/my\\x20bin", "name=/usr/my bin"},
      {"1:0x3 gone", "1:0x3 going"},
      {"1:0x3 gone", "1:0x3"},
      {"port=443", "port=65536"},
      {"domain 1 ", "domain 2 "},
      {"layer 1 1", "layer 1 2"},
      {"layer 1 1", "layer 2 1"},
      {"fs=0xffff", "fs=ffff"},
      {"fs=0xffff", "fs=0x"},
      {"fs=0xffff net=0x3", "net=0x3 fs=0xffff"},
      {" denials=2", " extra=2"},
      {" uid=1000", ""},
      {"settled yes", "settled yes "},
  };
  for (const auto& [from, to] : changes) {
    INFO(from << " -> " << to);
    CHECK_FALSE(parse_landlock_domains(replaced(real, from, to)));
  }
  CHECK_FALSE(parse_landlock_domains(real + "\n"));
  CHECK_FALSE(
      parse_landlock_domains(real + "domain 2 layers=1 rules=0\nlayer 2 1 fs=0x1 net=0x0 scoped=0x0\n"));
  CHECK_FALSE(parse_landlock_domains(real + task));
  CHECK_FALSE(parse_landlock_domains(head));
}

TEST_CASE("landlock_domains: a target cannot forge a line with its name") {
  const auto it = parse_landlock_domains(head + "task 5 start=1 domain=0 real=0 exited=0 "
                                                "name=\\x0atask\\x206\\x1b[0m\n");
  REQUIRE(it);
  CHECK(it->tasks.size() == 1);
  CHECK(it->tasks[0].name == "\ntask 6\x1b[0m");
  const auto hostile = parse_landlock_domains(head + "\x1b[2Jowned\n");
  REQUIRE_FALSE(hostile);
  CHECK(hostile.error().what.find('\x1b') == std::string::npos);
}
