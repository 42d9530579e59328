#include "kernel/container_json.h"

#include "core/escape.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace sbx {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_networks = 16, most_labels = 32, most_text = 255;

bool is_id(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// The member, or null where there is none.
const Json& at(const Json& object, const char* key) {
  static const Json null;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : null;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get_ref<const std::string&>() : std::string();
}

// Holds no comma, and no equals sign: those divide what stands in a list.
std::string list_word(std::string_view bytes) {
  std::string word;
  for (const char c : escaped_word(bytes.substr(0, most_text)))
    word += c == ',' ? std::string("\\x2c") : c == '=' ? std::string("\\x3d") : std::string(1, c);
  return word;
}

bool is_told(std::string_view key) {
  constexpr std::array<std::string_view, 8> wanted{"openshell.",
                                                   "ryno.",
                                                   "io.kubernetes.",
                                                   "paude.",
                                                   "alcove.",
                                                   "com.docker.compose.service",
                                                   "com.docker.compose.project",
                                                   "com.docker.desktop."};
  return key == "app" || std::any_of(wanted.begin(), wanted.end(),
                                     [&](std::string_view prefix) { return key.starts_with(prefix); });
}

void add(std::string& list, const std::string& word) { list += (list.empty() ? ":" : ",:") + word; }

} // namespace

std::optional<std::vector<std::string>> listed_ids(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array())
    return std::nullopt;
  std::vector<std::string> ids;
  for (const Json& it : json) {
    std::string id = text_of(at(it, "Id"));
    if (!is_id(id))
      return std::nullopt;
    if (std::find(ids.begin(), ids.end(), id) == ids.end())
      ids.push_back(std::move(id));
    if (ids.size() > most_containers)
      break;
  }
  return ids;
}

std::optional<std::string> container_line(std::string_view runtime, const std::string& id,
                                          std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  const std::string told = text_of(at(json, json.is_object() && json.contains("Id") ? "Id" : "ID"));
  const Json& pid = at(at(json, "State"), "Pid");
  if (!is_id(id) || told != id || !pid.is_number_integer() || pid.get<std::int64_t>() < 0 ||
      pid.get<std::int64_t>() > INT32_MAX)
    return std::nullopt;
  std::string names, networks, labels;
  std::string name = text_of(at(json, "Name"));
  if (name.starts_with('/')) // as the API tells it
    name.erase(0, 1);
  if (!name.empty())
    add(names, list_word(name));
  std::size_t count = 0;
  if (const Json& all = at(at(json, "NetworkSettings"), "Networks"); all.is_object())
    for (const auto& [network, settings] : all.items())
      if (++count <= most_networks)
        add(networks, list_word(network));
  count = 0;
  if (const Json& all = at(at(json, "Config"), "Labels"); all.is_object())
    for (const auto& [key, value] : all.items())
      if (is_told(key) && value.is_string() && ++count <= most_labels)
        add(labels, list_word(key) + "=" + list_word(text_of(value)));
  return fmt::format("container {} {} pid={} names={} networks={} labels={}\n", runtime, id,
                     pid.get<std::int64_t>(), names, networks, labels);
}

std::string unseen_container_line(std::string_view runtime, const std::string& id, int error) {
  return fmt::format("container {} {} pid={} names= networks= labels=\n", runtime, id, refusal_word(error));
}

} // namespace sbx
