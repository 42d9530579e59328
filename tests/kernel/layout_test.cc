#include "kernel/landlock_layout.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using sbx::Btf;
using sbx::MaskKind;
using sbx::resolve_landlock_layout;

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> kernels() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(SBX_SOURCE_DIR "/fixtures/btf"))
    if (entry.path().extension() == ".btf")
      found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

using L = landlock_layout;
const std::map<std::string, kernel_field L::*> members{{"task_pid", &L::task_pid},
                                                       {"task_comm", &L::task_comm},
                                                       {"task_exit_state", &L::task_exit_state},
                                                       {"task_start_boottime", &L::task_start_boottime},
                                                       {"task_cred", &L::task_cred},
                                                       {"task_real_cred", &L::task_real_cred},
                                                       {"task_thread_pid", &L::task_thread_pid},
                                                       {"pid_level", &L::pid_level},
                                                       {"cred_security", &L::cred_security},
                                                       {"blob_domain", &L::blob_domain},
                                                       {"domain_layers", &L::domain_layers},
                                                       {"domain_rules", &L::domain_rules},
                                                       {"domain_hierarchy", &L::domain_hierarchy},
                                                       {"domain_masks", &L::domain_masks},
                                                       {"masks_fs", &L::masks_fs},
                                                       {"masks_net", &L::masks_net},
                                                       {"masks_scope", &L::masks_scope},
                                                       {"hierarchy_parent", &L::hierarchy_parent},
                                                       {"hierarchy_id", &L::hierarchy_id},
                                                       {"hierarchy_denials", &L::hierarchy_denials},
                                                       {"hierarchy_details", &L::hierarchy_details},
                                                       {"details_pid", &L::details_pid},
                                                       {"details_uid", &L::details_uid},
                                                       {"details_comm", &L::details_comm},
                                                       {"details_exe", &L::details_exe},
                                                       {"pid_number", &L::pid_number},
                                                       {"blob_sizes_cred", &L::blob_sizes_cred},
                                                       {"domain_inodes", &L::domain_inodes},
                                                       {"domain_ports", &L::domain_ports},
                                                       {"rule_node", &L::rule_node},
                                                       {"rule_key", &L::rule_key},
                                                       {"rule_layer_count", &L::rule_layer_count},
                                                       {"rule_layers", &L::rule_layers},
                                                       {"layer_level", &L::layer_level},
                                                       {"layer_access", &L::layer_access},
                                                       {"node_parent", &L::node_parent},
                                                       {"node_left", &L::node_left},
                                                       {"node_right", &L::node_right},
                                                       {"object_inode", &L::object_inode},
                                                       {"inode_number", &L::inode_number},
                                                       {"inode_mode", &L::inode_mode},
                                                       {"inode_nlink", &L::inode_nlink},
                                                       {"inode_aliases", &L::inode_aliases},
                                                       {"inode_sb", &L::inode_sb},
                                                       {"sb_dev", &L::sb_dev},
                                                       {"sb_root", &L::sb_root},
                                                       {"sb_type", &L::sb_type},
                                                       {"fs_type_name", &L::fs_type_name},
                                                       {"dentry_parent", &L::dentry_parent},
                                                       {"dentry_name", &L::dentry_name},
                                                       {"dentry_alias", &L::dentry_alias},
                                                       {"dentry_hashed", &L::dentry_hashed}};

std::uint64_t bits_of(const kernel_field& field) {
  return ((std::uint64_t{1} << field.bits) - 1) << (field.first_bit + 8 * field.offset);
}

} // namespace

TEST_CASE("layout: on every recorded kernel each member lies where the compiler puts it") {
  REQUIRE(kernels().size() >= 11);
  for (const auto& path : kernels()) {
    INFO(path);
    const std::string bytes = contents(path);
    const auto btf = Btf::parse(bytes, sbx::structs_of(sbx::landlock_rows()), {sbx::task_iterator_function});
    REQUIRE(btf);
    CHECK(btf->function_id(sbx::task_iterator_function));
    const auto layout = resolve_landlock_layout(*btf, 7);
    if (!layout)
      FAIL(layout.error().text);
    std::istringstream lines(contents(std::filesystem::path(path).replace_extension(".expected")));
    std::size_t seen = 0;
    std::uint32_t mask_size = 0;
    for (std::string line; std::getline(lines, line); ++seen) {
      INFO(line);
      std::istringstream words(line);
      std::string name, first, second;
      words >> name >> first >> second;
      if (name == "second_pid_number") {
        CHECK(layout->pid_number.offset + static_cast<int>(layout->number_size) == std::stoi(first));
        continue;
      }
      REQUIRE(members.count(name) == 1);
      const kernel_field& field = (*layout).*members.at(name);
      if (first == "-") {
        CHECK(field.offset == -1);
      } else if (first == "bits") {
        CHECK(bits_of(field) == std::stoull(second, nullptr, 16));
      } else {
        CHECK(field.offset == std::stoi(first));
        if (name == "domain_masks")
          mask_size = static_cast<std::uint32_t>(std::stoul(second));
        else if (name == "rule_layers")
          CHECK(layout->layer_size == std::stoul(second));
        else if (name != "details_exe")
          CHECK(field.size == std::stoul(second));
        CHECK(field.bits == 0);
      }
    }
    CHECK(seen == members.size() + 1);
    CHECK(layout->mask_size == mask_size);
  }
}

TEST_CASE("layout: how masks are stored is told by their type") {
  for (const auto& path : kernels()) {
    INFO(path);
    const std::string bytes = contents(path);
    const auto btf = Btf::parse(bytes, sbx::structs_of(sbx::landlock_rows()), {});
    REQUIRE(btf);
    const auto layout = resolve_landlock_layout(*btf, 7);
    REQUIRE(layout);
    const bool old = path.filename().string().starts_with("6.1.");
    CHECK(layout->mask_kind == static_cast<std::uint32_t>(old ? MaskKind::fs_only : MaskKind::bitfields));
    CHECK(layout->mask_size == (old ? 2u : 4u));
    CHECK((layout->hierarchy_id.offset >= 0) ==
          (path.filename().string() >= std::string("6.16") || path.filename().string()[0] == '7'));
  }
}

TEST_CASE("layout: shifted masks are cut where the kernel's version says") {
  const std::string bytes = contents(kernels().front());
  const auto btf = Btf::parse(bytes, sbx::structs_of(sbx::landlock_rows()), {});
  REQUIRE(btf);
  CHECK(resolve_landlock_layout(*btf, 4)->shifted_fs_bits == 15);
  CHECK(resolve_landlock_layout(*btf, 5)->shifted_fs_bits == 16);
}

TEST_CASE("layout: a kernel without Landlock is told apart from one that we do not understand") {
  const std::string bytes = contents(kernels().front());
  std::string without = bytes, strange = bytes;
  const auto rename = [](std::string& in, const std::string& from) {
    for (auto at = in.find(from); at != std::string::npos; at = in.find(from, at))
      in[at] = 'X';
  };
  rename(without, "landlock_ruleset");
  rename(strange, "real_cred");
  const auto parse = [](const std::string& in) {
    return Btf::parse(in, sbx::structs_of(sbx::landlock_rows()), {});
  };
  CHECK(resolve_landlock_layout(*parse(without), 7).error().not_built);
  const auto refused = resolve_landlock_layout(*parse(strange), 7);
  REQUIRE_FALSE(refused);
  CHECK_FALSE(refused.error().not_built);
  CHECK(refused.error().text.find("task_struct:real_cred") != std::string::npos);
}
