#include "can/evaluate.h"
#include "can/file_kind.h"
#include "can/file_look.h"
#include "can/landlock_check.h"
#include "can/lsm_check.h"
#include "can/mount_check.h"
#include "can/path_check.h"
#include "network/net_capability.h"
#include "parse/line.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

constexpr std::uint16_t first_free_port = 1024; // ip_unprivileged_port_start, ip(7), where nobody set another

// Has the thread a capability in the user namespace that owns its network namespace?
Answer capable_over_network(const World& world, const Subject& subject, unsigned capability) {
  const auto net = inode_of(subject.ns, "net");
  const Property* owner =
      net && world.ns_owners ? find_property(*world.ns_owners, std::to_string(*net)) : nullptr;
  return capable_over_net(has_capability(subject, capability), inode_of(subject.ns, "user"),
                          owner && owner->value ? number<std::uint64_t>(*owner->value) : std::nullopt,
                          world.user_ns ? &*world.user_ns : nullptr);
}

Check port_permission(const NetQuestion& question, const World& world, const Subject& subject) {
  if (question.deed == NetDeed::connect)
    return {Answer::yes, "nobody needs a permission to connect"};
  if (question.port == 0)
    return {Answer::yes, "any free port needs no permission"};
  const auto net = inode_of(subject.ns, "net");
  const bool start_seen = net && world.inspector_net_ns == *net && world.unprivileged_port_start;
  if (question.port >= (start_seen ? *world.unprivileged_port_start : first_free_port))
    return {Answer::yes, fmt::format("port {} is above the reserved ones", question.port)};
  const Answer capable = capable_over_network(world, subject, cap_net_bind_service);
  if (capable == Answer::yes)
    return {Answer::yes, "it holds CAP_NET_BIND_SERVICE over its network namespace"};
  if (start_seen && capable == Answer::no)
    return {Answer::no, fmt::format("ports below {} need CAP_NET_BIND_SERVICE (ip_unprivileged_port_start)",
                                    *world.unprivileged_port_start)};
  return {Answer::unknown,
          fmt::format("without CAP_NET_BIND_SERVICE port {} is free only where "
                      "ip_unprivileged_port_start says so, which is not seen from outside of its "
                      "network namespace",
                      question.port)};
}

Check socket_group_check(const World& world, const std::vector<std::string_view>& types) {
  std::vector<std::string> loaded;
  for (const std::string_view type : types) {
    const auto programs = programs_of(world, type);
    if (!programs)
      return {Answer::unknown,
              fmt::format("whether BPF programs of control groups ({}) are loaded was not seen", type)};
    if (*programs > 0)
      loaded.push_back(fmt::format("{} {}", *programs, type));
  }
  if (!loaded.empty())
    return {Answer::unknown,
            fmt::format("BPF programs of control groups are loaded ({}), and which of them are its was "
                        "not seen",
                        fmt::join(loaded, ", "))};
  return {Answer::yes, "no BPF program of a control group guards sockets"};
}

std::uint64_t landlock_right(const NetQuestion& question) {
  const bool tcp = question.protocol == NetProtocol::tcp;
  if (question.deed == NetDeed::bind)
    return tcp ? landlock_net::bind_tcp : landlock_net::bind_udp;
  return tcp ? landlock_net::connect_tcp : landlock_net::connect_send_udp;
}

void add_modules(std::vector<Asked>& all, const World& world, const Subject& subject) {
  all.push_back(asked("lsm", labels_allow(world, subject, LsmDeed::network, nullptr)));
  all.push_back(asked("bpf", bpf_lsm_allows(world)));
}

// include/linux/socket.h, include/uapi/linux/net.h; what socketcall(2) is told lies in memory, but for the
// call
constexpr std::uint32_t af_unix = 1, af_inet = 2, af_inet6 = 10, sys_socket = 1, sys_bind = 2,
                        sys_connect = 3;

const std::vector<SyscallUse> internet{
    {"socket", {0, af_inet}}, {"socket", {0, af_inet6}}, {"socketcall", {0, sys_socket}}},
    local{{"socket", {0, af_unix}}, {"socketcall", {0, sys_socket}}},
    connects{"connect", {"socketcall", {0, sys_connect}}}, binds{"bind", {"socketcall", {0, sys_bind}}};

} // namespace

std::vector<Asked> ask_about_port(const NetQuestion& question, const World& world, const Subject& subject) {
  std::vector<Asked> all;
  all.push_back(
      asked_seccomp(world, subject, Syscalls{internet, question.deed == NetDeed::bind ? binds : connects}));
  all.push_back(asked("permissions", port_permission(question, world, subject)));
  all.push_back(asked("cgroup", socket_group_check(world, {"cgroup_sock_addr", "cgroup_sock"})));
  all.push_back(asked("landlock", landlock_allows_port(subject, landlock_right(question), question.port)));
  add_modules(all, world, subject);
  return all;
}

std::vector<Asked> ask_about_unix(const UnixQuestion& question, const World& world, const Subject& subject) {
  std::vector<Asked> all{asked_seccomp(world, subject, {local, connects})};
  const Check group = socket_group_check(world, {"cgroup_sock_addr"}); // connect_unix, since 6.7
  if (question.abstract) {
    all.push_back(asked("permissions", {Answer::yes, "abstract names have none"}));
    all.push_back(asked("cgroup", group));
    all.push_back(asked("landlock", landlock_allows_abstract_unix(subject)));
    add_modules(all, world, subject);
    return all;
  }
  const auto look = look_at(world, question.name);
  if (!look) {
    all.push_back({"path", Answer::unknown, "the path was not walked: " + look.error().detail});
    return all;
  }
  Check path = walk_check(world, subject, look->walk);
  if (path.answer == Answer::yes)
    path = !look->file ? Check{Answer::no, "it does not exist"}
           : format_of(look->file->mode) != format_socket
               ? Check{Answer::no, fmt::format("it is {}, not a socket", kind_words(*look->file))}
               : Check{Answer::yes, "a socket"};
  all.push_back(asked("path", path));
  if (path.answer != Answer::yes)
    return all;
  Check mount = follows_links(world, look->walk);
  if (mount.detail.empty())
    mount.detail = "nothing that a mount could forbid";
  all.push_back(asked("mount", mount));
  // unix_find_bsd(), net/unix/af_unix.c: connecting takes the permission to write the socket.
  Check permissions = search_permission(world, subject, look->walk, look->trailing);
  permissions.detail = permissions.answer == Answer::yes ? "" : permissions.detail;
  permissions.and_then(permission(world, subject, *look->file, may_write, "the socket"));
  all.push_back(asked("permissions", permissions));
  all.push_back(asked("cgroup", group));
  std::vector<WalkStep> chain = look->above;
  chain.insert(chain.begin(), *look->file);
  all.push_back(asked("landlock", landlock_allows_unix(world, subject, chain)));
  add_modules(all, world, subject);
  return all;
}

} // namespace sbx
