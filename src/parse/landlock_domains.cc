#include "parse/landlock_domains.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/token_line.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_layers = 16;
constexpr std::uint64_t highest_offset = 4096;

class Parser {
public:
  tl::expected<LandlockDomains, Malformed> parse(std::string_view text) {
    if (text.empty() || text.back() != '\n')
      return malformed("the last line is cut off");
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(line.size() + 1);
      ++line_number_;
      if (!take(line))
        return malformed("line " + std::to_string(line_number_) + " makes no sense: " + escaped(line, 80));
    }
    return finish();
  }

private:
  static tl::unexpected<Malformed> malformed(std::string what) {
    return tl::unexpected<Malformed>(Malformed{std::move(what)});
  }

  bool take(std::string_view text) {
    TokenLine line(text);
    const std::string_view what = line.word();
    bool known = true;
    if (line_number_ == 1)
      known = what == "offset" && take_offset(line);
    else if (line_number_ == 2)
      known = what == "settled" && take_settled(line);
    else if (what == "task")
      known = take_task(line);
    else if (what == "domain")
      known = take_domain(line);
    else if (what == "rule")
      known = take_rule(line);
    else
      known = what == "layer" && take_layer(line);
    return known && !line.failed() && line.at_end();
  }

  bool take_offset(TokenLine& line) {
    const std::uint64_t offset = line.number(line.word(), highest_offset);
    const std::string_view symbol = line.value("symbol"), calibrated = line.value("calibrated");
    for (std::string_view from : {symbol, calibrated})
      if (from != "-" && line.number(from, highest_offset) != offset)
        return false;
    if (symbol == "-" && calibrated == "-")
      return false;
    result_.blob_offset = static_cast<long>(offset);
    result_.offset_source = symbol == "-"       ? "calibration"
                            : calibrated == "-" ? "symbol"
                                                : "symbol and calibration";
    return true;
  }

  bool take_settled(TokenLine& line) {
    const std::string_view answer = line.word();
    result_.settled = answer == "yes";
    return answer == "yes" || answer == "no";
  }

  // 0 is no domain; whether a number has its domain line is seen at the end.
  std::optional<std::size_t> domain_number(TokenLine& line, std::string_view key) {
    const std::uint64_t number = line.small(line.value(key));
    highest_named_ = std::max<std::uint64_t>(highest_named_, number);
    return number == 0 ? std::nullopt : std::optional<std::size_t>(number - 1);
  }

  bool take_task(TokenLine& line) {
    LandlockTask task;
    task.tid = line.small(line.word());
    task.start_boottime = line.number(line.value("start"));
    task.domain = domain_number(line, "domain");
    task.real_domain = domain_number(line, "real");
    const std::string_view exited = line.value("exited");
    task.exited = exited == "1";
    task.name = line.bytes(line.value("name"));
    result_.tasks.push_back(std::move(task));
    return result_.domains.empty() && (exited == "0" || exited == "1");
  }

  bool take_domain(TokenLine& line) {
    const bool is_next = line.number(line.word()) == result_.domains.size() + 1;
    const std::uint64_t layers = line.number(line.value("layers"), most_layers);
    LandlockDomain domain;
    domain.rules = line.number(line.value("rules"));
    const bool complete = domain_complete();
    layers_missing_ = layers;
    rules_missing_ = domain.rules;
    if (line.next_is("unread")) {
      domain.rules_gap = errno_from_name(line.value("unread"));
      if (!domain.rules_gap)
        return false;
      rules_missing_ = 0;
    }
    result_.domains.push_back(std::move(domain));
    return is_next && complete && layers > 0;
  }

  bool take_layer(TokenLine& line) {
    if (layers_missing_ == 0)
      return false;
    LandlockDomain& domain = result_.domains.back();
    const bool is_next = line.number(line.word()) == result_.domains.size() &&
                         line.number(line.word()) == domain.layers.size() + 1;
    LandlockLayer layer;
    if (line.next_is("object"))
      layer.hierarchy = line.number(line.value("object"));
    layer.fs = line.mask(line.value("fs"));
    layer.net = line.mask(line.value("net"));
    layer.scoped = line.mask(line.value("scoped"));
    if (line.next_is("id"))
      layer.id = line.number(line.value("id"));
    if (line.next_is("denials"))
      layer.denials = line.number(line.value("denials"));
    if (line.next_is("pid")) {
      LandlockCreator creator;
      creator.pid = line.small(line.value("pid"));
      creator.uid = line.small(line.value("uid"));
      creator.comm = line.bytes(line.value("comm"));
      creator.exe = line.bytes(line.value("exe"));
      layer.creator = std::move(creator);
    }
    domain.layers.push_back(std::move(layer));
    --layers_missing_;
    return is_next;
  }

  // Recordings from before rules were read hold none at all.
  bool domain_complete() {
    if (rules_missing_ > 0 && result_.domains.back().rule_list.empty()) {
      result_.domains.back().rules_gap = ENODATA;
      rules_missing_ = 0;
    }
    return layers_missing_ == 0 && rules_missing_ == 0;
  }

  bool take_rule(TokenLine& line) {
    if (layers_missing_ > 0 || rules_missing_ == 0)
      return false;
    LandlockDomain& domain = result_.domains.back();
    const bool same = line.number(line.word()) == result_.domains.size();
    LandlockRule rule;
    const bool granted = take_grants(line, line.word(), domain.layers.size(), rule.grants);
    if (line.next_is("port"))
      rule.port = static_cast<std::uint16_t>(line.number(line.value("port"), 0xffff));
    else if (line.next_is("dev"))
      rule.inode = take_inode(line);
    else if (line.word() != "gone")
      return false;
    domain.rule_list.push_back(std::move(rule));
    --rules_missing_;
    return same && granted;
  }

  static bool take_grants(TokenLine& line, std::string_view text, std::size_t layers,
                          std::vector<LandlockGrant>& grants) {
    while (!line.failed()) {
      const std::string_view one = text.substr(0, text.find(','));
      const std::size_t colon = one.find(':');
      if (colon == std::string_view::npos)
        return false;
      const auto layer = static_cast<unsigned>(line.number(one.substr(0, colon), layers));
      if (layer <= (grants.empty() ? 0 : grants.back().layer))
        return false;
      grants.push_back({layer, line.mask(one.substr(colon + 1))});
      if (one.size() == text.size())
        return true;
      text.remove_prefix(one.size() + 1);
    }
    return false;
  }

  static LandlockInode take_inode(TokenLine& line) {
    LandlockInode inode;
    const std::string_view device = line.value("dev");
    const std::size_t colon = std::min(device.find(':'), device.size());
    inode.major = line.small(device.substr(0, colon));
    inode.minor = line.small(device.substr(std::min(colon + 1, device.size())));
    inode.inode = line.number(line.value("inode"));
    inode.file_system = line.bytes(line.value("fs"));
    inode.mode = static_cast<unsigned>(line.number(line.value("mode"), 0177777, 8));
    inode.nlink = line.number(line.value("nlink"));
    inode.unhashed = line.next_is("was");
    if (inode.unhashed || line.next_is("name"))
      inode.name = line.bytes(line.value(inode.unhashed ? "was" : "name"));
    return inode;
  }

  tl::expected<LandlockDomains, Malformed> finish() {
    if (line_number_ < 2)
      return malformed("the line settled is missing");
    if (result_.tasks.empty())
      return malformed("it names no task");
    if (!domain_complete())
      return malformed(
          fmt::format("the last domain lacks {} layers and {} rules", layers_missing_, rules_missing_));
    if (highest_named_ != result_.domains.size())
      return malformed("tasks name " + std::to_string(highest_named_) + " domains, " +
                       std::to_string(result_.domains.size()) + " are there");
    return std::move(result_);
  }

  LandlockDomains result_;
  std::size_t line_number_ = 0;
  std::uint64_t layers_missing_ = 0, rules_missing_ = 0, highest_named_ = 0;
};

} // namespace

tl::expected<LandlockDomains, Malformed> parse_landlock_domains(std::string_view text) {
  return Parser().parse(text);
}

} // namespace sbx
