#include "kernel/live_containers.h"

#include "core/escape.h"
#include "kernel/child.h"
#include "kernel/container_json.h"
#include "kernel/file.h"
#include "kernel/property_text.h"
#include "kernel/runtime_api.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <dirent.h>
#include <fmt/core.h>
#include <memory>

namespace sbx {

namespace {

constexpr std::chrono::milliseconds patience{1500};
constexpr std::size_t most_config = 512 * 1024;

using Deadline = std::chrono::steady_clock::time_point;

std::string source_line(const RuntimeSocket& socket, std::string_view outcome) {
  return fmt::format("source {} :{} {}\n", socket.runtime, escaped_word(socket.path), outcome);
}

// Its lines, and the errno of a source that did not answer.
struct Told {
  std::string lines;
  int error = 0;
};

Told failed(const RuntimeSocket& socket, int error) {
  return {source_line(socket, refusal_word(error)), error};
}

Told told_by_api(const RuntimeSocket& socket, Deadline deadline) {
  const Reading list = ask_runtime(socket.path, "/containers/json?all=0", deadline);
  if (!list)
    return failed(socket, list.error().error);
  auto ids = listed_ids(*list);
  if (!ids)
    return failed(socket, EBADMSG);
  Told told{source_line(socket, ids->size() > most_containers ? "cut" : "whole")};
  ids->resize(std::min(ids->size(), most_containers));
  for (const std::string& id : *ids) {
    const Reading one = ask_runtime(socket.path, "/containers/" + id + "/json", deadline);
    const auto line = one ? container_line(socket.runtime, id, *one) : std::nullopt;
    told.lines += line ? *line : unseen_container_line(socket.runtime, id, one ? EBADMSG : one.error().error);
  }
  return told;
}

// The names of its folders, which are the ids of containers, running or not.
tl::expected<std::vector<std::string>, int> folders_of(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(path.c_str()), closedir);
  if (!dir)
    return tl::unexpected<int>(errno);
  std::vector<std::string> names;
  while (const dirent* entry = readdir(dir.get()))
    if (const std::string_view name = entry->d_name; name.size() == 64 && names.size() <= most_containers)
      names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

Told told_by_files(const std::string& folder) {
  const RuntimeSocket source{"docker", folder};
  auto ids = folders_of(folder);
  if (!ids)
    return failed(source, ids.error());
  Told told{source_line(source, ids->size() > most_containers ? "cut" : "whole")};
  ids->resize(std::min(ids->size(), most_containers));
  for (const std::string& id : *ids) {
    const Reading config = read_host_file(folder + "/" + id + "/config.v2.json", most_config);
    const auto line = config ? container_line("docker", id, *config) : std::nullopt;
    // One that does not run has no process; there are as many of those as anybody ever made.
    if (line && line->find(" pid=0 ") == std::string::npos)
      told.lines += *line;
  }
  return told;
}

bool is_path(const char* text) { return text && *text == '/'; }

} // namespace

std::vector<RuntimeSocket> runtime_sockets() {
  std::vector<RuntimeSocket> sockets{{"docker", "/run/docker.sock"}, {"podman", "/run/podman/podman.sock"}};
  const auto add = [&](const char* runtime, const std::string& path) {
    if (std::none_of(sockets.begin(), sockets.end(),
                     [&](const RuntimeSocket& it) { return it.path == path; }))
      sockets.push_back({runtime, path});
  };
  if (const char* own = std::getenv("XDG_RUNTIME_DIR"); is_path(own)) {
    add("podman", std::string(own) + "/podman/podman.sock");
    add("docker", std::string(own) + "/docker.sock");
  }
  constexpr std::string_view scheme = "unix://";
  if (const char* host = std::getenv("DOCKER_HOST"); host && std::string_view(host).starts_with(scheme))
    if (const char* path = host + scheme.size();
        is_path(path) && std::string_view(path) != "/var/run/docker.sock")
      add(std::string_view(path).find("podman") == std::string_view::npos ? "docker" : "podman", path);
  return sockets;
}

Reading read_containers(const std::vector<RuntimeSocket>& sockets, const std::string& docker_files) {
  const Deadline deadline = std::chrono::steady_clock::now() + patience;
  std::string text;
  bool answered = false, docker_answered = false;
  int error = ENOENT;
  const auto take = [&](const Told& told) {
    text += told.lines;
    answered |= told.error == 0;
    if (told.error != 0 && told.error != ENOENT && error == ENOENT)
      error = told.error;
    return told.error == 0;
  };
  for (const RuntimeSocket& socket : sockets)
    docker_answered |= take(told_by_api(socket, deadline)) && socket.runtime == "docker";
  if (!docker_answered && !docker_files.empty())
    take(told_by_files(docker_files));
  return answered ? Reading(text) : refused(error, "asking container runtimes");
}

Reading read_containers() { return read_containers(runtime_sockets(), "/var/lib/docker/containers"); }

} // namespace sbx
