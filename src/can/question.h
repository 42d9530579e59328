// What is asked? "read /etc/shadow", "connect tcp:443", "ptrace 1234": the words of the command line, parsed.
#pragma once

#include "core/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sbx {

enum class FileDeed { read, write, execute, list, create, remove, truncate };
enum class NetDeed { connect, bind };
enum class NetProtocol { tcp, udp };
enum class ProcessDeed { ptrace, signal };

struct FileQuestion {
  FileDeed deed;
  std::string path; // raw bytes, absolute, as the target sees it; no slash at its end except that of "/"
};

struct NetQuestion {
  NetDeed deed;
  NetProtocol protocol;
  std::uint16_t port; // 0 only for bind: any free one
};

struct UnixQuestion {    // connect
  bool abstract = false; // unix(7): the name is of the network namespace, not of a file
  std::string name;      // without the @, or an absolute path
};

struct ProcessQuestion {
  ProcessDeed deed;
  std::int64_t pid; // as the inspector's PID namespace numbers it
};

struct Question {
  std::string text; // as it was asked
  std::variant<FileQuestion, NetQuestion, UnixQuestion, ProcessQuestion> about;
};

// ErrorKind::usage with what to write instead.
Result<Question> parse_question(const std::vector<std::string>& words);

// "/a/b" -> "/a", "b"; both without a slash at the end except that of "/".
struct PathParts {
  std::string parent, name;
};
PathParts path_parts(std::string_view path);

} // namespace sbx
