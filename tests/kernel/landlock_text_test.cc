#include "kernel/landlock_text.h"

#include "kernel/landlock_memory.h"

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

void add_domain(LandlockSnapshot& to, std::uint64_t domain, const std::vector<HandledMasks>& masks,
                std::uint32_t chain) {
  landlock_domain_record it{};
  it.kind = landlock_record_domain;
  it.domain = domain;
  sbx_test::put_domain(it, static_cast<std::uint32_t>(masks.size()), 5, masks);
  to.domains.push_back(it);
  for (std::uint32_t depth = 0; depth < chain; ++depth) {
    landlock_layer_record layer{};
    layer.kind = landlock_record_layer;
    layer.depth = depth;
    layer.domain = domain;
    const std::uint64_t id = 1000 - depth;
    std::memcpy(layer.hierarchy + 24, &id, 8);
    to.layers.push_back(layer);
  }
}

} // namespace

TEST_CASE("landlock_text: domains are numbered as tasks name them, layers from the oldest") {
  LandlockSnapshot it;
  add_task(it, 10, 0);
  add_task(it, 11, kernel + 0x100);
  add_task(it, 12, kernel + 0x80);
  add_domain(it, kernel + 0x80, {{1, 2, 3}}, 1);
  add_domain(it, kernel + 0x100, {{0x1fff, 0, 0}, {0x21, 3, 1}}, 2);
  it.layers[1].details = kernel;
  it.layers[1].pid = 77;
  std::memcpy(it.layers[1].comm, "a b\x1b", 5);
  CHECK(*landlock_text(layout_618(), offset, it, true) == R"(offset 8 symbol=8 calibrated=8
settled yes
task 10 start=7 domain=0 real=0 exited=0 name=x
task 11 start=7 domain=1 real=1 exited=0 name=x
task 12 start=7 domain=2 real=2 exited=0 name=x
domain 1 layers=2 rules=5
layer 1 1 fs=0x1fff net=0x0 scoped=0x0 id=999 denials=0
layer 1 2 fs=0x21 net=0x3 scoped=0x1 id=1000 denials=0 pid=77 uid=0 comm=a\x20b\x1b exe=
domain 2 layers=1 rules=5
layer 2 1 fs=0x1 net=0x2 scoped=0x3 id=1000 denials=0
)");
}

TEST_CASE("landlock_text: no address of the kernel is written") {
  LandlockSnapshot it;
  add_task(it, 11, kernel + 0x100);
  add_domain(it, kernel + 0x100, {{1, 0, 0}}, 1);
  const auto text = landlock_text(layout_618(), {0, std::nullopt, 0}, it, false);
  REQUIRE(text);
  CHECK(text->find("ff11") == std::string::npos);
  CHECK(text->find("offset 0 symbol=- calibrated=0\nsettled no\n") == 0);
}

TEST_CASE("landlock_text: memory that contradicts itself is refused, never shown as a domain") {
  const auto error = [](const LandlockSnapshot& it) {
    const auto text = landlock_text(layout_618(), offset, it, true);
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
