#include "probes/platform.h"

#include "core/escape.h"
#include "probes/landlock_offered.h"
#include "probes/target_ns.h"
#include "rules/landlock_abi.h"
#include "rules/platform_conflicts.h"
#include "rules/platform_hints.h"
#include "rules/platform_notes.h"

#include <set>

namespace sbx {

namespace {

using Json = nlohmann::json;

class Description {
public:
  explicit Description(Witness& witness) : witness_(witness) {}

  Json text(Source source) {
    return or_null(witness_.text(source), [](const std::string& text) { return Json(escaped(text)); });
  }

  // A seen value as JSON; a gap is written down and null.
  template <class T, class As> Json or_null(const Observation<T>& observation, As&& as) {
    return observation.match([&](const Seen<T>& seen) { return Json(as(seen.value())); },
                             [&](const Gap& gap) {
                               note(gap);
                               return Json();
                             });
  }

  void note(const Gap& gap) {
    gaps_.push_back({{"kind", gap_kind_name(gap.kind)}, {"source", gap.source}, {"detail", gap.detail}});
  }

  Json gaps() && { return std::move(gaps_); }

private:
  Witness& witness_;
  Json gaps_ = Json::array();
};

// "ID=amzn", "VARIANT_ID=coreos", and "ID=amzn VERSION_ID=2023", for the version says nothing alone.
void add_os_release(Witness& witness, std::vector<PlatformString>& found) {
  witness.properties(source::host_os_release)
      .match(
          [&](const Seen<Properties>& seen) {
            const auto value = [&](std::string_view key) {
              const Property* property = find_property(seen.value(), key);
              return property && property->value ? *property->value : std::string();
            };
            const std::string id = "ID=" + value("id");
            for (const std::string& text :
                 {id, "VARIANT_ID=" + value("variant_id"), id + " VERSION_ID=" + value("version_id")})
              if (!text.ends_with('='))
                found.push_back({"os_release", text});
          },
          [](const Gap&) {});
}

// Each type once, and sources, which are looked at only for what marks a platform.
void add_mounts(const Observation<std::vector<Mount>>& mounts, std::vector<PlatformString>& found) {
  mounts.match(
      [&](const Seen<std::vector<Mount>>& seen) {
        std::set<std::string_view> types, sources;
        for (const Mount& mount : seen.value()) {
          if (types.insert(mount.type).second)
            found.push_back({"mount", mount.type});
          if (sources.insert(mount.source).second)
            found.push_back({"mount_source", mount.source});
          if (mount.point == "/")
            found.push_back({"root_type", mount.type});
        }
      },
      [](const Gap&) {});
}

// Every string that the recognisers look at; what could not be read is simply no string, for these are only
// hints.
std::vector<PlatformString> strings(Witness& witness) {
  std::vector<PlatformString> found;
  const auto add_text = [&](std::string_view where, Source source) {
    witness.text(source).match(
        [&](const Seen<std::string>& seen) {
          found.push_back({where, seen.value()});
        },
        [](const Gap&) {});
  };
  const auto add_values = [&](std::string_view where, Source source, bool keys) {
    witness.properties(source).match(
        [&](const Seen<Properties>& seen) {
          for (const Property& property : seen.value())
            if (property.value)
              found.push_back({where, keys ? property.key : *property.value});
        },
        [](const Gap&) {});
  };
  add_text("release", source::host_osrelease);
  add_text("version", source::host_version);
  add_text("cpuinfo", source::host_cpuinfo);
  add_text("cmdline", source::host_cmdline);
  add_text("cgroup", source::target_cgroup);
  add_values("cpuid", source::host_cpuid, false);
  add_values("dmi", source::host_dmi, false);
  add_values("acpi", source::host_acpi, false);
  add_values("device_tree", source::host_hypervisor, false);
  add_values("marker", source::host_markers, true);
  add_values("device", source::host_devices, true);
  add_values("nodename", source::host_nodename, false);
  add_values("environ", source::self_environ_names, false);
  add_os_release(witness, found);
  add_mounts(witness.mounts(), found);
  add_mounts(witness.own_mounts(), found);
  return found;
}

std::string value_of(Witness& witness, Source source, std::string_view key) {
  return witness.properties(source).match(
      [&](const Seen<Properties>& seen) {
        const Property* property = find_property(seen.value(), key);
        return property && property->value ? *property->value : std::string();
      },
      [](const Gap&) { return std::string(); });
}

// Yes on any sign; no only when the CPU was asked and announces no hypervisor; else unknown.
Json virtual_machine(Witness& witness, const std::vector<PlatformHint>& hints) {
  Json evidence = Json::array();
  const std::string bit = value_of(witness, source::host_cpuid, "hypervisor");
  if (bit == "1")
    evidence.push_back("the CPU announces the hypervisor " +
                       escaped(value_of(witness, source::host_cpuid, "vendor")));
  for (const char* key : {"xen", "device_tree"})
    if (const std::string value = value_of(witness, source::host_hypervisor, key); !value.empty())
      evidence.push_back(std::string(key) + ": " + escaped(value));
  for (const PlatformHint& hint : hints)
    if (hint.kind == "hypervisor" && !hint.evidence.starts_with("cpuid"))
      evidence.push_back(hint.evidence);
  if (!evidence.empty())
    return {{"state", "yes"}, {"evidence", evidence}};
  if (bit == "0")
    return {{"state", "no"}, {"evidence", {"the CPU announces no hypervisor"}}};
  return {{"state", "unknown"}, {"evidence", evidence}};
}

// "3: ..."; null where the kernel does not say which are fixed (before 6.15, where it was not backported).
Json open_errata(const LandlockOffered& offered) {
  if (!offered.abi || !offered.errata)
    return nullptr;
  Json list = Json::array();
  for (const LandlockErratum& erratum : landlock_open_errata(*offered.errata, *offered.abi))
    list.push_back(std::to_string(erratum.number) + ": " + std::string(erratum.meaning));
  return list;
}

Json hint_list(const std::vector<PlatformHint>& hints) {
  Json list = Json::array();
  for (const PlatformHint& hint : hints) {
    Json also = Json::array();
    for (const PlatformEvidence& it : hint.all)
      if (it.words != hint.evidence)
        also.push_back(it.words);
    list.push_back({{"id", hint.id},
                    {"name", hint.name},
                    {"kind", hint.kind},
                    {"evidence", hint.evidence},
                    {"also", std::move(also)},
                    {"confidence", hint.likely() ? "likely" : "hint"}});
  }
  return list;
}

Json conflict_list(const std::vector<PlatformConflict>& conflicts) {
  Json list = Json::array();
  for (const PlatformConflict& it : conflicts)
    list.push_back({{"id", it.id}, {"text", it.text}, {"evidence", it.evidence}});
  return list;
}

Json note_list(const std::vector<const PlatformNote*>& notes) {
  Json list = Json::array();
  for (const PlatformNote* it : notes)
    list.push_back({{"id", it->id}, {"text", it->text}, {"source", it->source}});
  return list;
}

} // namespace

nlohmann::json platform(Witness& witness) {
  const auto as_is = [](const auto& value) { return value; };
  const LandlockOffered offered = landlock_offered(witness);
  const auto hints = platform_hints(strings(witness));
  Description description(witness);
  Json result{
      {"kernel_release", description.text(source::host_osrelease)},
      {"kernel_version", description.text(source::host_version)},
      {"architecture", description.text(source::host_machine)},
      {"landlock",
       {{"abi", offered.abi ? Json(*offered.abi) : Json()},
        {"errata", offered.errata ? Json(*offered.errata) : Json()},
        {"open_errata", open_errata(offered)},
        {"answer", offered.words}}},
      {"lsm", description.or_null(witness.active_lsms(), as_is)},
      {"lockdown", description.or_null(witness.lockdown(), as_is)},
      {"virtual_machine", virtual_machine(witness, hints)},
      {"hints", hint_list(hints)},
      {"conflicts", conflict_list(platform_conflicts(hints, own_ns_initial(witness, "mnt")))},
      {"notes", note_list(relevant_notes(hints, offered.abi.value_or(0) > 0))},
  };
  result["gaps"] = std::move(description).gaps();
  return result;
}

} // namespace sbx
