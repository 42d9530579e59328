// A recording may come from a stranger: each of these is an Error or a source that was not asked, never an
// answer.
#include "kernel/recording.h"

#include "kernel/recorded_kernel.h"
#include "kernel/scratch.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <sys/stat.h>

using namespace sbx;

namespace {

std::string index(const std::string& answered, const std::string& refused = "{}") {
  return R"({"schema": "sbx-attest/recording/v1", "answered": )" + answered + R"(, "refused": )" + refused +
         "}";
}

// The error's text; empty when it was loaded.
std::string problem(const Scratch& scratch) {
  const auto evidence = load_recording(scratch.path());
  if (evidence)
    return "";
  CHECK(evidence.error().kind == ErrorKind::failure);
  CHECK_FALSE(evidence.error().text.empty());
  return evidence.error().text;
}

std::string problem_with_index(const std::string& text) {
  const Scratch scratch;
  scratch.write("recording.json", text);
  return problem(scratch);
}

std::size_t sources_of(const Scratch& scratch) {
  const auto evidence = load_recording(scratch.path());
  REQUIRE(evidence);
  return evidence->size();
}

} // namespace

TEST_CASE("recording: without an index, or without the directory, there is none") {
  const Scratch scratch;
  scratch.write("target/stat", "7 (sh) S");
  CHECK_FALSE(problem(scratch).empty());
  CHECK_FALSE(load_recording(scratch.path("no/such")));
  CHECK_FALSE(load_recording(scratch.path("target/stat")));
  CHECK_FALSE(load_recording(""));
}

TEST_CASE("recording: an index that is not ours is an error") {
  for (const std::string& text :
       {std::string(""),
        std::string("\0", 1),
        std::string("nonsense"),
        std::string("{"),
        std::string("[]"),
        std::string("null"),
        std::string("7"),
        std::string("{}"),
        index("[]") + "x",
        std::string("\xff\xfe{}"),
        index("[1e999]"),
        std::string(R"({"schema": "sbx-attest/recording/v2", "answered": [], "refused": {}})"),
        std::string(R"({"schema": 1, "answered": [], "refused": {}})"),
        std::string(R"({"schema": null, "answered": [], "refused": {}})"),
        std::string(R"({"schema": "sbx-attest/recording/v1", "answered": []})"),
        std::string(R"({"schema": "sbx-attest/recording/v1", "refused": {}})"),
        index("{}"),
        index("null"),
        index("[]", "[]"),
        index("[]", "null")}) {
    CAPTURE(text);
    CHECK_FALSE(problem_with_index(text).empty());
  }
}

TEST_CASE("recording: a deeply nested index is an error and not a crash") {
  const std::string open(100'000, '['), close(100'000, ']');
  CHECK_FALSE(problem_with_index(open).empty());
  CHECK_FALSE(problem_with_index(open + close).empty());
  CHECK_FALSE(problem_with_index(index(open + close)).empty());
  std::string objects;
  for (int i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  CHECK_FALSE(problem_with_index(index("[]", objects + "1" + std::string(100'000, '}'))).empty());
}

TEST_CASE("recording: an index over a megabyte is an error") {
  CHECK_FALSE(problem_with_index(index("[]") + std::string(2 << 20, ' ')).empty());
}

TEST_CASE("recording: an answer that the index names but is not there is an error, never an empty answer") {
  CHECK(problem_with_index(index(R"(["target/stat"])")).find("target/stat") != std::string::npos);
}

TEST_CASE("recording: links, pipes and directories in place of an answer are errors") {
  const Scratch outside;
  const std::string secret = outside.write("secret", "7 (secret) S");
  const auto with = [&](auto&& put) {
    const Scratch scratch;
    scratch.write("recording.json", index(R"(["target/stat"])"));
    std::filesystem::create_directory(scratch.path("target"));
    put(scratch.path("target/stat"));
    return problem(scratch);
  };
  CHECK_FALSE(with([&](const std::string& path) { std::filesystem::create_symlink(secret, path); }).empty());
  CHECK_FALSE(with([&](const std::string& path) {
                std::filesystem::create_symlink("../recording.json", path);
              }).empty());
  CHECK_FALSE(with([](const std::string& path) { REQUIRE(mkfifo(path.c_str(), 0600) == 0); }).empty());
  CHECK_FALSE(with([](const std::string& path) { std::filesystem::create_directory(path); }).empty());
}

TEST_CASE("recording: a link in place of a directory, or of the index, is an error") {
  const Scratch outside, scratch, linked_index;
  outside.write("stat", "7 (secret) S");
  scratch.write("recording.json", index(R"(["target/stat"])"));
  std::filesystem::create_directory_symlink(outside.path(), scratch.path("target"));
  CHECK_FALSE(problem(scratch).empty());
  std::filesystem::create_symlink(outside.write("recording.json", index("[]")),
                                  linked_index.path("recording.json"));
  CHECK_FALSE(problem(linked_index).empty());
}

TEST_CASE("recording: a pipe in place of the index is an error and is not waited for") {
  const Scratch scratch;
  REQUIRE(mkfifo(scratch.path("recording.json").c_str(), 0600) == 0);
  CHECK_FALSE(problem(scratch).empty());
}

TEST_CASE("recording: names that are no sources are passed over, whatever they name") {
  const Scratch scratch;
  scratch.write(
      "recording.json",
      index(R"(["../../etc/passwd", "/etc/passwd", "target/../target/stat", "target", "", "target/stat\u0000",
                          "TARGET/STAT", 7, null, {"target/stat": 1}, ["target/stat"]])",
            R"({"../x": {"errno": "EPERM", "detail": ""}, "": 7, "target/nothing": null})"));
  scratch.write("target/stat", "7 (sh) S");
  CHECK(sources_of(scratch) == 0);
}

TEST_CASE("recording: a file that the index does not name was not asked") {
  const Scratch scratch;
  scratch.write("recording.json", index("[]"));
  scratch.write("target/stat", "7 (sh) S");
  RecordedKernel kernel(*load_recording(scratch.path()));
  REQUIRE_FALSE(kernel.read(source::target_stat));
  CHECK(kernel.read(source::target_stat).error().error == ENODATA);
}

TEST_CASE("recording: a refusal that makes no sense is an error, for nobody knows what the kernel said") {
  for (const std::string entry :
       {"null", "7", "\"EPERM\"", "[]", "{}", R"({"errno": "EPERM"})", R"({"detail": ""})",
        R"({"errno": 1, "detail": ""})", R"({"errno": "0", "detail": ""})",
        R"({"errno": "EWHAT", "detail": ""})", R"({"errno": "EPERM", "detail": 7})",
        R"({"errno": "", "detail": ""})", R"({"errno": "errno_0", "detail": ""})"}) {
    CAPTURE(entry);
    CHECK(problem_with_index(index("[]", "{\"target/stat\": " + entry + "}")).find("target/stat") !=
          std::string::npos);
  }
}

TEST_CASE("recording: keys of a newer version beside ours are passed over") {
  CHECK(problem_with_index(R"({"schema": "sbx-attest/recording/v1", "answered": [], "refused":
        {"host/lsm": {"errno": "ENOENT", "detail": "", "more": [1]}}, "tool": 7, "later": {}})")
            .empty());
}
