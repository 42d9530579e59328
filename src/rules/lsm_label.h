// What does a security label say? AppArmor's, SELinux's and Smack's text, each in its own grammar.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sbx {

struct LsmLabel {
  std::string label; // raw bytes, without the mode
  std::string mode;  // enforce, complain, kill, unconfined, ...; enforcing or permissive for SELinux
  bool confines;     // the label is one that policy restricts ...
  bool enforces;     // ... and what it forbids is refused, not only logged
};

// "docker-default (enforce)", "unconfined", "a//&:ns:b (complain)"; apparmor(7)
LsmLabel apparmor_label(std::string_view text);

// "system_u:system_r:container_t:s0:c1,c2"; `enforcing` from /sys/fs/selinux/enforce, nothing when it was not
// seen. Empty when the text is no context.
std::optional<LsmLabel> selinux_label(std::string_view text, std::optional<bool> enforcing);

// "_" is the floor label that every process starts with.
LsmLabel smack_label(std::string_view text);

} // namespace sbx
