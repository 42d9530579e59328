// What became of one wished path, in one Landlock domain?
#pragma once

#include "drift/landlock_held.h"
#include "drift/landlock_status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sbx {

enum class Met { file, missing, unseen };

// A path of the policy, as the target meets it.
struct WishedPath {
  const Wish<PathWish>* wish = nullptr;
  std::string plain; // without empty and "." components
  Met met = Met::unseen;
  PathWalk walk;
  std::string unseen;        // why
  std::uint64_t wanted = 0;  // of what such a file can have
  std::uint64_t allowed = 0; // by this and by every wish above it
};

// In the order of the wishes; each path is looked up once.
std::vector<WishedPath> wished_paths(Witness& witness, const LandlockWish& wish);

// `claimed`: for each rule of the domain, whether it is about any wish. `judged`: the rights that the policy
// wants handled, where it says so.
LandlockVerdict path_verdict(const LandlockHeld& held, const WishedPath& path, const LandlockAt& at,
                             const std::vector<bool>& claimed, std::uint64_t judged);

// Where no rule is known: what can be said by the lookup alone. `why`: why none is.
LandlockVerdict verdict_without_rules(const WishedPath& path, const std::string& why);

// Where a thread is in no domain.
LandlockVerdict verdict_without_domain(const WishedPath& path, const std::string& words, bool all_outside);

} // namespace sbx
