#include "can/question.h"

#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <optional>
#include <utility>

namespace sbx {

namespace {

constexpr std::size_t longest_path = 4095;     // PATH_MAX with its NUL, include/uapi/linux/limits.h
constexpr std::size_t longest_unix_name = 107; // sun_path without the NUL; unix(7)

constexpr std::string_view all_forms =
    "read, write, execute, list, create, remove or truncate PATH; connect tcp:PORT, udp:PORT, unix:/PATH or "
    "unix:@NAME; bind tcp:PORT or udp:PORT; ptrace or signal PID";

constexpr std::array<std::pair<std::string_view, FileDeed>, 7> file_deeds{{{"read", FileDeed::read},
                                                                           {"write", FileDeed::write},
                                                                           {"execute", FileDeed::execute},
                                                                           {"list", FileDeed::list},
                                                                           {"create", FileDeed::create},
                                                                           {"remove", FileDeed::remove},
                                                                           {"truncate", FileDeed::truncate}}};

tl::unexpected<Error> usage(std::string text) { return error(ErrorKind::usage, std::move(text)); }

std::string quoted(std::string_view text) { return "'" + escaped(text, 120) + "'"; }

Result<FileQuestion> file_question(FileDeed deed, std::string path) {
  if (!path.starts_with('/'))
    return usage(quoted(path) + " is no absolute path; give an absolute path, as the target sees it");
  if (path.size() > longest_path)
    return usage(
        fmt::format("a path of {} bytes is longer than the kernel takes ({})", path.size(), longest_path));
  if (path.find('\0') != path.npos)
    return usage("a path holds no NUL byte");
  if (path.size() > 1 && path.ends_with('/') && deed != FileDeed::list)
    return usage(quoted(path) +
                 " ends with a slash, which the kernel takes for a directory alone; leave it out");
  while (path.size() > 1 && path.ends_with('/'))
    path.pop_back();
  const std::string name = path_parts(path).name;
  const bool names_entry = !name.empty() && name != "." && name != "..";
  if (!names_entry && (deed == FileDeed::create || deed == FileDeed::remove))
    return usage(quoted(path) + " names no entry of a directory; give the path with the entry's own name");
  return FileQuestion{deed, std::move(path)};
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const auto part = number<unsigned>(text.substr(0, dot));
    ++parts;
    if (!part || *part > 255)
      return false;
    if (dot == text.npos)
      return parts == 4;
    text.remove_prefix(dot + 1);
  }
}

// By its letters alone: no rule that is evaluated here looks at the address.
bool is_ipv6(std::string_view text) {
  return std::count(text.begin(), text.end(), ':') >= 2 &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == text.npos;
}

Result<NetQuestion> net_question(NetDeed deed, NetProtocol protocol, std::string_view rest) {
  const std::size_t colon = rest.rfind(':');
  const std::string_view port_text = colon == rest.npos ? rest : rest.substr(colon + 1);
  if (colon != rest.npos) {
    const std::string_view host = rest.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (!is_ipv4(host) && !(bracketed && is_ipv6(host.substr(1, host.size() - 2))))
      return usage(quoted(host) +
                   " is no address; give numbers such as 10.0.0.1 or [2001:db8::1]: names are not looked up");
  }
  const auto port = number<std::uint16_t>(port_text);
  if (!port)
    return usage(quoted(port_text) + " is no port; give a number from 1 to 65535");
  if (*port == 0 && deed == NetDeed::connect)
    return usage("nothing listens at port 0; give a number from 1 to 65535");
  return NetQuestion{deed, protocol, *port};
}

Result<UnixQuestion> unix_question(std::string_view rest) {
  const bool abstract = rest.starts_with('@');
  const std::string name(rest.substr(abstract ? 1 : 0));
  if (!abstract && !name.starts_with('/'))
    return usage(quoted(rest) + " is no socket; give unix:/PATH as the target sees it, or unix:@NAME");
  if (name.empty() || name.size() > longest_unix_name || (!abstract && name.ends_with('/')))
    return usage(fmt::format("{} cannot be the name of a UNIX socket, which has 1 to {} bytes", quoted(rest),
                             longest_unix_name));
  return UnixQuestion{abstract, name};
}

Result<Question> endpoint_question(NetDeed deed, std::string text, std::string_view endpoint) {
  const std::size_t colon = std::min(endpoint.find(':'), endpoint.size());
  const std::string_view kind = endpoint.substr(0, colon);
  const std::string_view rest = endpoint.substr(std::min(colon + 1, endpoint.size()));
  const auto as_question = [&](auto about) -> Question { return {std::move(text), std::move(about)}; };
  if (kind == "tcp" || kind == "udp")
    return net_question(deed, kind == "tcp" ? NetProtocol::tcp : NetProtocol::udp, rest).map(as_question);
  if (kind == "unix" && deed == NetDeed::connect)
    return unix_question(rest).map(as_question);
  return usage(quoted(endpoint) + (deed == NetDeed::connect
                                       ? " is no endpoint; give tcp:PORT, tcp:ADDRESS:PORT, udp:PORT, "
                                         "unix:/PATH or unix:@NAME"
                                       : " is nothing to bind to; give tcp:PORT or udp:PORT"));
}

} // namespace

PathParts path_parts(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t end = path.find_last_not_of('/', slash);
  return {end == path.npos ? "/" : std::string(path.substr(0, end + 1)), std::string(path.substr(slash + 1))};
}

Result<Question> parse_question(const std::vector<std::string>& words) {
  if (words.size() != 2)
    return usage(fmt::format("a question is two words, {} {} given: {}", words.size(),
                             words.size() == 1 ? "was" : "were", all_forms));
  const std::string& deed = words[0];
  const std::string& object = words[1];
  const std::string text = deed + " " + object;
  const auto as_question = [&](auto about) { return Question{text, std::move(about)}; };
  for (const auto& [name, file_deed] : file_deeds)
    if (deed == name)
      return file_question(file_deed, object).map(as_question);
  if (deed == "connect" || deed == "bind")
    return endpoint_question(deed == "bind" ? NetDeed::bind : NetDeed::connect, text, object);
  if (deed == "ptrace" || deed == "signal") {
    const auto pid = number<std::int32_t>(object);
    if (!pid || *pid <= 0)
      return usage(quoted(object) + " is no process; give a process id, as /proc shows it here");
    return as_question(ProcessQuestion{deed == "ptrace" ? ProcessDeed::ptrace : ProcessDeed::signal, *pid});
  }
  return usage(quoted(deed) + " cannot be asked; known: " + std::string(all_forms));
}

} // namespace sbx
