#include "drift/supervisor_claims.h"

#include "core/escape.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <optional>

namespace sbx {

namespace {

constexpr std::size_t most_claims = 1000;

enum class Agrees { no, yes, unknown };

struct Row {
  std::string claim, where, truth;
  Agrees agrees = Agrees::unknown;
};

std::string_view agrees_name(Agrees agrees) {
  switch (agrees) {
  case Agrees::no:
    return "no";
  case Agrees::yes:
    return "yes";
  case Agrees::unknown:
    break;
  }
  return "unknown";
}

struct Truth {
  std::string words;
  Agrees agrees = Agrees::unknown;
};

class Beside {
public:
  Beside(const LandlockDrift* landlock, const Layers& layers) : drift_(landlock), layers_(layers) {}

  void add(const LogClaim& claim, std::vector<Row>& rows) const {
    const auto row = [&](const Truth& truth) {
      rows.push_back({escaped(claim.text, 1024), place_words(claim.place), truth.words, truth.agrees});
    };
    switch (claim.meaning) {
    case LogMeaning::landlock_available:
      return row(kernel_abi(claim.abi));
    case LogMeaning::landlock_applying:
      return row(level(claim.abi));
    case LogMeaning::landlock_built:
      if (claim.rules)
        row(rules(*claim.rules));
      if (claim.skipped)
        row(skipped(*claim.skipped));
      if (!claim.rules && !claim.skipped)
        row(layer_truth("landlock", true));
      return;
    case LogMeaning::landlock_path_skipped:
      return row(path_skipped(claim.path));
    case LogMeaning::landlock_no_paths:
    case LogMeaning::landlock_unavailable:
    case LogMeaning::landlock_failed:
      return row(layer_truth("landlock", false));
    case LogMeaning::bypass_installed:
    case LogMeaning::bypass_missing:
      return row({"not comparable here: rules of the network's filter are not read", Agrees::unknown});
    case LogMeaning::netns_created:
      return row(network(true));
    case LogMeaning::netns_failed:
      return row(network(false));
    case LogMeaning::other:
      return row(mentioned(claim.text));
    }
  }

  // Of what has no grammar: which layer it names, and whether it says yes or no.
  Truth mentioned(const std::string& text) const {
    static constexpr std::array<std::pair<std::string_view, const char*>, 6> words{
        {{"landlock", "landlock"},
         {"seccomp", "seccomp"},
         {"apparmor", "lsm"},
         {"selinux", "lsm"},
         {"no_new_privs", "no_new_privs"},
         {"nonewprivs", "no_new_privs"}}};
    static constexpr std::array<std::string_view, 8> denying{"unconfined", "disabled", "none", "off",
                                                             "false",      "without",  "not",  "fail"};
    const std::string plain = lower(text);
    const auto in_text = [&](std::string_view word) { return plain.find(word) != plain.npos; };
    for (const auto& [word, layer] : words)
      if (in_text(word)) {
        if (std::any_of(denying.begin(), denying.end(), in_text))
          return {said_of(layer), Agrees::unknown};
        return layer_truth(layer, true);
      }
    return {"nothing that is read from the kernel tells", Agrees::unknown};
  }

private:
  static std::string lower(const std::string& text) {
    std::string plain = text;
    for (char& c : plain)
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c - 'A' + 'a');
    return plain;
  }

  const Finding* layer(std::string_view id) const {
    const auto found =
        std::find_if(layers_.begin(), layers_.end(), [&](const auto& one) { return one.first == id; });
    return found == layers_.end() ? nullptr : &found->second;
  }

  std::optional<std::uint64_t> number(const char* claim) const {
    const Finding* landlock = layer("landlock");
    if (!landlock)
      return std::nullopt;
    const auto found = landlock->claims().find(claim);
    return found != landlock->claims().end() && found->is_number_unsigned()
               ? std::optional(found->get<std::uint64_t>())
               : std::nullopt;
  }

  std::string said_of(const char* id) const {
    const Finding* finding = layer(id);
    return finding ? fmt::format("{} is {}: {}", id, state_name(finding->state()), finding->summary())
                   : fmt::format("{} was not looked at", id);
  }

  // `there`: the claim is that this layer is in force; else that it is not.
  Truth layer_truth(const char* id, bool there) const {
    const Finding* finding = layer(id);
    Agrees agrees = Agrees::unknown;
    if (finding)
      switch (finding->state()) {
      case State::enforced:
        agrees = there ? Agrees::yes : Agrees::no;
        break;
      case State::absent:
        agrees = there ? Agrees::no : Agrees::yes;
        break;
      case State::partial:
      case State::unknown:
      case State::not_applicable:
        break;
      }
    return {said_of(id), agrees};
  }

  bool no_landlock() const {
    const Finding* landlock = layer("landlock");
    return landlock && landlock->state() == State::absent;
  }

  Truth kernel_abi(const std::optional<std::uint64_t>& abi) const {
    const auto offered = number("kernel_abi");
    if (!abi || !offered)
      return {"the kernel's Landlock ABI was not seen", Agrees::unknown};
    return {*offered == 0 ? "the kernel offers no Landlock"
                          : fmt::format("the kernel offers ABI {}", *offered),
            *abi == *offered ? Agrees::yes : Agrees::no};
  }

