#include "report/report_difference.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "report/claim_sense.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>

namespace sbx {

namespace {

using nlohmann::json;
using Differences = std::vector<ReportDifference>;

const json& at(const json& object, std::string_view key) {
  static const json none;
  if (!object.is_object())
    return none;
  const auto found = object.find(std::string(key));
  return found == object.end() ? none : *found;
}

std::string text_of(const json& value) {
  return value.is_string() ? escaped(value.get<std::string>(), 200) : std::string();
}

std::string words(const json& value) {
  constexpr std::size_t most = 160;
  if (value.is_null())
    return "not seen";
  if (value.is_string())
    return text_of(value);
  if (value.is_boolean())
    return value.get<bool>() ? "yes" : "no";
  const bool texts = value.is_array() &&
                     std::all_of(value.begin(), value.end(), [](const json& it) { return it.is_string(); });
  if (!texts)
    return escaped(value.dump(-1, ' ', true, json::error_handler_t::replace), most);
  std::vector<std::string> names;
  for (const json& it : value)
    names.push_back(text_of(it));
  return names.empty() ? "none" : some_of(names, 8);
}

// Which of the two withholds more?
Change more_or_less(bool more, bool less, Sense sense) {
  if (sense == Sense::neither || more == less)
    return Change::changed;
  return more == (sense == Sense::withholds) ? Change::stronger : Change::weaker;
}

std::set<std::string> set_of(const json& list) {
  std::set<std::string> out;
  for (const json& it : list)
    out.insert(it.dump(-1, ' ', true, json::error_handler_t::replace));
  return out;
}

Change change_of(const json& before, const json& after, Sense sense) {
  if (before.is_null() || after.is_null())
    return Change::unseen;
  if (before.is_number_integer() && after.is_number_integer())
    return more_or_less(after > before, after < before, sense);
  if (before.is_boolean() && after.is_boolean())
    return more_or_less(after.get<bool>(), before.get<bool>(), sense);
  if (!before.is_array() || !after.is_array())
    return Change::changed;
  const auto old = set_of(before), now = set_of(after);
  return more_or_less(!std::includes(old.begin(), old.end(), now.begin(), now.end()),
                      !std::includes(now.begin(), now.end(), old.begin(), old.end()), sense);
}

std::optional<int> rank(const std::string& state) {
  constexpr std::array<std::string_view, 3> known{"absent", "partial", "enforced"};
  const auto found = std::find(known.begin(), known.end(), state);
  return found == known.end() ? std::nullopt : std::optional(static_cast<int>(found - known.begin()));
}

class Comparison {
public:
  void layer(const std::string& id, const json& before, const json& after) {
    if (before.is_null() || after.is_null()) {
      add(id, "layer", Change::unseen, before.is_null() ? "not in this report" : text_of(at(before, "state")),
          after.is_null() ? "not in this report" : text_of(at(after, "state")));
      return;
    }
    state(id, at(before, "state"), at(after, "state"));
    claims(id, "", at(before, "claims"), at(after, "claims"));
    rules(id, at(at(before, "claims"), "rule_list"), at(at(after, "claims"), "rule_list"));
    programs(id, at(at(before, "claims"), "filter_list"), at(at(after, "claims"), "filter_list"));
    member(id, "profile", at(at(at(before, "claims"), "profile"), "words"),
           at(at(at(after, "claims"), "profile"), "words"));
    warnings(id, at(at(before, "claims"), "warnings"), at(at(after, "claims"), "warnings"));
  }

  // By value, whatever it means.
  void member(const std::string& where, const std::string& what, const json& before, const json& after) {
    if (before != after)
      add(where, what, change_of(before, after, Sense::neither), words(before), words(after));
  }

  void requirements(const json& before, const json& after) {
    std::map<std::string, std::pair<json, json>> both;
    for (const json& it : before.is_array() ? before : json::array())
      both[text_of(at(it, "expression"))].first = at(it, "verdict");
    for (const json& it : after.is_array() ? after : json::array())
      both[text_of(at(it, "expression"))].second = at(it, "verdict");
    for (const auto& [expression, verdicts] : both) {
      const auto& [was, is] = verdicts;
      if (was.is_null() || is.is_null() || was == is)
        continue; // asked for in one of them only: no change of the sandbox
      const Change change = was == "met" && is == "unmet"   ? Change::weaker
                            : was == "unmet" && is == "met" ? Change::stronger
                                                            : Change::unseen;
      add("requirements", expression, change, text_of(was), text_of(is));
    }
  }

