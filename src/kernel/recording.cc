#include "kernel/recording.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "kernel/file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::string_view schema = "sbx-attest/recording/v1";
constexpr std::string_view index_file = "recording.json";
constexpr std::size_t most_bytes = 128 << 20;

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  std::string_view left = bytes;
  while (fd && !left.empty()) {
    const ssize_t wrote = write(fd.get(), left.data(), left.size());
    if (wrote < 0 && errno != EINTR)
      break;
    left.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(wrote, 0)));
  }
  if (!fd || !left.empty())
    return error(ErrorKind::output, fmt::format("could not write {}: {}", escaped(path), std::strerror(errno)));
  return {};
}

Result<void> make_directory(const std::string& directory) {
  if (mkdir(directory.c_str(), 0700) == 0)
    return {};
  const int problem = errno;
  std::error_code ignored;
  if (problem == EEXIST && std::filesystem::is_directory(std::filesystem::symlink_status(directory)) &&
      std::filesystem::is_empty(directory, ignored))
    return {};
  return error(ErrorKind::output,
               problem == EEXIST
                   ? fmt::format("{} is there already and not an empty directory; name one that does not exist yet",
                                 escaped(directory))
                   : fmt::format("could not make the directory {}: {}", escaped(directory), std::strerror(problem)));
}

Result<nlohmann::json> load_index(int dir, const std::string& directory) {
  const auto broken = [&](std::string_view why) {
    return error(ErrorKind::failure, fmt::format("{} is not a recording: {}", escaped(directory), why));
  };
  const Reading text = read_beneath(dir, std::string(index_file), 1 << 20);
  if (!text)
    return broken(fmt::format("{}: {}", index_file, std::strerror(text.error().error)));
  // Our own index is three levels deep; a callback cuts what is deeper, for the library's destructor recurses.
  bool deep = false;
  auto index = nlohmann::json::parse(
      *text, [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) { return depth < 8 || (deep = true, false); },
      false);
  if (deep || index.is_discarded() || !index.is_object())
    return broken(std::string(index_file) + " is not JSON of the right shape");
  if (index.value("schema", nlohmann::json()) != schema)
    return broken(fmt::format("{} does not say \"schema\": \"{}\"", index_file, schema));
  if (!index.contains("refused") || !index["refused"].is_object() || !index.contains("answered") ||
      !index["answered"].is_array())
    return broken(std::string(index_file) + " lacks \"answered\" or \"refused\"");
  return index;
}

Result<Reading> load_refusal(const nlohmann::json& entry, std::string_view name) {
  if (entry.is_object() && entry.contains("errno") && entry["errno"].is_string() && entry.contains("detail") &&
      entry["detail"].is_string())
    if (const auto number = errno_from_name(entry["errno"].get<std::string>()))
      return refused(*number, entry["detail"].get<std::string>());
  return error(ErrorKind::failure, fmt::format("the refusal of {} in {} makes no sense", name, index_file));
}

} // namespace

Result<void> save_recording(const Evidence& evidence, const std::string& directory, const std::string& tool_version) {
  if (auto made = make_directory(directory); !made)
    return made;
  nlohmann::json index{{"schema", schema},
                       {"tool", {{"name", "sbx-attest"}, {"version", tool_version}}},
                       {"answered", nlohmann::json::array()},
                       {"refused", nlohmann::json::object()}};
  for (const auto& [source, reading] : evidence) {
    if (!reading) {
      index["refused"][std::string(source.name)] = {{"errno", errno_name(reading.error().error)},
                                                    {"detail", reading.error().detail}};
      continue;
    }
    index["answered"].push_back(source.name);
    const auto path = std::filesystem::path(directory) / source.name;
    std::error_code problem;
    std::filesystem::create_directories(path.parent_path(), problem);
    if (auto written = write_file(path, *reading); !written)
      return written;
  }
  return write_file(std::filesystem::path(directory) / index_file,
                    index.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n");
}

Result<Evidence> load_recording(const std::string& directory) {
  const Fd dir(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!dir)
    return error(ErrorKind::failure,
                 fmt::format("could not open the recording {}: {}", escaped(directory), std::strerror(errno)));
  const auto index = load_index(dir.get(), directory);
  if (!index)
    return tl::unexpected<Error>(index.error());
  Evidence evidence;
  std::size_t bytes = 0;
  for (const Source source : source::all) {
    const std::string name(source.name);
    const auto& answered = (*index)["answered"];
    if (std::find(answered.begin(), answered.end(), nlohmann::json(name)) != answered.end()) {
      Reading reading = read_beneath(dir.get(), name, most_bytes - bytes);
      if (!reading)
        return error(ErrorKind::failure, fmt::format("the recording {} says it holds {}, but: {}", escaped(directory),
                                                     name, std::strerror(reading.error().error)));
      bytes += reading->size();
      evidence.emplace(source, std::move(reading));
    } else if ((*index)["refused"].contains(name)) {
      auto refusal = load_refusal((*index)["refused"][name], name);
      if (!refusal)
        return tl::unexpected<Error>(refusal.error());
      evidence.emplace(source, std::move(*refusal));
    }
  }
  return evidence;
}

} // namespace sbx
