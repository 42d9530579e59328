#include "report/files_page.h"

#include "core/some_of.h"
#include "report/report_rows.h"
#include "report/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace sbx {

namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t most_rows = 40, most_points = 8;

// Null where it is missing: not seen.
const Claims& member(const Claims& object, std::string_view name) {
  static const Claims nothing;
  const auto it = object.is_object() ? object.find(std::string(name)) : object.end();
  return object.is_object() && it != object.end() ? *it : nothing;
}

std::string text(const Claims& object, std::string_view name) {
  const Claims& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string flag_words(const Claims& flag, std::string_view yes, std::string_view no) {
  return std::string(flag == true ? yes : flag == false ? no : "not seen");
}

void draw_root(Sheet& sheet, const Claims& root) {
  sheet.blank();
  sheet.heading("Root");
  const std::string kind = text(root, "kind");
  Texts texts{kind == "host"      ? "the directory that the host has as its root"
              : kind == "chroot"  ? "chroot(2): a directory below the root of its mount namespace"
              : kind == "pivoted" ? "the root of its own mounts"
                                  : "not seen"};
  if (const std::string type = text(root, "type"); !type.empty())
    texts.push_back(fmt::format("{} ({})", type, text(root, "source")));
  if (const std::string path = text(root, "host_path"); !path.empty() && kind != "host")
    texts.push_back("on the host: " + path);
  sheet.row("  kind", std::nullopt, texts);
  sheet.row("  read-only", std::nullopt, {flag_words(member(root, "read_only"), "on every thread", "no")});
  sheet.row("  mount namespace", std::nullopt,
            {text(root, "mount_namespace") == "own"    ? "its own"
             : text(root, "mount_namespace") == "host" ? "the host's"
                                                       : "not seen"});
  if (kind == "chroot")
    sheet.row("  can be left", std::nullopt,
              {flag_words(member(root, "escapable"), "yes: a thread has CAP_SYS_CHROOT",
                          "not by chroot(2): no thread has CAP_SYS_CHROOT")});
  if (member(root, "cwd_outside") != false)
    sheet.row("  working directory", std::nullopt,
              {flag_words(member(root, "cwd_outside"), "outside the root, on some thread", "")});
  if (member(root, "differs") == true)
    sheet.row("  threads", std::nullopt, {"have different roots or mounts; the weakest is shown"});
}

bool is_below(std::string_view path, std::string_view prefix) {
  return prefix == "/" ||
         (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/'));
}

std::string_view rest(std::string_view path, std::string_view head) {
  return path.substr(head == "/" ? 0 : head.size());
}

// A mount, and how many others continue it. What is compared is taken out of the claims once.
struct Place {
  const Claims* mount;
  std::string point, host_path;
  bool writable;
  std::size_t below = 0;

  explicit Place(const Claims& it)
      : mount(&it), point(text(it, "point")), host_path(text(it, "host_path")),
        writable(member(it, "writable") == true) {}
};

// The same as what is above it: on the host too, and as writable.
bool continues(const Place& it, const Place& above) {
  return it.writable == above.writable && !it.host_path.empty() && !above.host_path.empty() &&
         it.point != above.point && is_below(it.point, above.point) &&
         is_below(it.host_path, above.host_path) &&
         rest(it.point, above.point) == rest(it.host_path, above.host_path);
}

// Those that continue another one are counted there. Sorted by point, so that the ones above come first.
std::vector<Place> grouped(const std::vector<const Claims*>& mounts) {
  std::vector<Place> sorted;
  sorted.reserve(mounts.size());
  for (const Claims* mount : mounts)
    sorted.emplace_back(*mount);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Place& a, const Place& b) { return a.point.size() < b.point.size(); });
  std::vector<Place> groups;
  for (Place& place : sorted) {
    const auto end = groups.size() > most_rows ? groups.begin() + most_rows : groups.end(); // bounds the work
    const auto above =
        std::find_if(groups.begin(), end, [&](const Place& group) { return continues(place, group); });
    if (above != end)
      ++above->below;
    else
      groups.push_back(std::move(place));
  }
  return groups;
}

