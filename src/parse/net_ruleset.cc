#include "parse/net_ruleset.h"

#include "core/errno_name.h"
#include "parse/line.h"
#include "parse/token_line.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace sbx {

namespace {

constexpr std::array families{"ip", "ip6", "inet", "arp", "bridge", "netdev"};

bool hex(std::string_view text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

unsigned nibble(char digit) { return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

bool take_bytes(std::string_view text, std::string& bytes) {
  bytes.clear();
  if (text == "-")
    return true;
  if (!hex(text))
    return false;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes += static_cast<char>(nibble(text[i]) << 4 | nibble(text[i + 1]));
  return true;
}

bool take_name(std::string_view text, std::string& name) {
  name.clear();
  return text == "-" || (!text.empty() && unescape(text, name));
}

bool take_verdict(std::string_view text, std::string& verdict) {
  constexpr std::array known{"-",    "accept", "drop",  "continue", "return",
                             "jump", "goto",   "queue", "break",    "?"};
  const bool good = std::find(known.begin(), known.end(), text) != known.end();
  verdict = text == "-" ? "" : text;
  return good;
}

template <class With> bool each_part(std::string_view list, char between, With&& with) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(between, begin), list.size());
    if (!with(list.substr(begin, end - begin)))
      return false;
    begin = end + 1;
  }
  return true;
}

class Reader {
public:
  std::vector<NetRuleset> rulesets;

  bool line(std::string_view text) {
    TokenLine line(text);
    const std::string_view kind = line.word();
    bool good = false;
    if (kind == "netns")
      good = open(line);
    else if (!open_)
      return false;
    else if (kind == "table" || kind == "xtable")
      good = table(line, kind == "xtable");
    else if (kind == "chain")
      good = in_table(line) && chain(line);
    else if (kind == "set")
      good = in_table(line) && set(line);
    else if (kind == "element")
      good = in_table(line) && element(line);
    else if (kind == "rule")
      good = in_table(line) && rule(line);
    else if (kind == "expr")
      good = expression(line);
    else if (kind == "end")
      good = end(line);
    return good && line.at_end() && !line.failed();
  }
  bool open_now() const { return open_; }

private:
  NetFilterTable& last() { return rulesets.back().tables.back(); }
  bool in_table(TokenLine& line) {
    const std::string_view family = line.word(), name = line.word();
    std::string raw;
    return table_ && family == last().family && take_name(name, raw) && raw == last().name;
  }

  bool open(TokenLine& line) {
    if (open_)
      return false;
    NetRuleset& it = rulesets.emplace_back();
    it.inode = line.number(line.word());
    it.tid =
        static_cast<std::int64_t>(line.number(line.value("tid"), std::numeric_limits<std::int64_t>::max()));
    table_ = rule_ = false;
    return open_ = true;
  }

  bool table(TokenLine& line, bool xtables) {
    NetFilterTable& it = rulesets.back().tables.emplace_back();
    it.family = line.word();
    it.xtables = xtables;
    const bool named = take_name(line.word(), it.name) && !it.name.empty();
    it.flags = static_cast<std::uint32_t>(line.mask(line.value("flags")));
    chains_.clear();
    sets_.clear();
    table_ = true;
    rule_ = false;
    return named && std::find(families.begin(), families.end(), it.family) != families.end();
  }

  bool chain(TokenLine& line) {
    NetFilterChain it;
    if (!take_name(line.word(), it.name) || it.name.empty() ||
        !chains_.emplace(it.name, last().chains.size()).second)
      return false;
    if (!line.at_end()) {
      it.hook = line.small(line.value("hook"));
      const auto priority = number<std::int32_t>(line.value("priority"));
      it.policy = line.value("policy");
      it.type = line.bytes(line.value("type"));
      const std::string_view devices = line.value("device");
      if (!priority || (it.policy != "accept" && it.policy != "drop") ||
          (devices != "-" && !each_part(devices, ':', [&](std::string_view name) {
             NetFilterDevice& device = it.devices.emplace_back();
             device.begins = name.ends_with('/');
             name.remove_suffix(device.begins ? 1 : 0);
             return unescape(name, device.name) && (device.begins || !name.empty());
           })))
        return false;
      it.priority = *priority;
    }
    last().chains.push_back(std::move(it));
    rule_ = false;
    return true;
  }

