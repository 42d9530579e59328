#include "kernel/live_net_lookups.h"

#include "core/escape.h"
#include "core/ip_address.h"
#include "kernel/net_namespaces.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"
#include "kernel/rtnetlink.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fmt/core.h>
#include <linux/netlink.h>
#include <string_view>

namespace sbx {

namespace {

constexpr int deadline_ms = 1000; // of each namespace

struct Question {
  std::uint64_t netns = 0; // 0: it is none
  IpAddress to;
  std::uint32_t uid = 0;
};

template <class T> bool take_number(std::string_view text, T& number) {
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, number);
  return !text.empty() && problem == std::errc{} && stopped == end;
}

Question question_of(std::string_view text) {
  Question question;
  const std::size_t first = text.find('/'), second = text.find('/', std::min(first, text.size() - 1) + 1);
  if (first == text.npos || second == text.npos)
    return {};
  const auto to = parse_ip_address(text.substr(first + 1, second - first - 1));
  if (!to || !take_number(text.substr(0, first), question.netns) ||
      !take_number(text.substr(second + 1), question.uid))
    return {};
  question.to = *to;
  return question;
}

std::string never_asked(int error) { return refusal_word(error) + " join"; }

std::string answer_to(Netlink& rtnetlink, const Question& question) {
  bool asked = false;
  const auto answer = route_towards(rtnetlink, question.to, question.uid, asked);
  if (!answer)
    return asked ? refusal_word(answer.error()) : never_asked(answer.error());
  return fmt::format("type={} link={} via={} from={} table={}", answer->type, index_word(answer->hop.link),
                     address_word(answer->hop.via), address_word(answer->from), answer->table);
}

// In the namespace: a line for each question about it, in their order.
void answer_all(int out, std::uint64_t netns, const std::vector<Question>& questions) {
  auto rtnetlink = Netlink::open(NETLINK_ROUTE);
  std::string text;
  for (const Question& question : questions)
    if (question.netns == netns)
      text += (rtnetlink ? answer_to(*rtnetlink, question) : never_asked(rtnetlink.error())) + "\n";
  say(out, text);
}

} // namespace

Reading read_net_lookups(const ProcTarget& target, const std::vector<std::string>& questions) {
  const auto namespaces = net_namespaces(target);
  if (!namespaces)
    return tl::unexpected<Refusal>(namespaces.error());
  std::vector<Question> asked;
  std::vector<std::string> answers;
  for (const std::string& question : questions) {
    asked.push_back(question_of(question));
    answers.push_back(never_asked(asked.back().netns == 0 ? EINVAL : ENOENT));
  }
  for (const NetNamespace& at : *namespaces) {
    if (at.inode == 0 || std::none_of(asked.begin(), asked.end(),
                                      [&](const Question& question) { return question.netns == at.inode; }))
      continue;
    const ChildAnswer answer =
        in_net_namespace(at, [&](int out) { answer_all(out, at.inode, asked); },
                         {.deadline_ms = deadline_ms, .most_bytes = 256 * asked.size()});
    std::string_view rest = answer.bytes;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (asked[i].netns != at.inode)
        continue;
      const std::size_t end = rest.find('\n'); // EPERM: killed, by a filter on us
      answers[i] = end != rest.npos ? std::string(rest.substr(0, end))
                                    : never_asked(answer.cut ? answer.cut->error : EPERM);
      rest.remove_prefix(end != rest.npos ? end + 1 : rest.size());
    }
  }
  std::string text;
  for (std::size_t i = 0; i < questions.size(); ++i)
    text += escaped_word(questions[i]) + " " + answers[i] + "\n";
  return text;
}

} // namespace sbx
