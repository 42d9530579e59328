#include "policy/claims.h"

#include "policy/fields.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

constexpr std::size_t most_value = 1024;

// They say which sandbox this is, and in which form.
constexpr std::array<std::string_view, 14> harmless{"IS_SANDBOX",
                                                    "OPENSHELL_SANDBOX",
                                                    "OPENSHELL_SANDBOX_ID",
                                                    "RYNO_SANDBOX",
                                                    "OPENSHELL_SUPERVISOR_TOPOLOGY",
                                                    "OPENSHELL_NETWORK_ENFORCEMENT_MODE",
                                                    "RYNO_SANDBOX_ID",
                                                    "RYNO_SUPERVISOR_TOPOLOGY",
                                                    "RYNO_NETWORK_ENFORCEMENT_MODE",
                                                    "container",
                                                    "RYNO_ADMITTED_ISOLATION_BACKEND",
                                                    "SANDBOX_RUNTIME",
                                                    "CODEX_SANDBOX",
                                                    "CODEX_SANDBOX_NETWORK_DISABLED"};

} // namespace

void claim_environment(const std::vector<Node>& variables, const std::string& file, std::string_view called,
                       Policy& policy) {
  for (const Node& variable : variables) {
    const std::string& text = text_of(variable, file, called);
    const std::string name = text.substr(0, text.find('='));
    std::string value = text.substr(std::min(text.size(), name.size() + 1));
    if (std::ranges::find(harmless, std::string_view(name)) == harmless.end())
      value.clear();
    policy.claimed.push_back(
        {{"env " + name.substr(0, most_value), value.substr(0, most_value)}, {file, variable.mark}, ""});
  }
}

void claim_members(const std::vector<Member>& members, const std::string& file, std::string_view what,
                   std::string_view called, Policy& policy) {
  for (const Member& member : members) {
    const std::string& value = text_of(member.value, file, called);
    policy.claimed.push_back(
        {{std::string(what) + " " + member.key.substr(0, most_value), value.substr(0, most_value)},
         {file, member.mark},
         ""});
  }
}

} // namespace sbx
