#include "rules/secret_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace sbx {

namespace {

template <std::size_t count> using Words = std::array<std::string_view, count>;

// Known names that look like secrets and are none: paths, sockets, ids that are public.
constexpr Words<7> harmless{"SSH_AUTH_SOCK", // the agent's socket
                            "GPG_KEY",       // of Python's image: the public id of who signed the release
                            "GOOGLE_APPLICATION_CREDENTIALS", // a path
                            "PWD",                            // directories
                            "OLDPWD",
                            "KUBECONFIG",
                            "SSH_ASKPASS"};

// Known names that do not look like secrets and are.
constexpr Words<5> secret_names{"SSHPASS", "PGPASSWORD", "PGPASS", "DOCKER_AUTH_CONFIG", "BW_SESSION"};

// One of these says it.
constexpr Words<16> secret_words{"TOKEN",       "TOKENS",     "SECRET", "SECRETS", "PASSWORD", "PASSWORDS",
                                 "PASSWD",      "PASSPHRASE", "PASS",   "PWD",     "PSWD",     "CREDENTIAL",
                                 "CREDENTIALS", "CREDS",      "APIKEY", "BEARER"};

// One of these says it at the end of the name.
constexpr Words<7> secret_ends{"DSN", "PAT", "JWT", "COOKIE", "SALT", "KEY", "KEYS"};

// Before KEY or KEYS at the end: keys that lock nothing.
constexpr Words<16> open_keys{"PUBLIC",  "PUB",       "GPG",      "CACHE",  "SORT", "PRIMARY",
                              "FOREIGN", "PARTITION", "SHORTCUT", "HOT",    "HOST", "ROUTING",
                              "ANSWER",  "ARROW",     "META",     "COMPOSE"};

// Two words, one behind the other, anywhere in the name.
constexpr std::array<Words<2>, 8> secret_pairs{{{"API", "KEY"},
                                                {"ACCESS", "KEY"},
                                                {"PRIVATE", "KEY"},
                                                {"SECRET", "KEY"},
                                                {"CONNECTION", "STRING"},
                                                {"DATABASE", "URL"},
                                                {"DB", "URL"},
                                                {"WEBHOOK", "URL"}}};

// A URL of these holds the password: mongodb://user:password@host.
constexpr Words<10> stores{"MONGO", "MONGODB", "REDIS",    "POSTGRES", "POSTGRESQL",
                           "MYSQL", "AMQP",    "RABBITMQ", "SMTP",     "BROKER"};

// At the end: what is about a secret and is none. AWS_CONTAINER_CREDENTIALS_FULL_URI is an address.
constexpr Words<25> about{"FILE",     "FILES",     "PATH",    "DIR",      "DIRECTORY", "URL",     "URI",
                          "ENDPOINT", "HOST",      "PORT",    "TTL",      "EXPIRY",    "EXPIRES", "LENGTH",
                          "TYPE",     "NAME",      "ENABLED", "DISABLED", "TIMEOUT",   "COUNT",   "LIMIT",
                          "ISSUER",   "ALGORITHM", "VERSION", "COMMAND"};

// Anywhere: tokens that are counted, not kept secret (MAX_OUTPUT_TOKENS).
constexpr Words<7> counts{"MAX", "MIN", "NUM", "BUDGET", "LIMIT", "OUTPUT", "THINKING"};

template <class Among> bool among(std::string_view word, const Among& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool small(char c) { return c >= 'a' && c <= 'z'; }
bool large(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

// In capitals, cut at whatever is no letter and no digit, and where small letters meet capitals (authToken).
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  char before = '_';
  for (const char c : name) {
    const bool part = small(c) || large(c) || digit(c);
    if (!words.back().empty() && (!part || (large(c) && small(before))))
      words.emplace_back();
    if (part)
      words.back() += static_cast<char>(small(c) ? c - 'a' + 'A' : c);
    before = c;
  }
  if (words.back().empty())
    words.pop_back();
  return words;
}

bool has_pair(const std::vector<std::string>& words) {
  for (std::size_t i = 1; i < words.size(); ++i)
    for (const auto& pair : secret_pairs)
      if (words[i - 1] == pair[0] && words[i] == pair[1])
        return true;
  return false;
}

std::string joined(const std::vector<std::string>& words) {
  std::string name;
  for (const std::string& word : words)
    name += (name.empty() ? "" : "_") + word;
  return name;
}

bool ends_like_a_secret(const std::vector<std::string>& words) {
  const std::string& last = words.back();
  if (words.size() < 2 || !among(last, secret_ends)) // KEY alone may be anything
    return false;
  return (last != "KEY" && last != "KEYS") || !among(words[words.size() - 2], open_keys);
}

} // namespace

bool names_a_secret(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  if (words.empty())
    return false;
  const std::string whole = joined(words);
  if (among(whole, harmless))
    return false;
  if (among(whole, secret_names))
    return true;
  const std::string& last = words.back();
  if ((last == "URL" || last == "URI") &&
      (has_pair(words) ||
       std::any_of(words.begin(), words.end(), [](const auto& it) { return among(it, stores); })))
    return true;
  if (among(last, about))
    return false;
  const bool counted =
      std::any_of(words.begin(), words.end(), [](const auto& it) { return among(it, counts); });
  for (const std::string& word : words)
    if (among(word, secret_words) && !(counted && (word == "TOKEN" || word == "TOKENS")))
      return true;
  return has_pair(words) || ends_like_a_secret(words);
}

} // namespace sbx