  Differences take() { return std::move(found_); }

private:
  void add(std::string layer, std::string what, Change change, std::string before, std::string after) {
    found_.push_back({std::move(layer), std::move(what), change, std::move(before), std::move(after)});
  }

  void state(const std::string& id, const json& before, const json& after) {
    const std::string was = text_of(before), is = text_of(after);
    if (was == is)
      return;
    const auto old = rank(was), now = rank(is);
    Change change = Change::unseen;
    if (old && now)
      change = *now < *old ? Change::weaker : Change::stronger;
    else if (was == "not_applicable" || is == "not_applicable")
      change = Change::changed;
    add(id, "state", change, was, is);
  }

  void claims(const std::string& id, const std::string& pointer, const json& before, const json& after) {
    if (before == after)
      return;
    const std::optional<Sense> sense = claim_sense(id, pointer);
    if (!sense)
      return;
    if (before.is_object() && after.is_object()) {
      std::set<std::string> keys;
      for (const json* side : {&before, &after})
        for (const auto& entry : side->items())
          keys.insert(entry.key());
      for (const std::string& key : keys)
        claims(id, fmt::format("{}/{}", pointer, key), at(before, key), at(after, key));
      return;
    }
    std::string name = pointer.empty() ? "claims" : escaped(std::string_view(pointer).substr(1), 120);
    std::replace(name.begin(), name.end(), '/', '.');
    add(id, name, change_of(before, after, *sense), words(before), words(after));
  }

  using Names = std::map<std::string, std::string>; // by device and inode

  static std::string file_of(const json& rule) {
    return words(at(rule, "device")) + " " + words(at(rule, "inode"));
  }

  // The kernel may forget the name of a rule's file between two looks: then the other look's name serves.
  static Names names_of(const json& before, const json& after) {
    Names names;
    for (const json* rules : {&before, &after})
      for (const json& rule : *rules)
        if (const json& path = at(rule, "path"); path.is_string() && !at(rule, "inode").is_null())
          names.emplace(file_of(rule), text_of(path));
    return names;
  }

  static std::string rule_name(const json& rule, const Names& names) {
    if (const json& port = at(rule, "port"); !port.is_null())
      return "rule port " + words(port);
    if (const json& path = at(rule, "path"); path.is_string())
      return "rule " + text_of(path);
    if (const auto known = names.find(file_of(rule)); known != names.end())
      return "rule " + known->second;
    return fmt::format("rule inode {} of {}", words(at(rule, "inode")), words(at(rule, "device")));
  }

  // A rule grants.
  void rules(const std::string& id, const json& before, const json& after) {
    if (!before.is_array() || !after.is_array()) {
      if (before.is_array() != after.is_array())
        add(id, "rules", Change::unseen, before.is_array() ? fmt::format("{}", before.size()) : "not seen",
            after.is_array() ? fmt::format("{}", after.size()) : "not seen");
      return;
    }
    std::map<std::string, std::pair<const json*, const json*>> both;
    const Names names = names_of(before, after);
    for (const json& rule : before)
      both[rule_name(rule, names)].first = &rule;
    for (const json& rule : after)
      both[rule_name(rule, names)].second = &rule;
    for (const auto& entry : both) {
      const json* was = entry.second.first;
      const json* is = entry.second.second;
      if (!was || !is) {
        add(id, entry.first, was ? Change::stronger : Change::weaker, was ? rule_words(*was) : "none",
            is ? rule_words(*is) : "none");
        continue;
      }
      if (at(*was, "layers") != at(*is, "layers"))
        add(id, entry.first, rights_change(at(*was, "layers"), at(*is, "layers")), rule_words(*was),
            rule_words(*is));
      // What stands at the name, not that it was forgotten.
      if (at(*was, "path").is_null() == at(*is, "path").is_null())
        member(id, entry.first + " place", at(*was, "status"), at(*is, "status"));
    }
  }

