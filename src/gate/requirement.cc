#include "gate/requirement.h"

#include "core/escape.h"
#include "core/nearest_name.h"
#include "rules/syscall_abi.h"
#include "seccomp/action.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace sbx {

namespace {

struct Subject {
  std::string_view name; // as the user writes it
  std::string_view layer;
  Wants wants;
  bool levelled() const { return wants == Wants::landlock_level || wants == Wants::landlock_kernel_abi; }
  bool fixed() const { return needs_policy(wants); }
  bool named() const { return !levelled() && !fixed() && wants != Wants::enforced; }
  std::string_view example; // of the names; or the one value that can be asked
};

constexpr std::array subjects{
    Subject{"landlock", "landlock", Wants::landlock_level},
    Subject{"landlock.kernel", "landlock", Wants::landlock_kernel_abi},
    Subject{"landlock.skipped", "policy", Wants::policy_none, "0"},
    Subject{"landlock.missing-rules", "policy", Wants::policy_none, "0"},
    Subject{"landlock.extra", "policy", Wants::policy_none, "0"},
    Subject{"policy.drift", "policy", Wants::policy_drift, "none"},
    Subject{"no-new-privs", "no_new_privs", Wants::enforced},
    Subject{"seccomp", "seccomp", Wants::enforced},
    Subject{"seccomp.denies", "seccomp", Wants::seccomp_denies, "ptrace+bpf"},
    Subject{"seccomp.profile", "seccomp", Wants::seccomp_profile, "docker-default"},
    Subject{"seccomp.default", "seccomp", Wants::seccomp_default, "errno"},
    Subject{"capabilities", "capabilities", Wants::enforced},
    Subject{"namespaces", "namespaces", Wants::enforced},
    Subject{"lsm", "lsm", Wants::enforced},
    Subject{"network", "network", Wants::enforced},
    Subject{"filesystem", "filesystem", Wants::enforced},
    Subject{"vm", "vm", Wants::enforced},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '-' || c == '_';
}

std::string normal(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

const Subject* find_subject(std::string_view name) {
  const std::string wanted = normal(name);
  const auto it = std::find_if(subjects.begin(), subjects.end(),
                               [&](const Subject& subject) { return subject.name == wanted; });
  return it == subjects.end() ? nullptr : &*it;
}

std::string known_clauses() {
  std::string out;
  for (const Subject& subject : subjects)
    out += fmt::format("{}{}{}{}", out.empty() ? "" : ", ", subject.name,
                       subject.levelled()                   ? "=N+"
                       : subject.named() || subject.fixed() ? "="
                                                            : "",
                       subject.example);
  for (const std::string& clause : claim_clauses())
    out += ", " + clause;
  return out;
}

std::string nearest_hint(std::string_view name) {
  std::string lower = normal(name.substr(0, 64)); // a longer one resembles nothing, and must not cost time
  for (char& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  std::vector<std::string_view> names;
  names.reserve(subjects.size() + claim_rows.size());
  for (const Subject& subject : subjects)
    names.push_back(subject.name);
  for (const ClaimRow& row : claim_rows)
    names.push_back(row.subject);
  const auto nearest = nearest_name(lower, names);
  return nearest ? fmt::format("did you mean {}? ", *nearest) : std::string();
}

tl::unexpected<Error> refuse(std::string_view clause, std::string_view why) {
  return error(ErrorKind::usage, fmt::format("requirement '{}': {}", escaped(clause, 80), why));
}

std::string spellings(std::string_view name) {
  return fmt::format("write '{0}>=4' in quotes, or {0}=4+", name);
}

// `text` is what stands where the number should be; what is wrong with it, in words, or the number.
tl::expected<unsigned, std::string> parse_number(std::string_view text) {
  if (text.empty())
    return tl::unexpected<std::string>("the number is missing");
  if (text.front() == '-' && std::all_of(text.begin() + 1, text.end(), is_digit))
    return tl::unexpected<std::string>("a level is never negative");
  if (!std::all_of(text.begin(), text.end(), is_digit))
    return tl::unexpected<std::string>(fmt::format("'{}' is not a whole number", escaped(text, 40)));
  if (text.size() > 1 && text.front() == '0')
    return tl::unexpected<std::string>("a number has no leading zeros");
  unsigned number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc())
    return tl::unexpected<std::string>("the number is too large");
  if (number == 0)
    return tl::unexpected<std::string>("at least 0 asks for nothing; the lowest level is 1");
  return number;
}

tl::expected<unsigned, std::string> parse_at_least(const Subject& subject, std::string_view rest) {
  std::string_view value = rest;
  value.remove_prefix(std::min(rest.find_first_not_of("<>=!~:"), rest.size()));
  const std::string_view op = rest.substr(0, rest.size() - value.size());
  if (op != ">=" && op != "=")
    return tl::unexpected<std::string>(fmt::format("only 'at least' can be asked, not '{}'; {}",
                                                   escaped(op.empty() ? rest : op, 40),
                                                   spellings(subject.name)));
  if (value.find("..") != std::string_view::npos)
    return tl::unexpected<std::string>("a range cannot be asked; " + spellings(subject.name));
  const bool plus = !value.empty() && value.back() == '+';
  if (op == ">=" && plus)
    return tl::unexpected<std::string>("'>=' and '+' say the same; " + spellings(subject.name));
  if (op == "=" && !plus && !value.empty() && std::all_of(value.begin(), value.end(), is_digit))
    return tl::unexpected<std::string>(fmt::format(
        "an exact level cannot be asked; for at least {1} write {0}={1}+", subject.name, escaped(value, 40)));
  return parse_number(plus ? value.substr(0, value.size() - 1) : value);
}

// "=ptrace+bpf"
tl::expected<std::vector<std::string>, std::string> parse_names(const Subject& subject,
                                                                std::string_view rest) {
  const std::string spelling = fmt::format("write {}={}", subject.name, subject.example);
  if (rest.size() < 2 || rest.front() != '=')
    return tl::unexpected<std::string>(fmt::format("it needs '=' and a name; {}", spelling));
  rest.remove_prefix(1);
  std::vector<std::string> names;
  while (true) {
    const std::string_view name = rest.substr(0, rest.find('+'));
    const bool word = !name.empty() && std::all_of(name.begin(), name.end(),
                                                   [](char c) { return is_name(c) || c == ':' || c == '@'; });
    if (!word)
      return tl::unexpected<std::string>(fmt::format("'{}' is no name; {}", escaped(name, 40), spelling));
    names.emplace_back(name);
    if (name.size() == rest.size())
      break;
    rest.remove_prefix(name.size() + 1);
  }
  if (subject.wants == Wants::seccomp_denies)
    for (const std::string& name : names)
      if (std::none_of(all_abis.begin(), all_abis.end(),
                       [&](SyscallAbi abi) { return syscall_number(abi, name).has_value(); }))
        return tl::unexpected<std::string>(fmt::format("no system call is called '{}'", escaped(name, 40)));
  if (subject.wants == Wants::seccomp_default && names.front() != "errno" && !parse_action(names.front()))
    return tl::unexpected<std::string>(fmt::format("'{}' is no action; known: allow, log, trace, notify, "
                                                   "errno, errno:N, trap, kill_thread, kill_process",
                                                   escaped(names.front(), 40)));
  if (subject.wants == Wants::seccomp_default && names.front() != "errno")
    names.front() = action_name(*parse_action(names.front())); // errno:EPERM is errno:1
  if (names.size() > 1 && subject.wants != Wants::seccomp_denies)
    return tl::unexpected<std::string>("one name at a time; repeat --require for each");
  return names;
}

// "=ro", of a subject that one claim decides.
Result<Requirement> parse_claim(std::string_view clause, std::string_view name, std::string_view rest) {
  const ClaimRow* row = rest.empty() || rest.front() != '=' ? nullptr : find_claim_row(name, rest.substr(1));
  if (!row)
    return refuse(clause, fmt::format("only {} can be asked", fmt::join(claim_clauses(name), ", ")));
  return Requirement{std::string(clause), std::string(row->layer), Wants::claim, 0, {}, row};
}

} // namespace

Result<Requirement> parse_requirement(std::string_view clause) {
  if (clause.empty())
    return error(ErrorKind::usage, "an empty requirement asks for nothing; known: " + known_clauses());
  if (clause.find_first_of(" \t\n\r\v\f") != std::string_view::npos)
    return refuse(clause, "a clause holds no spaces; write 'landlock>=4' in quotes, or landlock=4+");
  if (clause.find(',') != std::string_view::npos)
    return refuse(clause, "one clause at a time; repeat --require for each");

  const auto end = std::find_if_not(clause.begin(), clause.end(), is_name);
  const std::string_view name = clause.substr(0, static_cast<std::size_t>(end - clause.begin()));
  const std::string_view rest = clause.substr(name.size());
  if (name.empty())
    return refuse(clause, "it names no layer; known: " + known_clauses());
  if (find_claim_subject(name))
    return parse_claim(clause, name, rest);
  const Subject* subject = find_subject(name);
  if (!subject)
    return refuse(clause, fmt::format("no layer is called '{}'; {}known: {}", escaped(name, 40),
                                      nearest_hint(name), known_clauses()));

  Requirement requirement{std::string(clause), std::string(subject->layer), subject->wants, 0, {}, nullptr};
  if (subject->named()) {
    auto names = parse_names(*subject, rest);
    if (!names)
      return refuse(clause, names.error());
    requirement.names = std::move(*names);
    return requirement;
  }
  if (subject->fixed()) {
    if (rest != fmt::format("={}", subject->example))
      return refuse(clause, fmt::format("only {0}={1} can be asked", subject->name, subject->example));
    std::string claim(subject->name.substr(subject->name.find('.') + 1));
    std::replace(claim.begin(), claim.end(), '-', '_');
    requirement.names = {std::move(claim)};
    return requirement;
  }
  if (!subject->levelled()) {
    if (!rest.empty())
      return refuse(clause,
                    fmt::format("{0} has no level; write {0} alone, it means: enforced on every thread",
                                subject->name));
    return requirement;
  }
  if (rest.empty())
    return refuse(clause,
                  fmt::format("a layer with a level needs '>='; did the shell take an unquoted >=4 as a "
                              "redirection to a file named '=4'? {}",
                              spellings(subject->name)));
  const auto number = parse_at_least(*subject, rest);
  if (!number)
    return refuse(clause, number.error());
  requirement.number = *number;
  return requirement;
}

} // namespace sbx
