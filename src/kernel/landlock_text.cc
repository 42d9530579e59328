#include "kernel/landlock_text.h"

#include "core/escape.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <iterator>
#include <unordered_map>

namespace sbx {

namespace {

struct Domain {
  const landlock_domain_record* record = nullptr;
  std::vector<const landlock_layer_record*> layers; // newest first
};
using Domains = std::unordered_map<std::uint64_t, Domain>; // by address

// As one token: escaped, and without the space that separates tokens.
template <std::size_t N> std::string token(const char (&bytes)[N]) {
  const std::string_view all(bytes, N);
  const std::string text = escaped(all.substr(0, all.find('\0')), N);
  std::string out;
  for (char c : text) {
    if (c == ' ')
      out += "\\x20";
    else
      out += c;
  }
  return out;
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
  return domains;
}

std::string layer_line(const landlock_layout& layout, std::size_t number, std::size_t index,
                       const HandledMasks& masks, const landlock_layer_record& record) {
  const std::string_view hierarchy(reinterpret_cast<const char*>(record.hierarchy), sizeof record.hierarchy);
  std::string line = fmt::format("layer {} {} fs={:#x} net={:#x} scoped={:#x}", number, index, masks.fs,
                                 masks.net, masks.scoped);
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
                      const LandlockSnapshot& snapshot, bool settled) {
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
    fmt::format_to(out, "domain {} layers={} rules={}\n", i + 1, head.layers, head.rules);
    for (std::size_t layer = 0; layer < head.masks.size(); ++layer)
      text += layer_line(layout, i + 1, layer + 1, head.masks[layer],
                         *domain.layers[head.masks.size() - 1 - layer]);
  }
  return text;
}

} // namespace sbx
