#include "kernel/landlock_layout.h"
#include "kernel/seccomp_layout.h"
#include "kernel/trace_layout.h"

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

using S = seccomp_layout;
const std::map<std::string, kernel_field S::*> seccomp_members{
    {"task_exit_state", &S::task_exit_state},
    {"task_start_boottime", &S::task_start_boottime},
    {"task_thread_pid", &S::task_thread_pid},
    {"pid_level", &S::pid_level},
    {"pid_number", &S::pid_number},
    {"task_mode", &S::task_mode},
    {"task_filter", &S::task_filter},
    {"task_count", &S::task_count},
    {"filter_previous", &S::filter_previous},
    {"filter_program", &S::filter_program},
    {"filter_log", &S::filter_log},
    {"filter_listener", &S::filter_listener},
    {"filter_wait_killable", &S::filter_wait_killable},
    {"filter_native", &S::filter_native},
    {"filter_compat", &S::filter_compat},
    {"program_original", &S::program_original},
    {"original_length", &S::original_length},
    {"original_code", &S::original_code}};

using T = trace_layout;
const std::map<std::string, kernel_field T::*> trace_members{{"task_thread_pid", &T::task_thread_pid},
                                                             {"task_pid", &T::task_pid},
                                                             {"pid_level", &T::pid_level},
                                                             {"pid_number", &T::pid_number},
                                                             {"dentry_parent", &T::dentry_parent},
                                                             {"dentry_name", &T::dentry_name},
                                                             {"inode_number", &T::inode_number},
                                                             {"inode_sb", &T::inode_sb},
                                                             {"sb_dev", &T::sb_dev},
                                                             {"domain_hierarchy", &T::domain_hierarchy},
                                                             {"hierarchy_id", &T::hierarchy_id},
                                                             {"task_tgid", &T::task_tgid},
                                                             {"task_leader", &T::task_leader},
                                                             {"task_signal", &T::task_signal},
                                                             {"task_exit_code", &T::task_exit_code},
                                                             {"task_files", &T::task_files},
                                                             {"pid_ns", &T::pid_ns},
                                                             {"signal_live", &T::signal_live},
                                                             {"signal_flags", &T::signal_flags},
                                                             {"signal_exit_code", &T::signal_exit_code},
                                                             {"files_table", &T::files_table},
                                                             {"table_size", &T::table_size},
                                                             {"table_files", &T::table_files},
                                                             {"file_dentry", &T::file_dentry},
                                                             {"file_mount", &T::file_mount},
                                                             {"dentry_inode", &T::dentry_inode},
                                                             {"mount_self", &T::mount_self},
                                                             {"mount_parent", &T::mount_parent},
                                                             {"mount_point", &T::mount_point},
                                                             {"mount_root", &T::mount_root},
                                                             {"program_name", &T::program_name},
                                                             {"program_file", &T::program_file},
                                                             {"blockers_access", &T::blockers_access},
                                                             {"blockers_type", &T::blockers_type},
                                                             {"call_number", &T::call_number},
                                                             {"di", &T::di},
                                                             {"si", &T::si},
                                                             {"dx", &T::dx},
                                                             {"r10", &T::r10},
                                                             {"r8", &T::r8},
                                                             {"r9", &T::r9},
                                                             {"bx", &T::bx},
                                                             {"cx", &T::cx},
                                                             {"bp", &T::bp},
                                                             {"orig_x0", &T::orig_x0},
                                                             {"x0", &T::x0},
                                                             {"compat", &T::compat}};

std::uint64_t bits_of(const kernel_field& field) {
  return ((std::uint64_t{1} << field.bits) - 1) << (field.first_bit + 8 * field.offset);
}

// Each line of a kernel's .expected: the name of a member, where the compiler puts it, and how large it is.
struct Expected {
  std::string name, first, second;
};

std::vector<Expected> expected_of(const std::filesystem::path& kernel) {
  std::istringstream lines(contents(std::filesystem::path(kernel).replace_extension(".expected")));
  std::vector<Expected> all;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    words >> all.emplace_back().name >> all.back().first >> all.back().second;
  }
  return all;
}

void check_place(const kernel_field& field, const Expected& expected) {
  INFO(expected.name);
  if (expected.first == "-") {
    CHECK(field.offset == -1);
  } else if (expected.first == "bits") {
    CHECK(bits_of(field) == std::stoull(expected.second, nullptr, 16));
  } else {
    CHECK(field.offset == std::stoi(expected.first));
    CHECK(field.bits == 0);
  }
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
    std::size_t seen = 0;
    for (const Expected& expected : expected_of(path)) {
      if (expected.name == "second_pid_number")
        CHECK(layout->pid_number.offset + static_cast<int>(layout->number_size) == std::stoi(expected.first));
      if (!members.count(expected.name))
        continue;
      ++seen;
      const kernel_field& field = (*layout).*members.at(expected.name);
      check_place(field, expected);
      if (expected.first == "-" || expected.first == "bits")
        continue;
      if (expected.name == "domain_masks")
        CHECK(layout->mask_size == std::stoul(expected.second));
      else if (expected.name == "rule_layers")
        CHECK(layout->layer_size == std::stoul(expected.second));
      else if (expected.name != "details_exe")
        CHECK(field.size == std::stoul(expected.second));
    }
    CHECK(seen == members.size());
  }
}

