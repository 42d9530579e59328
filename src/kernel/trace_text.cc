#include "kernel/trace_text.h"

#include "core/escape.h"
#include "kernel/trace_calls.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <vector>

namespace sbx {

namespace {

constexpr std::uint32_t capability_version_1 = 0x19980330; // linux/capability.h: 32 of them
constexpr std::uint32_t rule_path_beneath = 1;
constexpr std::uint16_t af_inet = 2, af_inet6 = 10;

struct Record {
  trace_head head;
  std::string_view text, second;
};

std::optional<Record> record_of(std::string_view bytes) {
  Record it{};
  if (bytes.size() < sizeof it.head)
    return std::nullopt;
  std::memcpy(&it.head, bytes.data(), sizeof it.head);
  bytes.remove_prefix(sizeof it.head);
  const trace_head& head = it.head;
  if (head.data_size > sizeof head.data || head.text_size > bytes.size() ||
      head.second_size > bytes.size() - head.text_size)
    return std::nullopt;
  it.text = bytes.substr(0, head.text_size);
  it.second = bytes.substr(head.text_size, head.second_size);
  return it;
}

std::string_view up_to_zero(std::string_view bytes) { return bytes.substr(0, bytes.find('\0')); }

// Names with their zeros, the last one first.
std::string path_of(std::string_view names) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at < names.size(); at += parts.back().size() + 1)
    parts.push_back(up_to_zero(names.substr(at)));
  std::string path;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    path.append("/").append(*part);
  return path.empty() ? "/" : path;
}

class Line {
public:
  void number(std::string_view name, std::uint64_t value) {
    fmt::format_to(std::back_inserter(text), " {}={}", name, value);
  }
  void mask(std::string_view name, std::uint64_t value) {
    fmt::format_to(std::back_inserter(text), " {}={:#x}", name, value);
  }
  void word(std::string_view name, std::string_view bytes) {
    text.append(" ").append(name).append("=").append(escaped_word(bytes));
  }
  std::string text;
};

template <class Number> std::optional<Number> at(const trace_head& head, std::size_t offset) {
  Number value{};
  if (offset + sizeof value > head.data_size)
    return std::nullopt;
  std::memcpy(&value, head.data + offset, sizeof value);
  return value;
}

// Eight bytes for each name.
void tell_masks(Line& line, const trace_head& head, std::initializer_list<std::string_view> names) {
  std::size_t offset = 0;
  for (const std::string_view name : names) {
    if (const auto value = at<std::uint64_t>(head, offset))
      line.mask(name, *value);
    offset += 8;
  }
}

void tell_file(Line& line, const trace_head& head) {
  line.number("major", head.dev >> 20);
  line.number("minor", head.dev & 0xfffff);
  line.number("inode", head.inode);
}

void tell_rule(Line& line, const trace_head& head) {
  tell_masks(line, head, {"access"});
  if (static_cast<std::uint32_t>(head.args[1]) != rule_path_beneath) {
    if (const auto port = at<std::uint64_t>(head, 8))
      line.number("port", *port);
    return;
  }
  if (const auto fd = at<std::uint32_t>(head, 8))
    line.number("fd", *fd);
  if (head.flags & trace_has_file)
    tell_file(line, head);
}

// linux/capability.h: effective, permitted, inheritable, first the lower halves of all three.
void tell_capabilities(Line& line, const trace_head& head) {
  std::uint32_t version = 0, halves[6] = {};
  if (head.data_size < sizeof halves)
    return;
  std::memcpy(halves, head.data, sizeof halves);
  std::memcpy(&version, head.data + sizeof halves, sizeof version);
  const auto whole = [&](std::size_t i) {
    return halves[i] | (version == capability_version_1 ? 0 : std::uint64_t{halves[i + 3]} << 32);
  };
  line.mask("effective", whole(0));
  line.mask("permitted", whole(1));
  line.mask("inheritable", whole(2));
}

void tell_structure(Line& line, const trace_head& head) {
  switch (head.kind) {
  case trace_landlock_create_ruleset:
    return tell_masks(line, head, {"fs", "net", "scoped", "quiet_fs", "quiet_net", "quiet_scoped"});
  case trace_landlock_add_rule:
    return tell_rule(line, head);
  case trace_openat2:
    return tell_masks(line, head, {"flags", "mode", "resolve"});
  case trace_clone3:
    return tell_masks(line, head, {"flags"});
  case trace_mount_setattr:
    return tell_masks(line, head, {"attr_set", "attr_clr", "propagation", "userns_fd"});
  case trace_capset:
    return tell_capabilities(line, head);
  case trace_seccomp:
  case trace_prctl:
    if (const auto length = at<std::uint16_t>(head, 0))
      line.number("instructions", *length);
    return;
  case trace_open_tree:
    return line.mask("flags", head.args[2]);
  case trace_setgroups:
    return line.number("count", head.args[0]);
  case trace_setns:
    if (head.flags & trace_has_file)
      line.number("inode", head.inode);
    return;
  }
}

