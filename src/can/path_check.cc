#include "can/path_check.h"

#include "can/file_kind.h"
#include "core/errno_name.h"
#include "core/escape.h"

#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

Check no(std::string detail) { return {Answer::no, std::move(detail)}; }

Check yes_for(const WalkStep& file) { return {Answer::yes, std::string(kind_words(file))}; }

Check for_file(FileDeed deed, const WalkStep& file) {
  const bool directory = is_directory(file);
  switch (deed) {
  case FileDeed::create:
    return no("it exists already");
  case FileDeed::list:
    return directory ? yes_for(file) : no(fmt::format("it is {}, not a directory", kind_words(file)));
  case FileDeed::read:
    if (directory)
      return no("it is a directory: ask whether it can be listed");
    break;
  case FileDeed::write:
    if (directory)
      return no("it is a directory: ask whether an entry of it can be created");
    break;
  case FileDeed::execute:
  case FileDeed::truncate:
    return is_regular(file) ? yes_for(file)
                            : no(fmt::format("it is {}, not a regular file", kind_words(file)));
  case FileDeed::remove:
    return directory ? Check{Answer::yes, "a directory, which is removed if it is empty"} : yes_for(file);
  }
  if (format_of(file.mode) == format_socket)
    return no("it is a socket, which is not opened: ask whether it can connect to it");
  return yes_for(file);
}

} // namespace

Check walk_check(const World& world, const Subject& subject, const PathWalk& walk) {
  const auto own = inode_of(subject.ns, "mnt");
  if (!own || own != inode_of(world.main_ns, "mnt"))
    return {Answer::unknown,
            "the path was walked as the main thread sees it, and this thread's mount namespace is "
            "another one, or was not seen"};
  switch (walk.error) {
  case 0:
    return {Answer::yes, ""};
  case ENOENT:
    return no("a directory on the way does not exist");
  case ENOTDIR:
    return no("what stands on the way is no directory");
  case ELOOP:
    return no("too many links stand on the way, or one that its mount does not follow");
  case ENAMETOOLONG:
    return no("a name on the way is longer than its file system takes");
  case EREMOTE:
    return {Answer::unknown,
            "a link on the way leads each process elsewhere (/proc/self, /proc/PID/cwd and their like)"};
  case ETIMEDOUT:
    return {Answer::unknown, "a file system on the way did not answer"};
  default:
    return {Answer::unknown, "the path could not be walked to its end: " + errno_name(walk.error)};
  }
}

Check path_check(FileDeed deed, const World& world, const Subject& subject, const FileLook& look) {
  const Check walked = walk_check(world, subject, look.walk);
  if (walked.answer != Answer::yes)
    return walked;
  if (look.file)
    return for_file(deed, *look.file);
  const bool makes = deed == FileDeed::create || deed == FileDeed::write;
  if (!makes)
    return no("it does not exist");
  if (!look.directory) // a parser that keeps its contract always gives it
    return {Answer::unknown, "the directory that it would be in was not seen"};
  return {Answer::yes, "it does not exist, and would be made"};
}

} // namespace sbx
