#include "report/seccomp_page.h"

#include "core/some_of.h"
#include "report/json.h"
#include "report/report_rows.h"
#include "report/words.h"
#include "seccomp/action.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Texts = std::vector<std::string>;

std::string text_of(const Claims& claim) {
  return claim.is_string() ? claim.get<std::string>() : std::string();
}

// "errno EPERM" of "errno:1".
std::string words_of(const Claims& action) {
  if (!action.is_string())
    return "not evaluated";
  const auto known = parse_action(text_of(action));
  return known ? action_words(*known) : text_of(action);
}

struct Call {
  std::string name;
  const Claims* row;
};

std::vector<Call> calls_of(const Claims& architecture) {
  std::vector<Call> calls;
  for (const auto& [name, row] : architecture["syscalls"].items())
    calls.push_back({name, &row});
  std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
    return (*a.row)["number"].get<std::uint64_t>() < (*b.row)["number"].get<std::uint64_t>();
  });
  return calls;
}

bool is_conditional(const Claims& row) { return row["action"] == "conditional"; }

// "errno EPERM when flags & CLONE_NEWUSER", one line for each; "otherwise allow" is the last. What is said as
// "otherwise" in the same words is left out: a tracer or handler is told different numbers, people need not
// be.
Texts condition_texts(const Claims& row) {
  const Claims& list = row["conditions"];
  const std::string rest = words_of(list.back()["action"]);
  Texts texts;
  for (const Claims& it : list)
    if (const std::string words = words_of(it["action"]); words != rest)
      texts.push_back(fmt::format("{} when {}", words, text_of(it["when"])));
  texts.push_back(texts.empty() ? rest : "otherwise " + rest);
  if (row.contains("conditions_cut"))
    texts.emplace_back("and more conditions than can be listed");
  return texts;
}

Texts row_texts(const Claims& row) {
  Texts texts = is_conditional(row) ? condition_texts(row) : Texts{words_of(row["action"])};
  if (row.contains("exempt"))
    texts.back() += " (the kernel asks no filter)";
  return texts;
}

// The names for each action, the strictest first; what is allowed is only counted.
void draw_actions(Sheet& sheet, const std::vector<Call>& calls) {
  struct Group {
    SeccompAction action; // the first; others are said in the same words
    std::string words;
    Texts names;
  };
  std::vector<Group> groups;
  std::size_t not_evaluated = 0;
  for (const Call& call : calls) {
    if (is_conditional(*call.row))
      continue;
    const auto action = parse_action(text_of((*call.row)["action"]));
    if (!action) {
      ++not_evaluated;
      continue;
    }
    const std::string words = action_words(*action);
    const auto same =
        std::find_if(groups.begin(), groups.end(), [&](const Group& it) { return it.words == words; });
    (same == groups.end() ? groups.emplace_back(Group{*action, words, {}}) : *same)
        .names.push_back(call.name);
  }
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.action.kind != b.action.kind ? a.action.kind < b.action.kind : a.action.data < b.action.data;
  });
  for (const Group& it : groups)
    sheet.row("  " + it.words, std::nullopt,
              {it.action.kind == ActionKind::allow
                   ? fmt::format("{} calls", it.names.size())
                   : fmt::format("{}: {}", it.names.size(), fmt::join(it.names, " "))});
  if (not_evaluated > 0)
    sheet.row("  not evaluated", std::nullopt, {fmt::format("{} calls", not_evaluated)});
}

std::string heading_of(const std::string& abi, const Claims& architecture, std::size_t conditional) {
  return fmt::format("{}: by default {}{}", abi,
                     architecture["default"].is_string() ? words_of(architecture["default"]) : "it depends",
                     conditional > 0 ? fmt::format("; {} by their arguments", conditional) : "");
}

void draw_native(Sheet& sheet, const std::string& abi, const Claims& architecture) {
  const auto calls = calls_of(architecture);
  const auto conditional = static_cast<std::size_t>(
      std::count_if(calls.begin(), calls.end(), [](const Call& it) { return is_conditional(*it.row); }));
  sheet.blank();
  sheet.heading(heading_of(abi, architecture, conditional));
  draw_actions(sheet, calls);
  for (const Call& call : calls)
    if (is_conditional(*call.row))
      sheet.row("  " + call.name, std::nullopt, condition_texts(*call.row));
}

