// How does a file hold either the old report or the whole new one?
#pragma once

#include "core/error.h"

#include <string>
#include <string_view>

namespace sbx {

// Written beside it under another name, and renamed. What is there and is no regular file (a pipe, a
// terminal) is written to. ErrorKind::output.
Result<void> write_report_file(const std::string& path, std::string_view text);

} // namespace sbx
