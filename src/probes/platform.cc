#include "probes/platform.h"

#include "core/escape.h"
#include "probes/landlock_offered.h"
#include "rules/landlock_abi.h"
#include "rules/platform_hints.h"

#include <algorithm>

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

// Every string that the recognisers look at; what could not be read is simply no string, for these are only hints.
std::vector<PlatformString> strings(Witness& witness) {
  std::vector<PlatformString> found;
  const auto add_text = [&](std::string_view where, Source source) {
    witness.text(source).match([&](const Seen<std::string>& seen) { found.push_back({where, seen.value()}); },
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
    evidence.push_back("the CPU announces the hypervisor " + escaped(value_of(witness, source::host_cpuid, "vendor")));
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
  for (const PlatformHint& hint : hints)
    list.push_back({{"id", hint.id}, {"name", hint.name}, {"kind", hint.kind}, {"evidence", hint.evidence}});
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
  };
  result["gaps"] = std::move(description).gaps();
  return result;
}

} // namespace sbx
