// Which bytes of kernel memory hold a member of a structure on this kernel? Tables of members, by the names
// they had from 5.13 to 7.3, and their resolution against the kernel's BTF. Each BPF object has a table of
// its own, so that what one lacks is no matter to another.
#pragma once

#include "kernel/bpf/field_wire.h"
#include "kernel/btf.h"

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace sbx {

template <class Layout> struct LayoutRow {
  kernel_field Layout::*field;
  std::string_view paths; // "struct:member.member", alternatives separated by '|', newest first
  bool required;          // on every kernel; the others came with later ones
  bool whole = false;     // copied as it is; all others are read into 8 bytes
};
template <class Layout> using LayoutRows = std::vector<LayoutRow<Layout>>;

struct LayoutError {
  bool not_built; // the kernel was built without what is looked for: it has none of its structures
  std::string text;
};

inline constexpr std::string_view task_iterator_function =
    "bpf_iter_task"; // attach target of iter/task programs

std::optional<BtfField> first_of(const Btf& btf, std::string_view paths);
std::vector<std::string_view> structs_of(const std::vector<std::string_view>& paths);

// As the programs read it, or why they cannot.
tl::expected<kernel_field, LayoutError> resolve_field(const Btf& btf, std::string_view paths, bool required,
                                                      bool whole);

// What every task iterator reads: task.bpf.h.
template <class Layout> LayoutRows<Layout> with_task_rows(LayoutRows<Layout> rows) {
  const LayoutRows<Layout> task{
      {&Layout::task_exit_state, "task_struct:exit_state", true},
      {&Layout::task_start_boottime, "task_struct:start_boottime", true},
      {&Layout::task_thread_pid, "task_struct:thread_pid", true},
      {&Layout::pid_level, "pid:level", true},
      {&Layout::pid_number, "pid:numbers.nr", true},
  };
  rows.insert(rows.begin(), task.begin(), task.end());
  return rows;
}

// Every struct that the rows name: what Btf::parse is to look for.
template <class Layout> std::vector<std::string_view> structs_of(const LayoutRows<Layout>& rows) {
  std::vector<std::string_view> paths;
  for (const auto& row : rows)
    paths.push_back(row.paths);
  return structs_of(paths);
}

template <class Layout>
tl::expected<Layout, LayoutError> resolve_rows(const Btf& btf, const LayoutRows<Layout>& rows) {
  Layout layout{};
  for (const auto& row : rows) {
    const auto field = resolve_field(btf, row.paths, row.required, row.whole);
    if (!field)
      return tl::unexpected<LayoutError>(field.error());
    layout.*row.field = *field;
  }
  layout.number_size =
      btf.field("pid:numbers").value_or(BtfField{}).element; // from one struct upid to the next
  return layout;
}

} // namespace sbx
