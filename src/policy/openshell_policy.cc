#include "policy/openshell_policy.h"

#include "core/escape.h"
#include "core/nearest_name.h"
#include "core/plain_path.h"
#include "policy/fields.h"
#include "policy/landlock_words.h"
#include "policy/openshell_enrichment.h"
#include "policy/openshell_network.h"

#include <array>
#include <charconv>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_paths = 256, longest_path = 4096; // OpenShell's own
constexpr std::uint32_t last_id = 4294967294;                // the one above it means "leave it"
constexpr std::string_view by_openshell = "openshell";

std::string unknown_compatibility(std::string_view word) {
  static constexpr std::array<std::string_view, 2> known{"best_effort", "hard_requirement"};
  const auto nearest = nearest_name(word, known);
  return fmt::format(
      "unknown compatibility '{}', which OpenShell up to 0.0.111 takes for best_effort without "
      "a word{}",
      escaped(word, 80), nearest ? fmt::format("; did you mean {}?", *nearest) : "");
}

class Reader {
public:
  Reader(const Node& top, const PolicyFile& file)
      : file_(file.name), fields_(top, file_, "", NullMeans::wrong) {}

  Policy read(const Enrichment& enrichment) {
    policy_.landlock.emplace();
    version();
    paths();
    compatibility();
    process();
    has_network_ = openshell_network(fields_, policy_.unchecked);
    fields_.finish();
    enrich_openshell_policy(policy_, enrichment, {has_network_, include_workdir_, workdir_mark_});
    landlock();
    always();
    return std::move(policy_);
  }

private:
  Place place(Mark mark) const { return {file_, mark}; }
  Place start() const { return place({1, 1}); }

  // A section that is there and empty is one that is not there.
  const Node* section(std::string_view key) {
    const Node* const found = fields_.find(key);
    return found && found->kind == NodeKind::null ? nullptr : found;
  }

  void version() {
    const Node& version = fields_.need("version");
    if (integer_of(version, file_, "version") != 1)
      refuse(file_, version.mark, fmt::format("version {}: only version 1 is known", version.integer));
  }

  void paths() {
    const Node* const found = section("filesystem_policy");
    if (!found) {
      include_workdir_ = true;
      return;
    }
    Fields section(*found, file_, "filesystem_policy", NullMeans::wrong);
    files_ = fields_.mark("filesystem_policy");
    include_workdir_ = section.boolean("include_workdir").value_or(false);
    workdir_mark_ = section.mark("include_workdir");
    list(section, "read_only", landlock_read_rights(), landlock_read_rights());
    list(section, "read_write", landlock_mask(LandlockKind::fs, 2), ~std::uint64_t{0});
    section.finish();
  }

  void list(Fields& section, std::string_view key, std::uint64_t access, std::uint64_t may) {
    const std::vector<Node>* const paths = section.list(key);
    if (!paths)
      return;
    for (const Node& node : *paths) {
      const std::string& path = text_of(node, file_, section.path(key));
      check(path, node.mark, key);
      policy_.landlock->paths.push_back({{path, std::string(key), access, may}, place(node.mark), ""});
      if (policy_.landlock->paths.size() > most_paths)
        refuse(file_, node.mark,
               fmt::format("more than {} paths in read_only and read_write together", most_paths));
    }
  }

  void check(const std::string& path, Mark mark, std::string_view key) const {
    if (path.size() > longest_path)
      refuse(file_, mark, fmt::format("a path of {} bytes: at most {}", path.size(), longest_path));
    const std::string shown = escaped(path, 80);
    if (!path.starts_with('/'))
      refuse(file_, mark, fmt::format("the path '{}' is not absolute", shown));
    if (("/" + path + "/").find("/../") != std::string::npos)
      refuse(file_, mark, fmt::format("the path '{}' has a '..'", shown));
    if (key == "read_write" && plain_path(path) == "/")
      refuse(file_, mark, fmt::format("the path '{}' makes all of the file system writable", shown));
  }

