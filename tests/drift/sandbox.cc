#include "drift/sandbox.h"

#include "core/escape.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

std::string parent_of(const std::string& path) {
  return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

std::string keys(const Sandboxed::File& file) {
  return fmt::format(" mnt={} dev={} inode={} mode={} uid=0 gid=0 nlink=2 rdev={} attributes=0x0 acl=0 "
                     "magic=0xef53\n",
                     file.mount, file.device, file.inode, file.mode, file.rdev);
}

std::vector<std::string> above(const std::string& path) {
  std::vector<std::string> found;
  for (std::string at = path; at != "/";)
    found.push_back(at = parent_of(at));
  return found;
}

std::string walk(const Sandboxed& sandbox, const std::string& path) {
  std::string text = "path " + escaped_word(path) + "\nsearch" + keys(sandbox.files.at("/"));
  const auto file = sandbox.files.find(path);
  if (file == sandbox.files.end()) {
    if (!sandbox.files.contains(parent_of(path)))
      return text + "end ENOENT\n";
    text += "missing " + escaped_word(path.substr(path.rfind('/') + 1)) + "\n";
  } else {
    text += "file" + keys(file->second);
  }
  for (const std::string& one : above(path))
    text += "above" + keys(sandbox.files.at(one));
  return text + "end ok\n";
}

} // namespace

Sandboxed::Sandboxed() {
  files["/"] = {2, "40755"};
  status = "Uid:\t998\t998\t998\t998\nGid:\t998\t998\t998\t998\nCapInh:\t0000000000000000\n"
           "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n"
           "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";
  const std::string host = " user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833 ipc=4026531839"
                           " uts=4026531838 cgroup=4026531835 time=4026531834\n";
  kernel.answer(source::target_identity, "vantage observer\npid 100\nstart_ticks 1\nboot_id x\nexited no\n");
  kernel.answer(source::self_status, "Seccomp:\t0\n");
  kernel.answer(source::host_lsm, "capability,landlock,apparmor");
  kernel.answer(source::host_machine, "x86_64");
  kernel.answer(source::host_osrelease, "6.12.0");
  kernel.answer(source::self_landlock, "abi 7\nerrata 7\ndepth 0\n");
  kernel.answer(source::self_ns, "50" + host);
  kernel.answer(source::init_ns, "2" + host);
  kernel.answer(source::target_tasks_ns,
                "100 user=4026531837 mnt=4026532300 pid=4026531836 net=4026532204 ipc=4026531839"
                " uts=4026531838 cgroup=4026531835 time=4026531834\n");
  kernel.answer(source::target_uid_map, "         0          0 4294967295\n");
  kernel.answer(source::target_gid_map, "         0          0 4294967295\n");
  kernel.answer(source::self_mountinfo, "20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n");
}

Sandboxed& Sandboxed::dir(const std::string& path, int inode) { return file(path, inode, "40755"); }

Sandboxed& Sandboxed::file(const std::string& path, int inode, const std::string& mode) {
  files[path] = {inode, mode};
  return *this;
}

Sandboxed& Sandboxed::rule(const std::string& path, std::uint64_t access, int layer) {
  const File& at = files.at(path);
  return raw_rule(fmt::format("{}:{:#x} dev={} inode={} fs=ext4 mode={} nlink=2 name={}", layer, access,
                              at.device, at.inode, at.mode, path));
}

Sandboxed& Sandboxed::raw_rule(const std::string& tokens) {
  rules.push_back(tokens);
  return *this;
}

Sandboxed& Sandboxed::port_rule(int port, std::uint64_t access) {
  return raw_rule(fmt::format("1:{:#x} port={}", access, port));
}

Sandboxed& Sandboxed::mount(int id, int parent, const std::string& device, const std::string& point,
                            const std::string& options, const std::string& type) {
  mounts += fmt::format("{} {} {} / {} {} - {} none {}\n", id, parent, device, point, options, type,
                        options.starts_with("ro") ? "ro" : "rw");
  return *this;
}

void Sandboxed::answer(const std::vector<std::string>& looked_up) {
  std::string walks, spots;
  for (const std::string& path : looked_up)
    walks += walk(*this, path);
  for (const auto& [path, at] : files)
    spots += fmt::format("{} mnt={} dev={} inode={} mode={}\n", path, at.mount, at.device, at.inode, at.mode);
  for (const std::string& path : looked_up)
    if (!files.contains(path))
      spots += escaped_word(path) + " !ENOENT\n";
  kernel.answer(source::target_walks, walks);
  kernel.answer(source::target_paths, spots);
  kernel.answer(source::target_mountinfo, mounts);
  kernel.answer(source::target_tasks_status, tasks_text({status}));
  std::string domain;
  if (tasks.find("domain=1") != tasks.npos) {
    domain = fmt::format("domain 1 layers={} rules={}\n{}", std::count(layers.begin(), layers.end(), '\n'),
                         rules.size(), layers);
    for (const std::string& rule : rules)
      domain += "rule 1 " + rule + "\n";
  }
  if (memory)
    kernel.answer(source::target_landlock,
                  "offset 0 symbol=- calibrated=0\nsettled " + settled + "\n" + tasks + domain);
  else
    kernel.fail(source::target_landlock, EPERM, "bpf(2) needs CAP_BPF and CAP_PERFMON");
}

Wish<PathWish> read_only(const std::string& path, unsigned line) {
  return wish(PathWish{path, "read_only", reading, reading, false}, line);
}

Wish<PathWish> read_write(const std::string& path, unsigned line) {
  return wish(PathWish{path, "read_write", abi_2, abi_2 | 1 << 14, false}, line);
}

LandlockWish landlock_wish(std::vector<Wish<PathWish>> paths) {
  LandlockWish asked;
  asked.fs = wish(abi_2);
  asked.paths = std::move(paths);
  return asked;
}

const DriftRow& row_of(const std::vector<DriftRow>& rows, const std::string& subject) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const DriftRow& row) { return row.subject == subject; });
  INFO(subject);
  REQUIRE(found != rows.end());
  return *found;
}

} // namespace sbx