// Another way into the kernel: what is different there, by name.
void draw_other(Sheet& sheet, const std::string& abi, const Claims& architecture,
                const std::string& native_name, const Claims& native) {
  sheet.blank();
  const auto calls = calls_of(architecture);
  const bool one = !calls.empty() && std::all_of(calls.begin(), calls.end(), [&](const Call& it) {
    return (*it.row)["action"] == (*calls.front().row)["action"] && !is_conditional(*it.row);
  });
  if (one) {
    sheet.heading(fmt::format("{}: every call: {}", abi, words_of((*calls.front().row)["action"])));
    return;
  }
  Texts opened, closed, otherwise;
  std::size_t another_answer = 0;
  for (const Call& call : calls) {
    const auto same = native["syscalls"].find(call.name);
    if (same == native["syscalls"].end())
      continue;
    const auto here = parse_action(text_of((*call.row)["action"])),
               there = parse_action(text_of((*same)["action"]));
    if (!here && !there) {
      if (call.row->value("conditions", Claims()) != same->value("conditions", Claims()))
        otherwise.push_back(call.name);
    } else if (!here || !there) {
      otherwise.push_back(call.name);
    } else if (lets_through(*here) != lets_through(*there)) {
      (lets_through(*here) ? opened : refuses(*here) ? closed : otherwise).push_back(call.name);
    } else if (!lets_through(*here) && *here != *there) { // to be logged is no difference to the caller
      ++another_answer;
    }
  }
  sheet.heading(heading_of(abi, architecture, 0));
  if (opened.empty() && closed.empty() && otherwise.empty())
    sheet.row("  as " + native_name, std::nullopt, {"every call that both have"});
  const std::pair<std::string_view, const Texts&> differences[] = {
      {"  open here", opened}, {"  refused here", closed}, {"  otherwise", otherwise}};
  for (const auto& [title, names] : differences)
    if (!names.empty())
      sheet.row(title, std::nullopt, {fmt::format("{}: {}", names.size(), fmt::join(names, " "))});
  if (another_answer > 0)
    sheet.row("  another answer", std::nullopt,
              {fmt::format("{}: not let through by either", another_answer)});
}

void draw_rows(Sheet& sheet, const std::string& abi, const Claims& architecture) {
  sheet.blank();
  sheet.heading(heading_of(abi, architecture, 0));
  for (const Call& call : calls_of(architecture))
    sheet.row(fmt::format("  {:<4} {}", (*call.row)["number"].get<std::uint64_t>() & 0x3fffffff, call.name),
              std::nullopt, row_texts(*call.row));
  std::vector<std::pair<Texts, Texts>> others; // what is done, with which numbers
  for (const Claims& other : architecture["others"]) {
    const Texts what = row_texts(other);
    const auto same =
        std::find_if(others.begin(), others.end(), [&](const auto& it) { return it.first == what; });
    (same == others.end() ? others.emplace_back(what, Texts()) : *same)
        .second.push_back(fmt::format("{:#x}-{:#x}", other["first"].get<std::uint64_t>(),
                                      other["last"].get<std::uint64_t>()));
  }
  for (auto& [what, ranges] : others) {
    Texts texts = what;
    texts.push_back(some_of(std::move(ranges)));
    sheet.row("  other numbers", std::nullopt, texts);
  }
}

std::string flags_of(const Claims& filter) {
  Texts flags;
  for (const char* name : {"log", "notify", "wait_killable"})
    if (filter[name].is_boolean() && filter[name].get<bool>())
      flags.emplace_back(name);
  return flags.empty() ? std::string() : fmt::format(", {}", fmt::join(flags, ", "));
}

// Lines as they are: a listing is read by columns.
void draw_listings(Sheet& sheet, const Claims& document) {
  std::size_t number = 0;
  for (const Claims& filter : document["filters"]) {
    ++number;
    if (!filter.contains("disassembly"))
      continue;
    sheet.blank();
    sheet.heading(fmt::format("Filter {} of {}: {} instructions", number, document["filters"].size(),
                              filter["disassembly"].size()));
    std::size_t index = 0;
    for (const Claims& line : filter["disassembly"]) {
      const std::string comment = text_of(line["comment"]);
      sheet.line_as_it_is(
          fmt::format("{:>7} {}  {:<40}{}",
                      line["target"].get<bool>() ? fmt::format("L{}:", index) : fmt::format("{} ", index),
                      text_of(line["raw"]), text_of(line["text"]), comment.empty() ? "" : "; " + comment));
      ++index;
    }
  }
}

void draw_filters(Sheet& sheet, const Claims& document) {
  sheet.blank();
  sheet.heading("Filters, the oldest first");
  std::size_t number = 0;
  for (const Claims& filter : document["filters"]) {
    ++number;
    Texts texts{
        fmt::format("{} instructions{}", filter["instructions"].get<std::uint64_t>(), flags_of(filter)),
        "sha256 " + text_of(filter["sha256"]).substr(0, 16) + "..."};
    if (filter.contains("profile") && filter["profile"].is_object())
      texts.push_back(text_of(filter["profile"]["words"]));
    sheet.row(fmt::format("  {}", number), std::nullopt, texts);
  }
  if (document["chains"].size() < 2)
    return;
  for (const Claims& chain : document["chains"]) {
    const auto numbers = chain["filters"].get<std::vector<std::uint64_t>>();
    const auto tids = chain["tasks"].get<std::vector<std::int64_t>>();
    const auto total = chain["tasks_total"].get<std::size_t>();
    sheet.row(chain["strict"].get<bool>() ? "  strict mode"
              : numbers.empty()           ? "  no filter"
                                          : fmt::format("  under {}", fmt::join(numbers, ", ")),
              std::nullopt,
              {fmt::format("threads {}{}", fmt::join(tids, ", "),
                           total > tids.size() ? fmt::format(" and {} more", total - tids.size()) : "")});
  }
}

