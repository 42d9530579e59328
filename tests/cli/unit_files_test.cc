#include "cli/unit_files.h"

#include "kernel/scratch.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using sbx::unit_files;

namespace {

class Root {
public:
  std::string path() const { return scratch_.path(); }
  void write(const std::string& name, const std::string& text = "[Service]\n") const {
    std::filesystem::create_directories(std::filesystem::path(path() + name).parent_path());
    std::ofstream(path() + name) << text;
  }
  void link(const std::string& to, const std::string& name) const {
    std::filesystem::create_directories(std::filesystem::path(path() + name).parent_path());
    std::filesystem::create_symlink(to, path() + name);
  }
  std::string names(const std::string& unit) const {
    const auto files = unit_files(unit, path());
    if (!files)
      return files.error().text;
    std::string text;
    for (const sbx::PolicyFile& file : *files)
      text += file.name.substr(path().size()) + "\n";
    return text;
  }

private:
  sbx::Scratch scratch_;
};

} // namespace

TEST_CASE("unit_files: the fragment that counts most, then drop-ins by their names") {
  const Root root;
  root.write("/usr/lib/systemd/system/a-b.service");
  root.write("/etc/systemd/system/a-b.service", "[Service]\nUser=x\n");
  root.write("/usr/lib/systemd/system/a-b.service.d/20-x.conf");
  root.write("/etc/systemd/system/a-b.service.d/20-x.conf");
  root.write("/run/systemd/system/a-.service.d/10-y.conf");
  root.write("/usr/lib/systemd/system/service.d/90-z.conf");
  root.write("/usr/lib/systemd/system/service.d/readme.txt");
  root.write("/usr/lib/systemd/system/a-b.service.d/30-gone.conf");
  root.link("/dev/null", "/etc/systemd/system/a-b.service.d/30-gone.conf");
  CHECK(root.names("a-b") == "/etc/systemd/system/a-b.service\n/run/systemd/system/a-.service.d/10-y.conf\n"
                             "/etc/systemd/system/a-b.service.d/20-x.conf\n"
                             "/usr/lib/systemd/system/service.d/90-z.conf\n");
  CHECK(unit_files("a-b.service", root.path())->at(0).bytes == "[Service]\nUser=x\n");
}

TEST_CASE("unit_files: an instance takes its template's fragment and drop-ins") {
  const Root root;
  root.write("/usr/lib/systemd/system/getty@.service");
  root.write("/etc/systemd/system/getty@.service.d/a.conf");
  root.write("/etc/systemd/system/getty@tty1.service.d/b.conf");
  root.write("/etc/systemd/system/getty@tty2.service.d/c.conf");
  CHECK(root.names("getty@tty1") == "/usr/lib/systemd/system/getty@.service\n"
                                    "/etc/systemd/system/getty@.service.d/a.conf\n"
                                    "/etc/systemd/system/getty@tty1.service.d/b.conf\n");
}

TEST_CASE("unit_files: an alias is followed within the root, and its own drop-ins count") {
  const Root root;
  root.write("/usr/lib/systemd/system/real.service");
  root.link("/usr/lib/systemd/system/real.service", "/etc/systemd/system/alias.service");
  root.write("/etc/systemd/system/real.service.d/x.conf");
  CHECK(root.names("alias") ==
        "/usr/lib/systemd/system/real.service\n/etc/systemd/system/real.service.d/x.conf\n");
}

TEST_CASE("unit_files: masked, missing and no unit at all are errors") {
  const Root root;
  root.write("/usr/lib/systemd/system/gone.service");
  root.link("/dev/null", "/etc/systemd/system/gone.service");
  root.link("loop.service", "/etc/systemd/system/loop.service");
  std::filesystem::create_directories(root.path() + "/etc/systemd/system/dir.service");
  CHECK(root.names("gone").find("unit gone.service is masked") == 0);
  CHECK(root.names("nothing").find("unit nothing.service was not found") == 0);
  CHECK(root.names("loop").find("more than 8 links") != std::string::npos);
  CHECK(root.names("dir").find("is no regular file") != std::string::npos);
  for (const char* name : {"", "../x", "a/b", "a b", ".service", "@x.service", "a\nb"})
    CHECK(root.names(name).find("is no name of a service unit") != std::string::npos);
  root.write("/usr/lib/systemd/system/big.service", std::string((1U << 20) + 1, '\n'));
  CHECK(root.names("big").find("EFBIG") != std::string::npos);
}
