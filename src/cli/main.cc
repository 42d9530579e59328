// sbx-attest: which isolation layers does the kernel really enforce on a process?
#include "cli/command.h"

#include <CLI/CLI.hpp>
#include <csignal>

namespace {

using namespace sbx;

constexpr int usage_status = 2, target_status = 3, output_status = 5, failure_status = 6;

constexpr const char* footer = R"(Exit status:
  0  every requirement is met, or there was none and the inspection worked; can: yes
  1  a requirement is not met; can: no; seccomp --against: it differs
  2  the command line makes no sense
  3  the target does not exist, ended, or changed while it was inspected
  4  no requirement is unmet, but at least one could not be determined; can: unknown; seccomp: the
     filters could not be read
  5  the output could not be written
  6  the tool could not do its work here: no /proc, not a recording, no file that it can read

Nothing is stopped, traced or changed in the target, unless --ptrace asks for it. See sbx-attest(1).)";

int status_of(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::usage:
    return usage_status;
  case ErrorKind::target:
    return target_status;
  case ErrorKind::output:
    return output_status;
  case ErrorKind::failure:
    return failure_status;
  }
  return failure_status;
}

void add_require_option(CLI::App& app, Options& options) {
  const auto add_clause = [&](const std::vector<std::string>& clauses) {
    options.clauses.insert(options.clauses.end(), clauses.begin(), clauses.end());
  };
  app.add_option_function<std::vector<std::string>>(
         "--require", add_clause,
         "what must hold, repeatable: 'landlock>=N' (or landlock=N+, which needs no quotes), "
         "'landlock.kernel>=N', seccomp, seccomp.denies=ptrace+bpf, seccomp.profile=docker-default, "
         "seccomp.default=errno, no-new-privs, capabilities, namespaces, lsm")
      ->type_name("CLAUSE")
      ->expected(1)
      ->take_all();
}

void add_output_options(CLI::App& app, Options& options) {
  const auto set_format = [&](const std::string& name) {
    options.format = name == "json" ? Format::json : Format::table;
  };
  const auto set_colour = [&](const std::string& name) {
    options.colour = name == "always"  ? ColourChoice::always
                     : name == "never" ? ColourChoice::never
                                       : ColourChoice::automatic;
  };
  app.add_option_function<std::string>("-o,--output", set_format, "table (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json"}).description(""));
  app.add_option_function<std::string>("--color,--colour", set_colour, "auto (default), always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""));
  app.add_flag("--ascii", options.ascii, "plain ASCII in the table, whatever the locale");
}

void add_report_options(CLI::App& app, Options& options) {
  add_require_option(app, options);
  add_output_options(app, options);
}

constexpr const char* can_footer = R"(Questions:
  read|write|execute|list|create|remove|truncate PATH    an absolute path, as the target sees it
  connect tcp:PORT|tcp:ADDRESS:PORT|udp:PORT|unix:/PATH|unix:@NAME
  bind    tcp:PORT|udp:PORT
  ptrace|signal PID

Examples:
  sbx-attest can 4242 read /etc/shadow
  sbx-attest can 4242 connect tcp:10.0.0.1:443 -o json
  sbx-attest can 4242 ptrace 1

Answered from what the kernel holds of each layer, never by trying. Exit status: 0 yes, 1 no, 4 unknown;
2, 3, 5 and 6 as for the other commands.)";

