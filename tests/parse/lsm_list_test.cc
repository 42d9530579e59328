#include "parse/lsm_list.h"

#include <catch2/catch.hpp>

using namespace sbx;
using Names = std::vector<std::string>;
using Ids = std::vector<std::uint64_t>;

TEST_CASE("lsm_list: the kernel's own lists are read in their order, with or without a newline") {
  CHECK(
      parse_lsm_list("lockdown,capability,landlock,yama,apparmor,tomoyo,bpf,ipe,ima,evm") ==
      Names{"lockdown", "capability", "landlock", "yama", "apparmor", "tomoyo", "bpf", "ipe", "ima", "evm"});
  CHECK(parse_lsm_list("capability,selinux\n") == Names{"capability", "selinux"});
  CHECK(parse_lsm_list("capability") == Names{"capability"});
}

TEST_CASE("lsm_list: an empty list is malformed, for capability is always in it") {
  CHECK_FALSE(parse_lsm_list(""));
  CHECK_FALSE(parse_lsm_list("\n"));
}

TEST_CASE("lsm_list: names that no LSM has make the whole malformed") {
  for (const char* text : {",", "a,", ",a", "a,,b", "a b", "Landlock", "a,landlock\nb", "landl\x1b[2Jock",
                           "a;b", "capability,\xc3\xa9"})
    CHECK_FALSE(parse_lsm_list(text));
  CHECK_FALSE(parse_lsm_list(std::string_view("landlock\0", 9)));
  const auto refused = parse_lsm_list(std::string(1 << 20, 'a'));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.size() < 512);
}

TEST_CASE("lsm_list: the ids of lsm_list_modules are numbers between commas") {
  CHECK(parse_lsm_ids("108,100,110,104") == Ids{108, 100, 110, 104});
  CHECK(parse_lsm_ids("18446744073709551615") == Ids{~std::uint64_t{0}});
  for (const char* text :
       {"", ",", "100,", "100,,110", "100, 110", "-1", "0x64", "18446744073709551616", "landlock"})
    CHECK_FALSE(parse_lsm_ids(text));
}

TEST_CASE("lsm_list: the lockdown level is the one in brackets") {
  CHECK(parse_lockdown("[none] integrity confidentiality\n") == "none");
  CHECK(parse_lockdown("none [integrity] confidentiality\n") == "integrity");
  CHECK(parse_lockdown("none integrity [confidentiality]\n") == "confidentiality");
}

TEST_CASE("lsm_list: without a level in brackets lockdown is malformed, never none") {
  for (const char* text : {"", "none", "none integrity confidentiality\n", "[", "]", "[]", "][",
                           "none [integ", "[a b]", "[NONE]", "[\x1b[2J]", "[[none]]"})
    CHECK_FALSE(parse_lockdown(text));
  CHECK_FALSE(parse_lockdown("[" + std::string(1 << 20, 'a') + "]"));
}
