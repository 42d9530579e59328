#include "rules/lsm_label.h"

#include <algorithm>
#include <array>

namespace sbx {

LsmLabel apparmor_label(std::string_view text) {
  const std::size_t open = text.rfind(" (");
  if (open == std::string_view::npos || !text.ends_with(')')) {
    const bool unconfined = text == "unconfined";
    return {std::string(text), unconfined ? "unconfined" : "", !unconfined, false};
  }
  const std::string_view mode = text.substr(open + 2, text.size() - open - 3);
  // "unconfined" as a mode: the profile is attached but its rules are off. "mixed": some of a stack only
  // complain.
  const bool confines = mode != "unconfined";
  return {std::string(text.substr(0, open)), std::string(mode), confines,
          mode == "enforce" || mode == "kill"};
}

std::optional<LsmLabel> selinux_label(std::string_view text, std::optional<bool> enforcing) {
  const std::size_t user_end = text.find(':');
  const std::size_t role_end = user_end == text.npos ? text.npos : text.find(':', user_end + 1);
  if (text == "kernel" || text == "init") // the initial SIDs: no policy is loaded, so nothing is forbidden
    return LsmLabel{std::string(text), "no policy", false, false};
  if (role_end == text.npos)
    return std::nullopt;
  const std::string_view type = text.substr(role_end + 1, text.find(':', role_end + 1) - role_end - 1);
  // Types of the reference policy that its rules leave (nearly) unrestricted.
  constexpr std::array<std::string_view, 7> free_types{
      "unconfined_t", "unconfined_service_t",   "spc_t", "kernel_t", "init_t",
      "initrc_t",     "kernel_generic_helper_t"};
  const bool confines = std::find(free_types.begin(), free_types.end(), type) == free_types.end();
  return LsmLabel{std::string(text),
                  !enforcing   ? ""
                  : *enforcing ? "enforcing"
                               : "permissive",
                  confines, enforcing.value_or(false)};
}

LsmLabel smack_label(std::string_view text) { return {std::string(text), "", text != "_", text != "_"}; }

} // namespace sbx