using Command = Result<int> (*)(const Options&);

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN); // a closed pipe is an error we report, not a silent death
  std::signal(SIGCHLD, SIG_DFL); // inherited as ignored, our children would be gone before we reap them
  Options options;
  Command command = inspect_command;
  CLI::App app{"sbx-attest tells which isolation layers the kernel really enforces on a running process.\n"
               "It only reads: nothing is stopped, traced or changed.",
               "sbx-attest"};
  app.set_version_flag("--version", "sbx-attest " SBX_VERSION);
  app.set_help_flag("-h,--help", "print this help");
  app.footer(footer);
  app.require_subcommand(0, 1);
  add_report_options(app, options);

  const auto add = [&](const char* name, const char* what, Command run) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->set_help_flag("-h,--help", "print this help");
    sub->callback([&command, run] { command = run; });
    return sub;
  };
  const auto tracing = [&](CLI::App* sub) {
    sub->add_flag(
        "--ptrace", options.ptrace,
        "read seccomp filters by ptrace(2), where BPF is refused: this stops each thread for a moment");
  };
  CLI::App* inspect =
      add("inspect", "report the layers of a process (the default, on self)", inspect_command);
  inspect->add_option("TARGET", options.target,
                      "a process id, or self (default): what a child of this process inherits");
  add_report_options(*inspect, options);
  tracing(inspect);
  CLI::App* capture =
      add("capture", "record the evidence about a process in a new directory", capture_command);
  capture->add_option("TARGET", options.target, "a process id, or self (default)");
  capture->add_option("--out", options.directory, "the directory to make")->type_name("DIR")->required();
  capture
      ->add_option("--ask", options.questions,
                   "record what can needs to answer this later, repeatable: 'read /etc/shadow'")
      ->type_name("QUESTION")
      ->expected(1)
      ->take_all();
  tracing(capture);
  CLI::App* replay = add("replay", "report from a recording: the same report, byte for byte", replay_command);
  replay->add_option("DIR", options.directory, "a recording made by capture")->required();
  add_report_options(*replay, options);
  const auto replayable = [&](CLI::App* sub) {
    sub->add_option("--replay", options.replay, "answer from this recording, not from a process")
        ->type_name("DIR");
  };
  CLI::App* landlock = add("landlock", "the Landlock domains of a process, layer by layer, rules with paths",
                           landlock_command);
  landlock->add_option("TARGET", options.target, "a process id, or self (default)");
  add_report_options(*landlock, options);
  replayable(landlock);
  CLI::App* seccomp =
      add("seccomp", "the seccomp filters of a process or of a file, decoded: what they allow together",
          seccomp_command);
  seccomp->add_option("TARGET", options.target, "a process id, self (default), or a file with a raw program");
  seccomp->add_flag("--table", options.every_call, "one row for each system call");
  seccomp->add_option("--syscall", options.syscalls, "these system calls alone: socket,clone,unshare")
      ->type_name("NAMES");
  seccomp->add_flag("--disasm", options.disassembly, "the programs, readable");
  seccomp
      ->add_option("--against", options.against,
                   "the difference to this OCI profile; exit status 1 when there is one")
      ->type_name("PROFILE.json");
  seccomp
      ->add_option("--arch", options.architecture,
                   "the machine that a program in a file is for: x86_64, aarch64")
      ->type_name("MACHINE");
  add_report_options(*seccomp, options);
  tracing(seccomp);
  replayable(seccomp);
  CLI::App* can = add("can", "could it do this, and which layer decides? Nothing is tried", can_command);
  can->add_option(
         "PID QUESTION", options.question,
         "a process id, or self (left out with --replay), then two words: what, and with which file, port or "
         "process")
      ->required();
  can->footer(can_footer);
  add_output_options(*can, options);
  replayable(can);
  add("list", "print the layers and the question each answers", list_command);
  CLI::App* schema = add("schema", "print a JSON Schema", schema_command);
  schema->add_option("NAME", options.schema, "which: report, seccomp")->required();

  std::string asked_for; // --help or --version
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    for (const CLI::App* asked : app.get_subcommands())
      asked_for = asked->help(app.get_name());
    asked_for = asked_for.empty() ? app.help() : asked_for;
  } catch (const CLI::CallForVersion&) {
    asked_for = "sbx-attest " SBX_VERSION "\n";
  } catch (const CLI::ParseError& problem) {
    complain(std::string(problem.what()) + "; see sbx-attest --help");
    return usage_status;
  }
  const bool reports = command == inspect_command || command == replay_command;
  for (const CLI::Option* option : app.get_options())
    if (asked_for.empty() && !reports && option->count() > 0) {
      complain(option->get_name() +
               (command == can_command
                    ? " before the command goes with inspect and replay alone; give it after it"
                    : " goes with inspect and replay alone; see sbx-attest --help"));
      return usage_status;
    }
  const auto status = asked_for.empty() ? command(options) : print(asked_for).map([] { return 0; });
  if (status)
    return *status;
  complain(status.error().text);
  return status_of(status.error().kind);
}
