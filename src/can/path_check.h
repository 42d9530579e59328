// Is there at the path what the deed needs? What can be told without asking for any permission.
#pragma once

#include "can/file_look.h"
#include "can/permission_check.h"

namespace sbx {

Check path_check(FileDeed deed, const World& world, const Subject& subject, const FileLook& look);

// Of a walk that did not come to its end, or of a thread that walks elsewhere; else yes.
Check walk_check(const World& world, const Subject& subject, const PathWalk& walk);

} // namespace sbx
