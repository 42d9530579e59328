#include "core/plain_word.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
using Words = std::vector<std::string>;
const std::string id(64, 'a');
} // namespace

TEST_CASE("plain_word: what tells of a launcher is told as it is") {
  for (const Words& words : {
           Words{"/usr/bin/containerd-shim-runc-v2", "-namespace", "moby", "-id", id, "-address", "..."},
           Words{"conmon", "--api-version", "...", "-c", id, "-n", "web", "--full-attach"},
           Words{"bwrap", "--unshare-pid", "--ro-bind", "...", "...", "--die-with-parent"},
           Words{"runsc-sandbox", "--platform=ptrace", "boot"},
           Words{"chromium", "--type=renderer"},
           Words{"x", "codex-linux-sandbox", "--apply-seccomp-then-exec"},
           Words{"qemu-system-x86_64", "-name", "sandbox-1", "-accel", "kvm"},
           Words{},
       })
    CHECK(plain_words(words) == words);
}

TEST_CASE("plain_word: what may be a secret is not told") {
  CHECK(plain_words({"mysql", "-u", "root", "-phunter2", "--password=hunter2", "https://u:p@host/"}) ==
        Words{"mysql", "-u", "...", "-p...", "--password=...", "..."});
  CHECK(plain_words({"chromium --type=renderer --token=x secret"}) ==
        Words{"chromium --type=renderer --token=... ..."});
  CHECK(plain_words({"bash", "-c", "curl -H token"}) == Words{"bash", "-c", "..."});
  CHECK(plain_words({"x", "--name=a b", "-n", "with space", "--id", "../../x"}) ==
        Words{"x", "--name=...", "-n", "...", "--id", "..."});
}
