#include "probes/proc_net_config.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string dev = "Inter-|   Receive\n face |bytes\n    lo: 0\n";
const std::string none(32, '0');
const std::string reserve =
    none + " 00 " + none + " 00 " + none + " ffffffff 00000001 00000000 00200200       lo\n";

FakeKernel sealed() {
  FakeKernel kernel;
  kernel.answer(source::target_net_dev, dev)
      .answer(source::target_net_fib_trie, "")
      .answer(source::target_net_route, "")
      .answer(source::target_net_ipv6_route, reserve)
      .answer(source::target_net_if_inet6, "")
      .answer(source::target_tasks_ns, "100 net=4026532008\n")
      .answer(source::target_tasks_status, tasks_text({""}));
  return kernel;
}

std::optional<NetConfig> seen(FakeKernel& kernel) {
  Witness witness(kernel);
  return proc_net_config(witness).match([](const Seen<NetConfig>& it) { return std::optional(it.value()); },
                                        [](const Gap&) { return std::optional<NetConfig>(); });
}

} // namespace

TEST_CASE(
    "proc_net_config: a namespace in which nothing was set up has no routes, and all of that was seen") {
  FakeKernel kernel = sealed();
  const auto config = seen(kernel);
  REQUIRE(config);
  CHECK(config->routes.empty());
  CHECK(config->files->routes4);
  CHECK(config->files->routes6);
  CHECK(config->links.size() == 1);
  CHECK(config->inode == 4026532008);
  CHECK(config->tid == 100);
}

TEST_CASE("proc_net_config: a kernel without IPv6 has neither of its files beside the others") {
  FakeKernel kernel = sealed();
  kernel.fail(source::target_net_ipv6_route, ENOENT).fail(source::target_net_if_inet6, ENOENT);
  CHECK(seen(kernel)->files->routes6);
}

TEST_CASE(
    "proc_net_config: one file of IPv6 that is missing, or is refused, is no proof that there is none") {
  FakeKernel one = sealed();
  one.fail(source::target_net_ipv6_route, ENOENT);
  CHECK_FALSE(seen(one)->files->routes6);
  FakeKernel denied = sealed();
  denied.fail(source::target_net_ipv6_route, EXDEV).fail(source::target_net_if_inet6, ENOENT);
  CHECK_FALSE(seen(denied)->files->routes6);
  FakeKernel alone = sealed(); // nothing shows that the directory is there
  alone.fail(source::target_net_ipv6_route, ENOENT).fail(source::target_net_if_inet6, ENOENT);
  alone.fail(source::target_net_fib_trie, ENOENT);
  CHECK_FALSE(seen(alone)->files->routes6);
}

TEST_CASE("proc_net_config: routes that were not seen are not taken for none") {
  FakeKernel kernel = sealed();
  kernel.fail(source::target_net_fib_trie, EACCES);
  CHECK_FALSE(seen(kernel)->files->routes4);
  kernel.answer(source::target_net_fib_trie, "???\n");
  CHECK_FALSE(seen(kernel)->files->routes4);
}

TEST_CASE("proc_net_config: where no file could be read there is a gap") {
  FakeKernel kernel;
  Witness witness(kernel);
  proc_net_config(witness).match([](const Seen<NetConfig>&) { FAIL("nothing was seen"); },
                                 [](const Gap& gap) { CHECK(gap.kind == GapKind::not_attempted); });
}

TEST_CASE("proc_net_config: the thread that was read is the first that lives") {
  FakeKernel kernel = sealed();
  kernel.answer(source::target_tasks_ns, "100 net=!ENOENT\n101 net=4026532009\n")
      .answer(source::target_tasks_status, "Listing:\tsettled\nTask:\t100\nName:\ta\nState:\tZ "
                                           "(zombie)\nPid:\t100\nTask:\t101\nName:\ta\nState:\tS "
                                           "(sleeping)\nPid:\t101\n");
  const auto config = seen(kernel);
  CHECK(config->inode == 4026532009);
  CHECK(config->tid == 101);
}
