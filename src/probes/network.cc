#include "probes/network.h"

#include "probes/network_claims.h"
#include "probes/network_view.h"
#include "probes/network_warnings.h"
#include "probes/proc_net_config.h"

#include <fmt/format.h>

namespace sbx {

namespace {

// What the verdict rests on beside the links of its threads: only what was asked already.
void cite_all(Finding& finding, Witness& witness, const NetworkPart& part) {
  const auto cite = [&](const auto& also) { std::move(finding).citing(also); }; // in place
  const auto pass = [](const Gap&) {};
  if (part.config && !part.config->files)
    witness.net_config().match(cite, pass);
  if (part.config && part.config->files)
    proc_net_config(witness).match(cite, pass);
  if (!part.egress.ipv4.ways.empty() || !part.egress.ipv6.ways.empty())
    witness.route_lookups({}).match(cite, pass);
  if (part.ruleset)
    witness.net_ruleset().match(cite, pass);
  if (!part.egress.neighbourhood.neighbours.empty())
    witness.net_peers().match(cite, pass);
}

std::string summary_of(const NetworkView& view) {
  std::string text = fmt::format("egress {}: {}", egress_name(view.verdict), view.because);
  if (view.sockets.internet.answer == Answer::no && view.verdict != Egress::none)
    text += "; but seccomp refuses it every internet socket";
  return text;
}

// What is behind a way out is not told; the whole of the internet is not confined by anything here.
State state_of(const NetworkView& view) {
  switch (view.verdict) {
  case Egress::none:
  case Egress::proxy:
    return State::enforced;
  case Egress::filtered: {
    const NamespaceEgress& egress = view.parts.front().egress;
    const auto closed = [](const FamilyEgress& family) {
      return family.verdict == Egress::none || family.lets == Let::nothing;
    };
    return closed(egress.ipv4) && closed(egress.ipv6) && (egress.ipv4.lets || egress.ipv6.lets)
               ? State::enforced
               : State::partial;
  }
  case Egress::open:
    return State::partial;
  case Egress::host:
    return view.sockets.internet.answer == Answer::no ? State::partial : State::absent;
  case Egress::unknown:
    return State::unknown;
  }
  return State::unknown;
}

std::string remedy_of(const NetworkView& view) {
  switch (view.verdict) {
  case Egress::host:
    return "give it a network namespace of its own, with a proxy as the only other member of its network";
  case Egress::open:
    return "take its default route away, or refuse everything but the proxy by rules that it cannot change";
  case Egress::unknown:
    return "run as root, outside of the sandbox";
  case Egress::none:
  case Egress::proxy:
  case Egress::filtered:
    return {};
  }
  return {};
}

} // namespace

Finding network(Witness& witness) {
  const NetworkView view = network_view(witness);
  Finding finding = witness.task_ns().match(
      [&](const Seen<std::vector<TaskNs>>& links) {
        return view.gap ? Finding::unknown(*view.gap, summary_of(view))
                        : Finding::of(state_of(view), links, summary_of(view));
      },
      [&](const Gap& gap) { return Finding::unknown(gap); });
  cite_all(finding, witness, view.parts.front());
  add_network_claims(witness, view, finding);
  std::vector<Warning> warnings;
  network_warnings(witness, view, warnings);
  finding.claim("warnings", warning_claims(warnings));
  std::string remedy = remedy_of(view);
  if (remedy.empty())
    return finding;
  return std::move(finding).remedy(std::move(remedy));
}

} // namespace sbx
