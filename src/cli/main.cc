// sbx-attest: which isolation layers does the kernel really enforce on a process?
#include "cli/command.h"
#include "cli/help_texts.h"
#include "gate/claim_rows.h"
#include "sandbox/target_name.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <span>

namespace {

using namespace sbx;

constexpr const char* one_process = "as of inspect, where it is one process; self (default)";
constexpr int usage_status = 2, target_status = 3, output_status = 5, failure_status = 6;

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
         fmt::format("what must hold, repeatable: 'landlock>=N' (or landlock=N+, which needs no quotes), "
                     "'landlock.kernel>=N', seccomp, seccomp.denies=ptrace+bpf, "
                     "seccomp.profile=docker-default, seccomp.default=errno, no-new-privs, capabilities, "
                     "namespaces, lsm, network, filesystem, vm, {}; with --policy landlock.skipped=0, "
                     "landlock.missing_rules=0, landlock.extra=0, policy.drift=none",
                     fmt::join(claim_clauses(), ", ")))
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

// `sub` may inspect: what it is held against.
void add_policy_options(CLI::App& sub, Options& options) {
  sub.add_option(
         "--policy", options.policy,
         "what was asked for, to be compared with what is in force: an OpenShell policy (YAML), a "
         "landlockconfig "
         "(JSON, TOML), an OCI config.json, the output of docker or podman inspect, a systemd unit file, or "
         "systemd:UNIT")
      ->type_name("FILE");
  sub.add_option("--policy-format", options.policy_format,
                 "openshell, landlockconfig, oci, container or systemd, where the file does not say it")
      ->type_name("FORMAT");
  sub.add_option("--enrich", options.enrich,
                 "what OpenShell adds to its policy: baseline, gpu, toplevel, workdir=/PATH, with commas")
      ->type_name("LIST");
  sub.add_option("--log", options.log, "a log of OpenShell's supervisor: its claims, beside what is seen")
      ->type_name("FILE");
}

