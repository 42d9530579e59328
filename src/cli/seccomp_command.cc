#include "cli/command.h"
#include "cli/inspection.h"
#include "cli/live_target.h"
#include "core/errno_name.h"
#include "core/escape.h"
#include "kernel/file.h"
#include "probes/seccomp_against.h"
#include "probes/seccomp_document.h"
#include "probes/seccomp_profile.h"
#include "probes/seccomp_warnings.h"
#include "report/seccomp_page.h"
#include "sandbox/target_name.h"
#include "seccomp/program_check.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/utsname.h>

namespace sbx {

namespace {

constexpr int undetermined = 4;
constexpr std::size_t most_program_bytes = 64 * 1024; // twice what a program can have

bool names_process(const std::string& target) { return parse_target_name(target).has_value(); }

// "socket,clone": each must be a system call somewhere, or a typing error would look like an answer.
Result<std::vector<std::string>> asked_calls(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t start = 0; start < list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    names.push_back(list.substr(start, end - start));
    start = end + 1;
    const std::string& name = names.back();
    const bool known = std::any_of(all_abis.begin(), all_abis.end(),
                                   [&](SyscallAbi abi) { return syscall_number(abi, name).has_value(); });
    if (!known)
      return error(ErrorKind::usage,
                   fmt::format("--syscall: no system call is called '{}'", escaped(name, 40)));
  }
  return names;
}

// The ways into this machine, or those of the architecture that was named.
Result<std::vector<SyscallAbi>> abis_for(const std::string& architecture) {
  std::string machine = architecture;
  if (machine.empty()) {
    utsname names{};
    uname(&names);
    machine = names.machine;
  }
  auto abis = abis_of(machine);
  if (abis.empty())
    return error(ErrorKind::usage,
                 fmt::format("'{}' is no architecture that is known here: x86_64 and aarch64 are",
                             escaped(machine, 40)));
  return abis;
}

// Nothing where none was given.
Result<std::optional<OciProfile>> profile_of(const Options& options) {
  constexpr std::size_t most_profile_bytes = 1 << 20;
  if (options.against.empty())
    return std::optional<OciProfile>();
  const std::string name = escaped(options.against, 200);
  const Reading bytes = read_named_file(options.against, most_profile_bytes);
  if (!bytes)
    return error(ErrorKind::failure,
                 fmt::format("--against: '{}' cannot be read: {}", name, errno_name(bytes.error().error)));
  auto profile = parse_oci_profile(*bytes);
  if (!profile)
    return error(ErrorKind::failure,
                 fmt::format("--against: '{}' is no OCI seccomp profile: {}", name, profile.error().text));
  return std::optional<OciProfile>(std::move(*profile));
}

// 0 the same, 1 there is a difference, 4 not everything could be compared.
int status_of(const Claims& against) {
  return against.is_null() || against["same"] == true ? 0 : against["same"] == false ? 1 : undetermined;
}

// What the page says, beside the report.
Result<void> fill(SeccompPage& page, const SeccompView& view, const MatchSubject& subject,
                  const std::vector<Warning>& warnings, const SeccompAsk& ask,
                  const std::optional<OciProfile>& profile) {
  page.document = seccomp_document(view, subject, warnings, ask);
  if (!profile)
    return {};
  auto against = seccomp_against(view, subject, *profile);
  if (!against)
    return tl::unexpected<Error>(against.error());
  page.against = std::move(*against);
  return {};
}

Result<int> print_page(const Options& options, const SeccompPage& page) {
  const std::string text = options.format == Format::json
                               ? render_seccomp_json(page, SBX_VERSION)
                               : render_seccomp(page, table_style(options.colour, options.ascii));
  return print(text).map([] { return 0; });
}

SeccompPage page_for(const Options& options) {
  SeccompPage page;
  page.listings = options.disassembly;
  page.every_call = options.every_call || !options.syscalls.empty();
  return page;
}

Result<int> of_file(const Options& options, const SeccompAsk& ask, const std::optional<OciProfile>& profile) {
  if (!options.clauses.empty())
    return error(ErrorKind::usage, "--require is about a process, not about a program in a file");
  const auto abis = abis_for(options.architecture);
  if (!abis)
    return tl::unexpected<Error>(abis.error());
  const Reading bytes = read_named_file(options.target, most_program_bytes);
  if (!bytes)
    return error(ErrorKind::failure, fmt::format("'{}' cannot be read: {}", escaped(options.target, 200),
                                                 errno_name(bytes.error().error)));
  auto program = parse_raw_program(*bytes);
  if (!program)
    return error(ErrorKind::failure,
                 fmt::format("'{}': {}", escaped(options.target, 200), program.error().text));
  const SeccompView view = seccomp_view(std::move(*program), *abis);
  SeccompPage page = page_for(options);
  page.file = escaped(options.target, 200);
  if (auto filled = fill(page, view, {}, seccomp_warnings(view), ask, profile); !filled)
    return tl::unexpected<Error>(filled.error());
  return print_page(options, page).map([&](int) { return status_of(page.against); });
}

Result<int> of_process(const Options& options, const SeccompAsk& ask,
                       const std::optional<OciProfile>& profile) {
  const auto requirements = requirements_of(options.clauses);
  if (!requirements)
    return tl::unexpected<Error>(requirements.error());
  return with_target(options, std::nullopt, [&](Witness& witness) -> Result<int> {
    auto report = inspect(witness, {*requirements, {}, {}}, "seccomp");
    if (!report)
      return tl::unexpected<Error>(report.error());
    const int status = exit_status(report->appraisal);
    SeccompPage page = page_for(options);
    page.report = std::move(*report);
    const auto view = seccomp_view(witness);
    if (view)
      if (auto filled =
              fill(page, *view, match_subject(witness), seccomp_warnings(witness, *view), ask, profile);
          !filled)
        return tl::unexpected<Error>(filled.error());
    const auto printed = print_page(options, page);
    if (!printed)
      return printed;
    const bool none = page.report->layers.front().second.state() == State::absent; // nothing to read
    return status != 0 ? status : view || none ? status_of(page.against) : undetermined;
  });
}

} // namespace

Result<int> seccomp_command(const Options& options) {
  const auto calls = asked_calls(options.syscalls);
  if (!calls)
    return tl::unexpected<Error>(calls.error());
  const auto profile = profile_of(options);
  if (!profile)
    return tl::unexpected<Error>(profile.error());
  const SeccompAsk ask{*calls, options.disassembly};
  const bool process = !options.replay.empty() || names_process(options.target);
  if (process && !options.architecture.empty())
    return error(ErrorKind::usage,
                 "--arch is about a program in a file: a process has the architecture of its machine");
  if (!process && options.ptrace)
    return error(ErrorKind::usage, "--ptrace is about a process, not about a program in a file");
  return process ? of_process(options, ask, *profile) : of_file(options, ask, *profile);
}

} // namespace sbx