// "errno EPERM", or "depends on arguments: ..."
std::string decision_words(const Claims& decision) {
  return is_conditional(decision) ? fmt::format("{}", fmt::join(condition_texts(decision), ", "))
                                  : words_of(decision["action"]);
}

void draw_against(Sheet& sheet, const Claims& against) {
  sheet.blank();
  if (against["same"].is_null()) {
    sheet.heading("Against the profile: not known, for not everything could be compared");
    return;
  }
  if (against["same"] == true) {
    sheet.heading("Against the profile: the same");
    return;
  }
  sheet.heading(fmt::format("Against the profile: {} differences",
                            against["differences"].size() + against["architectures"].size()));
  for (const Claims& it : against["architectures"])
    sheet.row("  " + text_of(it["architecture"]), std::nullopt,
              {it["refused_here"].get<bool>() ? "every call is refused here, and not by the profile"
                                              : "every call is refused by the profile, and not here"});
  // What is the same by several ways into the kernel is said once.
  struct Row {
    std::string name;
    Texts texts, abis;
  };
  std::vector<Row> rows;
  for (const Claims& it : against["differences"]) {
    const std::string name = it["syscall"].is_string() ? text_of(it["syscall"]) : std::string("newer calls");
    const Texts texts{"here: " + decision_words(it["here"]), "profile: " + decision_words(it["there"])};
    const auto same = std::find_if(rows.begin(), rows.end(),
                                   [&](const Row& row) { return row.name == name && row.texts == texts; });
    (same == rows.end() ? rows.emplace_back(Row{name, texts, {}}) : *same)
        .abis.push_back(text_of(it["architecture"]));
  }
  for (Row& row : rows) {
    row.texts.push_back(fmt::format("({})", fmt::join(row.abis, ", ")));
    sheet.row("  " + row.name, std::nullopt, row.texts);
  }
}

bool restricts(const Claims& document) {
  return !document["filters"].empty() ||
         std::any_of(document["chains"].begin(), document["chains"].end(),
                     [](const Claims& chain) { return chain["strict"].get<bool>(); });
}

void draw_document(Sheet& sheet, const SeccompPage& page) {
  const Claims& document = page.document;
  if (page.listings) {
    draw_listings(sheet, document);
    return;
  }
  if (document.contains("profile") && document["profile"].is_object())
    sheet.row("Profile", std::nullopt, {text_of(document["profile"]["words"])});
  const auto abis = document["abis"].get<Texts>();
  const Claims& tables = document["architectures"];
  for (const std::string& abi : abis) {
    if (page.every_call)
      draw_rows(sheet, abi, tables[abi]);
    else if (abi == abis.front())
      draw_native(sheet, abi, tables[abi]);
    else
      draw_other(sheet, abi, tables[abi], abis.front(), tables[abis.front()]);
  }
  if (!page.every_call) {
    draw_filters(sheet, document);
    draw_warnings(sheet, document["warnings"]);
  }
}

} // namespace

std::string render_seccomp(const SeccompPage& page, const TableStyle& style) {
  Sheet sheet(style);
  if (page.report) {
    sheet.header(target_words(page.report->target), vantage_words(*page.report));
    for (const auto& [id, finding] : page.report->layers)
      sheet.row(layer_title(id), state_word(finding.state()), finding_texts(finding));
  } else {
    sheet.header(page.file, "a program by itself");
  }
  if (page.document.is_object() && restricts(page.document))
    draw_document(sheet, page);
  if (page.against.is_object())
    draw_against(sheet, page.against);
  if (page.report)
    draw_requirements(sheet, *page.report);
  return sheet.take();
}

std::string render_seccomp_json(const SeccompPage& page, const std::string& tool_version) {
  Claims out = page.document.is_object() ? page.document : Claims::object();
  for (const char* name : {"filters", "chains", "profile", "abis", "architectures", "warnings"})
    if (!out.contains(name))
      out[name] = nullptr;
  out["schema"] = "sbx-attest/seccomp/v1";
  out["tool"] = {{"name", "sbx-attest"}, {"version", tool_version}};
  out["file"] = page.report ? Claims() : Claims(page.file);
  out["target"] = page.report ? target_json(page.report->target) : Claims();
  out["layer"] = page.report && !page.report->layers.empty()
                     ? finding_json(page.report->layers.front().second)
                     : Claims();
  out["requirements"] = page.report ? requirements_json(*page.report) : Claims::array();
  out["verdict"] = page.report ? verdict_json(*page.report) : Claims();
  if (!page.against.is_null())
    out["against"] = page.against;
  return out.dump(2, ' ', true, Claims::error_handler_t::replace) + '\n';
}

} // namespace sbx
