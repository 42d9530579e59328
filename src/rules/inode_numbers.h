// Does an inode number tell one file from another?
#pragma once

#include <string_view>

namespace sbx {

// Whether an inode number of this type of file system, with the device, is of one inode alone for as long as
// it is in use. `type` as in mountinfo.
bool numbers_are_unique(std::string_view type, bool directory);

} // namespace sbx
