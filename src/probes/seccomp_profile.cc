#include "probes/seccomp_profile.h"

#include "core/some_of.h"
#include "rules/capability_names.h"

#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

using Names = std::vector<std::string>;

Names names_of(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

std::string counted(std::string_view word, const Names& names) {
  return names.empty() ? std::string() : fmt::format(", {} {} ({})", word, names.size(), some_of(names));
}

// "docker-default (Docker's default, 20.10.24) plus 1 (ptrace), minus 2 (a, b)"
std::string words_of(const ProfileMatch& match) {
  const std::string groups = match.refused_groups.empty()
                                 ? std::string()
                                 : fmt::format("; refuses all of {}", fmt::join(match.refused_groups, ", "));
  if (match.denies_nothing)
    return "denies nothing";
  constexpr std::size_t far = 24; // what is nearest by more than that says nothing
  if (match.relation == ProfileRelation::none && (match.id.empty() || match.distance > far))
    return "none that is known" + groups;
  const std::string named = fmt::format("{} ({}{}{})", match.id, match.title,
                                        match.versions.empty() ? "" : ", ", fmt::join(match.versions, ", "));
  if (match.relation == ProfileRelation::none && !match.sure)
    return "none that is known: not every call could be compared" + groups;
  if (match.relation == ProfileRelation::none)
    return fmt::format("none that is known; the nearest, {}, differs in {} calls{}", match.id, match.distance,
                       groups);
  std::string words =
      fmt::format("{} {}", match.relation == ProfileRelation::equals ? "equals" : "is", named);
  if (!match.own_capabilities)
    words += ", as for other capabilities than its own";
  for (const MatchedCalls& it : match.differences) {
    const std::string_view where = match.differences.size() > 1 ? abi_name(it.abi) : std::string_view();
    const std::string calls = counted("plus", it.more) + counted("minus", it.less) +
                              counted("otherwise", it.other) + (it.refused_here ? ", minus every call" : "") +
                              (it.refused_there ? ", plus every call" : "");
    words += calls + (where.empty() || calls.empty() ? "" : fmt::format(" [{}]", where));
  }
  if (!match.too_young.empty())
    words += fmt::format(", made where {} calls were not known yet", match.too_young.size());
  return words;
}

std::string_view relation_name(ProfileRelation relation) {
  switch (relation) {
  case ProfileRelation::equals:
    return "equals";
  case ProfileRelation::differs:
    return "differs";
  case ProfileRelation::none:
    break;
  }
  return "none";
}

std::optional<KernelVersion> version_of(std::string_view release) {
  KernelVersion version;
  const char* end = release.data() + release.size();
  const auto [dot, failed] = std::from_chars(release.data(), end, version.major);
  if (failed != std::errc() || dot == end || *dot != '.' ||
      std::from_chars(dot + 1, end, version.minor).ec != std::errc())
    return std::nullopt;
  return version;
}

} // namespace

MatchSubject match_subject(Witness& witness) {
  MatchSubject subject;
  subject.kernel = witness.text(source::host_osrelease)
                       .match([](const Seen<std::string>& seen) { return version_of(seen.value()); },
                              [](const Gap&) { return std::optional<KernelVersion>(); });
  subject.bounding = witness.tasks().match(
      [](const Seen<Tasks>& tasks) {
        const Task* first = counted(tasks.value()).front();
        return first->status ? first->status->cap_bnd : std::nullopt;
      },
      [](const Gap&) { return std::optional<std::uint64_t>(); });
  return subject;
}

Claims profile_claim(const ProfileMatch& match) {
  Claims differences = Claims::array();
  for (const MatchedCalls& it : match.differences)
    differences.push_back({{"architecture", abi_name(it.abi)},
                           {"plus", it.more},
                           {"minus", it.less},
                           {"changed", it.other},
                           {"refused_here", it.refused_here},
                           {"refused_there", it.refused_there}});
  const MatchedCalls* native = match.differences.empty() ? nullptr : &match.differences.front();
  const bool near = match.relation != ProfileRelation::none;
  return {{"relation", relation_name(match.relation)},
          {"name", near ? Claims(match.id) : Claims()},
          {"nearest", match.id.empty() ? Claims() : Claims(match.id)},
          {"title", match.title.empty() ? Claims() : Claims(match.title)},
          {"versions", names_of(match.versions)},
          {"names", names_of(match.equal_ids)},
          {"capabilities", near ? Claims(capability_names(match.capabilities)) : Claims()},
          {"plus", near && native ? native->more : Names()},
          {"minus", near && native ? native->less : Names()},
          {"changed", near && native ? native->other : Names()},
          {"differences", near ? std::move(differences) : Claims::array()},
          {"too_young", match.too_young},
          {"distance", match.distance},
          {"refused_groups", names_of(match.refused_groups)},
          {"words", words_of(match)}};
}

SeccompProfiles seccomp_profiles(const SeccompView& view, const MatchSubject& subject) {
  const ProfileMatch match = match_profile(view.table, subject);
  return {profile_claim(match), view.filters.filters.size() > 1 && match.relation != ProfileRelation::equals};
}

} // namespace sbx