void tell_call(Line& line, const TraceCall& call, const trace_head& head) {
  fmt::format_to(std::back_inserter(line.text), " ret={} args=", head.ret);
  for (unsigned i = 0; i < call.args; ++i)
    fmt::format_to(std::back_inserter(line.text), "{}{:#x}", i == 0 ? "" : ",", head.args[i]);
  tell_structure(line, head);
  if (head.way != trace_native)
    line.number(head.way == trace_x32 ? "way_x32" : "way_i386", 1);
}

void tell_denial(Line& line, const trace_head& head) {
  line.mask("domain", head.args[0]);
  line.number("same_exec", head.args[1]);
  line.number("logged", head.args[2]);
  switch (head.kind) {
  case trace_deny_access_fs:
  case trace_deny_access_net:
    line.number("type", head.args[3]);
    line.mask("access", head.args[4]);
    break;
  case trace_deny_scope_signal:
    line.number("signal", head.args[5]);
    [[fallthrough]];
  case trace_deny_ptrace:
    line.number("other_tid", head.args[4]);
    [[fallthrough]];
  default:
    line.mask("other_domain", head.args[3]);
  }
  const auto family = at<std::uint16_t>(head, 0);
  if (head.kind == trace_deny_access_net && family && (*family == af_inet || *family == af_inet6))
    line.number("port", static_cast<std::uint64_t>(head.data[2]) << 8 | head.data[3]); // in network order
}

std::string_view hold_name(trace_hold hold) {
  switch (hold) {
  case trace_hold_never:
    return "";
  case trace_hold_confined_exec:
    return "confined_exec";
  case trace_hold_landlock:
    return "landlock";
  case trace_hold_seccomp:
    return "seccomp";
  case trace_hold_exec:
    return "exec";
  }
  return "";
}

void tell_event(Line& line, const trace_head& head, trace_hold hold) {
  switch (head.kind) {
  case trace_fork:
    line.number("child", head.args[0]);
    return line.number("child_tgid", head.args[1]);
  case trace_exit:
    line.number("status", head.args[0]);
    if (head.args[1])
      line.number("last", 1);
    return;
  case trace_exec:
    return;
  case trace_held:
    fmt::format_to(std::back_inserter(line.text), " ret={}", head.ret);
    return line.word("text", hold_name(hold));
  case trace_enforce_domain:
    line.mask("domain", head.args[0]);
    line.number("complete", head.args[1]);
    line.number("process_wide", head.args[2]);
    return line.number("no_new_privs", head.args[3]);
  default:
    return tell_denial(line, head);
  }
}

} // namespace

std::string_view trace_event_name(std::uint32_t kind) {
  static constexpr std::string_view names[] = {"fork",
                                               "exec",
                                               "exit",
                                               "held",
                                               "landlock_enforce_domain",
                                               "landlock_deny_access_fs",
                                               "landlock_deny_access_net",
                                               "landlock_deny_ptrace",
                                               "landlock_deny_scope_signal",
                                               "landlock_deny_scope_abstract_unix_socket"};
  const std::uint32_t index = kind - trace_fork;
  return index < std::size(names) ? names[index] : std::string_view();
}

std::optional<TraceLine> trace_line(std::string_view bytes, std::uint64_t began, trace_hold hold) {
  const auto record = record_of(bytes);
  if (!record)
    return std::nullopt;
  const trace_head& head = record->head;
  const bool is_call = head.kind >= 1 && head.kind <= trace_last_call;
  const std::string_view name = is_call ? trace_calls()[head.kind - 1].name : trace_event_name(head.kind);
  if (name.empty())
    return std::nullopt;
  Line line;
  const std::uint64_t time = head.time > began ? head.time - began : 0;
  line.text = fmt::format("event time={} tid={} tgid={} comm={} call={}", time, head.tid, head.tgid,
                          escaped_word(up_to_zero({head.comm, sizeof head.comm})), name);
  if (is_call)
    tell_call(line, trace_calls()[head.kind - 1], head);
  else
    tell_event(line, head, hold);
  if (head.flags & trace_has_text)
    line.word("text", head.flags & trace_leaf_first ? path_of(record->text) : up_to_zero(record->text));
  if (head.flags & trace_has_second)
    line.word("second", up_to_zero(record->second));
  if (head.flags & (trace_text_cut | trace_second_cut))
    line.number("cut", 1);
  return TraceLine{time, std::move(line.text)};
}

} // namespace sbx
