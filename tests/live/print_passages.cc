// print_passages PID LINK UID (4|6) PROTOCOL ADDRESS PORT...: what the rules of a process's network namespace
// do with packets of it, one word for each triple; read by the live adapter. With no triple, all passages.
#include "core/errno_name.h"
#include "kernel/live_kernel.h"
#include "network/passage.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

const char* word(sbx::Fate fate) {
  switch (fate) {
  case sbx::Fate::accepted:
    return "accepted";
  case sbx::Fate::refused:
    return "refused";
  case sbx::Fate::redirected:
    return "redirected";
  case sbx::Fate::undecided:
    return "undecided";
  }
  return "?";
}

int number(const char* text) { return static_cast<int>(std::strtol(text, nullptr, 10)); }

} // namespace

int main(int argc, char** argv) {
  if (argc < 5 || (argc - 5) % 3 != 0) {
    std::fprintf(stderr, "usage: print_passages PID LINK:INDEX UID (4|6) [PROTOCOL ADDRESS PORT]...\n");
    return 2;
  }
  auto target = sbx::ProcTarget::open(number(argv[1]));
  if (!target) {
    std::fprintf(stderr, "print_passages: no such process\n");
    return 3;
  }
  sbx::LiveKernel kernel(std::move(*target));
  const sbx::Reading reading = kernel.read(sbx::source::target_net_ruleset);
  const auto rulesets = reading ? sbx::parse_net_ruleset(*reading) : sbx::malformed("");
  if (!rulesets) {
    std::fprintf(stderr, "%s %s\n", reading ? "malformed" : sbx::errno_name(reading.error().error).c_str(),
                 rulesets.error().what.c_str());
    return 1;
  }
  sbx::Sender sender;
  const std::string link = argv[2];
  sender.link = link.substr(0, link.find(':'));
  sender.link_index = static_cast<std::uint32_t>(number(link.substr(link.find(':') + 1).c_str()));
  sender.uid = sender.gid = static_cast<std::uint32_t>(number(argv[3]));
  sender.v6 = argv[4][0] == '6';
  const sbx::Passages all = sbx::passages(rulesets->front(), sender);
  for (int i = 5; i < argc; i += 3) {
    const auto to = sbx::parse_ip_address(argv[i + 1]);
    if (!to)
      return 2;
    std::printf("%s\n", word(sbx::fate_of(all, static_cast<std::uint8_t>(number(argv[i])), *to,
                                          static_cast<std::uint16_t>(number(argv[i + 2])))));
  }
  if (argc == 5) {
    for (const sbx::Passage& it : all.list)
      std::printf("%s by %s\n", word(it.fate), it.by.c_str());
    for (const std::string& words : sbx::accepted_words(all, 40))
      std::printf("accepts %s\n", words.c_str());
    for (const std::string& words : all.uid_rules)
      std::printf("user rule %s\n", words.c_str());
  }
  return std::fflush(stdout) ? 5 : 0;
}
