#include "parse/pods.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("pods: a folder is namespace, name and uid") {
  const auto pods = parse_pods("pod kube-system_etcd-node1_0123456789abcdef0123456789abcdef\n"
                               "pod default_agent.x_11111111-2222-3333-4444-555555555555\n");
  REQUIRE(pods);
  REQUIRE(pods->pods.size() == 2);
  CHECK(pods->pods[0].ns == "kube-system");
  CHECK(pods->pods[0].name == "etcd-node1");
  CHECK(pods->pods[1].name == "agent.x");
  CHECK(pods->pods[1].uid == "11111111-2222-3333-4444-555555555555");
  CHECK_FALSE(pods->cut);
}

TEST_CASE("pods: none is none, and more than were read says so") {
  CHECK(parse_pods("")->pods.empty());
  CHECK(parse_pods("pod a_b_c\ncut\n")->cut);
}

TEST_CASE("pods: a folder of another form is no pod") {
  for (const char* folder : {"x", "a_b", "_b_c", "a__c", "a_b_", "a_b_c_d"})
    CHECK(parse_pods("pod " + std::string(folder) + "\n")->pods.empty());
}

TEST_CASE("pods: what is no line of ours makes the whole malformed") {
  for (const char* text : {"a_b_c\n", "pod \n", "pod a_b_c", "cut\npod a_b_c\n", "pod a\\qb\n", "\n"})
    CHECK_FALSE(parse_pods(text));
}
