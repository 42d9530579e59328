#include "probes/filesystem_credentials.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "probes/filesystem_claims.h"
#include "rules/credential_places.h"

#include <cerrno>
#include <fmt/format.h>
#include <set>

namespace sbx {

namespace {

constexpr std::size_t most_homes = 64;

struct Homes {
  std::set<std::string> paths{"/root"};
  bool all_seen = true;
};

void add_home(Homes& homes, const std::string& name) {
  if (homes.paths.size() < most_homes)
    homes.paths.insert("/home/" + name);
  else
    homes.all_seen = false;
}

// The name of the home directory that a mount below /home is in.
Homes homes_of(Witness& witness, const FilesystemSight& sight) {
  Homes homes;
  witness.directories({"/home"}).match(
      [&](const Seen<std::vector<Directory>>& seen) {
        const Directory& listed = seen.value().front();
        homes.all_seen = !listed.cut && (listed.error == 0 || listed.error == ENOENT);
        for (const DirectoryEntry& entry : listed.entries)
          add_home(homes, entry.name);
      },
      [&](const Gap&) { homes.all_seen = false; });
  for (const ViewedMount& view : sight.views)
    if (const std::string& point = view.mount->point; view.reached && point.starts_with("/home/"))
      add_home(homes, point.substr(6, point.find('/', 6) - 6));
  return homes;
}

struct Place {
  std::string path;
  std::string_view what;
};

std::vector<Place> places_of(const Homes& homes) {
  std::vector<Place> places;
  for (const CredentialPlace& place : root_credentials())
    places.push_back({std::string(place.path), place.what});
  for (const std::string& home : homes.paths)
    for (const CredentialPlace& place : home_credentials())
      places.push_back({home + "/" + std::string(place.path), place.what});
  return places;
}

// Its own root directory is its own wherever the host keeps it.
std::optional<bool> on_host(const FilesystemSight& sight, std::uint64_t mount) {
  if (sight.in_host())
    return true;
  const ViewedMount* view = sight.by_id(mount);
  if (!view || !view->its_class)
    return std::nullopt;
  if (view == sight.root_view)
    return sight.root.kind ? std::optional(root_is_of_host(sight)) : std::nullopt;
  return view->its_class == MountClass::host && !view->engine_file;
}

} // namespace

void add_credentials(Witness& witness, const FilesystemSight& sight, bool warn, Finding& finding,
                     std::vector<Warning>& warnings) {
  const Homes homes = homes_of(witness, sight);
  const std::vector<Place> places = places_of(homes);
  std::vector<std::string> paths, of_host;
  for (const Place& place : places)
    paths.push_back(place.path);
  Claims claim = Claims::array();
  bool all_seen = homes.all_seen;
  const bool asked = witness.spots(paths).match(
      [&](const Seen<std::vector<PathSpot>>& seen) {
        for (std::size_t i = 0; i < places.size(); ++i) {
          const auto& spot = seen.value()[i].found;
          all_seen =
              all_seen && (spot || spot.error() == ENOENT || spot.error() == ENOTDIR ||
                           spot.error() == ELOOP); // a link: what it names is asked for by its own name
          if (!spot)
            continue;
          const auto host = on_host(sight, spot->mount);
          claim.push_back({{"path", escaped(places[i].path, 4096)},
                           {"what", places[i].what},
                           {"on_host", host ? Claims(*host) : Claims()}});
          if (host == true)
            of_host.push_back(fmt::format("{} ({})", escaped(places[i].path), places[i].what));
        }
        return true;
      },
      [](const Gap&) { return false; });
  finding.claim("credentials", !asked || (claim.empty() && !all_seen) ? Claims() : claim);
  if (warn && !of_host.empty())
    warnings.push_back({"filesystem.credentials", Severity::medium,
                        "places where keys and tokens of the host are kept are in its view; whether its user "
                        "may read them was not asked",
                        fmt::format("{}: {}", of_host.size(), some_of(of_host, 6)),
                        "do not mount home directories, or mount an empty tmpfs over these"});
}

} // namespace sbx
