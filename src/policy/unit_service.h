// What does a service set, and to what? The [Service] sections of a unit file and its drop-ins taken
// together: later files come after, and an empty assignment undoes what was said before.
#pragma once

#include "policy/policy.h"
#include "policy/unit_lines.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct UnitValues {
  std::vector<UnitSetting> values; // since it was emptied
  std::optional<Place> emptied;
};

struct UnitChoice {
  std::string word; // "yes" and "no" of a boolean, else as it is written
  Place place;
};

struct PlacedWord {
  std::string text;
  Place place;
  std::size_t setting = 0; // of which assignment, counted from 0
};

// What is malformed throws PolicyFault.
class UnitService {
public:
  // What nobody knows, and what lies beside the settings of the sandbox, goes to the notes of the policy;
  // what cannot be compared, to its unchecked rows.
  UnitService(const std::vector<PolicyFile>& files, Policy& policy);

  const UnitValues* find(std::string_view key) const;  // nullptr: never said
  const UnitSetting* last(std::string_view key) const; // nullptr: not said, or emptied since
  std::vector<PlacedWord> words(std::string_view key) const;
  // A boolean, or a word of choice_words(); nothing: it is not said.
  std::optional<UnitChoice> choice(std::string_view key) const;
  // The same, but nothing where it is off, too.
  std::optional<UnitChoice> on(std::string_view key) const;

private:
  std::map<std::string, UnitValues, std::less<>> values_;
};

// "Key=value", for rows that are not checked.
std::string unit_words_of(const UnitSetting& setting);
bool has_specifier(std::string_view text); // "%i", which systemd puts in at start; "%%" is none

} // namespace sbx