  static std::string rule_words(const json& rule) {
    std::vector<std::string> texts;
    for (const auto& entry : at(rule, "layers").items())
      texts.push_back(fmt::format("layer {}: {}", escaped(entry.key(), 8), words(entry.value())));
    return texts.empty() ? words(at(rule, "layers")) : some_of(texts, 4);
  }

  static Change rights_change(const json& before, const json& after) {
    std::set<std::string> old, now;
    for (const auto& [side, rights] : {std::pair(&before, &old), std::pair(&after, &now)})
      for (const auto& entry : side->items())
        for (const json& right : entry.value())
          rights->insert(entry.key() + " " + words(right));
    return more_or_less(!std::includes(old.begin(), old.end(), now.begin(), now.end()),
                        !std::includes(now.begin(), now.end(), old.begin(), old.end()), Sense::grants);
  }

  // Null stays null: a list that was not seen is not an empty one.
  static json each(const json& list, const char* key) {
    if (!list.is_array())
      return nullptr;
    json out = json::array();
    for (const json& it : list)
      out.push_back(at(it, key));
    return out;
  }

  void programs(const std::string& id, const json& before, const json& after) {
    member(id, "programs", each(before, "sha256"), each(after, "sha256"));
  }

  void warnings(const std::string& id, const json& before, const json& after) {
    const json old = each(before, "id"), now = each(after, "id");
    if (old.is_null() || now.is_null()) {
      member(id, "warnings", old, now);
      return;
    }
    const auto has = [](const json& ids, const json& wanted) {
      return std::find(ids.begin(), ids.end(), wanted) != ids.end();
    };
    for (const json& it : now)
      if (!has(old, it))
        add(id, "warning " + text_of(it), Change::changed, "no", "yes");
    for (const json& it : old)
      if (!has(now, it))
        add(id, "warning " + text_of(it), Change::changed, "yes", "no");
  }

  Differences found_;
};

Result<void> is_report(const json& report, std::string_view which) {
  if (at(report, "schema") == "sbx-attest/report/v1" && at(report, "layers").is_object())
    return {};
  return error(ErrorKind::failure,
               fmt::format("the {} is no report: its schema is not sbx-attest/report/v1; give the JSON of "
                           "inspect -o json, or a recording",
                           which));
}

} // namespace

std::string_view change_name(Change change) {
  switch (change) {
  case Change::weaker:
    return "weaker";
  case Change::stronger:
    return "stronger";
  case Change::changed:
    return "changed";
  case Change::unseen:
    return "unknown";
  }
  return "unknown";
}

std::string_view overall_change(const std::vector<ReportDifference>& differences) {
  const auto any = [&](Change change) {
    return std::any_of(differences.begin(), differences.end(),
                       [&](const ReportDifference& it) { return it.change == change; });
  };
  for (const Change change : {Change::weaker, Change::unseen})
    if (any(change))
      return change_name(change);
  if (any(Change::changed))
    return change_name(Change::changed);
  return any(Change::stronger) ? change_name(Change::stronger) : "same";
}

Result<std::vector<ReportDifference>> compare_reports(const json& before, const json& after) {
  if (auto fine = is_report(before, "first"); !fine)
    return tl::unexpected<Error>(fine.error());
  if (auto fine = is_report(after, "second"); !fine)
    return tl::unexpected<Error>(fine.error());
  Comparison comparison;
  std::set<std::string> ids;
  for (const json* report : {&before, &after})
    for (const auto& entry : at(*report, "layers").items())
      ids.insert(entry.key());
  for (const std::string& id : ids)
    comparison.layer(escaped(id, 40), at(at(before, "layers"), id), at(at(after, "layers"), id));
  for (const char* key : {"kernel_release", "architecture", "landlock", "lsm", "lockdown"})
    comparison.member("platform", key, at(at(before, "platform"), key), at(at(after, "platform"), key));
  comparison.member("target", "comm", at(at(before, "target"), "comm"), at(at(after, "target"), "comm"));
  comparison.member("report", "vantage", at(before, "vantage"), at(after, "vantage"));
  comparison.requirements(at(before, "requirements"), at(after, "requirements"));
  return comparison.take();
}

} // namespace sbx
