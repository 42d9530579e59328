#include "policy/document_builder.h"

#include "core/escape.h"

#include <fmt/core.h>

namespace sbx {

bool DocumentBuilder::refuse(Mark mark, std::string_view why) {
  if (!fault_)
    fault_ = error_at({file_, mark}, why).value();
  return false;
}

bool DocumentBuilder::awaits_key() const {
  return !frames_.empty() && frames_.back().node.kind == NodeKind::map && !frames_.back().member;
}

bool DocumentBuilder::counted(Mark mark) {
  if (awaits_key())
    return refuse(mark, "a key that is no text");
  return ++nodes_ <= most_document_nodes ||
         refuse(mark, fmt::format("more than {} values", most_document_nodes));
}

void DocumentBuilder::place(Node node) {
  if (frames_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = frames_.back();
  if (frame.node.kind == NodeKind::list) {
    frame.node.list.push_back(std::move(node));
    return;
  }
  if (node.kind == NodeKind::null) // a YAML parser tells of nothing where it finds the next thing
    node.mark = frame.member->mark;
  frame.member->value = std::move(node);
  frame.node.map.push_back(std::move(*frame.member));
  frame.member.reset();
}

bool DocumentBuilder::open(NodeKind kind, Mark mark) {
  if (!counted(mark))
    return false;
  if (frames_.size() == most_document_depth)
    return refuse(mark, fmt::format("nested deeper than {}", most_document_depth));
  Frame frame;
  frame.node.kind = kind;
  frame.node.mark = mark;
  frames_.push_back(std::move(frame));
  return true;
}

bool DocumentBuilder::close() {
  if (frames_.empty())
    return refuse({}, "it ends before it begins");
  Node node = std::move(frames_.back().node);
  frames_.pop_back();
  place(std::move(node));
  return true;
}

bool DocumentBuilder::key(std::string text, Mark mark) {
  Frame& frame = frames_.back();
  if (!frame.keys.insert(text).second)
    return refuse(mark, fmt::format("the key '{}' is there twice", escaped(text, 80)));
  frame.member = Member{std::move(text), mark, {}};
  return true;
}

bool DocumentBuilder::value(Node node) {
  if (!counted(node.mark))
    return false;
  place(std::move(node));
  return true;
}

} // namespace sbx
