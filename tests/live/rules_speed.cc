// rules_speed RULED DIRECTORY: how long do 20,006 rules take to read, from the first system call to the
// parsed domains? Needs CAP_BPF and CAP_PERFMON. Prints the best of five; exits 1 when a rule is lost, or
// when it took longer than 200 ms and than sixteen times what the kernel takes to look up each of the files,
// for machines differ.
#include "kernel/fd.h"
#include "kernel/landlock_objects.h"
#include "kernel/live_landlock.h"
#include "parse/landlock_domains.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr std::size_t rules = 20'000, more = 6; // on "/", and on five ports
constexpr int runs = 5;
constexpr double most_ms = 200, most_lookups = 16;

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

// Of as many names in the directory, which need not be there.
double lookups_ms(const std::string& directory) {
  const auto start = Clock::now();
  struct stat seen {};
  for (std::size_t i = 0; i < rules; ++i)
    static_cast<void>(stat((directory + "/" + std::to_string(i)).c_str(), &seen));
  return Milliseconds(Clock::now() - start).count();
}

// The pid that ruled says when all its rules are in force.
pid_t ready(std::FILE* said) {
  char line[512];
  int pid = 0;
  while (std::fgets(line, sizeof line, said))
    if (std::sscanf(line, "ready %d", &pid) == 1)
      return pid;
  return -1;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  const std::string command =
      "exec " + std::string(argv[1]) + " " + argv[2] + "/rules-speed.files " + std::to_string(rules) + " 2";
  std::FILE* said = popen(command.c_str(), "re");
  const pid_t pid = said ? ready(said) : -1;
  const sbx::Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  double best = 1e9;
  std::size_t least = rules + more;
  for (int run = 0; pidfd && run < runs; ++run) {
    const auto start = Clock::now();
    sbx::LandlockObjects objects;
    const auto text = sbx::read_landlock_domains(pidfd.get(), objects);
    const auto parsed = text ? sbx::parse_landlock_domains(*text)
                             : tl::unexpected<sbx::Malformed>(sbx::Malformed{text.error().detail});
    const Milliseconds took = Clock::now() - start;
    if (!parsed)
      std::printf("rules_speed: %s\n", parsed.error().what.c_str());
    least =
        std::min(least, parsed && !parsed->domains.empty() ? parsed->domains.front().rule_list.size() : 0);
    best = std::min(best, took.count());
  }
  double lookups = 1e9;
  for (int run = 0; run < runs; ++run)
    lookups = std::min(lookups, lookups_ms(std::string(argv[2]) + "/rules-speed.files"));
  if (pid > 0)
    kill(pid, SIGKILL);
  if (said)
    pclose(said);
  std::printf("rules_speed: %zu rules in %.0f ms; %zu files are looked up in %.0f ms\n", pidfd ? least : 0,
              best, rules, lookups);
  return pidfd && least == rules + more && best <= std::max(most_ms, most_lookups * lookups) ? 0 : 1;
}
