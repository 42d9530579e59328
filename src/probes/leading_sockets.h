// Which unix sockets can the target reach that lead out of its sandbox? By what stands at their usual paths
// in its own root, by its mounts, by abstract names of a network namespace that others live in too, and by
// the connected ones that it holds.
#pragma once

#include "probes/witness.h"
#include "rules/leading_sockets.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct LeadingSocket {
  enum class How { path, mount, abstract_name, descriptor };
  How how = How::path;
  std::string name; // raw bytes: a path of the target's, or an abstract name with '@'; or empty
  const LeadingRow* row = nullptr; // null: a socket that no row tells
  std::string known_as;            // where it was bound in under another name: the host's path of it
  std::vector<int> descriptors;    // of `descriptor`: all that are this socket
  std::string evidence;            // what was seen of it, in words; escaped
  bool mode_refuses = false; // ordinary permissions let no thread of the target connect, as they are now
  Severity severity() const;
  std::string_view kind() const; // "container engine"
};

struct LeadingSockets {
  std::vector<LeadingSocket> found;
  std::size_t other_abstract = 0;        // abstract names of a shared namespace that no row tells
  std::vector<std::string> not_searched; // what may hide more, in words; escaped. Empty: all was searched
  // But for unguessable_sockets(), which are found only where a descriptor, a mount or a variable tells them.
  bool whole() const { return not_searched.empty(); }
};

// Whether Landlock, seccomp or an LSM stand in the way is not asked here: that is for `can`.
LeadingSockets leading_sockets(Witness& witness);

std::string_view leading_how_name(LeadingSocket::How how); // "path", "mount", "abstract_name", "descriptor"

} // namespace sbx
