#include "kernel/live_commands.h"

#include "core/plain_word.h"
#include "kernel/file.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_bytes = 4096, most_words = 256;

bool is_pid(const std::string& text) {
  return !text.empty() && text.size() <= 10 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// So that it holds no comma either.
std::string list_word(std::string_view bytes) {
  std::string word = ":";
  for (const char c : escaped_word(bytes))
    word += c == ',' ? std::string("\\x2c") : std::string(1, c);
  return word;
}

std::string exe_word(int proc, const std::string& pid) {
  const auto dir = open_beneath(proc, pid, O_PATH | O_DIRECTORY);
  if (!dir)
    return refusal_word(dir.error());
  std::string link(4096, '\0');
  const ssize_t length = readlinkat(dir->get(), "exe", link.data(), link.size());
  return length < 0 ? refusal_word(errno)
                    : ":" + escaped_word(std::string_view(link.data(), static_cast<std::size_t>(length)));
}

std::string argv_word(int proc, const std::string& pid) {
  const auto file = open_beneath(proc, pid + "/cmdline", O_RDONLY);
  if (!file)
    return refusal_word(file.error());
  std::string text(most_bytes + 1, '\0');
  const ssize_t length = read(file->get(), text.data(), text.size());
  if (length < 0)
    return refusal_word(errno);
  text.resize(static_cast<std::size_t>(length));
  bool cut = text.size() > most_bytes;
  std::vector<std::string> words;
  for (std::string_view rest(text); !rest.empty() && words.size() < most_words;) {
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    cut = cut || (words.size() == most_words && !rest.empty());
  }
  std::string list;
  for (const std::string& word : plain_words(words))
    list += (list.empty() ? "" : ",") + list_word(word);
  return (cut ? "cut," : "") + list;
}

void ask(const Asking& asking) {
  const int proc = asking.target.proc();
  for (std::size_t i = asking.first; i < asking.paths.size(); ++i) {
    const std::string& pid = asking.paths[i];
    say(asking.out, is_pid(pid)
                        ? fmt::format("{} exe={} argv={}\n", pid, exe_word(proc, pid), argv_word(proc, pid))
                        : fmt::format("{} {}\n", escaped_word(pid), refusal_word(EINVAL)));
  }
}

bool ends_entry(std::string_view) { return true; }

std::string unanswered(const std::string& pid, std::string_view, int error) {
  return fmt::format("{} {}\n", escaped_word(pid), refusal_word(error));
}

} // namespace

Reading read_commands(const ProcTarget& target, const std::vector<std::string>& pids) {
  return ask_in_children(target, pids, {ask, ends_entry, unanswered});
}

} // namespace sbx