// What follows "--" after the word "run" is another program's, byte for byte: our parser would read "[a,b]"
// as a list.
std::optional<std::vector<std::string>> command_after_run(int argc, char** argv) {
  const auto words = std::span(argv, static_cast<std::size_t>(argc));
  const auto dashes = std::ranges::find(words, "--", [](const char* word) { return std::string_view(word); });
  const auto run = std::ranges::find(words.begin(), dashes, "run",
                                     [](const char* word) { return std::string_view(word); });
  if (run == dashes || dashes == words.end())
    return std::nullopt;
  return std::vector<std::string>(dashes + 1, words.end());
}

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
  app.footer(main_footer);
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
  const auto redacting = [&](CLI::App* sub) {
    sub->add_flag("--redact-environment", options.redact_environment,
                  "leave the names of environment variables out, in the report and in a recording");
  };
  CLI::App* inspect =
      add("inspect", "report the layers of a process (the default, on self)", inspect_command);
  inspect->add_option(
      "TARGET", options.target,
      fmt::format("{}; without one self, which is what a child of this process inherits", target_forms));
  add_report_options(*inspect, options);
  add_policy_options(*inspect, options);
  tracing(inspect);
  redacting(inspect);
  CLI::App* capture =
      add("capture", "record the evidence about a process in a new directory", capture_command);
  capture->add_option("TARGET", options.target, one_process);
  capture->add_option("--out", options.directory, "the directory to make")->type_name("DIR")->required();
  capture
      ->add_option("--ask", options.questions,
                   "record what can needs to answer this later, repeatable: 'read /etc/shadow'")
      ->type_name("QUESTION")
      ->expected(1)
      ->take_all();
  const auto probing = [&](CLI::App* sub) {
    sub->add_option(
           "--probe", options.attempts,
           "try this connection from inside its network, repeatable: tcp:1.1.1.1:443; this alone sends "
           "packets")
        ->type_name("ADDRESS")
        ->expected(1)
        ->take_all();
  };
  probing(capture);
  add_policy_options(*capture, options);
  tracing(capture);
  redacting(capture);
  CLI::App* replay = add("replay", "report from a recording: the same report, byte for byte", replay_command);
  replay->add_option("DIR", options.directory, "a recording made by capture")->required();
  add_report_options(*replay, options);
  add_policy_options(*replay, options);
  redacting(replay);
  const auto replayable = [&](CLI::App* sub) {
    sub->add_option("--replay", options.replay, "answer from this recording, not from a process")
        ->type_name("DIR");
  };
  CLI::App* landlock = add("landlock", "the Landlock domains of a process, layer by layer, rules with paths",
                           landlock_command);
  landlock->add_option("TARGET", options.target, one_process);
  add_report_options(*landlock, options);
  replayable(landlock);
  CLI::App* files =
      add("files", "the root and the mounts of a process: whose they are, what is writable, what leads out",
          files_command);
  files->add_option("TARGET", options.target, one_process);
  add_report_options(*files, options);
  replayable(files);
  redacting(files);
  CLI::App* seccomp =
      add("seccomp", "the seccomp filters of a process or of a file, decoded: what they allow together",
          seccomp_command);
  seccomp->add_option("TARGET", options.target,
                      "as of inspect, of one process; or a file with a raw program");
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
  CLI::App* network =
      add("network", "what the network of a process lets out: interfaces, routes, rules, who is on its links",
          network_command);
  network->add_option("TARGET", options.target, one_process);
  probing(network);
  add_report_options(*network, options);
  replayable(network);
  redacting(network);
  CLI::App* diff =
      add("diff", "what a policy asks for and is not so; or what changed between two reports", diff_command);
  diff->add_option("TARGET", options.sides,
                   "a process id or self (default), with --policy; or two reports (JSON) or recordings")
      ->expected(0, 2);
  add_output_options(*diff, options);
  add_policy_options(*diff, options);
  tracing(diff);
  replayable(diff);
  CLI::App* can = add("can", "could it do this, and which layer decides? Nothing is tried", can_command);
  can->add_option(
         "PID QUESTION", options.question,
         "a process id, or self (left out with --replay), then two words: what, and with which file, port or "
         "process")
      ->required();
  can->footer(can_footer);
  add_output_options(*can, options);
  replayable(can);
  CLI::App* run = add(
      "run", "start the command that follows --, watch how its sandbox is made, and hold it to requirements",
      run_command);
  add_report_options(*run, options);
  add_policy_options(*run, options);
  run->add_option("--report", options.report_file,
                  "write the report of the process that was held, with the trace")
      ->type_name("FILE");
  run->add_option(
         "--ready-when", options.ready_when,
         "stop and inspect when: landlock, seccomp, exec:NAME, or fd (a byte comes by SBX_READY_FD); else at "
         "the first exec after a Landlock domain or a seccomp filter was put on")
      ->type_name("WHEN");
  run->add_option("--ready-within", options.ready_within,
                  "with --require: kill it when it is not ready after so many seconds (30)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86400).description(""));
  run->add_flag("--every", options.every, "every event in the timeline, none put together");
  run->add_flag("--quiet", options.quiet, "no timeline and no report, only what went wrong");
  run->add_flag("--leave", options.leave, "let live what the command leaves behind");
  run->footer(run_footer);
  CLI::App* trace =
      add("trace", "print the isolation calls of a running process and of what it starts", trace_command);
  trace->add_option("PID", options.target, "a process id")->required();
  trace->add_option("--for", options.watch_for, "end after so many seconds, not with the process")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 31536000).description(""));
  add_output_options(*trace, options);
  CLI::App* ps = add("ps", "every sandbox on this machine, a line each, at a glance", ps_command);
  add_output_options(*ps, options);
  CLI::App* doctor =
      add("doctor",
          "what could be enforced for a process started here, what stands in the way, and what helps; it is "
          "tried in children",
          doctor_command);
  doctor
      ->add_option(
          "--for", options.launchers,
          "these launchers alone, with commas: bubblewrap, landlock, codex, srt, podman-rootless, docker, "
          "gvisor, "
          "boxlite, libkrun, firecracker, openshell, nsjail, firejail, minijail, systemd, chromium, unshare")
      ->type_name("LIST");
  doctor
      ->add_option_function<std::vector<std::string>>(
          "--require",
          [&](const std::vector<std::string>& clauses) {
            options.clauses.insert(options.clauses.end(), clauses.begin(), clauses.end());
          },
          "what must work here, repeatable, with commas: userns, 'landlock>=4', seccomp, seccomp.notify, "
          "ns.net, mount.proc, "
          "kvm, cgroup; or a launcher that must engage fully")
      ->type_name("LIST")
      ->expected(1)
      ->take_all();
  doctor->add_option("--out", options.directory, "record what was tried in a new directory too")
      ->type_name("DIR");
  add_output_options(*doctor, options);
  replayable(doctor);
  doctor->get_option("--replay")->excludes("--out");
  doctor->footer(doctor_footer);
  add("list", "print the layers and the question each answers", list_command);
  CLI::App* schema = add("schema", "print a JSON Schema", schema_command);
  schema->add_option("NAME", options.schema, "which: report, seccomp, diff, ps, doctor")->required();

  int ours = argc;
  if (auto own = command_after_run(argc, argv)) {
    ours = argc - 1 - static_cast<int>(own->size());
    options.command = std::move(*own);
  }
  std::string asked_for; // --help or --version
  try {
    app.parse(ours, argv);
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
  if (asked_for.empty() && (command == run_command) == options.command.empty()) {
    complain("run takes a command after --, as in: sbx-attest run -- ls /; see sbx-attest run --help");
    return usage_status;
  }
  const auto status = asked_for.empty() ? command(options) : print(asked_for).map([] { return 0; });
  if (status)
    return *status;
  complain(status.error().text);
  return status_of(status.error().kind);
}
