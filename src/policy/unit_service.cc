#include "policy/unit_service.h"

#include "core/escape.h"
#include "policy/fields.h"
#include "policy/unit_settings.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_words = 1024; // of one setting; a group of system calls is a word of hundreds

bool is_command(std::string_view key) {
  return key == "ExecStart" || key == "ExecStartPre" || key == "ExecStartPost" || key == "ExecReload" ||
         key == "ExecStop" || key == "ExecStopPost" || key == "ExecCondition";
}

std::optional<bool> boolean_of_word(std::string_view word) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const std::string_view yes : {"1", "yes", "y", "true", "t", "on"})
    if (lower == yes)
      return true;
  for (const std::string_view no : {"0", "no", "n", "false", "f", "off"})
    if (lower == no)
      return false;
  return std::nullopt;
}

// What is so anyway.
bool is_default(const UnitSetting& setting) {
  return (setting.key == "ProtectProc" && setting.value == "default") ||
         (setting.key == "ProcSubset" && setting.value == "all") ||
         (setting.key == "DevicePolicy" && setting.value == "auto") ||
         (setting.key == "KeyringMode" && setting.value == "inherit");
}

// "+/bin/x": what stands before a command, and takes the sandbox away from it.
void note_free_command(const UnitSetting& setting, Policy& policy) {
  const std::string_view prefix =
      std::string_view(setting.value).substr(0, setting.value.find_first_not_of("@-:+!|"));
  if (prefix.find('+') != std::string_view::npos)
    policy.notes.push_back(
        {fmt::format("{} runs without this sandbox: it begins with '+'", unit_words_of(setting)),
         setting.place, ""});
  else if (prefix.find('!') != std::string_view::npos)
    policy.notes.push_back(
        {fmt::format("{} keeps its privileges: it begins with '!'", unit_words_of(setting)), setting.place,
         ""});
}

} // namespace

UnitService::UnitService(const std::vector<PolicyFile>& files, Policy& policy) {
  bool is_service = false;
  for (const PolicyFile& file : files)
    for (UnitSetting& setting : parse_unit_lines(file)) {
      if (setting.section == "Unit" && setting.key == "JoinsNamespaceOf" && !setting.value.empty())
        policy.notes.push_back({fmt::format("{}: its private namespaces and /tmp may be those of that unit",
                                            unit_words_of(setting)),
                                setting.place, ""});
      if (setting.section != "Service")
        continue;
      is_service = true;
      if (!is_unit_setting(setting.key))
        policy.notes.push_back(
            {fmt::format("systemd knows no setting {} of a service, or it is newer than this program",
                         escaped(setting.key, 80)),
             setting.place, ""});
      if (is_command(setting.key))
        note_free_command(setting, policy);
      UnitValues& all = values_[setting.key];
      if (setting.value.empty())
        all = {{}, setting.place};
      else
        all.values.push_back(std::move(setting));
    }
  if (!is_service && !files.empty())
    refuse(files.front().name, {1, 1},
           "no [Service] section sets anything, so nothing says how it is sandboxed");
  for (const auto& [key, all] : values_)
    if (const std::string_view why = unchecked_why(key); !why.empty())
      for (const UnitSetting& setting : all.values)
        if (!is_default(setting))
          policy.unchecked.push_back({{unit_words_of(setting), std::string(why)}, setting.place, ""});
}

const UnitValues* UnitService::find(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

const UnitSetting* UnitService::last(std::string_view key) const {
  const UnitValues* all = find(key);
  return all && !all->values.empty() ? &all->values.back() : nullptr;
}

std::vector<PlacedWord> UnitService::words(std::string_view key) const {
  std::vector<PlacedWord> found;
  const UnitValues* all = find(key);
  for (std::size_t i = 0; all && i < all->values.size(); ++i) {
    const UnitSetting& setting = all->values[i];
    const auto words = unit_words(setting.value);
    if (!words)
      refuse(setting.place.file, setting.at(0).mark,
             fmt::format("{}: a quote in it is never closed, or a backslash ends it", setting.key));
    if (found.size() + words->size() > most_words)
      refuse(setting.place.file, setting.place.mark,
             fmt::format("{}: more than {} words in all", setting.key, most_words));
    for (const UnitWord& word : *words)
      found.push_back({word.text, setting.at(word.offset), i});
  }
  return found;
}

std::optional<UnitChoice> UnitService::choice(std::string_view key) const {
  const UnitSetting* setting = last(key);
  if (!setting)
    return std::nullopt;
  std::string word = setting->value;
  if (key == "ProtectHostname") // "private:name"
    word = word.substr(0, word.find(':'));
  const std::string_view others = choice_words(key);
  if (word.find(' ') == std::string::npos && others.find(" " + word + " ") != std::string_view::npos)
    return UnitChoice{word, setting->place};
  if (const auto value = boolean_of_word(word))
    return UnitChoice{*value ? "yes" : "no", setting->place};
  refuse(setting->place.file, setting->at(0).mark,
         fmt::format("{}: '{}' is none of: yes no{}", setting->key, escaped(setting->value, 80),
                     others.substr(0, others.find_last_not_of(' ') + 1)));
}

std::optional<UnitChoice> UnitService::on(std::string_view key) const {
  auto found = choice(key);
  return found && found->word != "no" ? found : std::nullopt;
}

std::string unit_words_of(const UnitSetting& setting) {
  return fmt::format("{}={}", setting.key, escaped(setting.value, 120));
}

bool has_specifier(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 2))
    if (at + 1 == text.size() || text[at + 1] != '%')
      return true;
  return false;
}

} // namespace sbx
