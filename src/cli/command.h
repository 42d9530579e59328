// What can be asked on the command line? One struct of options, one function a command; main() only
// dispatches.
#pragma once

#include "cli/terminal.h"
#include "core/error.h"

#include <string>
#include <vector>

namespace sbx {

enum class Format { table, json };

struct Options {
  std::string target = "self";                  // a pid, or "self"
  std::string directory;                        // a recording
  std::string replay;                           // a recording instead of the target
  std::string schema;                           // which schema to print
  std::vector<std::string> clauses;             // --require, in order
  std::vector<std::string> questions;           // that a recording is to answer later: "read /etc/shadow"
  std::vector<std::string> question;            // of can: "read", "/etc/shadow"
  std::string syscalls;                         // of seccomp: "socket,clone"
  std::string against;                          // of seccomp: a profile to compare with
  std::string policy, policy_format, enrich;    // --policy and how to read it
  std::string log;                              // of a supervisor
  std::vector<std::string> attempts;            // --probe: connections to try, "tcp:1.1.1.1:443"
  std::vector<std::string> sides;               // of diff: a target, or two reports
  std::string launchers;                        // of doctor: "bubblewrap,landlock"; empty: all
  std::string architecture;                     // of a program in a file; empty: this machine
  bool every_call = false, disassembly = false; // of seccomp
  Format format = Format::table;
  ColourChoice colour = ColourChoice::automatic;
  bool ascii = false;
  bool redact_environment = false; // no names of variables, in a report or a recording
  bool ptrace = false;             // read seccomp filters by ptrace(2), not from kernel memory
  // Of run and trace.
  std::vector<std::string> command;
  std::string report_file;
  std::string ready_when; // "landlock", "seccomp", "exec:NAME", "fd"; empty: the first exec after a sandbox
  unsigned ready_within = 30;        // seconds
  bool every = false, quiet = false; // every event in the timeline; nothing but complaints
  bool leave = false;                // what the command leaves behind lives on
  unsigned watch_for = 0;            // seconds; 0: until it ends
};

// Each returns the exit status of the program: 0 met or nothing required, 1 unmet, 4 could not be determined.
// That of run is the command's where the command ran to its end.
Result<int> inspect_command(const Options& options);
Result<int> capture_command(const Options& options);
Result<int> replay_command(const Options& options);
Result<int> landlock_command(const Options& options);
Result<int> seccomp_command(const Options& options);
Result<int> network_command(const Options& options);
Result<int> files_command(const Options& options);
Result<int>
diff_command(const Options& options); // 0 nothing is weaker, or nothing changed; 1 it is, or it did
Result<int> can_command(const Options& options); // 0 yes, 1 no, 4 could not be determined
Result<int> run_command(const Options& options);
Result<int> trace_command(const Options& options);
Result<int> ps_command(const Options& options);
Result<int> doctor_command(const Options& options);
Result<int> list_command(const Options& options);
Result<int> schema_command(const Options& options);

} // namespace sbx