void draw_places(Sheet& sheet, const std::vector<const Claims*>& mounts) {
  const std::vector<Place> groups = grouped(mounts);
  for (std::size_t i = 0; i < groups.size() && i < most_rows; ++i) {
    const Claims& mount = *groups[i].mount;
    Texts texts{fmt::format("{}, {}", text(mount, "type"),
                            flag_words(member(mount, "writable"), "writable", "read-only"))};
    if (const std::string meaning = text(mount, "meaning"); !meaning.empty())
      texts.front() += ": " + meaning;
    if (groups[i].below > 0)
      texts.push_back(fmt::format("and {} mounts below it, as on the host", groups[i].below));
    sheet.row("  " + groups[i].point, std::nullopt, texts);
  }
  if (groups.size() > most_rows)
    sheet.row("  and more", std::nullopt, {fmt::format("{} further places", groups.size() - most_rows)});
}

void draw_types(Sheet& sheet, const std::vector<const Claims*>& mounts) {
  std::map<std::string, std::pair<Texts, std::string>> types; // points, meaning
  for (const Claims* mount : mounts) {
    auto& [points, meaning] = types[text(*mount, "type")];
    points.push_back(text(*mount, "point") + (member(*mount, "writable") == false ? " (read-only)" : ""));
    meaning = meaning.empty() ? text(*mount, "meaning") : meaning;
  }
  for (const auto& [type, about] : types) {
    Texts texts{some_of(about.first, most_points)};
    if (!about.second.empty())
      texts.push_back(about.second);
    sheet.row("  " + type, std::nullopt, texts);
  }
}

struct Section {
  std::string_view its_class, heading;
  bool by_place;
};

constexpr Section sections[] = {
    {"host", "Of the host", true},           {"", "Whose they are was not seen", true},
    {"socket", "Sockets of the host", true}, {"server", "Of a server", true},
    {"device", "Device nodes", true},        {"own", "Its own", false},
    {"pseudo", "Of the kernel", false},
};

void draw_mounts(Sheet& sheet, const Claims& mounts) {
  sheet.blank();
  if (!mounts.is_array()) {
    sheet.heading("Mounts: not seen");
    return;
  }
  std::map<std::string, std::vector<const Claims*>> by_class;
  std::size_t covered = 0;
  std::vector<const Claims*> engine;
  for (const Claims& mount : mounts) {
    if (member(mount, "covered") == true)
      ++covered;
    else if (member(mount, "engine_file") == true)
      engine.push_back(&mount);
    else
      by_class[text(mount, "class")].push_back(&mount);
  }
  sheet.heading(fmt::format("Mounts: {}{}", mounts.size(),
                            covered > 0 ? fmt::format(", of which {} are covered by others", covered) : ""));
  for (const Section& section : sections) {
    const auto its = by_class.find(std::string(section.its_class));
    if (its == by_class.end())
      continue;
    sheet.blank();
    sheet.heading(section.heading);
    (section.by_place ? draw_places : draw_types)(sheet, its->second);
  }
  if (engine.empty())
    return;
  Texts points;
  for (const Claims* mount : engine)
    points.push_back(text(*mount, "point"));
  sheet.blank();
  sheet.row("Engine's files", std::nullopt,
            {some_of(points, most_points), "made for this container alone, as their paths on the host say"});
}

// "path (why)" of each, or that it was not seen.
void draw_list(Sheet& sheet, std::string_view name, const Claims& list, std::string_view about) {
  Texts entries;
  if (list.is_array())
    for (const Claims& entry : list) {
      const std::string more = text(entry, about);
      entries.push_back(text(entry, "path") + (more.empty() ? more : " (" + more + ")"));
    }
  sheet.row(name, std::nullopt,
            {!list.is_array()  ? "not seen"
             : entries.empty() ? "none"
                               : some_of(entries, most_points)});
}

} // namespace

std::string render_files(const Report& report, const TableStyle& style) {
  Sheet sheet(style);
  sheet.header(target_words(report.target), vantage_words(report));
  for (const auto& [id, finding] : report.layers) {
    sheet.row(layer_title(id), state_word(finding.state()), finding_texts(finding));
    const Claims& claims = finding.claims();
    draw_root(sheet, member(claims, "root"));
    draw_mounts(sheet, member(claims, "mounts"));
    sheet.blank();
    draw_list(sheet, "Covered", member(claims, "masked"), "how");
    draw_list(sheet, "Not covered", member(claims, "unmasked"), "why");
    draw_list(sheet, "Devices", member(claims, "devices"), "meaning");
    draw_list(sheet, "Credentials", member(claims, "credentials"), "what");
    draw_warnings(sheet, finding);
  }
  draw_requirements(sheet, report);
  return sheet.take();
}

} // namespace sbx
