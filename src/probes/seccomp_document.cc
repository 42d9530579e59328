#include "probes/seccomp_document.h"

#include "probes/seccomp_claims.h"
#include "probes/seccomp_profile.h"
#include "seccomp/disassembly.h"

namespace sbx {

namespace {

Claims listing(const SeccompProgram& program, const std::vector<SyscallAbi>& abis) {
  Claims list = Claims::array();
  for (const DisassemblyLine& it : disassembly(program, abis))
    list.push_back({{"raw", it.raw}, {"text", it.text}, {"comment", it.comment}, {"target", it.target}});
  return list;
}

} // namespace

Claims seccomp_document(const SeccompView& view, const MatchSubject& subject,
                        const std::vector<Warning>& warnings, const SeccompAsk& ask) {
  Claims abis = Claims::array();
  for (const SyscallAbi abi : view.abis)
    abis.push_back(abi_name(abi));
  const SeccompProfiles profiles = seccomp_profiles(view, subject);
  Claims filters = seccomp_filter_list(view, subject, profiles.each);
  for (std::size_t i = 0; ask.disassembly && i < filters.size(); ++i)
    filters[i]["disassembly"] = listing(*view.filters.filters[i].program, view.abis);
  return {{"filters", std::move(filters)},
          {"profile", profiles.all},
          {"chains", seccomp_chain_list(view)},
          {"abis", std::move(abis)},
          {"architectures", seccomp_tables(view, ask.only)},
          {"warnings", warning_claims(warnings)}};
}

} // namespace sbx