  bool set(TokenLine& line) {
    NetFilterSet it;
    if (!take_name(line.word(), it.name) || it.name.empty() ||
        !sets_.emplace(it.name, last().sets.size()).second)
      return false;
    it.flags = static_cast<std::uint32_t>(line.mask(line.value("flags")));
    it.key_len = line.small(line.value("key_len"));
    const std::string_view fields = line.value("fields");
    if (fields != "-" && !each_part(fields, ',', [&](std::string_view text) {
          const auto length = number<unsigned>(text);
          it.fields.push_back(length.value_or(0));
          return length.has_value();
        }))
      return false;
    const std::string_view data = line.value("data");
    it.data = data == "-" ? "" : data;
    last().sets.push_back(std::move(it));
    return data == "-" || data == "verdict" || data == "value";
  }

  bool element(TokenLine& line) {
    std::string name;
    const bool named = take_name(line.word(), name);
    const auto found = sets_.find(name);
    if (!named || found == sets_.end())
      return false;
    NetFilterElement it;
    const bool key = take_bytes(line.value("key"), it.key);
    it.flags = static_cast<std::uint32_t>(line.mask(line.value("flags")));
    const bool good = key && take_bytes(line.value("end"), it.end) &&
                      take_verdict(line.value("verdict"), it.verdict) &&
                      take_name(line.value("chain"), it.chain) && take_bytes(line.value("data"), it.data) &&
                      take_name(line.value("exprs"), it.expressions);
    last().sets[found->second].elements.push_back(std::move(it));
    return good;
  }

  bool rule(TokenLine& line) {
    std::string name;
    const bool named = take_name(line.word(), name);
    const auto found = chains_.find(name);
    if (!named || found == chains_.end())
      return false;
    NetFilterRule& it = last().chains[found->second].rules.emplace_back();
    it.handle = line.number(line.value("handle"));
    rule_ = true;
    chain_ = found->second;
    return take_name(line.value("comment"), it.comment);
  }

  bool expression(TokenLine& line) {
    if (!rule_)
      return false;
    NetExpression it;
    if (!take_name(line.word(), it.name) || it.name.empty())
      return false;
    while (!line.at_end()) {
      const std::string_view word = line.word();
      const std::size_t equals = word.find('=');
      if (word == "?" && it.values.empty() && line.at_end()) {
        it.understood = false;
        break;
      }
      if (equals == 0 || equals == word.npos)
        return false;
      std::string value;
      const bool good = take_name(word.substr(equals + 1), value);
      if (word.substr(equals + 1) != "-" &&
          !it.values.emplace(std::string(word.substr(0, equals)), std::move(value)).second)
        return false;
      if (!good)
        return false;
    }
    last().chains[chain_].rules.back().expressions.push_back(std::move(it));
    return true;
  }

  bool end(TokenLine& line) {
    const std::string_view how = line.word();
    const auto error = how.starts_with('!') ? errno_from_name(how.substr(1)) : std::nullopt;
    rulesets.back().error = error.value_or(0);
    open_ = table_ = rule_ = false;
    return error || how == "ok";
  }

  std::unordered_map<std::string, std::size_t> chains_, sets_; // of the last table
  std::size_t chain_ = 0;                                      // of the last rule
  bool open_ = false, table_ = false, rule_ = false;
};

} // namespace

Parsed<std::vector<NetRuleset>> parse_net_ruleset(std::string_view text) {
  Reader reader;
  std::optional<std::string_view> wrong;
  each_line(text, [&](std::string_view line) {
    if (!reader.line(line))
      wrong = line;
    return !wrong;
  });
  if (wrong)
    return malformed("not packet filter rules: " + escaped(*wrong, 80));
  if (reader.open_now() || reader.rulesets.empty() || cut_off(text))
    return malformed("packet filter rules that do not end");
  return std::move(reader.rulesets);
}

} // namespace sbx
