#include "trace/event_words.h"

#include "core/escape.h"
#include "rules/capability_names.h"
#include "rules/landlock_abi.h"
#include "rules/syscall_argument.h"
#include "trace/event_outcome.h"
#include "trace/native_abi.h"

#include <algorithm>
#include <array>
#include <bit>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

constexpr std::size_t most_path_bytes = 4096;
constexpr std::uint64_t clone_newtime = 0x80, clone_clear_sighand = 1ull << 32,
                        clone_into_cgroup = 1ull << 33;
constexpr std::uint64_t pr_set_seccomp = 22, pr_set_no_new_privs = 38;

class Line {
public:
  explicit Line(std::string_view call) : text_(call) {}
  void add(std::string_view word) {
    if (!word.empty())
      text_.append(1, ' ').append(word);
  }
  void add_path(const std::optional<std::string>& path) {
    if (path)
      add(path->empty() ? "\"\"" : escaped(*path, most_path_bytes));
  }
  std::string take() { return std::move(text_); }

private:
  std::string text_;
};

std::uint64_t argument(const TraceEvent& event, std::size_t index) {
  return index < event.args.size() ? event.args[index] : 0;
}

std::string value_words(const TraceEvent& event, unsigned index) {
  KnownArguments known{};
  for (std::size_t i = 0; i < std::min(known.size(), event.args.size()); ++i)
    known[i] = event.args[i];
  return argument_value(native_abi, event.call, index, argument(event, index), known);
}

// Flags that are not set are not worth a word.
void add_flags(Line& line, const TraceEvent& event, unsigned index) {
  if (argument(event, index) != 0)
    line.add(value_words(event, index));
}

// The whole of what an ABI knows is said as such: a launcher handles all that its kernel has.
std::string right_words(LandlockKind kind, std::uint64_t mask) {
  constexpr int worth_it = 8;
  if (std::popcount(mask) >= worth_it)
    for (const LandlockAbi& abi : landlock_abis()) {
      std::uint64_t known = 0;
      for (const LandlockRight& right : landlock_rights())
        known |= right.kind == kind && right.abi <= abi.abi ? 1ull << right.bit : 0;
      if (known == mask)
        return fmt::format("all {} of ABI {}", std::popcount(mask), abi.abi);
    }
  return fmt::format("{}", fmt::join(landlock_names(kind, mask), ","));
}

void add_rights(Line& line, LandlockKind kind, std::string_view title, std::optional<std::uint64_t> mask) {
  if (mask.value_or(0) == 0)
    return;
  line.add(title);
  line.add(right_words(kind, *mask));
}

void add_count(Line& line, const TraceEvent& event, std::string_view number, std::string_view of) {
  if (const auto count = event.number(number))
    line.add(fmt::format("{} {}{}", *count, of, *count == 1 ? "" : "s"));
}

std::string ruleset(const TraceEvent& event) {
  Line line(event.call);
  add_rights(line, LandlockKind::fs, "fs", event.number("fs"));
  add_rights(line, LandlockKind::net, "net", event.number("net"));
  add_rights(line, LandlockKind::scope, "scoped", event.number("scoped"));
  add_flags(line, event, 2);
  return line.take();
}

std::string rule(const TraceEvent& event) {
  constexpr std::uint64_t path_beneath = 1, net_port = 2;
  Line line(event.call);
  const std::uint64_t type = argument(event, 1);
  if (type == path_beneath) {
    line.add("path_beneath");
    if (event.text)
      line.add_path(event.text);
    else if (const auto fd = event.number("fd"))
      line.add(fmt::format("descriptor {}", *fd));
    add_rights(line, LandlockKind::fs, "", event.number("access"));
  } else if (type == net_port) {
    line.add("net_port");
    if (const auto port = event.number("port"))
      line.add(std::to_string(*port));
    add_rights(line, LandlockKind::net, "", event.number("access"));
  } else {
    line.add(value_words(event, 1));
  }
  add_flags(line, event, 3);
  return line.take();
}

std::string prctl(const TraceEvent& event) {
  Line line(event.call);
  line.add(value_words(event, 0));
  const std::uint64_t option = argument(event, 0);
  if (option != pr_set_no_new_privs || argument(event, 1) != 1)
    line.add(value_words(event, 1));
  if (syscall_argument(native_abi, event.call, 2).name == "arg3" && argument(event, 2) != 0 &&
      option != pr_set_seccomp)
    line.add(value_words(event, 2));
  if (option == pr_set_seccomp)
    add_count(line, event, "instructions", "instruction");
  return line.take();
}

// clone3(2) has 64 bits of flags and its signal elsewhere; its 0x80 is a flag.
std::string clone3_flags(std::uint64_t flags) {
  std::vector<std::string> words;
  for (const auto& [bit, name] :
       {std::pair(clone_newtime, "CLONE_NEWTIME"), std::pair(clone_clear_sighand, "CLONE_CLEAR_SIGHAND"),
        std::pair(clone_into_cgroup, "CLONE_INTO_CGROUP")})
    if (flags & bit) {
      words.emplace_back(name);
      flags &= ~bit;
    }
  if (flags != 0)
    words.push_back(argument_value(native_abi, "clone", 0, flags));
  return fmt::format("{}", fmt::join(words, "|"));
}

