// Is nf_tables in this kernel, so that asking it cannot bring it in? Asking a kernel that has it as a module
// loads the module.
#pragma once

namespace sbx {

// Of the network namespace of this thread; `proc` is a procfs. False only where it is sure that there is no
// nf_tables, and so no rule of it.
bool nft_present(int proc);

} // namespace sbx
