// What does each launcher of sandboxes need of the kernel, and what is lost where it goes on without? A
// table.
#pragma once

#include <span>
#include <string_view>

namespace sbx {

struct Need {
  // What it takes, separated by spaces; "kvm|ptrace": one of them; "landlock>=4"; "ns.net@alone":
  // what a claim of the ability says.
  std::string_view abilities;
  std::string_view lost; // empty: without it there is no sandbox
  // Where its program was started with these flags, what came of that counts: "bwrap.srt".
  std::string_view run = {};
};

struct LauncherNeeds {
  std::string_view id, title;
  std::string_view kind; // what stands between its payload and the rest
  std::string_view
      programs; // one of these must be there, separated by spaces; empty: a library, or the kernel alone
  std::span<const Need> needs;
};

// The strongest first: a kernel of its own, then one in user space, then namespaces with a filter, then less.
std::span<const LauncherNeeds> launchers();

} // namespace sbx
