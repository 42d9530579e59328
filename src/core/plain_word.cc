#include "core/plain_word.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

constexpr std::size_t most_value = 64;

// Options whose value is a kind, or the name of a container, machine or sandbox.
constexpr std::array<std::string_view, 22> telling_options{
    "--platform", "--type",   "--net",     "--isolation", "--namespace",  "-namespace",
    "-n",         "--name",   "-name",     "--id",        "-id",          "-c",
    "--cid",      "-M",       "--machine", "--runtime",   "--sandbox-id", "-accel",
    "-machine",   "-sandbox", "--seccomp", "--workdir"};

// What launchers are told to do, as a word of its own.
constexpr std::array<std::string_view, 22> known_words{"run",           "exec",
                                                       "boot",          "gofer",
                                                       "create",        "start",
                                                       "machine",       "sandbox",
                                                       "moby",          "k8s.io",
                                                       "forkstart",     "spawn",
                                                       "linux",         "launch",
                                                       "runsc-sandbox", "runsc-gofer",
                                                       "landrun",       "zero-landlock",
                                                       "srt",           "serve",
                                                       "krun",          "run.oci.handler=krun"};

// Parts that only the paths and titles of launchers have.
constexpr std::array<std::string_view, 14> known_parts{
    "/libpod",           "/crio",     "/run/vc/", "/kata-containers/",   "/.boxlite/boxes/", "/.flatpak-info",
    "/sandbox-runtime/", "/.bin/srt", "/bin/srt", "codex-linux-sandbox", "[lxc monitor]",    "/landrun",
    "/zero-landlock",    " --type="};

// With one dash, and longer than a letter.
constexpr std::array<std::string_view, 8> known_options{"-address", "-publish-binary", "-bundle", "-kernel",
                                                        "-drive",   "-nodefaults",     "-append", "-lic"};

bool is_known(std::string_view word) {
  return std::find(known_words.begin(), known_words.end(), word) != known_words.end() ||
         (word.size() <= 256 &&
          std::any_of(known_parts.begin(), known_parts.end(),
                      [&](std::string_view part) { return word.find(part) != word.npos; }));
}

bool is_identifier(std::string_view word) {
  return word.size() >= 12 && word.size() <= 64 && word.find_first_not_of("0123456789abcdef") == word.npos;
}

bool is_telling(std::string_view option) {
  return std::find(telling_options.begin(), telling_options.end(), option) != telling_options.end();
}

// Of "-c" only identifiers are told: of a shell it is a program.
bool is_value_of(std::string_view option, std::string_view value) {
  const bool plain = value.size() <= most_value && std::all_of(value.begin(), value.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              c == '.' || c == '_' || c == '-' || c == ',' || c == ':';
                     });
  return plain && is_telling(option) && option != "-c";
}

// "-phunter2" is told as "-p...": a value may stand behind one letter.
std::string single_dash_word(std::string_view word) {
  if (word.size() <= 2 || is_telling(word) || is_known(word) ||
      std::find(known_options.begin(), known_options.end(), word) != known_options.end())
    return std::string(word);
  return std::string(word.substr(0, 2)) + std::string(untold_word);
}

std::string option_word(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == word.npos)
    return word.starts_with("--") ? std::string(word.substr(0, most_value)) : single_dash_word(word);
  const std::string_view option = word.substr(0, equals), value = word.substr(equals + 1);
  return std::string(option.substr(0, most_value)) + "=" +
         (is_value_of(option, value) || is_identifier(value) || is_known(value) ? std::string(value)
                                                                                : std::string(untold_word));
}

// A process may write its words anew, as one with spaces: "chromium --type=renderer --token=x".
std::string title_word(const std::string& word) {
  if (word.find(' ') == std::string::npos)
    return word;
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= word.size();) {
    const std::size_t space = std::min(word.find(' ', at), word.size());
    parts.push_back(word.substr(at, space - at));
    at = space + 1;
  }
  std::string told;
  for (const std::string& it : plain_words(parts))
    told += (told.empty() ? "" : " ") + it;
  return told;
}

} // namespace

std::vector<std::string> plain_words(const std::vector<std::string>& words) {
  std::vector<std::string> told;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (i == 0)
      told.push_back(title_word(word));
    else if (word.starts_with('-') && !is_known(word))
      told.push_back(option_word(word));
    else if (is_known(word) || is_identifier(word) || word.empty() || is_value_of(words[i - 1], word))
      told.push_back(word);
    else
      told.emplace_back(untold_word);
  }
  return told;
}

} // namespace sbx
