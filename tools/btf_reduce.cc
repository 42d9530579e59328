// btf_reduce IN OUT: keeps of a kernel's BTF what the layout table reads, so that a few KB per kernel serve
// as a fixture. Names, offsets and sizes stay; pointers point to void, enumerations become integers.
#include "kernel/landlock_layout.h"
#include "kernel/seccomp_layout.h"
#include "kernel/trace_layout.h"

#include <bpf/btf.h>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace {

using Path = std::vector<std::string>;
using Paths = std::vector<Path>;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "btf_reduce: %s\n", why.c_str());
  std::exit(1);
}

class Reducer {
public:
  Reducer(const btf* in, btf* out) : in_(in), out_(out) {}

  void keep_struct(const std::string& name, const Paths& paths) {
    const int id = btf__find_by_name_kind(in_, name.c_str(), BTF_KIND_STRUCT);
    if (id > 0)
      composite(static_cast<__u32>(id), paths, name);
  }

  void keep_function(const std::string& name) {
    const int id = btf__find_by_name_kind(in_, name.c_str(), BTF_KIND_FUNC);
    if (id > 0)
      btf__add_func(out_, name.c_str(), BTF_FUNC_GLOBAL, checked(btf__add_func_proto(out_, integer(4))));
  }

private:
  static int checked(int id) {
    if (id < 0)
      die("writing a type: " + std::to_string(id));
    return id;
  }

  const btf_type* bare(__u32& id) const {
    const btf_type* it = btf__type_by_id(in_, id);
    while (it && (btf_is_mod(it) || btf_is_typedef(it))) {
      id = it->type;
      it = btf__type_by_id(in_, id);
    }
    return it;
  }

  int integer(__s64 size) {
    int& id = integers_[size];
    if (id == 0)
      id = checked(btf__add_int(out_, ("int" + std::to_string(size)).c_str(), static_cast<size_t>(size), 0));
    return id;
  }

  int copy(__u32 id, const Paths& deeper) {
    const btf_type* it = bare(id);
    if (!it || btf_is_ptr(it))
      return pointer_ ? pointer_ : pointer_ = checked(btf__add_ptr(out_, 0));
    if (btf_is_array(it)) {
      const int element = copy(btf_array(it)->type, deeper);
      return checked(btf__add_array(out_, integer(4), element, btf_array(it)->nelems));
    }
    if (btf_is_composite(it))
      return composite(id, deeper, ""); // without its name: it may be kept whole elsewhere
    return integer(btf__resolve_size(in_, id));
  }

  // The paths that go on below the member `name`; an anonymous member passes on those that it can serve.
  Paths below(const btf_member& member, const Paths& paths) const {
    const std::string name = btf__name_by_offset(in_, member.name_off);
    Paths rest;
    for (const Path& path : paths)
      if (!path.empty() && name.empty() && has(member.type, path.front()))
        rest.push_back(path);
      else if (!path.empty() && path.front() == name)
        rest.emplace_back(path.begin() + 1, path.end());
    return rest;
  }

  bool has(__u32 id, const std::string& name) const {
    const btf_type* it = bare(id);
    if (!it || !btf_is_composite(it))
      return false;
    for (int i = 0; i < btf_vlen(it); ++i) {
      const std::string own = btf__name_by_offset(in_, btf_members(it)[i].name_off);
      if (own == name || (own.empty() && has(btf_members(it)[i].type, name)))
        return true;
    }
    return false;
  }

  int composite(__u32 id, const Paths& paths, const std::string& name) {
    const btf_type* it = btf__type_by_id(in_, id);
    struct Kept {
      std::string name;
      int type;
      __u32 bit, bits;
    };
    std::vector<Kept> kept; // inner types must be complete before the outer one is begun
    for (int i = 0; i < btf_vlen(it); ++i) {
      const btf_member& member = btf_members(it)[i];
      const Paths deeper = below(member, paths);
      if (!deeper.empty())
        kept.push_back({btf__name_by_offset(in_, member.name_off), copy(member.type, deeper),
                        btf_member_bit_offset(it, static_cast<__u32>(i)),
                        btf_member_bitfield_size(it, static_cast<__u32>(i))});
    }
    const int made = checked(btf_is_union(it) ? btf__add_union(out_, name.c_str(), it->size)
                                              : btf__add_struct(out_, name.c_str(), it->size));
    for (const Kept& member : kept)
      if (btf__add_field(out_, member.name.c_str(), member.type, member.bit, member.bits))
        die("writing a member");
    return made;
  }

  const btf* in_;
  btf* out_;
  std::map<__s64, int> integers_;
  int pointer_ = 0;
};

std::map<std::string, Paths> wanted() {
  std::map<std::string, Paths> all;
  const auto split = [](std::string_view text, char at) {
    std::vector<std::string> parts{""};
    for (char c : text)
      if (c == at)
        parts.emplace_back();
      else
        parts.back() += c;
    return parts;
  };
  const auto want = [&](const auto& rows) {
    for (const auto& row : rows)
      for (const std::string& path : split(row.paths, '|'))
        all[path.substr(0, path.find(':'))].push_back(split(path.substr(path.find(':') + 1), '.'));
  };
  want(sbx::landlock_rows());
  want(sbx::seccomp_rows());
  want(sbx::trace_rows());
  return all;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    die("usage: btf_reduce IN OUT");
  btf* in = btf__parse(argv[1], nullptr);
  btf* out = btf__new_empty();
  if (!in || !out)
    die(std::string("cannot read BTF from ") + argv[1]);
  Reducer reducer(in, out);
  for (const auto& [name, paths] : wanted())
    reducer.keep_struct(name, paths);
  reducer.keep_function(std::string(sbx::task_iterator_function));
  __u32 size = 0;
  const void* bytes = btf__raw_data(out, &size);
  FILE* file = std::fopen(argv[2], "wb");
  if (!bytes || !file || std::fwrite(bytes, 1, size, file) != size || std::fclose(file))
    die(std::string("cannot write ") + argv[2]);
}
