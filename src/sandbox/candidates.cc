#include "sandbox/candidates.h"

#include "core/escape.h"
#include "core/some_of.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

std::string_view maker_words(CgroupMaker maker) {
  switch (maker) {
  case CgroupMaker::host:
    return "the root of this machine";
  case CgroupMaker::service:
    return "the service around it";
  case CgroupMaker::user:
    return "its user";
  case CgroupMaker::container:
    return "the container around it";
  case CgroupMaker::unknown:
    return "somebody else";
  }
  return "somebody else";
}

} // namespace

Choice& Candidates::add(Choice choice) {
  for (Choice& it : found_)
    if (it.set.members == choice.set.members)
      return it;
  return found_.emplace_back(std::move(choice));
}

Choice& Candidates::add(const SandboxSet& set) {
  Choice choice{set, set_words(table_, set, named_), {}};
  if (!set.conflicts.empty())
    choice.notes.push_back("its control groups disagree: " + some_of(set.conflicts, 3));
  if (set.container && set.container->maker != CgroupMaker::host)
    choice.notes.push_back(fmt::format("the name of its control group proves nothing: {} could have made it",
                                       maker_words(set.container->maker)));
  return add(std::move(choice));
}

void Candidates::note(const std::string& note) {
  for (Choice& it : found_)
    it.notes.push_back(note);
}

Result<Choice> Candidates::one(const TargetName& name, std::string none, const Seen& seen) {
  std::vector<std::string> unseen;
  if (const auto count = std::count_if(table_.all().begin(), table_.all().end(),
                                       [&](const Process& it) { return !seen(it); });
      count > 0)
    unseen.push_back(fmt::format("{} of {} processes could not be looked at", count, table_.all().size()));
  if (!table_.settled())
    unseen.emplace_back("processes came and went while they were read");
  if (!named_.unheard.empty())
    unseen.push_back(escaped(named_.unheard, 200));
  if (found_.size() == 1) {
    for (const std::string& it : unseen)
      found_.front().notes.push_back("there may be more: " + it);
    return std::move(found_.front());
  }
  if (found_.empty()) {
    for (const std::string& it : unseen)
      none += "; " + it;
    return error(ErrorKind::target, std::move(none));
  }
  std::vector<std::string> candidates;
  for (const Choice& it : found_)
    candidates.push_back(fmt::format("{} (tree:{})", it.what, it.set.first));
  return error(ErrorKind::target,
               fmt::format("'{}' could be {} targets: {}; name one of them, or give tree:PID",
                           escaped(name.value, 80), found_.size(), some_of(candidates, 8)));
}

} // namespace sbx
