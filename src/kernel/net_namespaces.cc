#include "kernel/net_namespaces.h"

#include "kernel/file.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fcntl.h>
#include <fmt/core.h>
#include <map>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_namespaces = 8;
constexpr std::size_t most_tasks = 4 << 20; // PID_MAX_LIMIT (proc_sys_kernel(5), pid_max)
constexpr int most_rounds = 16;
constexpr std::string_view not_joined = "join !";

using Inodes = std::map<pid_t, tl::expected<std::uint64_t, int>>;

// As the listing of threads elsewhere: again until none is new, and those that are gone do not count. One
// that has exited and is listed (a zombie) has no namespaces: ENOENT.
tl::expected<Inodes, Refusal> inodes_of_threads(int dir) {
  Inodes found;
  for (int round = 0; round < most_rounds; ++round) {
    const auto tids = list_numbers(dir, "task", most_tasks);
    if (!tids)
      return tl::unexpected<Refusal>(Refusal{tids.error(), "listing the threads"});
    std::erase_if(
        found, [&](const auto& read) { return !std::binary_search(tids->begin(), tids->end(), read.first); });
    bool fresh = false;
    for (const pid_t tid : *tids)
      if (!found.contains(tid)) {
        found.emplace(tid, net_inode(dir, fmt::format("task/{}", tid)));
        fresh = true;
      }
    if (!fresh)
      break;
  }
  std::erase_if(found, [](const auto& read) {
    return !read.second && (read.second.error() == ENOENT || read.second.error() == ESRCH);
  });
  if (found.empty())
    return tl::unexpected<Refusal>(Refusal{ESRCH, "no thread is left"});
  return found;
}

void open_at(NetNamespace& at, int dir) {
  auto fd = open_net(dir, fmt::format("task/{}", at.tid));
  struct stat status {};
  if (!fd)
    at.error = fd.error();
  else if (fstat(fd->get(), &status) != 0)
    at.error = errno;
  else if (status.st_ino != at.inode)
    at.error = EAGAIN; // the thread has just moved
  else
    at.fd = std::move(*fd);
}

// Each namespace, and each errno, once.
void take(std::vector<NetNamespace>& found, pid_t tid, const tl::expected<std::uint64_t, int>& inode) {
  const int error = inode ? 0 : inode.error();
  const bool known = std::any_of(found.begin(), found.end(), [&](const NetNamespace& at) {
    return inode ? at.inode == *inode : at.inode == 0 && at.error == error;
  });
  const auto seen = std::count_if(found.begin(), found.end(), [](const auto& at) { return at.inode != 0; });
  if (known || (inode && static_cast<std::size_t>(seen) > most_namespaces))
    return;
  NetNamespace& at = found.emplace_back();
  at.inode = inode.value_or(0);
  at.tid = tid;
  at.error = static_cast<std::size_t>(seen) == most_namespaces && inode ? EFBIG : error;
}

} // namespace

tl::expected<std::uint64_t, int> net_inode(int dir, const std::string& task) {
  // One call, for it is asked of each thread several times; of the path only the last part is a link.
  char link[64];
  const ssize_t length = readlinkat(dir, (task + "/ns/net").c_str(), link, sizeof link);
  if (length < 0)
    return tl::unexpected<int>(errno);
  std::string_view text(link, static_cast<std::size_t>(length)); // "net:[4026531833]"
  text.remove_prefix(std::min(text.find('[') + 1, text.size()));
  std::uint64_t inode = 0;
  const char* const close = text.data() + std::min(text.find(']'), text.size());
  const auto [end, problem] = std::from_chars(text.data(), close, inode);
  if (problem != std::errc{} || inode == 0 || end != close)
    return tl::unexpected<int>(EBADMSG);
  return inode;
}

tl::expected<Fd, int> open_net(int dir, const std::string& task) {
  const auto links = open_beneath(dir, task + "/ns", O_PATH | O_DIRECTORY);
  if (!links)
    return tl::unexpected<int>(links.error());
  Fd ns(openat(links->get(), "net", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!ns)
    return tl::unexpected<int>(errno);
  return ns;
}

tl::expected<std::vector<NetNamespace>, Refusal> net_namespaces(const ProcTarget& target) {
  const auto dir = target.dir();
  if (!dir)
    return tl::unexpected<Refusal>(
        Refusal{dir.error(), "/proc does not show this process though it exists (hidepid)"});
  const auto inodes = inodes_of_threads(*dir);
  if (!inodes)
    return tl::unexpected<Refusal>(inodes.error());
  std::vector<NetNamespace> found;
  if (const auto main = inodes->find(target.pid()); main != inodes->end())
    take(found, main->first, main->second);
  for (const auto& [tid, inode] : *inodes)
    take(found, tid, inode);
  const auto own = net_inode(target.proc(), std::to_string(getpid()));
  for (NetNamespace& at : found) {
    at.own = own && at.inode == *own;
    if (at.error == 0)
      open_at(at, *dir);
  }
  return found;
}

ChildAnswer in_net_namespace(const NetNamespace& at, const std::function<void(int)>& work,
                             const ChildLimits& limits) {
  if (at.error != 0)
    return {{}, Refusal{at.error, "opening its network namespace"}};
  ChildAnswer answer = hear_child(
      [&](int out) {
        if (at.own || setns(at.fd.get(), CLONE_NEWNET) == 0)
          work(out);
        else
          say(out, fmt::format("{}{}\n", not_joined, errno_name(errno)));
      },
      limits);
  if (answer.bytes.starts_with(not_joined)) {
    const std::size_t begin = not_joined.size();
    const auto error = errno_from_name(answer.bytes.substr(begin, answer.bytes.find('\n') - begin));
    return {{}, Refusal{error.value_or(EBADMSG), "joining its network namespace"}};
  }
  return answer;
}

Reading each_net_namespace(const ProcTarget& target, const std::function<void(int)>& work,
                           const ChildLimits& limits) {
  const auto namespaces = net_namespaces(target);
  if (!namespaces)
    return tl::unexpected<Refusal>(namespaces.error());
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limits.deadline_ms);
  std::string text;
  for (const NetNamespace& at : *namespaces) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    text += fmt::format("netns {} tid={}\n", at.inode, at.tid);
    ChildAnswer answer{{}, Refusal{text.size() < limits.most_bytes ? ETIMEDOUT : EFBIG, {}}};
    if (left > 0 && text.size() < limits.most_bytes)
      answer = in_net_namespace(
          at, work, {.deadline_ms = static_cast<int>(left), .most_bytes = limits.most_bytes - text.size()});
    answer.bytes.resize(answer.bytes.rfind('\n') + 1); // npos + 1 is 0
    text += answer.bytes;
    const std::size_t last =
        answer.bytes.size() < 2 ? 0 : answer.bytes.rfind('\n', answer.bytes.size() - 2) + 1;
    if (!std::string_view(answer.bytes).substr(last).starts_with("end ")) // EPERM: killed, by a filter on us
      text += "end " + refusal_word(answer.cut ? answer.cut->error : EPERM) + "\n";
  }
  return text;
}

} // namespace sbx
