#include "kernel/program_interpreter.h"

#include <algorithm>
#include <bit>
#include <climits>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <string_view>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t script_head = 256; // BINPRM_BUF_SIZE: what the kernel itself looks at
constexpr std::size_t most_read = 4096;

std::string read_at(int file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  const bool possible = offset <= static_cast<std::uint64_t>(INT64_MAX) - size;
  const ssize_t got = possible ? pread(file, bytes.data(), size, static_cast<off_t>(offset)) : -1;
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

// As load_script() of the kernel cuts it (fs/binfmt_script.c).
std::optional<std::string> of_script(std::string_view head) {
  constexpr std::string_view blanks = " \t";
  const bool whole = head.size() < script_head; // then zeros follow
  head = head.substr(2, script_head - 2);
  const std::size_t newline = head.find('\n');
  std::string_view line = head.substr(0, newline);
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::size_t end = line.find_first_of(std::string_view(" \t\0", 3));
  if (line.empty() || end == 0 || (end == line.npos && newline == head.npos && !whole))
    return std::nullopt;
  return std::string(line.substr(0, end));
}

template <class Header, class Segment> std::optional<std::string> of_elf(int file, std::string_view head) {
  Header header;
  if (head.size() < sizeof header)
    return std::nullopt;
  std::memcpy(&header, head.data(), sizeof header);
  const std::size_t size = std::size_t{header.e_phnum} * sizeof(Segment);
  if (header.e_phentsize != sizeof(Segment) || size == 0 || size > most_read)
    return std::nullopt;
  const std::string table = read_at(file, header.e_phoff, size);
  if (table.size() != size)
    return std::nullopt;
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    Segment segment;
    std::memcpy(&segment, table.data() + i * sizeof segment, sizeof segment);
    if (segment.p_type != PT_INTERP)
      continue;
    if (segment.p_filesz < 2 || segment.p_filesz > PATH_MAX)
      return std::nullopt;
    const std::string path = read_at(file, segment.p_offset, segment.p_filesz);
    if (path.size() != segment.p_filesz || path.back() != '\0' || path.front() == '\0')
      return std::nullopt;
    return std::string(path.c_str());
  }
  return std::string();
}

} // namespace

std::optional<std::string> program_interpreter(int file) {
  const std::string head = read_at(file, 0, script_head);
  if (head.starts_with("#!"))
    return of_script(head);
  constexpr char ours = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  if (!head.starts_with(ELFMAG) || head.size() < EI_NIDENT || head[EI_DATA] != ours)
    return std::nullopt;
  return head[EI_CLASS] == ELFCLASS64   ? of_elf<Elf64_Ehdr, Elf64_Phdr>(file, head)
         : head[EI_CLASS] == ELFCLASS32 ? of_elf<Elf32_Ehdr, Elf32_Phdr>(file, head)
                                        : std::nullopt;
}

} // namespace sbx
