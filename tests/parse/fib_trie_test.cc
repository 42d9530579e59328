#include "parse/fib_trie.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
std::string told(const std::string& text) {
  const auto entries = parse_fib_trie(text);
  REQUIRE(entries);
  std::string all;
  for (const FibEntry& it : *entries)
    all += std::to_string(it.table) + " " + ip_text(it.to) + " " + std::to_string(it.type) + "\n";
  return all;
}
} // namespace

TEST_CASE("fib_trie: the routes of every table, by prefix and type") {
  CHECK(told("Id 100:\n"
             "  |-- 2.0.0.0\n"
             "     /8 universe PROHIBIT\n"
             "Main:\n"
             "  +-- 0.0.0.0/0 3 0 5\n"
             "     |-- 0.0.0.0\n"
             "        /0 universe UNICAST\n"
             "     +-- 192.0.2.0/24 2 0 2\n"
             "        |-- 192.0.2.2\n"
             "           /32 host LOCAL\n"
             "           /24 link UNICAST tos=16\n"
             "Local:\n"
             "  |-- 127.255.255.255\n"
             "     /32 link BROADCAST\n") == "100 2.0.0.0/8 8\n"
                                             "254 0.0.0.0/0 1\n"
                                             "254 192.0.2.2/32 2\n"
                                             "254 192.0.2.2/24 1\n"
                                             "255 127.255.255.255/32 3\n");
}

TEST_CASE("fib_trie: a namespace in which nothing was set up has no table") { CHECK(told("").empty()); }

TEST_CASE("fib_trie: numbers of tables, scopes and types that have no name") {
  CHECK(told("Id -16:\n  |-- 1.0.0.0\n     /8 scope=7 type 13 tos=4\n") == "4294967280 1.0.0.0/8 13\n");
  CHECK(told("Id 5:\n  |-- 1.0.0.0\n     /8 nowhere THROW\n") == "5 1.0.0.0/8 9\n");
}

TEST_CASE("fib_trie: an inner node is no route, and its length does not make one") {
  CHECK(told("Main:\n  +-- 0.0.0.0/0 3 0 5\n").empty());
}

TEST_CASE("fib_trie: what is no trie is malformed") {
  const std::string leaf = "Main:\n  |-- 1.0.0.0\n";
  CHECK(parse_fib_trie(leaf + "     /8 link UNICAST\n"));
  for (const char* line :
       {"     /33 link UNICAST\n", "     /x link UNICAST\n", "     /8 link NEWKIND\n", "     /8 link\n",
        "     /8\n", "     8 link UNICAST\n", "\n", "   \n", "Idle 5:\n", "Id :\n", "     /8 link UNICAST"})
    CHECK_FALSE(parse_fib_trie(leaf + line));
  CHECK_FALSE(parse_fib_trie("  |-- 1.0.0.0\n"));               // no table
  CHECK_FALSE(parse_fib_trie("Main:\n     /8 link UNICAST\n")); // no leaf
  CHECK_FALSE(parse_fib_trie("Main:\n  |-- ::1\n"));
  CHECK_FALSE(parse_fib_trie(leaf + "  +-- 2.0.0.0/8 2 0 2\n     /8 link UNICAST\n"));
}
