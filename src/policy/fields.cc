#include "policy/fields.h"

#include "core/escape.h"
#include "core/nearest_name.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

std::string_view words(NodeKind kind) {
  switch (kind) {
  case NodeKind::null:
    return "nothing";
  case NodeKind::boolean:
    return "true or false";
  case NodeKind::integer:
    return "a whole number";
  case NodeKind::real:
    return "a number with a fraction, or too large";
  case NodeKind::text:
    return "a text";
  case NodeKind::list:
    return "a list";
  case NodeKind::map:
    return "a map";
  }
  return "";
}

void demand(const Node& node, NodeKind kind, const std::string& file, std::string_view called) {
  if (node.kind != kind)
    refuse(file, node.mark,
           fmt::format("{}{}{} is needed, not {}", called, called.empty() ? "" : ": ", words(kind),
                       words(node.kind)));
}

} // namespace

void refuse(const std::string& file, Mark mark, std::string_view why) {
  throw PolicyFault{error_at({file, mark}, why).value()};
}

const std::string& text_of(const Node& node, const std::string& file, std::string_view called) {
  demand(node, NodeKind::text, file, called);
  return node.text;
}

bool boolean_of(const Node& node, const std::string& file, std::string_view called) {
  demand(node, NodeKind::boolean, file, called);
  return node.boolean;
}

std::int64_t integer_of(const Node& node, const std::string& file, std::string_view called,
                        std::int64_t least, std::int64_t most) {
  demand(node, NodeKind::integer, file, called);
  if (node.integer < least || node.integer > most)
    refuse(file, node.mark, fmt::format("{}: {} is not from {} to {}", called, node.integer, least, most));
  return node.integer;
}

const std::vector<Node>& list_of(const Node& node, const std::string& file, std::string_view called) {
  demand(node, NodeKind::list, file, called);
  return node.list;
}

const std::vector<Member>& map_of(const Node& node, const std::string& file, std::string_view called) {
  demand(node, NodeKind::map, file, called);
  return node.map;
}

std::string unknown_words(std::string_view what, std::string_view name,
                          std::span<const std::string_view> known) {
  const auto nearest = nearest_name(name, known);
  return fmt::format("unknown {} '{}'{}", what, escaped(name, 80),
                     nearest ? fmt::format("; did you mean {}?", *nearest) : "");
}

Fields::Fields(const Node& map, const std::string& file, std::string_view called, NullMeans null)
    : node_(map), file_(file), called_(called), null_(null) {
  demand(map, NodeKind::map, file, called);
}

const Node* Fields::find(std::string_view key) {
  asked_.push_back(key);
  const Node* const found = node_.find(key);
  return found && found->kind == NodeKind::null && null_ == NullMeans::absent ? nullptr : found;
}

const Node& Fields::need(std::string_view key) {
  const Node* const found = find(key);
  if (!found)
    refuse(file_, node_.mark, fmt::format("{} is missing", path(key)));
  return *found;
}

const std::string* Fields::text(std::string_view key) {
  const Node* const found = find(key);
  return found ? &text_of(*found, file_, path(key)) : nullptr;
}

std::optional<bool> Fields::boolean(std::string_view key) {
  const Node* const found = find(key);
  return found ? std::optional(boolean_of(*found, file_, path(key))) : std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const Node* const found = find(key);
  return found ? std::optional(integer_of(*found, file_, path(key), least, most)) : std::nullopt;
}

const std::vector<Node>* Fields::list(std::string_view key) {
  const Node* const found = find(key);
  return found ? &list_of(*found, file_, path(key)) : nullptr;
}

const std::vector<Member>* Fields::map(std::string_view key) {
  const Node* const found = find(key);
  return found ? &map_of(*found, file_, path(key)) : nullptr;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> found;
  if (const std::vector<Node>* const nodes = list(key))
    for (const Node& node : *nodes)
      found.push_back(text_of(node, file_, path(key)));
  return found;
}

void Fields::ignore(std::initializer_list<std::string_view> keys) {
  asked_.insert(asked_.end(), keys.begin(), keys.end());
}

void Fields::finish() const {
  for (const Member& member : node_.map)
    if (std::ranges::find(asked_, std::string_view(member.key)) == asked_.end())
      refuse(file_, member.mark, unknown_words("key", member.key, asked_));
}

std::string Fields::path(std::string_view key) const {
  return escaped(called_.empty() ? std::string(key) : fmt::format("{}.{}", called_, key), 160);
}

Mark Fields::mark(std::string_view key) const {
  const auto found = std::ranges::find(node_.map, key, &Member::key);
  return found == node_.map.end() ? node_.mark : found->mark;
}

} // namespace sbx
