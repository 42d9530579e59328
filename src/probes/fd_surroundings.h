// What can the target reach without its descriptors? So that those that reach further are told.
#pragma once

#include "files/outside_fd.h"
#include "probes/witness.h"

namespace sbx {

FdSurroundings fd_surroundings(Witness& witness);

} // namespace sbx
