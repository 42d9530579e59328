// Where does this kernel keep a member of one of its structures? Answered from its BTF, the type table that
// it shows in /sys/kernel/btf/vmlinux (Documentation/bpf/btf.rst). Total on any bytes, and fast: only wanted
// names are looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace sbx {

struct BtfField {
  std::uint32_t offset = 0;    // in bytes, from the start of the outermost structure
  std::uint32_t size = 0;      // bytes to read there to get all of it
  std::uint32_t first_bit = 0; // of a bit field, within these bytes
  std::uint32_t bits = 0;      // 0 for a plain member
  std::uint32_t element = 0;   // size of one element; equal to size when it is no array
  bool composite = false;      // it is, or its elements are, a struct or a union
};

class Btf {
public:
  // `bytes` must outlive the result. Of several types with one name the first is taken, as libbpf does.
  static tl::expected<Btf, std::string> parse(std::string_view bytes,
                                              const std::vector<std::string_view>& structs,
                                              const std::vector<std::string_view>& functions);

  // "landlock_domain:rules.num_rules": a wanted struct and a path through it. Anonymous members are looked
  // through, a step through an array means its first element.
  std::optional<BtfField> field(std::string_view path) const;
  std::optional<std::uint32_t> struct_size(std::string_view name) const;
  std::optional<std::uint32_t> function_id(std::string_view name) const; // what attach_btf_id takes

private:
  struct Type;
  struct Member;
  struct Step;
  using Names = std::vector<std::pair<std::string, std::uint32_t>>; // name to type id

  bool index(const std::vector<std::string_view>& structs, const std::vector<std::string_view>& functions);
  std::optional<Type> type(std::uint32_t id) const;
  std::optional<std::uint32_t> bare(std::uint32_t id) const; // without typedef, const, volatile and the like
  std::optional<std::uint64_t> size_of(std::uint32_t id) const;
  bool find_member(std::uint32_t id, std::string_view name, Step& step, unsigned depth,
                   unsigned& budget) const;
  std::string_view name_at(std::uint32_t offset) const;

  std::string_view types_, strings_;
  std::vector<std::uint32_t> offsets_; // of type id + 1 in types_
  Names structs_, functions_;
};

} // namespace sbx
