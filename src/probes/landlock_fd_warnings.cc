#include "probes/landlock_fd_warnings.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "files/outside_fd.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

constexpr std::size_t most_shown = 5;

struct Kind {
  bool (*is)(const Descriptor&);
  std::string_view id;
  Severity severity;
  std::string_view summary, remedy;
};

constexpr std::array kinds{
    Kind{
        [](const Descriptor& it) { return it.kind == FdKind::anon && it.name == "[io_uring]"; },
        "landlock.fd_io_uring", Severity::high,
        "an io_uring ring is held: one that registered its credentials (IORING_REGISTER_PERSONALITY) before "
        "the "
        "restriction opens files that Landlock denies",
        "make rings after the restriction, or forbid io_uring_setup with seccomp (kernel.io_uring_disabled)"},
    Kind{[](const Descriptor& it) { return it.kind == FdKind::directory; }, "landlock.fd_directory",
         Severity::medium,
         "an open directory is held: what it lists is read without asking Landlock; files opened through it "
         "are checked",
         "close directories before the restriction, or open them with O_CLOEXEC"},
    Kind{[](const Descriptor& it) {
           return (it.kind == FdKind::char_device || it.kind == FdKind::block_device) &&
                  !is_harmless_device(it);
         },
         "landlock.fd_device", Severity::medium,
         "an open device is held: it is read, written and controlled without asking Landlock, if it was "
         "opened before "
         "the restriction",
         "close devices before the restriction"},
    Kind{[](const Descriptor& it) { return it.kind == FdKind::socket; }, "landlock.fd_socket", Severity::low,
         "a socket is held: what was connected or bound before the restriction is used without asking "
         "Landlock",
         "close sockets before the restriction, but for the ones that it is there for"},
};

std::string described(const Descriptor& it) {
  const std::string link = it.link ? escaped(*it.link, 200) : "name not seen: " + errno_name(it.link.error());
  std::string text = fmt::format("{} -> {}", it.number, link);
  if (it.personalities)
    text += fmt::format(" ({} personalities registered)", *it.personalities);
  return text;
}

} // namespace

void landlock_fd_warnings(Witness& witness, std::vector<Warning>& to) {
  witness.fds().match(
      [&](const Seen<Fds>& fds) {
        for (const Kind& kind : kinds) {
          std::vector<std::string> found;
          for (const FdTable& table : fds.value().tables)
            for (const Descriptor& it : table.descriptors)
              if (kind.is(it))
                found.push_back(described(it));
          if (found.empty())
            continue;
          const std::size_t more = found.size() - std::min(found.size(), most_shown);
          found.resize(found.size() - more);
          to.push_back(
              {std::string(kind.id), kind.severity, std::string(kind.summary),
               fmt::format("{}{}", fmt::join(found, ", "), more > 0 ? fmt::format(" and {} more", more) : ""),
               std::string(kind.remedy)});
        }
        if (!fds.value().whole())
          to.push_back(
              {"landlock.fds_not_seen", Severity::info, "not every descriptor of the target was seen",
               "some were refused, or came too fast to be read", "run as root, outside of the sandbox"});
      },
      [&](const Gap& gap) {
        to.push_back({"landlock.fds_not_seen", Severity::info, "the descriptors of the target were not seen",
                      gap.detail, "run as root, outside of the sandbox"});
      });
}

} // namespace sbx
