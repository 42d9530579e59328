#include "cli/command.h"
#include "cli/held_process.h"
#include "cli/inspection.h"
#include "cli/ready_when.h"
#include "cli/report_file.h"
#include "cli/run_report.h"
#include "cli/supervision.h"
#include "core/errno_name.h"
#include "core/escape.h"
#include "core/some_of.h"
#include "gate/appraisal.h"

#include <fmt/core.h>
#include <sys/wait.h>

namespace sbx {

namespace {

constexpr int unmet_status = 1, unknown_status = 4, signalled = 128;
constexpr auto moment = std::chrono::milliseconds(200), grace = std::chrono::milliseconds(2000);

int status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? signalled + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

tl::expected<Tracer, Refusal> watching(const Launch& launch, const TracePlan& plan) {
  auto tracer = Tracer::attach(plan);
  if (!tracer)
    return tracer;
  if (auto watched = tracer->watch(launch.pidfd()); !watched)
    return tl::unexpected<Refusal>(watched.error());
  return tracer;
}

class Run {
public:
  Run(const Options& options, Wanted wanted, ReadyWhen ready, Launch& launch, SignalInbox& inbox)
      : options_(options), wanted_(std::move(wanted)), ready_(std::move(ready)), launch_(launch),
        inbox_(inbox) {
    if (wanted_.policy)
      report_.asked = wanted_.policy->landlock;
  }

  Result<int> run();

private:
  using What = News::What;

  Result<void> follow();
  std::optional<int> judge(const News& news);
  Result<Report> look(const News& news);
  std::string hint() const;
  std::string never_held_words(int status) const;
  std::optional<int> never_came(const std::string& why);
  int kill(const std::string& why, int status);
  void end_survivors(Supervision& supervision);
  Result<int> finish(int status);

