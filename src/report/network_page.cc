#include "report/network_page.h"

#include "report/report_rows.h"
#include "report/words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Texts = std::vector<std::string>;

// A claim that is missing is null: not seen.
const Claims& claim(const Claims& claims, const char* name) {
  static const Claims none;
  const auto it = claims.is_object() ? claims.find(name) : claims.end();
  return claims.is_object() && it != claims.end() ? *it : none;
}

std::string text(const Claims& claims, const char* name, const char* otherwise = "not seen") {
  const Claims& it = claim(claims, name);
  return it.is_string() ? it.get<std::string>() : it.is_null() ? otherwise : it.dump();
}

Texts texts(const Claims& list) {
  Texts out;
  if (list.is_array())
    for (const Claims& it : list)
      out.push_back(it.is_string() ? it.get<std::string>() : it.dump());
  return out;
}

std::string joined(const Claims& list) {
  return list.is_array() ? list.empty() ? "none" : fmt::format("{}", fmt::join(texts(list), ", "))
                         : "not seen";
}

std::string reached_word(const Claims& entry) {
  const Claims& reached = claim(entry, "reached");
  return reached.is_boolean() ? reached.get<bool>() ? "open to it" : "closed to it" : "not evaluated";
}

void draw_interfaces(Sheet& sheet, const Claims& claims) {
  const Claims& interfaces = claim(claims, "interfaces");
  sheet.blank();
  sheet.heading("Interfaces");
  if (!interfaces.is_array())
    sheet.row("  not seen", std::nullopt, {text(claims, "because", "")});
  else
    for (const Claims& it : interfaces) {
      const Claims& up = claim(it, "up");
      sheet.row("  " + text(it, "name"), std::nullopt,
                {fmt::format("{}{}; addresses: {}", text(it, "kind", "kind not seen"),
                             up == false ? ", down" : "", joined(claim(it, "addresses")))});
    }
  sheet.row("  routes", std::nullopt,
            claim(claims, "routes").empty() ? Texts{joined(claim(claims, "routes"))}
                                            : texts(claim(claims, "routes")));
}

std::string neighbour_name(const Claims& it) {
  const Claims& addresses = claim(it, "addresses");
  const Texts all = texts(addresses);
  return all.empty() ? "network namespace " + text(it, "netns") : all.front();
}

Texts neighbour_texts(const Claims& it) {
  Texts out;
  out.push_back(claim(it, "leads_out") == true ? "leads out" : "leads nowhere else");
  if (claim(it, "gateway") == true)
    out.back() += "; at the other end of the link";
  if (claim(it, "process").is_string())
    out.push_back(fmt::format("{} (pid {}), {}", text(it, "process"), text(it, "pid"),
                              text(it, "cgroup", "no cgroup")));
  if (claim(it, "addresses").size() > 1)
    out.push_back("addresses: " + joined(claim(it, "addresses")));
  if (const Claims& listens = claim(it, "listens"); listens.is_array() && !listens.empty())
    out.push_back("listens: " + joined(listens));
  return out;
}

void draw_neighbours(Sheet& sheet, const Claims& claims) {
  const Claims &neighbours = claim(claims, "neighbours"), &unseen = claim(claims, "neighbours_unseen");
  if ((!neighbours.is_array() || neighbours.empty()) && unseen.empty())
    return;
  sheet.blank();
  sheet.heading("On its links");
  if (neighbours.is_array())
    for (const Claims& it : neighbours)
      sheet.row("  " + neighbour_name(it), std::nullopt, neighbour_texts(it));
  for (const std::string& why : texts(unseen))
    sheet.row("  not seen", std::nullopt, {why});
}

void draw_rules(Sheet& sheet, const Claims& claims) {
  const std::pair<const char*, const char*> families[] = {{"accepted_ipv4", "  IPv4"},
                                                          {"accepted_ipv6", "  IPv6"}};
  bool headed = false;
  for (const auto& [name, title] : families) {
    const Claims& accepted = claim(claims, name);
    if (!accepted.is_array())
      continue;
    if (!headed) {
      sheet.blank();
      sheet.heading("Its rules let through");
      headed = true;
    }
    sheet.row(title, std::nullopt, accepted.empty() ? Texts{"nothing"} : texts(accepted));
  }
  for (const std::string& rule : texts(claim(claims, "user_rules")))
    sheet.row("  by user", std::nullopt, {rule});
}

