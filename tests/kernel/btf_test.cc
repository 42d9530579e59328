#include "kernel/btf.h"

#include <catch2/catch.hpp>
#include <cstring>

using sbx::Btf;

namespace {

// Writes BTF by hand, as include/uapi/linux/btf.h describes it.
class Writer {
public:
  std::uint32_t name(const std::string& text) {
    const auto at = static_cast<std::uint32_t>(strings_.size());
    strings_ += text;
    strings_ += '\0';
    return at;
  }
  std::uint32_t type(const std::string& text, std::uint32_t kind, std::uint32_t count, std::uint32_t size,
                     const std::vector<std::uint32_t>& tail = {}, bool flag = false) {
    for (std::uint32_t word : {name(text), (flag ? 1u << 31 : 0u) | kind << 24 | count, size})
      put(word);
    for (std::uint32_t word : tail)
      put(word);
    return ++last_;
  }
  std::string bytes() const {
    std::string out("\x9f\xeb\x01\x00", 4);
    const auto types = static_cast<std::uint32_t>(types_.size()),
               strings = static_cast<std::uint32_t>(strings_.size());
    for (std::uint32_t word : {24u, 0u, types, types, strings})
      out.append(reinterpret_cast<const char*>(&word), 4);
    return out + types_ + strings_;
  }

private:
  void put(std::uint32_t word) { types_.append(reinterpret_cast<const char*>(&word), 4); }
  std::string types_, strings_ = std::string(1, '\0');
  std::uint32_t last_ = 0;
};

std::string sample() {
  Writer w;
  const auto u32 = w.type("u32", 1, 0, 4, {32});
  const auto alias = w.type("rights_t", 8, 0, u32);
  const auto constant = w.type("", 10, 0, alias);
  const auto pointer = w.type("", 2, 0, 0);
  const auto array = w.type("", 3, 0, 0, {constant, u32, 5});
  const auto inner = w.type("", 5, 2, 24, {w.name("deep"), alias, 0, w.name("list"), array, 32});
  w.type("other", 4, 1, 4, {w.name("value"), u32, 0});
  // bit fields: kind_flag set, the width in the top byte of the offset
  const auto masks =
      w.type("masks", 4, 2, 4, {w.name("fs"), alias, 17u << 24, w.name("net"), alias, 4u << 24 | 17}, true);
  const auto many = w.type("", 3, 0, 0, {masks, u32, 3});
  w.type("sample", 4, 4, 64,
         {w.name("first"), pointer, 0, 0, inner, 64, w.name("many"), many, 256, w.name("odd"), u32, 352});
  w.type("bpf_iter_task", 12, 1, 0);
  return w.bytes();
}

tl::expected<Btf, std::string> parse(const std::string& bytes) {
  return Btf::parse(bytes, {"sample", "other", "absent"}, {"bpf_iter_task"});
}

} // namespace

TEST_CASE("btf: members are found by name, through anonymous ones, typedefs and arrays") {
  const std::string bytes = sample();
  const auto btf = parse(bytes);
  REQUIRE(btf);
  CHECK(btf->field("sample:first")->size == 8);
  CHECK(btf->field("sample:deep")->offset == 8);
  CHECK(btf->field("sample:deep")->size == 4);
  CHECK(btf->field("sample:list")->offset == 12);
  CHECK(btf->field("sample:list")->size == 20);
  CHECK(btf->field("sample:list")->element == 4);
  CHECK_FALSE(btf->field("sample:list")->composite);
  CHECK(btf->field("sample:many")->composite);
  CHECK(btf->field("sample:many")->element == 4);
  CHECK(*btf->struct_size("sample") == 64);
  CHECK(*btf->function_id("bpf_iter_task") == 11);
}

TEST_CASE("btf: a bit field is given as the bytes that hold it and the bits within") {
  const std::string bytes = sample();
  const auto btf = parse(bytes);
  REQUIRE(btf);
  const auto net = btf->field("sample:many.net");
  REQUIRE(net);
  CHECK(net->offset == 34);
  CHECK(net->first_bit == 1);
  CHECK(net->bits == 4);
  CHECK(net->size == 1);
  CHECK(btf->field("sample:many.fs")->size == 3);
}

TEST_CASE("btf: what is not there is not found") {
  const std::string bytes = sample();
  const auto btf = parse(bytes);
  REQUIRE(btf);
  for (const char* path : {"absent:x", "sample:absent", "sample:first.x", "sample", "", ":", "sample:..",
                           "masks:fs", "sample:deep.x.y"})
    CHECK_FALSE(btf->field(path));
  CHECK_FALSE(btf->struct_size("masks")); // was not asked for
  CHECK_FALSE(btf->function_id("absent"));
}

TEST_CASE("btf: cut off at any byte it is refused or still answers") {
  const std::string bytes = sample();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(parse(bytes.substr(0, size)));
}

TEST_CASE("btf: any one byte may be wrong and nothing worse happens than a wrong answer") {
  const std::string bytes = sample();
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (int flip : {1, 0x80, 0xff}) {
      std::string broken = bytes;
      broken[at] = static_cast<char>(broken[at] ^ flip);
      if (const auto btf = parse(broken))
        for (const char* path : {"sample:deep", "sample:many.net", "sample:list", "other:value"})
          btf->field(path);
    }
  SUCCEED();
}

TEST_CASE("btf: types that contain themselves end the search") {
  Writer w;
  w.type("loop", 8, 0, 1);                                 // typedef of itself
  w.type("sample", 4, 2, 8, {0, 2, 0, w.name("x"), 1, 0}); // holds itself, unnamed
  w.type("", 3, 0, 0, {3, 3, 0xffffffff});                 // an array of itself
  w.type("other", 4, 1, 8, {w.name("value"), 3, 0});
  const std::string bytes = w.bytes();
  const auto btf = parse(bytes);
  REQUIRE(btf);
  CHECK_FALSE(btf->field("sample:absent"));
  CHECK_FALSE(btf->field("sample:x"));
  CHECK_FALSE(btf->field("other:value"));
}

TEST_CASE("btf: bytes of another kind are refused with a reason") {
  CHECK(parse("").error() == "shorter than its header");
  CHECK(parse(std::string(64, 'x')).error().find("no BTF") == 0);
  std::string swapped = sample();
  std::swap(swapped[0], swapped[1]);
  CHECK_FALSE(parse(swapped));
}
