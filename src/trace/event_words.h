// How is one event of a trace said in the field's own words?
#pragma once

#include "parse/trace_events.h"

#include <string>

namespace sbx {

// "landlock_add_rule path_beneath /usr execute,read_file,read_dir", "prctl PR_SET_NO_NEW_PRIVS",
// "unshare CLONE_NEWUSER|CLONE_NEWNS", "openat O_PATH /opt/data", "exec /usr/bin/make". One line, escaped.
std::string event_words(const TraceEvent& event);

} // namespace sbx
