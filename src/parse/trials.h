// What came of what was tried in throw-away children? The dialect of self/trials and self/launchers:
//
//   try inside.uid_map EPERM       how it ended: ok, an errno, or one of the words below
//   fact label unconfined\x0a      what was seen around it: escaped text, or !ERRNO
//   end                            without it the text was cut off
//
//   killed       the child died of it: what a filter or a module does that kills
//   late         it did not end in time, or there was none left
//   untried      an earlier step that it needs had failed
//   ineffective  the call claimed to have worked, and had not
//   failed       a program ended with another status than 0
#pragma once

#include "parse/malformed.h"
#include "parse/properties.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class TrialEnd { ok, error, killed, late, untried, ineffective, failed };

struct Trial {
  std::string id;
  TrialEnd end = TrialEnd::untried;
  int error = 0; // where end is error: an errno, never 0
};

struct Trials {
  std::vector<Trial> tried; // each id once
  Properties facts;         // each key once

  const Trial* find(std::string_view id) const;
  const Property* fact(std::string_view key) const { return find_property(facts, key); }
};

Parsed<Trials> parse_trials(std::string_view text);

} // namespace sbx