TEST_CASE("layout: on every recorded kernel the seccomp filters lie where the compiler puts them") {
  for (const auto& path : kernels()) {
    INFO(path);
    const std::string bytes = contents(path);
    const auto btf = Btf::parse(bytes, sbx::structs_of(sbx::seccomp_rows()), {});
    REQUIRE(btf);
    const auto layout = sbx::resolve_seccomp_layout(*btf);
    if (!layout)
      FAIL(layout.error().text);
    std::size_t seen = 0;
    for (const Expected& expected : expected_of(path)) {
      const bool known = members.count(expected.name) || expected.name == "second_pid_number";
      CHECK((known || seccomp_members.count(expected.name) || trace_members.count(expected.name)));
      if (!seccomp_members.count(expected.name))
        continue;
      ++seen;
      const kernel_field& field = (*layout).*seccomp_members.at(expected.name);
      check_place(field, expected);
      if (expected.first != "-")
        CHECK(field.size == std::stoul(expected.second));
    }
    CHECK(seen == seccomp_members.size());
    CHECK(layout->filter_native.size == seccomp_bitmap_bytes);
    CHECK(layout->filter_wait_killable.offset >= 0);
  }
}

TEST_CASE("layout: on every recorded kernel what is traced lies where the compiler puts it") {
  for (const auto& path : kernels()) {
    INFO(path);
    const std::string bytes = contents(path);
    const auto btf = Btf::parse(bytes, sbx::structs_of(sbx::trace_rows()), {});
    REQUIRE(btf);
    const auto layout = sbx::resolve_trace_layout(*btf);
    if (!layout)
      FAIL(layout.error().text);
    std::size_t seen = 0;
    for (const Expected& expected : expected_of(path)) {
      if (!trace_members.count(expected.name))
        continue;
      ++seen;
      const kernel_field& field = (*layout).*trace_members.at(expected.name);
      check_place(field, expected);
      if (expected.first != "-")
        CHECK(field.size == std::stoul(expected.second));
    }
    CHECK(seen == trace_members.size());
    const bool arm64 = path.stem().string().ends_with("arm64");
    CHECK(layout->arguments[0].offset == (arm64 ? layout->orig_x0 : layout->di).offset);
    CHECK(layout->arguments[3].offset == (arm64 ? layout->x0.offset + 24 : layout->r10.offset));
    CHECK(layout->arguments[3].size == 8);
    CHECK(layout->compat_arguments[0].offset == (arm64 ? layout->orig_x0 : layout->bx).offset);
    CHECK(layout->compat_mask == (arm64 ? 1u << 22 : 2u));
    CHECK((layout->blockers_access.offset >= 0) == path.filename().string().starts_with("7.3."));
  }
}

TEST_CASE("layout: without the registers of a call nothing is traced") {
  const std::string bytes = contents(kernels().front());
  std::string without = bytes;
  const std::string name = std::string("\0di\0", 4);
  for (auto at = without.find(name); at != std::string::npos; at = without.find(name, at))
    without[at + 1] = 'X';
  const auto resolve = [](const std::string& in) {
    return sbx::resolve_trace_layout(*Btf::parse(in, sbx::structs_of(sbx::trace_rows()), {}));
  };
  CHECK(resolve(bytes));
  const auto refused = resolve(without);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text.find("arguments of system calls") != std::string::npos);
}

TEST_CASE("layout: what one table lacks is no matter to the other, and some members a kernel may lack") {
  const std::string bytes = contents(kernels().front());
  const auto without = [&](const std::string& name) {
    std::string changed = bytes;
    for (auto at = changed.find(name); at != std::string::npos; at = changed.find(name, at))
      changed[at] = 'X';
    return changed;
  };
  const auto seccomp = [&](const std::string& in) {
    return sbx::resolve_seccomp_layout(*Btf::parse(in, sbx::structs_of(sbx::seccomp_rows()), {}));
  };
  const auto landlock = [&](const std::string& in) {
    return resolve_landlock_layout(*Btf::parse(in, sbx::structs_of(sbx::landlock_rows()), {}), 7);
  };
  CHECK(landlock(without("seccomp_filter")));
  CHECK(seccomp(without("landlock_ruleset")));
  CHECK(seccomp(without("seccomp_filter")).error().not_built);
  const auto strange = seccomp(without("orig_prog"));
  REQUIRE_FALSE(strange);
  CHECK_FALSE(strange.error().not_built);
  CHECK(strange.error().text.find("bpf_prog:orig_prog") != std::string::npos);
  const auto old = seccomp(without("wait_killable_recv"));
  REQUIRE(old);
  CHECK(old->filter_wait_killable.offset == -1);
  const auto uncached = seccomp(without("allow_"));
  REQUIRE(uncached);
  CHECK(uncached->filter_native.offset == -1);
  CHECK(uncached->filter_compat.offset == -1);
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
