#include "launchers/launcher_claims.h"

#include "core/escape.h"

namespace sbx {

Claims launcher_claims(const std::vector<Launcher>& chain) {
  Claims all = Claims::array();
  for (const Launcher& it : chain) {
    Claims evidence = Claims::array();
    for (const LauncherEvidence& one : it.evidence)
      evidence.push_back(
          {{"kind", evidence_kind_name(one.kind)}, {"forgeable", one.forgeable}, {"words", one.words}});
    all.push_back({{"id", it.id},
                   {"name", it.name},
                   {"kind", launcher_kind_name(it.kind)},
                   {"confidence", confidence_name(it.confidence)},
                   {"pid", it.pid > 0 ? Claims(it.pid) : Claims()},
                   {"instance", it.instance.empty() ? Claims() : Claims(escaped(it.instance))},
                   {"evidence", std::move(evidence)},
                   {"against", it.against}});
  }
  return all;
}

} // namespace sbx
