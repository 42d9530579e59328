// Which file does a process execute, and with which words was it started? The dialect of host/commands, a
// line for each process that was asked about:
//
//   4242 exe=:/usr/bin/bwrap argv=:bwrap,:--unshare-net,:a\x2cb     escaped; commas within words are \x2c
//   4243 exe=!EACCES argv=cut,:java,:-cp                            cut: there are more words
//   4244 !ETIMEDOUT
//
// Words that may be a secret are "..." (core/plain_word.h). They lie in the memory of the process, which may write there what it likes; the path is from the root
// of the mount namespace that the file is in, not necessarily from ours.
#pragma once

#include "parse/malformed.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct Command {
  std::string path; // the number of the process
  int error = 0;    // errno: nothing was seen
  tl::expected<std::string, int> exe;
  tl::expected<std::vector<std::string>, int> argv; // raw bytes
  bool cut = false;
};

Parsed<std::vector<Command>> parse_commands(std::string_view text);

} // namespace sbx
