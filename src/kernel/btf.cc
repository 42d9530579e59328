#include "kernel/btf.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace sbx {

namespace {

// include/uapi/linux/btf.h
enum Kind : std::uint32_t {
  kind_int = 1,
  kind_ptr,
  kind_array,
  kind_struct,
  kind_union,
  kind_enum,
  kind_fwd,
  kind_typedef,
  kind_volatile,
  kind_const,
  kind_restrict,
  kind_func,
  kind_func_proto,
  kind_var,
  kind_datasec,
  kind_float,
  kind_decl_tag,
  kind_type_tag,
  kind_enum64,
  kind_end
};
constexpr std::uint16_t magic = 0xeb9f;
constexpr std::uint32_t least_header = 24, type_bytes = 12, member_bytes = 12, array_bytes = 12;
constexpr std::uint64_t pointer_bytes = 8;
constexpr unsigned deepest = 32;           // typedef chains, nested anonymous members
constexpr unsigned most_members = 1 << 16; // looked at for one name

struct Header {
  std::uint16_t magic;
  std::uint8_t version, flags;
  std::uint32_t length, types_at, types_length, strings_at, strings_length;
};

std::uint32_t u32(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// What follows the 12 bytes common to all types; nothing for a kind that is not known.
std::optional<std::uint32_t> tail_bytes(std::uint32_t kind, std::uint32_t count) {
  switch (kind) {
  case kind_int:
  case kind_var:
  case kind_decl_tag:
    return 4;
  case kind_array:
    return array_bytes;
  case kind_struct:
  case kind_union:
  case kind_datasec:
  case kind_enum64:
    return 12 * count;
  case kind_enum:
  case kind_func_proto:
    return 8 * count;
  default:
    return kind > 0 && kind < kind_end ? std::optional<std::uint32_t>(0) : std::nullopt;
  }
}

void remember(std::vector<std::pair<std::string, std::uint32_t>>& found,
              const std::vector<std::string_view>& wanted, std::string_view name, std::uint32_t id) {
  for (std::string_view one : wanted)
    if (one == name) {
      for (const auto& [known, _] : found)
        if (known == name)
          return;
      found.emplace_back(name, id);
      return;
    }
}

std::optional<std::uint32_t> lookup(const std::vector<std::pair<std::string, std::uint32_t>>& found,
                                    std::string_view name) {
  for (const auto& [known, id] : found)
    if (known == name)
      return id;
  return std::nullopt;
}

} // namespace

struct Btf::Type {
  std::uint32_t name, kind, count, size; // size is the id of another type for kinds that refer to one
  bool bitfields;                        // kind_flag: member offsets carry a width
  std::string_view tail;
};

struct Btf::Step {
  std::uint64_t bit = 0;
  std::uint32_t bits = 0, type = 0;
};

tl::expected<Btf, std::string> Btf::parse(std::string_view bytes,
                                          const std::vector<std::string_view>& structs,
                                          const std::vector<std::string_view>& functions) {
  Header header{};
  if (bytes.size() < least_header)
    return tl::unexpected<std::string>("shorter than its header");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != magic || header.version != 1)
    return tl::unexpected<std::string>("no BTF of version 1 in this machine's byte order");
  if (header.length < least_header || header.length > bytes.size())
    return tl::unexpected<std::string>("the header's length is out of bounds");
  const std::string_view body = bytes.substr(header.length);
  auto section = [&](std::uint32_t at, std::uint32_t length) -> std::optional<std::string_view> {
    if (at > body.size() || length > body.size() - at)
      return std::nullopt;
    return body.substr(at, length);
  };
  const auto types = section(header.types_at, header.types_length);
  const auto strings = section(header.strings_at, header.strings_length);
  if (!types || !strings || strings->empty() || strings->back() != '\0')
    return tl::unexpected<std::string>("a section is out of bounds");
  Btf btf;
  btf.types_ = *types;
  btf.strings_ = *strings;
  if (!btf.index(structs, functions))
    return tl::unexpected<std::string>("type " + std::to_string(btf.offsets_.size() + 1) +
                                       " is cut off or of a kind not known here");
  return btf;
}

// One pass over all types. Most names are ruled out by their first byte, before any string is compared.
bool Btf::index(const std::vector<std::string_view>& structs,
                const std::vector<std::string_view>& functions) {
  std::array<bool, 256> struct_first{}, function_first{};
  for (std::string_view name : structs)
    struct_first[static_cast<unsigned char>(name.empty() ? '\0' : name.front())] = true;
  for (std::string_view name : functions)
    function_first[static_cast<unsigned char>(name.empty() ? '\0' : name.front())] = true;
  offsets_.reserve(types_.size() / 24); // about the mean on vmlinux
  std::size_t at = 0;
  while (at < types_.size()) {
    if (types_.size() - at < type_bytes)
      return false;
    const std::uint32_t name = u32(types_, at), info = u32(types_, at + 4);
    const std::uint32_t kind = info >> 24 & 31;
    const auto tail = tail_bytes(kind, info & 0xffff);
    if (!tail || types_.size() - at - type_bytes < *tail)
      return false;
    offsets_.push_back(static_cast<std::uint32_t>(at));
    if ((kind == kind_struct || kind == kind_func) && name < strings_.size()) {
      const auto first = static_cast<unsigned char>(strings_[name]);
      const auto id = static_cast<std::uint32_t>(offsets_.size());
      if (kind == kind_struct && struct_first[first])
        remember(structs_, structs, name_at(name), id);
      else if (kind == kind_func && function_first[first])
        remember(functions_, functions, name_at(name), id);
    }
    at += type_bytes + *tail;
  }
  return true;
}