  // What is asked for before it is applied: a level below that was not reached.
  Truth level(const std::optional<std::uint64_t>& abi) const {
    if (no_landlock())
      return {"the kernel holds no Landlock domain for it", Agrees::no};
    const auto held = number("level");
    if (!abi || !held)
      return {said_of("landlock"), Agrees::unknown};
    return {fmt::format("the weakest thread's domain handles what ABI {} does", *held),
            *held >= *abi ? Agrees::yes : Agrees::no};
  }

  Truth rules(std::uint64_t claimed) const {
    const auto held = no_landlock() ? std::optional<std::uint64_t>(0) : number("rules");
    if (!held)
      return {said_of("landlock"), Agrees::unknown};
    const std::string words =
        *held == 0 ? "the kernel holds none" : fmt::format("the kernel holds {} rules", *held);
    if (*held == claimed || *held == 0)
      return {words, *held == claimed ? Agrees::yes : Agrees::no};
    return {words + ": two paths to one file are one rule, and other layers have theirs", Agrees::unknown};
  }

  Truth skipped(std::uint64_t claimed) const {
    if (!drift_)
      return {"which paths were meant is in no policy that was given", Agrees::unknown};
    const std::size_t here = drift_->skipped.size();
    const std::string words =
        fmt::format("{} of the wished paths {} missing here", here, here == 1 ? "is" : "are");
    if (claimed < here)
      return {words, Agrees::no};
    if (claimed == here && drift_->skipped_complete)
      return {words, Agrees::yes};
    return {words + (drift_->skipped_complete ? "; it may count those that it could not open" : "so far"),
            Agrees::unknown};
  }

  Truth path_skipped(const std::optional<std::string>& path) const {
    if (!drift_ || !path)
      return {"it was not compared", Agrees::unknown};
    const auto is_it = [&](const std::string& one) { return one == *path; };
    if (std::any_of(drift_->skipped.begin(), drift_->skipped.end(), is_it))
      return {"it is missing here", Agrees::yes};
    if (std::any_of(drift_->missing_rules.begin(), drift_->missing_rules.end(), is_it))
      return {"no rule is about it", Agrees::yes};
    const std::string subject = "path " + escaped(*path, 4096);
    for (const DriftRow& row : drift_->rows)
      if (row.subject == subject)
        return {row.held,
                row.status == landlock_status_name(LandlockStatus::as_asked) ? Agrees::no : Agrees::unknown};
    return {"no wish is about it", Agrees::unknown};
  }

  Truth network(bool own) const {
    const Finding* namespaces = layer("namespaces");
    const Claims none;
    const auto net = namespaces ? namespaces->claims().find("net") : none.end();
    if (!namespaces || net == namespaces->claims().end() || !net->is_object() || !net->contains("initial") ||
        !(*net)["initial"].is_boolean())
      return {"whose its network namespace is was not seen", Agrees::unknown};
    if ((*net)["initial"].get<bool>())
      return {"its network namespace is the host's", own ? Agrees::no : Agrees::yes};
    return {"its network namespace is its own", own ? Agrees::yes : Agrees::unknown};
  }

  const LandlockDrift* drift_;
  const Layers& layers_;
};

void add_log(const SupervisorLog& log, const Beside& beside, std::vector<Row>& rows) {
  for (const LogClaim& claim : log.claims)
    beside.add(claim, rows);
  const std::string where = place_words({log.file, {}});
  if (log.not_understood > 0)
    rows.push_back({fmt::format("{} lines look like events and could not be read", log.not_understood), where,
                    "not compared", Agrees::unknown});
  if (log.cut)
    rows.push_back({"the log goes on", where, "only its beginning was read", Agrees::unknown});
}

} // namespace

Claims supervisor_claims(const SupervisorLog* log, const std::vector<Wish<Claimed>>& claimed,
                         const LandlockDrift* landlock, const Layers& layers) {
  const Beside beside(landlock, layers);
  std::vector<Row> rows;
  if (log)
    add_log(*log, beside, rows);
  for (const Wish<Claimed>& one : claimed) {
    const std::string text = one.value.what + (one.value.value.empty() ? "" : "=" + one.value.value);
    const Truth truth = beside.mentioned(text);
    rows.push_back({escaped(text, 1024), place_words(one.place), truth.words, truth.agrees});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) {
    return (left.agrees == Agrees::no) > (right.agrees == Agrees::no);
  });
  Claims claims = Claims::array();
  for (const Row& row : rows) {
    if (claims.size() == most_claims) {
      claims.push_back({{"claim", fmt::format("and {} more", rows.size() - most_claims)},
                        {"where", "all of these"},
                        {"truth", "not shown"},
                        {"agrees", "unknown"}});
      break;
    }
    claims.push_back({{"claim", row.claim},
                      {"where", row.where},
                      {"truth", row.truth},
                      {"agrees", agrees_name(row.agrees)}});
  }
  return claims;
}

} // namespace sbx
