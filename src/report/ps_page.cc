#include "report/ps_page.h"

#include "core/some_of.h"
#include "report/sheet.h"
#include "report/text_layout.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Cells = std::array<std::string, 10>;

constexpr std::size_t widest_name = 44;

// "yes", "no", "?", "2 of 7", or "part": some threads of a process.
std::string share_word(const Share& share) {
  if (share.partly > 0)
    return "part";
  if (share.with > 0 && share.without > 0)
    return fmt::format("{} of {}", share.with, share.total());
  if (share.unseen > 0 || share.total() == 0)
    return "?";
  return share.with > 0 ? "yes" : "no";
}

const Share& share_of(const PsRow& row, std::string_view name) {
  static const Share none;
  const auto found =
      std::find_if(row.has.begin(), row.has.end(), [&](const auto& it) { return it.first == name; });
  return found == row.has.end() ? none : found->second;
}

// "mnt pid net", with "~" before what only some have and "?" behind what was not seen.
std::string apart_words(const PsRow& row) {
  std::vector<std::string> words;
  for (const char* name : {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time", "chroot", "vm"}) {
    const std::string word = share_word(share_of(row, name));
    const bool extra = std::string_view(name) == "vm" || std::string_view(name) == "chroot";
    if (word == "yes")
      words.emplace_back(name);
    else if (word == "?" && !extra)
      words.push_back(std::string(name) + "?");
    else if (word != "no" && word != "?")
      words.push_back("~" + std::string(name));
  }
  return words.empty() ? "-" : fmt::format("{}", fmt::join(words, " "));
}

std::string landlock_word(const PsRow& row) {
  const std::string word = share_word(share_of(row, "landlock"));
  return word == "yes" && row.landlock_layers.value_or(0) > 1 ? fmt::format("yes x{}", *row.landlock_layers)
                                                              : word;
}

std::string caps_word(const PsRow& row) {
  const std::string word = share_word(share_of(row, "no_capabilities"));
  return word == "yes" ? "none" : word == "no" ? "held" : word;
}

std::string weakest_words(const PsRow& row) {
  if (row.lacks.empty()) {
    const bool seen = std::none_of(row.has.begin(), row.has.end(), [](const auto& it) {
      return it.first != "vm" && it.second.unseen > 0; // who has one thread was not asked for a machine
    });
    return row.processes + row.exited <= 1 ? "" : seen ? "all alike" : "no difference seen";
  }
  return fmt::format("{} {}: no {}", row.weakest, row.weakest_comm, fmt::join(row.lacks, ", "));
}

std::string count_words(const PsRow& row) {
  return row.exited == 0 ? fmt::format("{}", row.processes)
                         : fmt::format("{}+{}Z", row.processes, row.exited);
}

std::string shortened(std::string text, bool unicode) {
  text = printable(text, unicode);
  if (display_columns(text) <= widest_name)
    return text;
  return wrapped(text, widest_name - 3).front() + "...";
}

Cells cells_of(const PsRow& row, const TableStyle& style) {
  return {shortened(row.what, style.unicode),
          fmt::format("{}", row.first),
          count_words(row),
          apart_words(row),
          share_word(share_of(row, "seccomp")),
          share_word(share_of(row, "no_new_privs")),
          caps_word(row),
          landlock_word(row),
          row.chain.empty() ? "?" : shortened(row.chain, style.unicode),
          printable(weakest_words(row), style.unicode)};
}

Claims share_json(const Share& share) {
  return {
      {"with", share.with}, {"partly", share.partly}, {"without", share.without}, {"unseen", share.unseen}};
}

Claims row_json(const PsRow& row) {
  Claims has = Claims::object();
  for (const auto& [name, share] : row.has)
    has[name] = share_json(share);
  return {{"what", row.what},
          {"chain", row.chain},
          {"launchers", row.launchers.is_null() ? Claims::array() : row.launchers},
          {"first", {{"pid", row.first}, {"comm", row.first_comm}}},
          {"members", row.members},
          {"processes", row.processes},
          {"threads", row.threads},
          {"exited", row.exited},
          {"has", std::move(has)},
          {"landlock_layers", row.landlock_layers ? Claims(*row.landlock_layers) : Claims()},
          {"weakest", {{"pid", row.weakest}, {"comm", row.weakest_comm}, {"lacks", row.lacks}}}};
}

} // namespace

std::string render_ps(const PsPage& page, const TableStyle& style) {
  std::vector<Cells> table{
      {"SANDBOX", "FIRST", "PROCS", "OWN", "SECCOMP", "NNP", "CAPS", "LANDLOCK", "MADE BY", "WEAKEST"}};
  std::vector<std::string> zombies;
  for (const PsRow& it : page.rows)
    if (it.processes > 0)
      table.push_back(cells_of(it, style));
    else
      zombies.push_back(fmt::format("{} ({})", it.first, it.first_comm));
  std::array<std::size_t, 10> widths{};
  for (const Cells& cells : table)
    for (std::size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], display_columns(cells[i]));
  Sheet sheet(style);
  for (const Cells& cells : table.size() == 1 ? std::vector<Cells>() : table) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i)
      line += cells[i] + padding(cells[i], widths[i] + 2);
    line.erase(line.find_last_not_of(' ') + 1);
    sheet.line_as_it_is(line);
  }
  if (table.size() == 1)
    sheet.line_as_it_is(fmt::format("no sandbox among the {} processes that /proc shows", page.looked_at));
  if (!zombies.empty())
    sheet.line_as_it_is(
        fmt::format("note: {} more had exited when they were looked at, and run no code: {}; see -o json",
                    zombies.size(), some_of(zombies, 3)));
  for (const std::string& note : page.notes)
    sheet.line_as_it_is("note: " + note);
  return sheet.take();
}

std::string render_ps_json(const PsPage& page) {
  Claims rows = Claims::array();
  for (const PsRow& it : page.rows)
    rows.push_back(row_json(it));
  const Claims json{
      {"schema", "sbx-attest/ps/v1"}, {"tool", {{"name", "sbx-attest"}, {"version", page.tool_version}}},
      {"looked_at", page.looked_at},  {"settled", page.settled},
      {"sandboxes", std::move(rows)}, {"notes", page.notes}};
  return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + '\n';
}

} // namespace sbx
