#include "report/sandbox.h"

#include <algorithm>

namespace sbx {

namespace {

Claims member_json(const SandboxMember& member) {
  Claims layers = Claims::object();
  for (const auto& [id, finding] : member.layers)
    layers[id] = {{"state", state_name(finding.state())}, {"summary", finding.summary()}};
  return {{"pid", member.pid},          {"comm", member.comm.empty() ? Claims() : Claims(member.comm)},
          {"role", member.role},        {"why", member.why},
          {"judged", member.judged},    {"threads", member.threads ? Claims(*member.threads) : Claims()},
          {"layers", std::move(layers)}};
}

} // namespace

std::size_t Sandbox::judged() const {
  return static_cast<std::size_t>(
      std::count_if(members.begin(), members.end(), [](const SandboxMember& it) { return it.judged; }));
}

Claims sandbox_json(const Sandbox& sandbox) {
  Claims members = Claims::array();
  for (const SandboxMember& it : sandbox.members)
    members.push_back(member_json(it));
  Claims decided_by = Claims::object();
  for (const auto& [layer, who] : sandbox.decided_by)
    decided_by[layer] = who;
  return {{"asked", sandbox.asked},
          {"what", sandbox.what},
          {"launchers", sandbox.launchers.is_null() ? Claims::array() : sandbox.launchers},
          {"chain", sandbox.chain},
          {"settled", sandbox.settled},
          {"decided_by", std::move(decided_by)},
          {"members", std::move(members)},
          {"notes", sandbox.notes}};
}

} // namespace sbx
