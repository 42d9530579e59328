#include "can/evaluate.h"
#include "can/file_kind.h"
#include "can/file_look.h"
#include "can/file_system.h"
#include "can/landlock_check.h"
#include "can/lsm_check.h"
#include "can/mount_check.h"
#include "can/path_check.h"
#include "core/escape.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::uint64_t append_only = 0x20; // STATX_ATTR_APPEND, statx(2)

std::vector<WalkStep> chain_of(const FileLook& look) {
  std::vector<WalkStep> chain = look.above;
  if (look.file)
    chain.insert(chain.begin(), *look.file);
  return chain;
}

// null, zero, full, random and urandom of drivers/char/mem.c: opened by whoever has the permission.
bool is_plain_device(const WalkStep& step) {
  constexpr std::array<unsigned, 5> minors{3, 5, 7, 8, 9};
  return format_of(step.mode) == format_character && step.rdev_major == 1 &&
         std::find(minors.begin(), minors.end(), step.rdev_minor) != minors.end();
}

bool opens(FileDeed deed) { return deed == FileDeed::read || deed == FileDeed::write; }

Syscalls syscalls_of(FileDeed deed, const FileLook& look) {
  const std::vector<SyscallUse> open{"openat", "openat2", "open"};
  switch (deed) {
  case FileDeed::read:
    return {open, {"read", "pread64", "readv", "preadv", "preadv2", "mmap"}};
  case FileDeed::write:
    return {open, {"write", "pwrite64", "writev", "pwritev", "pwritev2"}};
  case FileDeed::list:
    return {open, {"getdents64", "getdents"}};
  case FileDeed::execute:
    return {{"execve", "execveat"}};
  case FileDeed::create:
    return {{"openat", "openat2", "open", "creat"}};
  case FileDeed::remove:
    if (look.file && is_directory(*look.file))
      return {{"rmdir", "unlinkat"}};
    return {{"unlink", "unlinkat"}};
  case FileDeed::truncate:
    return {{"truncate"}};
  }
  return {};
}

Check mount_check(FileDeed deed, const World& world, const FileLook& look) {
  Check check = follows_links(world, look.walk);
  const bool makes = deed == FileDeed::create || (deed == FileDeed::write && !look.file);
  if (look.file && deed != FileDeed::remove && is_device(*look.file) && opens(deed))
    check.and_then(opens_devices(world, *look.file));
  if (makes || deed == FileDeed::remove) {
    if (look.directory)
      check.and_then(writable(world, *look.directory, "the directory"));
    if (deed == FileDeed::remove && look.file && look.directory && look.file->mount != look.directory->mount)
      check.and_then({Answer::no, "a mount stands there, and what is mounted on is not removed"});
  } else if (deed == FileDeed::write || deed == FileDeed::truncate) {
    // Devices, FIFOs and sockets may be written on a read-only mount: mnt_get_write_access() is not asked.
    if (look.file && is_regular(*look.file))
      check.and_then(writable(world, *look.file, "the file"));
  } else if (deed == FileDeed::execute && look.file) {
    check.and_then(executable(world, *look.file));
  }
  if (check.detail.empty())
    check.detail = "nothing that a mount could forbid";
  return check;
}

// A file in the root of a procfs that asks for nothing but its mode.
bool opens_by_mode(const FileLook& look) {
  const std::string& path = look.walk.path;
  return look.walk.links.empty() && look.directory && look.directory->magic == look.file->magic &&
         file_system(look.file->magic).kind == FileSystemKind::proc &&
         look.directory->inode == proc_root_inode &&
         proc_file_by_mode(std::string_view(path).substr(path.rfind('/') + 1));
}

Check permission_check(FileDeed deed, const World& world, const Subject& subject, const FileLook& look) {
  Check check = search_permission(world, subject, look.walk, look.trailing);
  check.detail = check.answer == Answer::yes ? "" : check.detail; // what is said of the file says more
  const auto file = [&](unsigned mask) {
    check.and_then(permission(world, subject, *look.file, mask, "the file",
                              deed == FileDeed::read && opens_by_mode(look)));
  };
  const bool makes = deed == FileDeed::create || (deed == FileDeed::write && !look.file);
  if (makes) {
    check.and_then(create_permission(world, subject, *look.directory));
  } else if (deed == FileDeed::remove) {
    check.and_then(remove_permission(world, subject, *look.directory, *look.file));
  } else if (deed == FileDeed::execute) {
    file(may_exec);
  } else if (deed == FileDeed::list) {
    check.and_then(permission(world, subject, *look.file, may_read, "the directory"));
  } else if (deed == FileDeed::read) {
    file(may_read);
  } else {
    file(may_write);
    if (deed == FileDeed::truncate && (look.file->attributes & append_only) != 0)
      check.and_then({Answer::no, "the file is append-only"});
    else if (check.answer == Answer::yes && (look.file->attributes & append_only) != 0)
      check.detail += "; append-only: at its end alone";
  }
  if (opens(deed) && look.file && is_device(*look.file)) {
    const Mount* mount = mount_of(world, *look.file);
    const bool from_the_kernel = mount && mount->type == "devtmpfs"; // there is one, made by the kernel
    if (!from_the_kernel && !mounts_of_initial_user_ns(world)) // SB_I_NODEV, which mountinfo does not show
      check.and_then(
          {Answer::unknown, "a file system that was mounted inside of a user namespace opens no device"});
    if (!is_plain_device(*look.file))
      check.and_then({Answer::unknown, fmt::format("the driver of device {}:{} decides who opens it",
                                                   look.file->rdev_major, look.file->rdev_minor)});
  }
  return check;
}

