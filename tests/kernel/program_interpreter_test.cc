#include "kernel/program_interpreter.h"

#include "kernel/fd.h"
#include "scratch.h"

#include <catch2/catch.hpp>

#include <cstring>
#include <elf.h>
#include <fcntl.h>

using namespace sbx;

namespace {

std::optional<std::string> interpreter(const std::string& bytes) {
  const Scratch scratch;
  const Fd file(open(scratch.write("program", bytes).c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(file);
  return program_interpreter(file.get());
}

template <class T> std::string bytes_of(const T& value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

struct Program {
  Elf64_Ehdr head{};
  Elf64_Phdr load{}, interp{};
  std::string path = std::string("/lib64/ld.so\0", 13);
  Program() {
    std::memcpy(head.e_ident, ELFMAG, SELFMAG);
    head.e_ident[EI_CLASS] = ELFCLASS64;
    head.e_ident[EI_DATA] = ELFDATA2LSB;
    head.e_phoff = sizeof head;
    head.e_phentsize = sizeof load;
    head.e_phnum = 2;
    load.p_type = PT_LOAD;
    interp.p_type = PT_INTERP;
    interp.p_offset = sizeof head + 2 * sizeof load;
    interp.p_filesz = path.size();
  }
  std::string bytes() const { return bytes_of(head) + bytes_of(load) + bytes_of(interp) + path; }
};

} // namespace

TEST_CASE("program_interpreter: a script names it behind #!") {
  CHECK(interpreter("#!/bin/sh\necho") == "/bin/sh");
  CHECK(interpreter("#! \t/usr/bin/env  python3\n") == "/usr/bin/env");
  CHECK(interpreter("#!/bin/sh") == "/bin/sh");
  CHECK(interpreter("#!relative\n") == "relative");
}

TEST_CASE("program_interpreter: a script without one, or with one that is cut off, has none that we know") {
  CHECK_FALSE(interpreter("#!\n/bin/sh\n"));
  CHECK_FALSE(interpreter("#!   \n"));
  CHECK_FALSE(interpreter("#!"));
  CHECK_FALSE(interpreter("#!/" + std::string(300, 'a') + "\n"));
  CHECK(interpreter("#!/" + std::string(200, 'a') + "\n") == "/" + std::string(200, 'a'));
}

TEST_CASE("program_interpreter: what is no program is none") {
  CHECK_FALSE(interpreter(""));
  CHECK_FALSE(interpreter("#"));
  CHECK_FALSE(interpreter("echo hello\n"));
  CHECK_FALSE(interpreter("\x7f"
                          "ELF"));
}

TEST_CASE("program_interpreter: an ELF program names its loader, or needs none") {
  Program program;
  CHECK(interpreter(program.bytes()) == "/lib64/ld.so");
  program.interp.p_type = PT_NOTE;
  CHECK(interpreter(program.bytes()) == "");
}

TEST_CASE("program_interpreter: an ELF program that contradicts itself is not understood") {
  const auto changed = [](auto&& change) {
    Program program;
    change(program);
    return interpreter(program.bytes());
  };
  CHECK_FALSE(changed([](Program& p) { p.head.e_phnum = 0; }));
  CHECK_FALSE(changed([](Program& p) { p.head.e_phnum = 0xffff; }));
  CHECK_FALSE(changed([](Program& p) { p.head.e_phnum = 3; }));
  CHECK_FALSE(changed([](Program& p) { p.head.e_phentsize = 1; }));
  CHECK_FALSE(changed([](Program& p) { p.head.e_phoff = ~0ULL; }));
  CHECK_FALSE(changed([](Program& p) { p.head.e_phoff = 1ULL << 63; }));
  CHECK_FALSE(changed([](Program& p) { p.head.e_ident[EI_DATA] = ELFDATA2MSB; }));
  CHECK_FALSE(changed([](Program& p) { p.head.e_ident[EI_CLASS] = 7; }));
  CHECK_FALSE(changed([](Program& p) { p.interp.p_filesz = 1; }));
  CHECK_FALSE(changed([](Program& p) { p.interp.p_filesz = ~0ULL; }));
  CHECK_FALSE(changed([](Program& p) { p.interp.p_offset = ~0ULL; }));
  CHECK_FALSE(changed([](Program& p) { p.path.back() = 'x'; }));
  CHECK_FALSE(changed([](Program& p) { p.path.front() = '\0'; }));
  CHECK_FALSE(changed([](Program& p) { p.path.clear(); }));
}
