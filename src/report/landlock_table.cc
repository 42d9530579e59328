#include "report/landlock_table.h"

#include "report/report_rows.h"
#include "report/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Texts = std::vector<std::string>;

std::string joined(const Claims& names) { return fmt::format("{}", fmt::join(names.get<Texts>(), ", ")); }

std::string threads_words(const Claims& domain) {
  Texts names;
  for (const Claims& thread : domain["threads"])
    names.push_back(
        fmt::format("{} ({})", thread["name"].get<std::string>(), thread["tid"].get<std::int64_t>()));
  const auto total = domain["tasks"].get<std::size_t>();
  if (total > names.size())
    names.push_back(fmt::format("and {} more", total - names.size()));
  return fmt::format("{}", fmt::join(names, ", "));
}

Texts layer_texts(const Claims& layer) {
  Texts texts;
  for (const auto& [key, what] : {std::pair("handled_fs", "files: "), std::pair("handled_net", "ports: "),
                                  std::pair("scoped", "scopes: ")})
    if (!layer[key].empty())
      texts.push_back(what + joined(layer[key]));
  if (layer["creator"].is_object())
    texts.push_back(fmt::format(
        "made by {} (pid {}, uid {}, {})", layer["creator"]["comm"].get<std::string>(),
        layer["creator"]["pid"].get<std::uint64_t>(), layer["creator"]["uid"].get<std::uint64_t>(),
        layer["creator"]["exe"].get<std::string>()));
  if (layer["id"].is_string() && layer["denials"].is_string())
    texts.push_back(fmt::format("{} denied so far; domain={} in the audit log",
                                layer["denials"].get<std::string>(), layer["id"].get<std::string>()));
  return texts;
}

// "layers 1-3: read_file, read_dir": layers that grant the same are said together.
Texts grant_texts(const Claims& layers, const Claims& rule) {
  const auto number = [](const Claims& text) { return std::stoul(text.get<std::string>()); };
  std::vector<std::pair<std::vector<std::size_t>, std::string>> groups;
  for (const auto& [key, names] : rule["layers"].items()) {
    const std::size_t layer = number(key);
    const Claims& handled = layers[layer - 1][rule["kind"] == "port" ? "handled_net" : "handled_fs"];
    std::string what = names.empty()                                        ? "nothing that it handles"
                       : names.size() >= handled.size() && names.size() > 2 ? "all that it handles"
                                                                            : joined(names);
    const auto same =
        std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.second == what; });
    if (same != groups.end())
      same->first.push_back(layer);
    else
      groups.emplace_back(std::vector<std::size_t>{layer}, std::move(what));
  }
  Texts texts;
  for (const auto& [which, what] : groups)
    texts.push_back(layers.size() == 1 ? what
                                       : fmt::format("layer{} {}: {}", which.size() == 1 ? "" : "s",
                                                     fmt::join(which, ", "), what));
  return texts;
}

std::string rule_name(const Claims& rule) {
  if (rule["kind"] == "port")
    return fmt::format("port {}", rule["port"].get<unsigned>());
  if (rule["path"].is_string())
    return rule["path"].get<std::string>();
  if (rule["inode"].is_string())
    return fmt::format("inode {} of {} ({})", rule["inode"].get<std::string>(),
                       rule["file_system"].get<std::string>(), rule["device"].get<std::string>());
  return "a file system that is gone";
}

Texts rule_texts(const Claims& layers, const Claims& rule) {
  Texts texts;
  if (rule["status"] != "live")
    texts.push_back(fmt::format("{}: {}", rule["status"].get<std::string>(), rule.value("detail", "")));
  for (std::string& text : grant_texts(layers, rule))
    texts.push_back(std::move(text));
  if (rule.contains("also_at"))
    texts.push_back("also at " + joined(rule["also_at"]));
  return texts;
}

// The weakest domain's layers and rules are claims of the layer itself.
void draw_domain(Sheet& sheet, const Claims& domain, const Claims& details, std::size_t number,
                 std::size_t domains) {
  sheet.blank();
  sheet.heading(fmt::format("Domain {} of {}: {}", number, domains, threads_words(domain)));
  const Claims& layers = details["layers_detail"];
  const Claims& rules = details["rule_list"];
  for (std::size_t i = 0; i < layers.size(); ++i)
    sheet.row(fmt::format("  layer {}{}", i + 1, layers.size() > 1 && i == 0 ? " (oldest)" : ""),
              std::nullopt, layer_texts(layers[i]));
  if (domain["not_handled"].is_array() && !domain["not_handled"].empty()) {
    Texts open;
    for (const Claims& right : domain["not_handled"])
      open.push_back(
          fmt::format("{} (ABI {})", right["right"].get<std::string>(), right["abi"].get<unsigned>()));
    sheet.row("  not restricted", std::nullopt, {fmt::format("{}", fmt::join(open, ", "))});
  }
  if (!rules.is_array()) {
    sheet.row("  rules", std::nullopt,
              {fmt::format("{}, which were not read", domain["rules"].get<std::uint64_t>())});
    return;
  }
  sheet.row("  rules", std::nullopt,
            {rules.empty() ? "none: all that is handled is denied" : std::to_string(rules.size())});
  for (const Claims& rule : rules)
    sheet.row("  " + rule_name(rule), std::nullopt, rule_texts(layers, rule));
}

} // namespace

std::string render_landlock(const Report& report, const TableStyle& style) {
  Sheet sheet(style);
  sheet.header(target_words(report.target), vantage_words(report));
  for (const auto& [id, finding] : report.layers) {
    sheet.row(layer_title(id), state_word(finding.state()), finding_texts(finding));
    const Claims& claims = finding.claims();
    if (claims.contains("domain_list") && claims["domain_list"].is_array()) {
      const Claims& domains = claims["domain_list"];
      for (std::size_t i = 0; i < domains.size(); ++i)
        draw_domain(sheet, domains[i], domains[i]["weakest"].get<bool>() ? claims : domains[i], i + 1,
                    domains.size());
    }
    draw_warnings(sheet, finding);
  }
  draw_requirements(sheet, report);
  return sheet.take();
}

} // namespace sbx