std::string capability_words(std::uint64_t mask) {
  constexpr std::size_t most = 6;
  const auto names = capability_names(mask);
  return names.empty()         ? "none"
         : names.size() > most ? fmt::format("{} capabilities ({:#x})", names.size(), mask)
                               : fmt::format("{}", fmt::join(names, ","));
}

std::string capset(const TraceEvent& event) {
  std::vector<std::string> sets;
  for (const char* set : {"effective", "permitted", "inheritable"})
    if (const auto mask = event.number(set))
      sets.push_back(fmt::format("{} {}", set, capability_words(*mask)));
  Line line(event.call);
  line.add(fmt::format("{}", fmt::join(sets, ", ")));
  return line.take();
}

std::string open_words(const TraceEvent& event) {
  constexpr std::uint64_t o_path = 0x200000;
  Line line(event.call);
  const auto how = event.number("flags");
  const std::uint64_t flags = how ? *how : argument(event, event.call == "open" ? 1 : 2);
  line.add(flags & o_path ? "O_PATH" : argument_value(native_abi, "openat", 2, flags));
  line.add_path(event.text);
  return line.take();
}

bool is_user(std::string_view call) {
  constexpr std::array<std::string_view, 8> calls{"setuid",    "setgid",    "setreuid", "setregid",
                                                  "setresuid", "setresgid", "setfsuid", "setfsgid"};
  return std::ranges::find(calls, call) != calls.end();
}

std::string user(const TraceEvent& event) {
  Line line(event.call);
  for (unsigned i = 0; !syscall_argument(native_abi, event.call, i).unread; ++i)
    line.add(value_words(event, i));
  return line.take();
}

// The text is where, the second what. The upper half of old programs' flags is a magic number that the kernel
// drops (MS_MGC_VAL).
std::string mount(const TraceEvent& event) {
  constexpr std::uint64_t magic = 0xc0ed0000, magic_mask = 0xffff0000;
  Line line(event.call);
  line.add_path(event.second);
  line.add_path(event.text);
  std::uint64_t flags = argument(event, 3);
  if ((flags & magic_mask) == magic)
    flags &= ~magic_mask;
  if (flags != 0)
    line.add(argument_value(native_abi, "mount", 3, flags));
  return line.take();
}

// Texts, then the arguments whose values have names; addresses and descriptors tell nothing.
std::string any_call(const TraceEvent& event) {
  Line line(event.call);
  if (event.call == "mount")
    return mount(event);
  // Of move_mount(2) the text is where, the second what.
  const bool where_first = event.call == "move_mount";
  line.add_path(where_first ? event.second : event.text);
  line.add_path(where_first ? event.text : event.second);
  for (unsigned i = 0; i < event.args.size(); ++i)
    if (const SyscallArgument about = syscall_argument(native_abi, event.call, i);
        about.values != SyscallArgument::Values::number && !about.name.ends_with("dfd") &&
        (about.values == SyscallArgument::Values::one_of || event.args[i] != 0))
      line.add(value_words(event, i));
  for (const char* set : {"attr_set", "attr_clr"}) // of mount_setattr(2)
    if (const auto mask = event.number(set).value_or(0))
      line.add(fmt::format("{} {}", set, argument_value(native_abi, "fsmount", 2, mask)));
  if (event.call == "seccomp")
    add_count(line, event, "instructions", "instruction");
  return line.take();
}

std::string happening(const TraceEvent& event) {
  Line line(event.call);
  if (event.call == "fork") {
    const auto child = event.number("child"), process = event.number("child_tgid");
    line.add(process && *process == static_cast<std::uint64_t>(event.tgid) ? "thread" : "process");
    line.add(std::to_string(child.value_or(0)));
  } else if (event.call == "exit") {
    return event.number("status") ? status_words(*event.number("status")) : "exit";
  } else {
    line.add_path(event.text);
    line.add_path(event.second);
    for (const auto& [name, value] : event.numbers)
      line.add(fmt::format("{}={}", name, value));
  }
  return line.take();
}

std::string words(const TraceEvent& event) {
  if (event.args.empty())
    return happening(event);
  const std::string_view call = event.call;
  if (call == "landlock_create_ruleset")
    return ruleset(event);
  if (call == "landlock_add_rule")
    return rule(event);
  if (call == "prctl")
    return prctl(event);
  if (call == "capset")
    return capset(event);
  if (call == "open" || call == "openat" || call == "openat2")
    return open_words(event);
  if (call == "clone3") {
    Line line(call);
    line.add(clone3_flags(event.number("flags").value_or(0)));
    return line.take();
  }
  if (call == "setgroups") {
    Line line(call);
    line.add(fmt::format("{} group{}", argument(event, 0), argument(event, 0) == 1 ? "" : "s"));
    return line.take();
  }
  return is_user(call) ? user(event) : any_call(event);
}

} // namespace

std::string event_words(const TraceEvent& event) {
  std::string said = words(event);
  for (const auto& [number, way] :
       {std::pair("way_i386", " by way of i386"), std::pair("way_x32", " by way of x32")})
    if (event.number(number))
      said += way;
  return event.cut ? said + " (cut)" : said;
}

} // namespace sbx
