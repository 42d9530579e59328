#include "kernel/landlock_text.h"

#include "kernel/landlock_memory.h"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <cerrno>

using sbx::HandledMasks;
using sbx::landlock_text;
using sbx::LandlockSnapshot;
using sbx_test::layout_618;

namespace {

constexpr std::uint64_t kernel = 0xff11000000000000; // five levels of page tables
const sbx::LandlockOffset offset{8, 8, 8};

void add_task(LandlockSnapshot& to, std::uint32_t tid, std::uint64_t domain, const char* name = "x") {
  landlock_task_record it{};
  it.kind = landlock_record_task;
  it.tid = tid;
  it.start_boottime = 7;
  it.blob = it.real_blob = kernel + 8;
  it.domain = it.real_domain = domain;
  std::memcpy(it.comm, name, std::min<std::size_t>(std::strlen(name) + 1, sizeof it.comm));
  to.tasks.push_back(it);
}

sbx::LandlockRuleRecord& add_rule(LandlockSnapshot& to, std::uint64_t domain, std::uint16_t port) {
  sbx::LandlockRuleRecord it{};
  it.head.kind = landlock_record_rule;
  it.head.domain = domain;
  it.head.is_port = 1;
  it.head.key = htons(port);
  it.head.layers = 1;
  const std::uint16_t layer[] = {1, 3}; // level, access
  std::memcpy(it.head.raw_layers, layer, sizeof layer);
  to.rules.push_back(it);
  return to.rules.back();
}

void add_domain(LandlockSnapshot& to, std::uint64_t domain, const std::vector<HandledMasks>& masks,
                std::uint32_t chain) {
  landlock_domain_record it{};
  it.kind = landlock_record_domain;
  it.domain = domain;
  sbx_test::put_domain(it, static_cast<std::uint32_t>(masks.size()), 5, masks);
  to.domains.push_back(it);
  for (std::uint16_t port = 1; port <= 5; ++port)
    add_rule(to, domain, port);
  for (std::uint32_t depth = 0; depth < chain; ++depth) {
    landlock_layer_record layer{};
    layer.kind = landlock_record_layer;
    layer.depth = depth;
    layer.domain = domain;
    layer.address = domain + 0x1000 + depth;
    const std::uint64_t id = 1000 - depth;
    std::memcpy(layer.hierarchy + 24, &id, 8);
    to.layers.push_back(layer);
  }
}

} // namespace

TEST_CASE("landlock_text: domains are numbered as tasks name them, layers from the oldest") {
  sbx::LandlockObjects objects;
  LandlockSnapshot it;
  add_task(it, 10, 0);
  add_task(it, 11, kernel + 0x100);
  add_task(it, 12, kernel + 0x80);
  add_domain(it, kernel + 0x80, {{1, 2, 3}}, 1);
  add_domain(it, kernel + 0x100, {{0x1fff, 0, 0}, {0x21, 3, 1}}, 2);
  it.layers[1].details = kernel;
  it.layers[1].pid = 77;
  std::memcpy(it.layers[1].comm, "a b\x1b", 5);
  CHECK(*landlock_text(layout_618(), offset, it, true, objects) == R"(offset 8 symbol=8 calibrated=8
settled yes
task 10 start=7 domain=0 real=0 exited=0 name=x
task 11 start=7 domain=1 real=1 exited=0 name=x
task 12 start=7 domain=2 real=2 exited=0 name=x
domain 1 layers=2 rules=5
layer 1 1 object=1 fs=0x1fff net=0x0 scoped=0x0 id=999 denials=0
layer 1 2 object=2 fs=0x21 net=0x3 scoped=0x1 id=1000 denials=0 pid=77 uid=0 comm=a\x20b\x1b exe=
rule 1 1:0x3 port=1
rule 1 1:0x3 port=2
rule 1 1:0x3 port=3
rule 1 1:0x3 port=4
rule 1 1:0x3 port=5
domain 2 layers=1 rules=5
layer 2 1 object=3 fs=0x1 net=0x2 scoped=0x3 id=1000 denials=0
rule 2 1:0x3 port=1
rule 2 1:0x3 port=2
rule 2 1:0x3 port=3
rule 2 1:0x3 port=4
rule 2 1:0x3 port=5
)");
}

TEST_CASE("landlock_text: no address of the kernel is written") {
  sbx::LandlockObjects objects;
  LandlockSnapshot it;
  add_task(it, 11, kernel + 0x100);
  add_domain(it, kernel + 0x100, {{1, 0, 0}}, 1);
  const auto text = landlock_text(layout_618(), {0, std::nullopt, 0}, it, false, objects);
  REQUIRE(text);
  CHECK(text->find("ff11") == std::string::npos);
  CHECK(text->find("offset 0 symbol=- calibrated=0\nsettled no\n") == 0);
}

