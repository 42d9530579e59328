#include "kernel/live_proxies.h"

#include "kernel/process_environ.h"
#include "parse/proxies.h"
#include "staged_target.h"

#include <catch2/catch.hpp>

#include <pthread.h>
#include <sys/syscall.h>

using namespace sbx;
using namespace std::string_literals;

namespace {

// The line of a variable of that value, without its newline.
std::string line(const std::string& value, const std::string& name = "HTTP_PROXY") {
  const std::string text = proxy_lines(name + "=" + value + "\0"s);
  const auto parsed = parse_proxies(text);
  INFO(text << (parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  REQUIRE(parsed->variables.size() == 1);
  CHECK(parsed->variables[0].name == name);
  return text.substr(name.size() + 1, text.find('\n') - name.size() - 1);
}

Reading proxies_of(const ProcTarget& target) { return read_environment(target).map(proxy_lines); }

} // namespace

TEST_CASE("live_proxies: scheme, host and port of a proxy") {
  CHECK(line("http://10.200.0.1:3128") == "scheme=http host=10.200.0.1 port=3128 credentials=0");
  CHECK(line("10.200.0.1:3128") == "scheme=- host=10.200.0.1 port=3128 credentials=0");
  CHECK(line("proxy") == "scheme=- host=proxy port=- credentials=0");
  CHECK(line("HTTPS://proxy.example.org/") == "scheme=https host=proxy.example.org port=- credentials=0");
  CHECK(line("http://proxy:/?x=1#y") == "scheme=http host=proxy port=- credentials=0");
  CHECK(line("socks5h://[fd00::1]:1080", "ALL_PROXY") ==
        "scheme=socks5h host=fd00::1 port=1080 credentials=0");
  CHECK(line("http://[fe80::1%25eth0]") == "scheme=http host=fe80::1%25eth0 port=- credentials=0");
  CHECK(line("http://pr\xc3\xbc"
             "fung:1") == "scheme=http host=pr\xc3\xbc"
                          "fung port=1 credentials=0");
  CHECK(line("http://pr\xff:1") == "scheme=http host=pr\\xff port=1 credentials=0");
  CHECK(line("") == "empty");
}

TEST_CASE("live_proxies: no byte of a user or a password is kept, wherever it stands") {
  CHECK(line("http://user:secret@proxy:3128") == "scheme=http host=proxy port=3128 credentials=1");
  CHECK(line("http://secret@proxy") == "scheme=http host=proxy port=- credentials=1");
  CHECK(line("user:se@cret@proxy:1") == "scheme=- host=proxy port=1 credentials=1");
  CHECK(line("http://@proxy") == "scheme=http host=proxy port=- credentials=1");
  for (const char* value : {"http://user:se/cret@proxy:1",
                            "http://secret:123/4@proxy",
                            "http://secret?x@proxy",
                            "http://secret#@proxy",
                            "http://user:secret",
                            "http://user:secret/x",
                            "secret secret",
                            "http:\\\\user:secret",
                            "se:cret://proxy",
                            "://secret",
                            "http://",
                            "http://[secret",
                            "http://[::1]secret",
                            "http://[sec ret]",
                            "http://proxy:0",
                            "http://proxy:65536",
                            "http://proxy:01",
                            "http://proxy:-1",
                            "http://proxy:1:2",
                            "secret\n",
                            "\x1b[0m"}) {
    CAPTURE(value);
    const std::string text = line(value);
    CHECK(text.starts_with("malformed credentials="));
    CHECK(text.size() == std::string("malformed credentials=0").size());
  }
  CHECK(line("http://" + std::string(300, 'a')) == "malformed credentials=0");
  CHECK(line(std::string(33, 'a') + "://proxy") == "malformed credentials=0");
}

TEST_CASE("live_proxies: what is excepted is kept, and cut") {
  CHECK(line("127.0.0.1, .internal", "no_proxy") == "value=127.0.0.1,\\x20.internal left_out=0");
  CHECK(line("", "NO_PROXY") == "value= left_out=0");
  CHECK(line(std::string(300, 'x'), "NO_PROXY") == "value=" + std::string(256, 'x') + " left_out=44");
}

TEST_CASE("live_proxies: other variables are not told, and a thousand of one name are counted") {
  CHECK(proxy_lines("HOME=/root\0XHTTP_PROXY=x\0HTTP_PROXY\0http_proxyx=y\0"s) == "end more=0\n");
  CHECK(proxy_lines("") == "end more=0\n");
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += "http_proxy=proxy\0"s;
  const auto parsed = parse_proxies(proxy_lines(many));
  REQUIRE(parsed);
  CHECK(parsed->variables.size() == 64);
  CHECK(parsed->more == 936);
}

TEST_CASE("live_proxies: those of another process, as it was started with them") {
  const auto self = ProcTarget::self();
  REQUIRE(self);
  const pid_t child = fork();
  if (child == 0) {
    char program[] = "/bin/sleep", seconds[] = "1000", proxy[] = "https_proxy=http://u:p@10.0.0.1:1",
         token[] = "TOKEN=x";
    char* const arguments[] = {program, seconds, nullptr};
    char* const variables[] = {token, proxy, nullptr};
    execve(program, arguments, variables);
    _exit(1);
  }
  const auto target = ProcTarget::open(child);
  std::string text;
  for (int tries = 0; target && tries < 200 && text.find("https_proxy") == text.npos; ++tries) {
    const Reading reading = proxies_of(*target);
    text = reading ? *reading : reading.error().detail;
    usleep(10'000);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(text == "https_proxy scheme=http host=10.0.0.1 port=1 credentials=1\nend more=0\n");
  CHECK(proxies_of(*target).error().error == ESRCH);
}

TEST_CASE("process_environ: a main thread that has exited does not empty the environment of its process") {
  const StagedTarget staged([] { return true; },
                            [] {
                              pthread_t thread{};
                              pthread_create(
                                  &thread, nullptr,
                                  [](void*) -> void* {
                                    while (true)
                                      pause();
                                  },
                                  nullptr);
                              syscall(SYS_exit, 0); // this thread alone
                            });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  for (int tries = 0; tries < 200 && target.read("mountinfo", 1 << 24); ++tries)
    usleep(10'000);
  const Reading bytes = read_environment(target);
  REQUIRE(bytes);
  const auto self = ProcTarget::self();
  CHECK(*bytes == *read_environment(*self));
  CHECK_FALSE(bytes->empty());
}
