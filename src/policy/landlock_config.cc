#include "policy/landlock_config.h"

#include "core/escape.h"
#include "policy/fields.h"
#include "policy/landlock_words.h"
#include "policy/path_template.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_paths = 4096, longest_path = 4096;

// The format names the rights up to this ABI; "abi.all" is all of those that it can name.
constexpr unsigned last_abi = 6;

// The two spellings of one format.
struct Names {
  std::string_view handled_fs, handled_net, path_beneath, net_port, allowed;
};
constexpr Names in_json{"handledAccessFs", "handledAccessNet", "pathBeneath", "netPort", "allowedAccess"};
constexpr Names in_toml{"handled_access_fs", "handled_access_net", "path_beneath", "net_port",
                        "allowed_access"};

class Reader {
public:
  Reader(const Node& top, const PolicyFile& file, const Names& names)
      : file_(file.name), names_(names), top_(top, file_, "", NullMeans::wrong) {}

  Policy read() {
    policy_.kind = PolicyKind::landlock_config;
    // The library leaves out what it cannot open or the kernel does not know, and goes on.
    wish_.hard = Wish<bool>{false, {file_, {1, 1}}, "landlockconfig"};
    if (const auto abi = top_.integer("abi", 1, 2147483647))
      abi_ = static_cast<unsigned>(std::min<std::int64_t>(*abi, last_abi));
    variables();
    for (const Node* const each : entries("ruleset"))
      ruleset(*each);
    for (const Node* const each : entries(names_.path_beneath))
      path_beneath(*each);
    for (const Node* const each : entries(names_.net_port))
      net_port(*each);
    top_.finish();
    if (!filled_)
      refuse(file_, top_.mark(),
             fmt::format("nothing is asked for: a ruleset, {} or {} is needed", names_.path_beneath,
                         names_.net_port));
    join_wishes_for_one_path(wish_.paths);
    policy_.landlock = std::move(wish_);
    return std::move(policy_);
  }

private:
  // A list of maps; no list is empty in this format.
  std::vector<const Node*> entries(std::string_view key) {
    std::vector<const Node*> found;
    if (const Node* const list = top_.find(key)) {
      for (const Node& each : full(*list, top_.path(key)))
        found.push_back(&each);
      filled_ = true;
    }
    return found;
  }

  const std::vector<Node>& full(const Node& node, std::string_view called) const {
    const std::vector<Node>& list = list_of(node, file_, called);
    if (list.empty())
      refuse(file_, node.mark, fmt::format("{}: an empty list", called));
    return list;
  }

  void variables() {
    for (const Node* const each : entries("variable")) {
      Fields fields(*each, file_, "variable", NullMeans::wrong);
      const Node& name = fields.need("name");
      const std::string& text = text_of(name, file_, "variable.name");
      if (!is_variable_name(text))
        refuse(
            file_, name.mark,
            fmt::format("'{}' names no variable: a letter, then letters, digits and '_'", escaped(text, 80)));
      std::set<std::string>& values = variables_[text];
      if (const Node* const literal = fields.find("literal"))
        for (const Node& value : full(*literal, "variable.literal"))
          values.insert(text_of(value, file_, "variable.literal"));
      fields.finish();
    }
  }

  void handle(Fields& fields, std::string_view key, LandlockKind kind,
              std::optional<Wish<std::uint64_t>>& into) {
    if (const Node* const node = fields.find(key))
      handle(rights(*node, fields.path(key), kind), node->mark, into);
  }
  void handle(std::uint64_t mask, Mark mark, std::optional<Wish<std::uint64_t>>& into) const {
    if (!into)
      into = Wish<std::uint64_t>{0, {file_, mark}, ""};
    into->value |= mask;
  }

  void ruleset(const Node& node) {
    Fields fields(node, file_, "ruleset", NullMeans::wrong);
    handle(fields, names_.handled_fs, LandlockKind::fs, wish_.fs);
    handle(fields, names_.handled_net, LandlockKind::net, wish_.net);
    handle(fields, "scoped", LandlockKind::scope, wish_.scoped);
    fields.finish();
    if (node.map.empty())
      refuse(file_, node.mark, "an empty ruleset");
  }

