#include "drift/namespace_drift.h"

#include "core/escape.h"
#include "probes/target_ns.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

DriftRow compared(DriftRow row, const TargetNs& ns, bool own) {
  const Source source = source::target_tasks_ns;
  if (!ns.initial)
    return not_found_out(std::move(row), *ns.gap);
  std::string held = !*ns.initial ? "its own"
                     : !ns.inode  ? "the host's: this kernel has only one"
                     : ns.differs ? "the host's, for some threads"
                                  : "the host's";
  if (ns.inode)
    held += fmt::format(" ({})", *ns.inode);
  if (own)
    return *ns.initial ? found(std::move(row), Drift::weaker, held, source,
                               "unshare it before the program is executed: unshare(2), clone(2)")
                       : found(std::move(row), Drift::same, held, source);
  return found(std::move(row), *ns.initial ? Drift::same : Drift::stronger, held, source);
}

} // namespace

std::vector<DriftRow> namespace_drift(Witness& witness, const std::vector<Wish<NamespaceWish>>& wishes) {
  std::vector<DriftRow> rows;
  for (const Wish<NamespaceWish>& wish : wishes) {
    const std::string& kind = wish.value.kind;
    const DriftRow row = row_about("namespaces", "namespace " + escaped(kind, 32),
                                   wish.value.own ? "its own" : "the host's", wish.place, wish.origin);
    const bool known = std::find(ns_kinds.begin(), ns_kinds.end(), kind) != ns_kinds.end();
    rows.push_back(known
                       ? compared(row, target_ns(witness, kind), wish.value.own)
                       : not_found_out(row, {GapKind::unsupported, std::string(source::target_tasks_ns.name),
                                             "no such kind of namespace is known here"}));
  }
  return rows;
}

} // namespace sbx