std::vector<LandlockNeed> landlock_needs(FileDeed deed, const FileLook& look) {
  const auto chain = chain_of(look);
  switch (deed) {
  case FileDeed::read:
    return {{landlock_fs::read_file, chain}};
  case FileDeed::write: // the new file's own chain begins at its directory: it is in no rule yet
    if (!look.file)
      return {{landlock_fs::make_reg, look.above}, {landlock_fs::write_file, look.above}};
    return {{landlock_fs::write_file, chain}};
  case FileDeed::list:
    return {{landlock_fs::read_dir, chain}};
  case FileDeed::execute: // execve(2) opens the program to read it: get_required_file_open_access()
    return {{landlock_fs::execute | landlock_fs::read_file, chain}};
  case FileDeed::create:
    return {{landlock_fs::make_reg, look.above}};
  case FileDeed::remove:
    return {{is_directory(*look.file) ? landlock_fs::remove_dir : landlock_fs::remove_file, look.above}};
  case FileDeed::truncate:
    return {{landlock_fs::truncate, chain}};
  }
  return {};
}

// Control groups guard devices alone; kernel/bpf/cgroup.c, security/device_cgroup.c.
Check device_group_check(const World& world) {
  const auto programs = programs_of(world, "cgroup_device");
  if (!programs || *programs > 0)
    return {Answer::unknown,
            programs ? "BPF programs that guard devices are loaded, and which of them are its was not "
                       "seen"
                     : "whether BPF programs guard devices was not seen"};
  if (!world.cgroup || world.cgroup->find(":devices:") != std::string::npos ||
      world.cgroup->find(",devices") != std::string::npos ||
      world.cgroup->find("devices,") != std::string::npos)
    return {Answer::unknown, "what the devices controller of control groups v1 allows was not seen"};
  return {Answer::yes, "no control group guards devices"};
}

struct Parts {
  Check path, mount, permissions, landlock;
};

// One file; for a program, its interpreters too.
void look_into(FileDeed deed, const World& world, const Subject& subject, const std::string& path,
               unsigned depth, Parts& parts) {
  constexpr unsigned most_interpreters = 5; // exec_binprm(), fs/exec.c
  const std::string prefix = depth == 0 ? "" : fmt::format("its interpreter {}: ", escaped(path, 80));
  const auto add = [&](Check& to, Check next) {
    next.detail = next.detail.empty() ? next.detail : prefix + next.detail;
    to.and_then(next);
  };
  const auto look = deed == FileDeed::remove ? look_at_entry(world, path) : look_at(world, path);
  if (!look)
    return add(parts.path, {Answer::unknown, "the path was not walked: " + look.error().detail});
  const Check there = path_check(deed, world, subject, *look);
  add(parts.path, there);
  if (there.answer != Answer::yes) // else the others would be asked about a file that is not the one
    return;
  add(parts.mount, mount_check(deed, world, *look));
  add(parts.permissions, permission_check(deed, world, subject, *look));
  add(parts.landlock, landlock_allows_files(world, subject, landlock_needs(deed, *look)));
  if (deed != FileDeed::execute)
    return;
  const auto& interpreter = look->walk.interpreter;
  if (!interpreter)
    return add(parts.path,
               {Answer::unknown, "what would run it was not seen: neither a program nor a script that is "
                                 "known here"});
  if (interpreter->empty())
    return;
  if (depth >= most_interpreters)
    return add(parts.path, {Answer::unknown, "more interpreters of interpreters than are followed"});
  if (!interpreter->starts_with('/'))
    return add(parts.path,
               {Answer::unknown, fmt::format("its interpreter {} is looked up in the working directory",
                                             escaped(*interpreter, 80))});
  look_into(deed, world, subject, *interpreter, depth + 1, parts);
}

} // namespace

std::vector<Asked> ask_about_file(const FileQuestion& question, const World& world, const Subject& subject) {
  Parts parts;
  look_into(question.deed, world, subject, question.path, 0, parts);
  const auto look =
      question.deed == FileDeed::remove ? look_at_entry(world, question.path) : look_at(world, question.path);
  std::vector<Asked> all{
      asked_seccomp(world, subject, syscalls_of(question.deed, look.value_or(FileLook())))};
  if (question.deed == FileDeed::truncate && all.front().answer == Answer::no)
    all.front() = {"seccomp", Answer::unknown,
                   "truncate(2) is refused; opening with O_TRUNC was not evaluated"};
  all.push_back(asked("path", parts.path));
  if (parts.permissions.detail.empty()) // nothing stands there of which the others could be asked
    return all;
  all.push_back(asked("mount", parts.mount));
  all.push_back(asked("permissions", parts.permissions));
  if (look && look->file && is_device(*look->file) && opens(question.deed))
    all.push_back(asked("cgroup", device_group_check(world)));
  all.push_back(asked("landlock", parts.landlock));
  const LsmDeed deed = question.deed == FileDeed::execute ? LsmDeed::execute : LsmDeed::file;
  all.push_back(asked("lsm", labels_allow(world, subject, deed, nullptr)));
  all.push_back(asked("bpf", bpf_lsm_allows(world)));
  return all;
}

} // namespace sbx
