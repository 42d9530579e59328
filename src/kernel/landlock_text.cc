#include "kernel/landlock_text.h"

#include "core/errno_name.h"
#include "core/escape.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <fmt/format.h>
#include <iterator>
#include <unordered_map>

namespace sbx {

namespace {

struct Domain {
  const landlock_domain_record* record = nullptr;
  std::vector<const landlock_layer_record*> layers; // newest first
  std::vector<const LandlockRuleRecord*> rules;
};
using Domains = std::unordered_map<std::uint64_t, Domain>; // by address

// As one token: escaped, and without the space that separates tokens.
std::string token(std::string_view bytes) {
  std::string out;
  for (const char c : escaped(bytes, bytes.size())) {
    if (c == ' ')
      out += "\\x20";
    else
      out += c;
  }
  return out;
}

template <std::size_t N> std::string token(const char (&bytes)[N]) {
  const std::string_view all(bytes, N);
  return token(all.substr(0, all.find('\0')));
}

Domains gather(const LandlockSnapshot& snapshot) {
  Domains domains;
  for (const auto& record : snapshot.domains)
    if (Domain& domain = domains[record.domain]; !domain.record)
      domain.record = &record;
  for (const auto& record : snapshot.layers) {
    auto& layers = domains[record.domain].layers;
    if (layers.size() == record.depth) // a domain that was dumped twice starts again at depth 0
      layers.push_back(&record);
  }
  for (const auto& record : snapshot.rules)
    domains[record.head.domain].rules.push_back(&record);
  return domains;
}

// Nothing when the rule contradicts itself.
std::optional<std::string> rule_line(const landlock_layout& layout, std::size_t number,
                                     const LandlockRuleRecord& rule) {
  const auto grants = decode_grants(layout, rule.head);
  if (grants.empty())
    return std::nullopt;
  std::string line = fmt::format("rule {} ", number);
  auto out = std::back_inserter(line);
  for (const auto& grant : grants)
    fmt::format_to(out, "{}{}:{:#x}", &grant == &grants.front() ? "" : ",", grant.layer, grant.access);
  if (rule.head.is_port) {
    if (rule.head.key > 0xffff)
      return std::nullopt;
    fmt::format_to(out, " port={}", ntohs(static_cast<std::uint16_t>(rule.head.key)));
  } else if (!rule.head.inode_address) {
    line += " gone";
  } else if (rule.head.failed) {
    return std::nullopt;
  } else {
    constexpr unsigned minor_bits = 20; // of the kernel's dev_t, include/linux/kdev_t.h
    fmt::format_to(out, " dev={}:{} inode={} fs={} mode={:o} nlink={}", rule.head.dev >> minor_bits,
                   rule.head.dev & ((1u << minor_bits) - 1), rule.head.inode, token(rule.head.fs_type),
                   rule.head.mode, rule.head.nlink);
    if (const auto path = decode_path(rule))
      fmt::format_to(out, " {}={}", was_removed(rule) ? "was" : "name", token(*path));
  }
  return line + '\n';
}

std::string layer_line(const landlock_layout& layout, std::size_t number, std::size_t index,
                       const HandledMasks& masks, const landlock_layer_record& record, std::size_t object) {
  const std::string_view hierarchy(reinterpret_cast<const char*>(record.hierarchy), sizeof record.hierarchy);
  std::string line = fmt::format("layer {} {} object={} fs={:#x} net={:#x} scoped={:#x}", number, index,
                                 object, masks.fs, masks.net, masks.scoped);
  auto out = std::back_inserter(line);
  if (layout.hierarchy_id.offset >= 0)
    fmt::format_to(out, " id={}", field_value(hierarchy, layout.hierarchy_id));
  if (layout.hierarchy_denials.offset >= 0)
    fmt::format_to(out, " denials={}", field_value(hierarchy, layout.hierarchy_denials));
  if (record.details)
    fmt::format_to(out, " pid={} uid={} comm={} exe={}", record.pid, record.uid, token(record.comm),
                   token(record.exe));
  return line + '\n';
}

Reading contradiction(std::string what) {
  return refused(EBADMSG, "what was read as a Landlock domain is none: " + std::move(what));
}

} // namespace

Reading landlock_text(const landlock_layout& layout, const LandlockOffset& offset,
                      const LandlockSnapshot& snapshot, bool settled, LandlockObjects& objects) {
  const auto shown = [](const std::optional<std::uint32_t>& from) {
    return from ? std::to_string(*from) : "-";
  };
  std::string text = fmt::format("offset {} symbol={} calibrated={}\nsettled {}\n", offset.bytes,
                                 shown(offset.symbol), shown(offset.calibrated), settled ? "yes" : "no");
  auto out = std::back_inserter(text);
  std::unordered_map<std::uint64_t, std::size_t> numbers;
  std::vector<std::uint64_t> order;
  const auto number_of = [&](std::uint64_t domain) -> std::size_t {
    if (domain == 0)
      return 0;
    const auto [it, is_new] = numbers.try_emplace(domain, numbers.size() + 1);
    if (is_new)
      order.push_back(domain);
    return it->second;
  };
  for (const auto& task : snapshot.tasks) {
    if (!is_kernel_pointer(task.blob) || !is_kernel_pointer(task.real_blob))
      return contradiction(fmt::format("thread {} has credentials without security data", task.tid));
    const std::size_t domain = number_of(task.domain), real = number_of(task.real_domain);
    fmt::format_to(out, "task {} start={} domain={} real={} exited={} name={}\n", task.tid,
                   task.start_boottime, domain, real, task.exit_state != 0 ? 1 : 0, token(task.comm));
  }
  const Domains domains = gather(snapshot);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto it = domains.find(order[i]);
    if (!is_kernel_pointer(order[i]) || it == domains.end() || !it->second.record)
      return contradiction(fmt::format("domain {} has no readable memory", i + 1));
    const Domain& domain = it->second;
    const LandlockHead head = decode_head(layout, domain.record->head, domain.record->masks);
    if (head.layers < 1 || head.layers > landlock_max_layers || head.masks.size() != head.layers)
      return contradiction(fmt::format("domain {} says it has {} layers", i + 1, head.layers));
    if (domain.layers.size() != head.layers)
      return contradiction(
          fmt::format("domain {} has {} layers but a chain of {}", i + 1, head.layers, domain.layers.size()));
    fmt::format_to(out, "domain {} layers={} rules={}", i + 1, head.layers, head.rules);
    if (snapshot.rules_refused)
      text += " unread=" + errno_name(snapshot.rules_refused->error);
    else if (domain.rules.size() != head.rules)
      return contradiction(fmt::format("domain {} has {} rules, but its trees hold {}", i + 1, head.rules,
                                       domain.rules.size()));
    text += '\n';
    for (std::size_t layer = 0; layer < head.masks.size(); ++layer) {
      const landlock_layer_record& record = *domain.layers[head.masks.size() - 1 - layer];
      text += layer_line(layout, i + 1, layer + 1, head.masks[layer], record, objects.number(record.address));
    }
    for (const LandlockRuleRecord* rule : domain.rules) {
      const auto line = rule_line(layout, i + 1, *rule);
      if (!line)
        return contradiction(fmt::format("a rule of domain {} makes no sense", i + 1));
      text += *line;
    }
  }
  return text;
}

} // namespace sbx