  const Options& options_;
  Wanted wanted_;
  ReadyWhen ready_;
  Launch& launch_;
  SignalInbox& inbox_;
  std::optional<TraceLog> log_;
  RunReport report_;
  bool held_ = false; // even where it could not be inspected then
};

// With requirements, nothing runs that cannot be watched.
Result<void> Run::follow() {
  auto tracer = watching(launch_, ready_.plan);
  if (tracer) {
    auto log = TraceLog::of(std::move(*tracer));
    if (!log)
      return tl::unexpected<Error>(log.error());
    log_ = std::move(*log);
    return {};
  }
  const Refusal& refusal = tracer.error();
  report_.untraced = fmt::format("{} ({})", refusal.detail, errno_name(refusal.error));
  if (wanted_.requirements.empty())
    return {};
  return error(
      ErrorKind::failure,
      fmt::format("the command was not run: tracing it was refused, and so what is required could not "
                  "be held to: {}; run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE",
                  report_.untraced));
}

Result<int> Run::run() {
  if (auto followed = follow(); !followed)
    return tl::unexpected<Error>(followed.error());
  if (auto went = launch_.go(); !went)
    return error(went.error().kind, "'" + escaped(options_.command.front(), 200) + "': " + went.error().text);
  Supervision supervision(launch_, log_ ? &*log_ : nullptr, inbox_);
  std::optional<Supervision::clock::time_point> deadline;
  if (!wanted_.requirements.empty())
    deadline = Supervision::clock::now() + std::chrono::seconds(options_.ready_within);
  for (;;) {
    const auto news = supervision.next(deadline);
    if (!news && !held_ && !wanted_.requirements.empty()) {
      launch_.kill_all();
      return tl::unexpected<Error>(news.error());
    }
    if (!news) {
      complain(news.error().text + "; the command goes on, and the rest of the trace is lost");
      supervision.stop_following();
      continue;
    }
    std::optional<int> over;
    switch (news->what) {
    case What::held:
    case What::ready:
      over = judge(*news);
      deadline.reset();
      break;
    case What::silent:
      over = never_came("the command closed SBX_READY_FD and wrote nothing to it");
      break;
    case What::late:
      over = never_came(fmt::format("nothing was held: within {} s, it did not happen that {}{}",
                                    options_.ready_within, ready_words(ready_), hint()));
      break;
    case What::ended:
      over = held_ ? std::nullopt : never_came(never_held_words(status_of(news->status)));
      over = over.value_or(status_of(news->status));
      if (!options_.leave)
        end_survivors(supervision);
      break;
    }
    if (over)
      return finish(*over);
  }
}

Result<Report> Run::look(const News& news) {
  const auto held = HeldProcess::of(news.process);
  return held ? held->inspect(wanted_) : tl::unexpected<Error>(held.error());
}

// The status to end with, where it may not go on.
std::optional<int> Run::judge(const News& news) {
  held_ = true;
  if (news.what == What::ready)
    launch_.stop_all();
  auto report = look(news);
  if (!report) {
    report_.not_held = report.error().text;
    if (!wanted_.requirements.empty())
      return kill("what is required could not be determined: " + report.error().text, unknown_status);
  } else {
    report_.held = std::move(*report);
    if (const int status = exit_status(report_.held->appraisal); status != 0)
      return kill(status == unmet_status ? "what is required is not met"
                                         : "what is required could not be determined",
                  status);
    if (!options_.report_file.empty())
      if (auto written = write_report_file(options_.report_file, run_json(report_, log_ ? &*log_ : nullptr));
          !written)
        complain(written.error().text);
  }
  if (news.what == What::ready)
    launch_.continue_all();
  else if (const auto held = HeldProcess::of(news.process))
    held->let_go();
  return std::nullopt;
}

// The default waits for what a launcher that does nothing never does.
std::string Run::hint() const {
  return ready_.plan.hold == HoldWhen::confined_exec
             ? " (--ready-when exec:NAME holds the program of that name, restricted or not)"
             : "";
}

// Where nobody watched, it may have come up.
std::string Run::never_held_words(int status) const {
  if (!log_ && !ready_.by_descriptor)
    return fmt::format("the command ended ({}), and whether it happened that {} was not seen", status,
                       ready_words(ready_));
  return fmt::format("nothing was held: the command ended ({}), and it never happened that {}{}", status,
                     ready_words(ready_), hint());
}

std::optional<int> Run::never_came(const std::string& why) {
  report_.not_held = why;
  return wanted_.requirements.empty() ? std::nullopt : std::optional(kill(why, unmet_status));
}

int Run::kill(const std::string& why, int status) {
  complain(why + (launch_.processes().empty() ? "" : "; the command and all that it started are killed"));
  if (!launch_.kill_all())
    complain("some of it would not die: it waits inside the kernel");
  return status;
}

// What is about to end by itself (the init of a PID namespace) is not worth a word.
void Run::end_survivors(Supervision& supervision) {
  supervision.pass_time(moment);
  std::vector<std::string> names;
  for (const TreeProcess& process : launch_.processes())
    if (!process.zombie) {
      names.push_back(fmt::format("{} ({})", escaped(process.comm), process.pid));
      send_signal(process, SIGTERM);
    }
  if (names.empty())
    return;
  complain("the command left behind and we end: " + some_of(std::move(names), 10) +
           "; --leave lets them live");
  supervision.pass_time(grace);
  launch_.kill_all();
}

Result<int> Run::finish(int status) {
  TraceLog* const log = log_ ? &*log_ : nullptr;
  if (log)
    if (const auto rest = log->take([](const TraceEvent&) {}); !rest)
      complain(rest.error().text);
  if (options_.quiet && !report_.untraced.empty())
    complain("not traced: " + report_.untraced);
  if (!options_.report_file.empty())
    if (auto written = write_report_file(options_.report_file, run_json(report_, log)); !written)
      return tl::unexpected<Error>(written.error());
  if (!options_.quiet)
    if (auto printed = print_run(report_, log, options_); !printed)
      return tl::unexpected<Error>(printed.error());
  return status;
}

} // namespace

Result<int> run_command(const Options& options) {
  auto wanted = wanted_of(options);
  if (!wanted)
    return tl::unexpected<Error>(wanted.error());
  auto ready = parse_ready_when(options.ready_when);
  if (!ready)
    return tl::unexpected<Error>(ready.error());
  auto inbox = SignalInbox::open(
      {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGCONT, SIGTSTP, SIGCHLD});
  if (!inbox)
    return tl::unexpected<Error>(inbox.error());
  auto launch = Launch::prepare(options.command, ready->by_descriptor);
  if (!launch)
    return tl::unexpected<Error>(launch.error());
  return Run(options, std::move(*wanted), std::move(*ready), *launch, *inbox).run();
}

} // namespace sbx