std::string_view Btf::name_at(std::uint32_t offset) const {
  return offset < strings_.size() ? std::string_view(strings_.data() + offset) : std::string_view();
}

std::optional<Btf::Type> Btf::type(std::uint32_t id) const {
  if (id == 0 || id > offsets_.size())
    return std::nullopt;
  const std::size_t at = offsets_[id - 1];
  const std::uint32_t info = u32(types_, at + 4);
  Type it{u32(types_, at), info >> 24 & 31, info & 0xffff, u32(types_, at + 8), (info >> 31) != 0, {}};
  it.tail = types_.substr(at + type_bytes, tail_bytes(it.kind, it.count).value_or(0));
  return it;
}

std::optional<std::uint32_t> Btf::bare(std::uint32_t id) const {
  for (unsigned steps = 0; steps < deepest; ++steps) {
    const auto it = type(id);
    if (!it)
      return std::nullopt;
    if (it->kind != kind_typedef && it->kind != kind_const && it->kind != kind_volatile &&
        it->kind != kind_restrict && it->kind != kind_type_tag)
      return id;
    id = it->size;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Btf::size_of(std::uint32_t id) const {
  std::uint64_t times = 1;
  for (unsigned steps = 0; steps < deepest; ++steps) {
    const auto known = bare(id);
    const auto it = known ? type(*known) : std::nullopt;
    if (!it)
      return std::nullopt;
    if (it->kind == kind_ptr)
      return times * pointer_bytes;
    if (it->kind != kind_array)
      return times * it->size;
    times *= u32(it->tail, 8);
    if (times > UINT32_MAX)
      return std::nullopt;
    id = u32(it->tail, 0);
  }
  return std::nullopt;
}

bool Btf::find_member(std::uint32_t id, std::string_view name, Step& step, unsigned depth,
                      unsigned& budget) const {
  auto known = bare(id);
  auto it = known ? type(*known) : std::nullopt;
  for (unsigned steps = 0; it && it->kind == kind_array && steps < deepest; ++steps) {
    known = bare(u32(it->tail, 0));
    it = known ? type(*known) : std::nullopt;
  }
  if (!it || (it->kind != kind_struct && it->kind != kind_union) || depth > deepest)
    return false;
  for (std::uint32_t i = 0; i < it->count; ++i) {
    if (budget == 0)
      return false;
    --budget;
    const std::uint32_t member_name = u32(it->tail, i * member_bytes);
    const std::uint32_t member_type = u32(it->tail, i * member_bytes + 4);
    const std::uint32_t packed = u32(it->tail, i * member_bytes + 8);
    Step here{step.bit + (it->bitfields ? packed & 0xffffff : packed), it->bitfields ? packed >> 24 : 0,
              member_type};
    const std::string_view its_name = name_at(member_name);
    if (its_name == name) {
      step = here;
      return true;
    }
    if (its_name.empty() && find_member(member_type, name, here, depth + 1, budget)) {
      step = here;
      return true;
    }
  }
  return false;
}

std::optional<BtfField> Btf::field(std::string_view path) const {
  const auto colon = path.find(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  const auto root = lookup(structs_, path.substr(0, colon));
  if (!root)
    return std::nullopt;
  Step step{0, 0, *root};
  for (std::string_view rest = path.substr(colon + 1); !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find('.'));
    unsigned budget = most_members;
    if (name.empty() || !find_member(step.type, name, step, 0, budget))
      return std::nullopt;
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  const auto size = size_of(step.type);
  auto element = bare(step.type);
  auto its_type = element ? type(*element) : std::nullopt;
  if (its_type && its_type->kind == kind_array) {
    element = bare(u32(its_type->tail, 0));
    its_type = element ? type(*element) : std::nullopt;
  }
  const auto element_size = element ? size_of(*element) : std::nullopt;
  if (!size || !its_type || !element_size || *size > UINT32_MAX || *element_size > UINT32_MAX ||
      step.bit / 8 > INT32_MAX || (step.bits == 0 && step.bit % 8 != 0))
    return std::nullopt;
  BtfField field;
  field.offset = static_cast<std::uint32_t>(step.bit / 8);
  field.first_bit = step.bits ? static_cast<std::uint32_t>(step.bit % 8) : 0;
  field.bits = step.bits;
  field.size = step.bits ? (field.first_bit + step.bits + 7) / 8 : static_cast<std::uint32_t>(*size);
  field.element = step.bits ? field.size : static_cast<std::uint32_t>(*element_size);
  field.composite = its_type->kind == kind_struct || its_type->kind == kind_union;
  return field;
}

std::optional<std::uint32_t> Btf::struct_size(std::string_view name) const {
  const auto id = lookup(structs_, name);
  const auto it = id ? type(*id) : std::nullopt;
  return it ? std::optional<std::uint32_t>(it->size) : std::nullopt;
}

std::optional<std::uint32_t> Btf::function_id(std::string_view name) const {
  return lookup(functions_, name);
}

} // namespace sbx