void draw_reached(Sheet& sheet, const Claims& claims) {
  sheet.blank();
  sheet.heading("By routes and rules");
  for (const Claims& it : claim(claims, "metadata"))
    if (claim(it, "reached") != false)
      sheet.row("  cloud metadata", std::nullopt,
                {fmt::format("{}: {}", text(it, "address"), reached_word(it))});
  for (const Claims& it : claim(claims, "resolvers"))
    sheet.row("  name server", std::nullopt, {fmt::format("{}: {}", text(it, "address"), reached_word(it))});
  for (const Claims& it : claim(claims, "proxy_variables"))
    sheet.row("  " + text(it, "variable"), std::nullopt,
              {fmt::format("{}:{}: {}", text(it, "host"), text(it, "port", "-"), reached_word(it))});
  const Claims& sockets = claim(claims, "sockets");
  sheet.row("  seccomp", std::nullopt,
            {fmt::format("internet sockets {}, packet sockets {}, raw sockets {}", text(sockets, "internet"),
                         text(sockets, "packet"), text(sockets, "raw"))});
}

// "tcp: 2 listening, 1 connected"; a table without sockets says nothing.
Texts table_texts(const Claims& tables) {
  Texts out;
  for (const auto& [name, counts] : tables.items()) {
    Texts parts;
    for (const char* kind : {"listening", "bound", "connected", "other"})
      if (const Claims& count = claim(counts, kind); count.is_number() && count != 0)
        parts.push_back(fmt::format("{} {}", count.dump(), kind));
    if (claim(counts, "whole") != true)
      parts.emplace_back("not all were seen");
    if (!parts.empty())
      out.push_back(fmt::format("{}: {}", name, fmt::join(parts, ", ")));
  }
  return out.empty() ? Texts{"no sockets"} : out;
}

std::string listening_words(const Claims& it) {
  const std::string address = text(it, "address");
  return fmt::format("{} {}:{}, user {}", text(it, "protocol"),
                     address.find(':') == address.npos ? address : "[" + address + "]", text(it, "port"),
                     text(it, "uid"));
}

// Of `sbx-attest network` alone.
void draw_sockets(Sheet& sheet, const Claims& claims) {
  const Claims& sockets = claim(claims, "socket_tables");
  if (!sockets.is_object())
    return;
  sheet.blank();
  sheet.heading("Sockets");
  const Claims &tables = claim(sockets, "tables"), &listening = claim(sockets, "listening");
  sheet.row("  in its network", std::nullopt, tables.is_object() ? table_texts(tables) : Texts{"not seen"});
  Texts open;
  if (listening.is_array())
    for (const Claims& it : listening)
      open.push_back(listening_words(it));
  if (const Claims& more = claim(sockets, "listening_left_out"); more.is_number() && more != 0)
    open.push_back(fmt::format("and {} more", more.dump()));
  if (!open.empty())
    sheet.row("  listening", std::nullopt, open);
  sheet.row("  held by it", std::nullopt, {text(sockets, "held")});
  for (const Claims& it : claim(sockets, "outside"))
    sheet.row("  made elsewhere", std::nullopt, {text(it, "socket")});
  for (const Claims& it : claim(sockets, "leading"))
    sheet.row("  " + text(it, "kind"), std::nullopt,
              {fmt::format("{}, found by its {}", text(it, "name", "without a name"), text(it, "how"))});
}

void draw_attempts(Sheet& sheet, const Claims& claims) {
  const Claims& attempts = claim(claims, "attempts");
  if (!attempts.is_array())
    return;
  sheet.blank();
  sheet.heading("Tried (--probe)");
  for (const Claims& it : attempts)
    sheet.row("  " + text(it, "address"), std::nullopt,
              {fmt::format("{}{}", text(it, "result"),
                           claim(it, "uid").is_null() ? "" : ", as user " + text(it, "uid"))});
}

} // namespace

std::string render_network(const Report& report, const TableStyle& style) {
  Sheet sheet(style);
  sheet.header(target_words(report.target), vantage_words(report));
  for (const auto& [id, finding] : report.layers) {
    const Claims& claims = finding.claims();
    sheet.row(layer_title(id), state_word(finding.state()), finding_texts(finding));
    draw_interfaces(sheet, claims);
    draw_neighbours(sheet, claims);
    draw_rules(sheet, claims);
    draw_reached(sheet, claims);
    draw_attempts(sheet, claims);
    draw_sockets(sheet, claims);
    draw_warnings(sheet, finding);
  }
  draw_requirements(sheet, report);
  return sheet.take();
}

} // namespace sbx
