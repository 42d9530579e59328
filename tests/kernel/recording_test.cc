#include "kernel/recording.h"

#include "core/errno_name.h"
#include "kernel/scratch.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <sys/stat.h>

using namespace sbx;

namespace {

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte)
    bytes += static_cast<char>(byte);
  return bytes;
}

Evidence small() {
  return {{source::target_stat, Reading("7 (sh) S")}, {source::host_lsm, refused(ENOENT, "reading it")}};
}

Evidence loaded(const std::string& directory) {
  auto evidence = load_recording(directory);
  INFO((evidence ? "" : evidence.error().text));
  REQUIRE(evidence);
  return *evidence;
}

} // namespace

TEST_CASE("recording: what was saved is what is loaded, for every source, byte and errno") {
  const Scratch scratch;
  Evidence evidence;
  int error = 0;
  for (const Source source : source::all)
    if (error++ % 2 == 0)
      evidence.emplace(source, every_byte() + std::string(source.name));
    else
      evidence.emplace(source, refused(error, error % 3 == 0 ? "" : "a \"step\"\n\\ with \xc3\xa9 in it"));
  REQUIRE(save_recording(evidence, scratch.path("saved"), "0.1.0"));
  CHECK(loaded(scratch.path("saved")) == evidence);
}

TEST_CASE("recording: an errno without a name, an empty answer and nothing at all survive") {
  const Scratch scratch;
  const Evidence odd{{source::target_stat, Reading("")}, {source::host_dmi, refused(524)}};
  REQUIRE(save_recording(odd, scratch.path("odd"), ""));
  CHECK(loaded(scratch.path("odd")) == odd);
  REQUIRE(save_recording({}, scratch.path("empty"), ""));
  CHECK(loaded(scratch.path("empty")).empty());
}

TEST_CASE("recording: saving what was loaded gives the same files") {
  const Scratch scratch;
  REQUIRE(save_recording(small(), scratch.path("a"), "0.1.0"));
  REQUIRE(save_recording(loaded(scratch.path("a")), scratch.path("b"), "0.1.0"));
  const auto text = [&](const std::string& name) {
    std::ifstream file(scratch.path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  CHECK_FALSE(text("a/recording.json").empty());
  CHECK(text("a/recording.json") == text("b/recording.json"));
  CHECK(text("a/target/stat") == text("b/target/stat"));
}

TEST_CASE("recording: it is private to the user who made it") {
  const Scratch scratch;
  REQUIRE(save_recording(small(), scratch.path("saved"), ""));
  struct stat status {};
  REQUIRE(stat(scratch.path("saved").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  for (const char* file : {"saved/recording.json", "saved/target/stat"}) {
    REQUIRE(stat(scratch.path(file).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("recording: a directory that is empty takes one, and one that is not is left as it is") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch.path("empty"));
  CHECK(save_recording(small(), scratch.path("empty"), ""));
  scratch.write("full/mine", "mine");
  const auto refused_full = save_recording(small(), scratch.path("full"), "");
  REQUIRE_FALSE(refused_full);
  CHECK(refused_full.error().kind == ErrorKind::output);
  CHECK(refused_full.error().text.find("not an empty directory") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(scratch.path("full/recording.json")));
  CHECK_FALSE(save_recording(small(), scratch.path("empty"), ""));
}

TEST_CASE("recording: nothing is saved through a link, onto a file, or below what does not exist") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch.path("elsewhere"));
  std::filesystem::create_directory_symlink(scratch.path("elsewhere"), scratch.path("link"));
  CHECK_FALSE(save_recording(small(), scratch.path("link"), ""));
  CHECK(std::filesystem::is_empty(scratch.path("elsewhere")));
  scratch.write("file", "mine");
  CHECK_FALSE(save_recording(small(), scratch.path("file"), ""));
  CHECK_FALSE(save_recording(small(), scratch.path("no/such"), ""));
  CHECK_FALSE(save_recording(small(), "", ""));
}