  void compatibility() {
    policy_.landlock->hard = Wish<bool>{false, start(), std::string(by_openshell)};
    const Node* const found = section("landlock");
    if (!found)
      return;
    policy_.landlock->hard->place.mark = fields_.mark("landlock");
    Fields section(*found, file_, "landlock", NullMeans::wrong);
    const Node* const node = section.find("compatibility");
    const std::string word = node ? text_of(*node, file_, section.path("compatibility")) : "";
    section.finish();
    if (word.empty())
      return;
    if (word != "best_effort" && word != "hard_requirement")
      refuse(file_, node->mark, unknown_compatibility(word));
    policy_.landlock->hard = Wish<bool>{word == "hard_requirement", place(node->mark), ""};
  }

  void process() {
    UserWish user;
    user.never_root = true;
    Mark mark{1, 1};
    bool said = false;
    if (const Node* const found = section("process")) {
      Fields section(*found, file_, "process", NullMeans::wrong);
      mark = fields_.mark("process");
      said = identity(section, "run_as_user", user.uid, user.user, mark);
      Mark group = mark;
      if (identity(section, "run_as_group", user.gid, user.group, group) && !said) {
        said = true;
        mark = group;
      }
      section.finish();
    }
    policy_.user = Wish<UserWish>{user, place(mark), said ? "" : std::string(by_openshell)};
  }

  // "sandbox", or a number in quotes that is not root's.
  bool identity(Fields& section, std::string_view key, std::optional<std::uint32_t>& id,
                std::optional<std::string>& name, Mark& mark) {
    const Node* const node = section.find(key);
    if (!node)
      return false;
    if (node->kind == NodeKind::integer)
      refuse(file_, node->mark,
             fmt::format("{}: {} is a number, and OpenShell reads a text: put it in quotes",
                         section.path(key), escaped(node->text, 40)));
    const std::string& text = text_of(*node, file_, section.path(key));
    if (text.empty())
      return false;
    mark = node->mark;
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (text == "sandbox")
      name = text;
    else if (read.ec == std::errc() && read.ptr == end && number >= 1 && number <= last_id)
      id = number;
    else
      refuse(file_, node->mark,
             fmt::format("{}: '{}' is neither sandbox nor a number from 1 to {}", section.path(key),
                         escaped(text, 40), last_id));
    return true;
  }

  void landlock() {
    LandlockWish& wish = *policy_.landlock;
    join_wishes_for_one_path(wish.paths);
    if (wish.paths.empty() && !include_workdir_) {
      policy_.notes.push_back(
          {"no path is asked for: OpenShell up to 0.0.111 then applies no Landlock at all", place(files_),
           ""});
      return;
    }
    // Generation A handles these; the later ones truncate as well.
    wish.fs =
        Wish<std::uint64_t>{landlock_mask(LandlockKind::fs, 2), place(files_), std::string(by_openshell)};
  }

  // What it does to every agent, whatever the policy says.
  void always() {
    const std::string origin(by_openshell);
    policy_.seccomp = Wish<SeccompWish>{{}, start(), origin};
    policy_.no_new_privs = Wish<bool>{true, start(), origin};
    for (const CapabilitySet set : capability_sets)
      policy_.capabilities.push_back({{set, 0}, start(), origin});
    policy_.namespaces.push_back({{"net", true}, start(), origin});
  }

  const std::string& file_;
  Fields fields_;
  Policy policy_;
  bool include_workdir_ = false, has_network_ = false;
  Mark files_{1, 1}, workdir_mark_{1, 1};
};

} // namespace

Result<Policy> parse_openshell_policy(const PolicyFile& file, const Enrichment& enrichment) {
  const Result<Node> top = parse_yaml_document(file.bytes, file.name);
  if (!top)
    return tl::unexpected(top.error());
  return reading([&] { return Reader(*top, file).read(enrichment); });
}

} // namespace sbx
