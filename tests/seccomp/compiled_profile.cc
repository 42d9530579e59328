#include "seccomp/compiled_profile.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <seccomp.h>
#include <sstream>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>

// libseccomp 2.5 loses some memory where it refuses a rule.
extern "C" const char* __lsan_default_suppressions(); // NOLINT: the name that LeakSanitizer asks for
extern "C" const char* __lsan_default_suppressions() { return "leak:libseccomp.so\n"; } // NOLINT

namespace sbx {

namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

std::uint32_t libseccomp_action(SeccompAction action) {
  switch (action.kind) {
  case ActionKind::kill_process:
    return SCMP_ACT_KILL_PROCESS;
  case ActionKind::kill_thread:
    return SCMP_ACT_KILL_THREAD;
  case ActionKind::trap:
    return SCMP_ACT_TRAP;
  case ActionKind::fails:
    return SCMP_ACT_ERRNO(static_cast<std::uint32_t>(action.data));
  case ActionKind::notify:
    return SCMP_ACT_NOTIFY;
  case ActionKind::trace:
    return SCMP_ACT_TRACE(static_cast<std::uint32_t>(action.data));
  case ActionKind::log:
    return SCMP_ACT_LOG;
  case ActionKind::allow:
    break;
  }
  return SCMP_ACT_ALLOW;
}

scmp_compare libseccomp_op(OciComparison op) {
  switch (op) {
  case OciComparison::not_equal:
    return SCMP_CMP_NE;
  case OciComparison::less:
    return SCMP_CMP_LT;
  case OciComparison::less_or_equal:
    return SCMP_CMP_LE;
  case OciComparison::equal:
    return SCMP_CMP_EQ;
  case OciComparison::at_least:
    return SCMP_CMP_GE;
  case OciComparison::greater:
    return SCMP_CMP_GT;
  case OciComparison::masked_equal:
    break;
  }
  return SCMP_CMP_MASKED_EQ;
}

// moby's setupSeccomp(): the first that speaks against it leaves the rule out.
bool applies(const OciRule& rule, const PolicySubject& subject) {
  const auto old = [&](const std::optional<KernelVersion>& wanted) {
    return subject.kernel && *subject.kernel < *wanted;
  };
  const auto amd64 = [](const OciWhen& when) {
    return std::ranges::find(when.arches, "amd64") != when.arches.end();
  };
  if (amd64(rule.excludes) || (rule.excludes.capabilities & subject.capabilities) != 0)
    return false;
  if (rule.excludes.minimum && !old(rule.excludes.minimum))
    return false;
  if (!rule.includes.arches.empty() && !amd64(rule.includes))
    return false;
  if (rule.includes.other_capability || (rule.includes.capabilities & ~subject.capabilities) != 0)
    return false;
  return !rule.includes.minimum || !old(rule.includes.minimum);
}

bool add_rule(const Filter& filter, const OciRule& rule, int number) {
  std::vector<scmp_arg_cmp> all;
  bool twice = false;
  for (const OciArgument& argument : rule.arguments) {
    for (const scmp_arg_cmp& before : all)
      twice = twice || before.arg == argument.index;
    all.push_back({argument.index, libseccomp_op(argument.op), argument.value, argument.value_two});
  }
  const std::uint32_t action = libseccomp_action(rule.action);
  if (!twice)
    return seccomp_rule_add_array(filter.get(), action, number, static_cast<unsigned>(all.size()),
                                  all.data()) == 0;
  return std::ranges::all_of(all, [&](const scmp_arg_cmp& one) {
    return seccomp_rule_add_array(filter.get(), action, number, 1, &one) == 0;
  });
}

SeccompProgram exported(const Filter& filter) {
  const int fd = memfd_create("filter", MFD_CLOEXEC);
  SeccompProgram program;
  if (fd < 0 || seccomp_export_bpf(filter.get(), fd) != 0)
    throw std::runtime_error("libseccomp exported nothing");
  program.resize(static_cast<std::size_t>(lseek(fd, 0, SEEK_CUR)) / sizeof(SeccompInstruction));
  const auto size = static_cast<ssize_t>(program.size() * sizeof(SeccompInstruction));
  if (pread(fd, program.data(), static_cast<std::size_t>(size), 0) != size)
    throw std::runtime_error("the exported filter cannot be read");
  close(fd);
  return program;
}

} // namespace

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

OciProfile load_profile(const std::string& name) {
  const auto profile =
      parse_oci_profile(read_text(SBX_SOURCE_DIR "/data/seccomp/" + name), OciDialect::references);
  if (!profile)
    throw std::runtime_error(name + ": " + profile.error().text);
  return *profile;
}

std::optional<SeccompProgram> compile_profile(const OciProfile& profile, const PolicySubject& subject) {
  const Filter filter(seccomp_init(libseccomp_action(profile.default_action)), &seccomp_release);
  std::vector<std::string> arches = profile.arches;
  for (const OciArchMap& map : profile.arch_map)
    if (map.arch == "SCMP_ARCH_X86_64")
      arches = map.others;
  for (const std::string& arch : arches) {
    if (arch == "SCMP_ARCH_X86")
      seccomp_arch_add(filter.get(), SCMP_ARCH_X86);
    if (arch == "SCMP_ARCH_X32")
      seccomp_arch_add(filter.get(), SCMP_ARCH_X32);
  }
  for (const OciRule& rule : profile.rules) {
    if (rule.action == profile.default_action || !applies(rule, subject))
      continue;
    for (const std::string& name : rule.names) {
      const int number = seccomp_syscall_resolve_name(name.c_str());
      if (number != __NR_SCMP_ERROR && !add_rule(filter, rule, number))
        return std::nullopt;
    }
  }
  return exported(filter);
}

EffectiveTable table_of(const std::vector<SeccompProgram>& newest_first,
                        const std::vector<SyscallAbi>& abis) {
  SeccompChain chain;
  for (const SeccompProgram& program : newest_first)
    chain.push_back(&program);
  SeccompBudget budget;
  return effective_table(chain, abis, budget);
}

} // namespace sbx