TEST_CASE("landlock_text: memory that contradicts itself is refused, never shown as a domain") {
  sbx::LandlockObjects objects;
  const auto error = [&](const LandlockSnapshot& it) {
    const auto text = landlock_text(layout_618(), offset, it, true, objects);
    return text ? 0 : text.error().error;
  };
  LandlockSnapshot it;
  add_task(it, 11, kernel + 0x100);
  CHECK(error(it) == EBADMSG); // no memory behind it
  add_domain(it, kernel + 0x100, {{1, 0, 0}}, 2);
  CHECK(error(it) == EBADMSG); // the chain is longer
  it.layers.pop_back();
  CHECK(error(it) == 0);
  it.tasks[0].blob = 0;
  CHECK(error(it) == EBADMSG); // credentials without security data
  LandlockSnapshot many;
  add_task(many, 11, kernel + 0x100);
  add_domain(many, kernel + 0x100, std::vector<HandledMasks>(17, {1, 0, 0}), 17);
  CHECK(error(many) == EBADMSG);
  LandlockSnapshot user;
  add_task(user, 11, 0x7f0000001000);
  add_domain(user, 0x7f0000001000, {{1, 0, 0}}, 1);
  CHECK(error(user) == EBADMSG);
}

TEST_CASE("landlock_text: a rule on an inode is written with its name from the root of its file system") {
  sbx::LandlockObjects objects;
  LandlockSnapshot it;
  add_task(it, 11, kernel + 0x100);
  add_domain(it, kernel + 0x100, {{1, 0, 0}}, 1);
  const auto line = [&](const sbx::LandlockRuleRecord& rule) {
    it.rules.back() = rule;
    const auto text = landlock_text(layout_618(), offset, it, true, objects);
    if (!text)
      return "errno " + std::to_string(text.error().error);
    const auto begin = text->rfind("\nrule") + 1;
    return text->substr(begin, text->size() - begin - 1);
  };
  sbx::LandlockRuleRecord rule = it.rules.back();
  rule.head.is_port = 0;
  rule.head.inode = 77;
  rule.head.inode_address = rule.head.alias = rule.head.dentry = kernel;
  rule.head.hashed = 1;
  rule.head.top = rule.head.top_parent = rule.head.root = kernel + 0x40;
  rule.head.dev = 254 << 20 | 3;
  rule.head.mode = 040755;
  rule.head.nlink = 2;
  std::strcpy(rule.head.fs_type, "ext4");
  CHECK(line(rule) == "rule 1 1:0x3 dev=254:3 inode=77 fs=ext4 mode=40755 nlink=2 name=/");
  rule.path = std::string("new\nline\0b c\0a\0", 15);
  rule.head.path_size = 15;
  CHECK(line(rule) ==
        "rule 1 1:0x3 dev=254:3 inode=77 fs=ext4 mode=40755 nlink=2 name=/a/b\\x20c/new\\x0aline");
  rule.head.hashed = 0;
  CHECK(line(rule) ==
        "rule 1 1:0x3 dev=254:3 inode=77 fs=ext4 mode=40755 nlink=2 was=/a/b\\x20c/new\\x0aline");
  const std::string unnamed = "rule 1 1:0x3 dev=254:3 inode=77 fs=ext4 mode=40755 nlink=2";
  rule.head.top = rule.head.top_parent = kernel + 0x80; // not the root of the file system
  CHECK(line(rule) == unnamed);
  rule.head.top = rule.head.root; // longer than what was read
  CHECK(line(rule) == unnamed);
  rule.head.alias = 0;
  CHECK(line(rule) == unnamed);
  rule.head.failed = 1;
  CHECK(line(rule) == "errno " + std::to_string(EBADMSG));
  rule.head.inode_address = 0;
  CHECK(line(rule) == "rule 1 1:0x3 gone");
  rule.head.raw_layers[0] = 17; // no such layer
  CHECK(line(rule) == "errno " + std::to_string(EBADMSG));
  rule.head.raw_layers[0] = 0;
  CHECK(line(rule) == "errno " + std::to_string(EBADMSG));
}

TEST_CASE("landlock_text: rules that are not as many as the domain says refuse the whole") {
  sbx::LandlockObjects objects;
  LandlockSnapshot it;
  add_task(it, 11, kernel + 0x100);
  add_domain(it, kernel + 0x100, {{1, 0, 0}}, 1);
  it.rules.pop_back();
  CHECK(landlock_text(layout_618(), offset, it, true, objects).error().error == EBADMSG);
  it.rules.clear();
  it.rules_refused = sbx::Refusal{EFBIG, "too many"};
  const auto text = landlock_text(layout_618(), offset, it, true, objects);
  REQUIRE(text);
  CHECK(text->find("domain 1 layers=1 rules=5 unread=EFBIG\n") != std::string::npos);
  CHECK(text->find("\nrule") == std::string::npos);
}
