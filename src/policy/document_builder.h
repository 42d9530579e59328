// Which tree do the events of a parser come to? Built inside the bounds of document.h.
#pragma once

#include "policy/document.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sbx {

// Each event is false where the document must be refused: then fault() says why, and no more may come.
class DocumentBuilder {
public:
  explicit DocumentBuilder(const std::string& file) : file_(file) {}

  bool open(NodeKind kind, Mark mark); // a list or a map
  bool close();
  bool key(std::string text, Mark mark);
  bool value(Node node);
  bool refuse(Mark mark, std::string_view why); // always false

  bool awaits_key() const; // what comes next is a key, or the end of a map
  const std::optional<Error>& fault() const { return fault_; }
  Node take() { return std::move(root_); }

private:
  struct Frame {
    Node node;
    std::set<std::string> keys;
    std::optional<Member> member; // its value is to come
  };

  bool counted(Mark mark);
  void place(Node node);

  const std::string& file_;
  std::vector<Frame> frames_;
  std::size_t nodes_ = 0;
  Node root_;
  std::optional<Error> fault_;
};

} // namespace sbx