  void path_beneath(const Node& node) {
    Fields fields(node, file_, names_.path_beneath, NullMeans::wrong);
    const Node& allowed = fields.need(names_.allowed);
    const std::uint64_t access = rights(allowed, fields.path(names_.allowed), LandlockKind::fs);
    const Node& parents = fields.need("parent");
    full(parents, fields.path("parent"));
    fields.finish();
    if (access == 0) // a group that is empty for this ABI: the library makes no rule of it
      return;
    handle(access, allowed.mark, wish_.fs); // what a rule grants is handled
    for (const Node& parent : parents.list)
      for (const std::string& path : expanded(parent, fields.path("parent")))
        wish_path(path, parent.mark, access);
  }

  std::vector<std::string> expanded(const Node& parent, const std::string& called) const {
    const auto paths = expand_template(text_of(parent, file_, called), variables_,
                                       {most_paths - std::min(wish_.paths.size(), most_paths), longest_path});
    if (!paths)
      refuse(file_, parent.mark, fmt::format("{}: {}", called, paths.error().text));
    return *paths;
  }

  void wish_path(const std::string& path, Mark mark, std::uint64_t access) {
    if (path.empty() || path.find('\0') != path.npos)
      refuse(file_, mark, "an empty path");
    if (path.front() != '/') {
      policy_.unchecked.push_back(
          {{fmt::format("{} '{}'", names_.path_beneath, escaped(path, 80)),
            "a relative path: which file it is depends on the directory in which the launcher was started"},
           {file_, mark},
           ""});
      return;
    }
    wish_.paths.push_back({{path, std::string(names_.allowed), access, access}, {file_, mark}, ""});
  }

  void net_port(const Node& node) {
    Fields fields(node, file_, names_.net_port, NullMeans::wrong);
    const Node& allowed = fields.need(names_.allowed);
    const std::uint64_t access = rights(allowed, fields.path(names_.allowed), LandlockKind::net);
    const Node& ports = fields.need("port");
    full(ports, fields.path("port"));
    fields.finish();
    if (access == 0)
      return;
    handle(access, allowed.mark, wish_.net);
    for (const Node& port : ports.list) {
      const auto number = integer_of(port, file_, fields.path("port"), 0, 65535);
      wish_.ports.push_back({{static_cast<std::uint16_t>(number), access}, {file_, port.mark}, ""});
    }
  }

  std::uint64_t rights(const Node& node, const std::string& called, LandlockKind kind) const {
    std::uint64_t mask = 0;
    for (const Node& each : full(node, called))
      mask |= right(each, text_of(each, file_, called), kind);
    return mask;
  }

  std::uint64_t right(const Node& node, const std::string& name, LandlockKind kind) const {
    const std::uint64_t bit = landlock_bit(kind, name);
    if ((bit & landlock_mask(kind, last_abi)) != 0)
      return bit;
    const bool group = name == "abi.all" ||
                       (kind == LandlockKind::fs && (name == "abi.read_execute" || name == "abi.read_write"));
    if (!group)
      refuse(file_, node.mark, unknown_words("right", name, known(kind)));
    if (!abi_)
      refuse(file_, node.mark, fmt::format("{} needs the key abi, and there is none", name));
    const std::uint64_t all = landlock_mask(kind, *abi_);
    if (name == "abi.read_execute")
      return all & (landlock_read_rights() | landlock_bit(kind, "refer"));
    return name == "abi.read_write" ? all & ~landlock_bit(kind, "execute") : all;
  }

  static std::vector<std::string_view> known(LandlockKind kind) {
    std::vector<std::string_view> names{"abi.all"};
    if (kind == LandlockKind::fs)
      names.insert(names.end(), {"abi.read_execute", "abi.read_write"});
    for (const LandlockRight& right : landlock_rights())
      if (right.kind == kind && right.abi <= last_abi)
        names.push_back(right.name);
    return names;
  }

  const std::string& file_;
  const Names& names_;
  Fields top_;
  Policy policy_;
  LandlockWish wish_;
  std::optional<unsigned> abi_;
  TemplateVariables variables_;
  bool filled_ = false;
};

} // namespace

Result<Policy> parse_landlock_config(const PolicyFile& file) {
  const std::size_t first = file.bytes.find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && file.bytes[first] == '{';
  const Result<Node> top =
      json ? parse_json_document(file.bytes, file.name) : parse_toml_document(file.bytes, file.name);
  if (!top)
    return tl::unexpected(top.error());
  return reading([&] { return Reader(*top, file, json ? in_json : in_toml).read(); });
}

} // namespace sbx
