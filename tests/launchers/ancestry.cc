#include "launchers/ancestry.h"

#include "core/escape.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/core.h>
#include <fstream>
#include <sstream>

namespace sbx::test {

namespace {

std::string file_text(const std::string& path) {
  std::ifstream file(std::string(SBX_SOURCE_DIR) + "/fixtures/ancestries/" + path);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string list_word(const std::string& bytes) {
  std::string word;
  for (const char c : escaped_word(bytes))
    word += c == ',' ? std::string("\\x2c") : std::string(1, c);
  return ":" + word;
}

std::string ns_line(const std::string& own) {
  std::string line;
  const std::vector<std::pair<std::string, std::string>> host{
      {"user", "4026531837"}, {"mnt", "4026531832"}, {"pid", "4026531836"},    {"net", "4026531833"},
      {"ipc", "4026531839"},  {"uts", "4026531838"}, {"cgroup", "4026531835"}, {"time", "4026531834"}};
  for (const auto& [kind, inode] : host) {
    const std::size_t at = (" " + own).find(" " + kind + "=");
    const std::string number =
        at == std::string::npos ? inode
                                : std::to_string(4026532000 + std::stoull(own.substr(at + kind.size() + 1)));
    line += (line.empty() ? "" : " ") + kind + "=" + number;
  }
  return line;
}

std::string status_text(const Kin& kin) {
  std::string text =
      fmt::format("Name:\t{}\nState:\tS (sleeping)\nTgid:\t{}\nPid:\t{}\nPPid:\t{}\nTracerPid:\t0\n"
                  "Uid:\t{}\t{}\t{}\t{}\nGid:\t0\t0\t0\t0\nNSpid:\t{}\nKthread:\t{}\nThreads:\t{}\n",
                  kin.name, kin.pid, kin.pid, kin.ppid, kin.uid, kin.uid, kin.uid, kin.uid, kin.pid,
                  kin.pid == 2 ? 1 : 0, kin.kvm.empty() ? 1 : 3);
  const std::string caps = kin.uid == 0 ? "000001ffffffffff" : "0000000000000000";
  text += "CapInh:\t0000000000000000\nCapPrm:\t" + caps + "\nCapEff:\t" + caps +
          "\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_"
          "filters:\t0\n";
  for (std::istringstream lines(kin.more); !lines.eof();) {
    std::string line;
    std::getline(lines, line);
    const std::size_t at = text.find(line.substr(0, line.find('\t')) + "\t");
    if (!line.empty()) {
      REQUIRE(at != std::string::npos);
      text.replace(at, text.find('\n', at) - at, line);
    }
  }
  return text;
}

} // namespace

Family family(const std::vector<Kin>& kin, const std::string& init) {
  std::vector<Kin> all{{.pid = 1, .ppid = 0, .name = init.substr(init.rfind('/') + 1), .exe = init},
                       {.pid = 2, .ppid = 0, .name = "kthreadd", .exe = "!ENOENT"}};
  all.insert(all.end(), kin.begin(), kin.end());
  std::sort(all.begin(), all.end(), [](const Kin& a, const Kin& b) { return a.pid < b.pid; });
  Family made{"Listing:\tsettled\n", ""};
  for (const Kin& it : all) {
    made.processes += fmt::format("Process:\t{0}\nNs:\t{1}\nCgroup:\t{2}\nRoot:\t:/\n{3}Read:\t{0}\n", it.pid,
                                  ns_line(it.ns), escaped_word("0::" + (it.cgroup.empty() ? "/" : it.cgroup)),
                                  it.kvm.empty() ? "" : "Kvm:\t" + it.kvm + "\n") +
                      status_text(it);
    std::string argv = it.argv.empty() && !it.exe.starts_with('!') ? list_word(it.exe) : "";
    for (const std::string& word : it.argv)
      argv += (argv.empty() ? "" : ",") + list_word(word);
    made.commands += fmt::format("{} exe={} argv={}\n", it.pid,
                                 it.exe.starts_with('!') ? it.exe : ":" + escaped_word(it.exe), argv);
  }
  return made;
}

Family recorded_family(const std::string& name) {
  return {file_text(name + "/processes"), file_text(name + "/commands")};
}

std::vector<std::int64_t> recorded_members(const std::string& name) {
  const std::int64_t payload = std::stoll(file_text(name + "/payload"));
  auto parsed = parse_processes(recorded_family(name).processes);
  REQUIRE(parsed);
  const ProcessTable table(std::move(*parsed));
  REQUIRE(table.find(payload));
  const auto pid_ns = [](const Process& it) { return it.ns.at("pid").value_or(0); };
  const std::uint64_t own = pid_ns(*table.find(payload));
  std::vector<std::int64_t> members;
  for (const Process& it : table.all())
    if (it.pid == payload || (own != pid_ns(*table.find(2)) && pid_ns(it) == own))
      members.push_back(it.pid);
  return members;
}

std::vector<Launcher> Family::chain(const std::vector<std::int64_t>& members,
                                    const LauncherSight& sight) const {
  auto parsed = parse_processes(processes);
  INFO((parsed ? std::string() : parsed.error().what));
  REQUIRE(parsed);
  const ProcessTable table(std::move(*parsed));
  const auto all = parse_commands(commands);
  INFO((all ? std::string() : all.error().what));
  REQUIRE(all);
  // As live: only what recognition asks for is known.
  std::vector<Command> known;
  const auto wanted = wanted_commands(table, members);
  for (const Command& it : *all)
    if (std::find(wanted.begin(), wanted.end(), it.path) != wanted.end())
      known.push_back(it);
  return launcher_chain(table, known, sight, members);
}

const Launcher* launcher_of(const std::vector<Launcher>& chain, std::string_view id) {
  const auto found =
      std::find_if(chain.begin(), chain.end(), [&](const Launcher& it) { return it.id == id; });
  return found == chain.end() ? nullptr : &*found;
}

bool has_evidence(const Launcher& launcher, EvidenceKind kind) {
  return std::any_of(launcher.evidence.begin(), launcher.evidence.end(),
                     [&](const LauncherEvidence& it) { return it.kind == kind; });
}

} // namespace sbx::test
