#include "trace/course.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace sbx {

namespace {

struct Living {
  std::size_t process, image;
  std::unordered_set<std::int64_t> threads; // that were seen, and have not ended
};

class Follower {
public:
  void follow(const TraceEvent& event) {
    Living& of = living(event.tgid);
    of.threads.insert(event.tid);
    Step step{&event, of.process, of.image, std::nullopt};
    TracedProcess& process = course_.processes[of.process];
    process.comm = event.comm;
    if (event.call == "exec") {
      step.image = of.image = course_.images++;
      process.execs.push_back({event.time, event.text.value_or("")});
      of.threads = {event.tgid};
    } else if (event.call == "fork") {
      step.child = fork(event, of.process, of.image);
    } else if (event.call == "exit") {
      of.threads.erase(event.tid);
      if (event.number("last"))
        of.threads.clear();
      process.exit = event.number("status");
      if (of.threads.empty())
        living_.erase(event.tgid);
      else
        process.exit.reset(); // one thread of several
    }
    course_.steps.push_back(step);
  }

  Course take() { return std::move(course_); }

private:
  Living& living(std::int64_t tgid) {
    const auto found = living_.find(tgid);
    return found != living_.end() ? found->second : start(tgid, std::nullopt, course_.images++);
  }

  Living& start(std::int64_t tgid, std::optional<std::size_t> parent, std::size_t image) {
    TracedProcess process;
    process.tgid = tgid;
    process.parent = parent;
    course_.processes.push_back(std::move(process));
    return living_.insert_or_assign(tgid, Living{course_.processes.size() - 1, image, {tgid}}).first->second;
  }

  std::optional<std::size_t> fork(const TraceEvent& event, std::size_t parent, std::size_t image) {
    const auto child = static_cast<std::int64_t>(event.number("child").value_or(0));
    const auto tgid = static_cast<std::int64_t>(event.number("child_tgid").value_or(0));
    if (tgid == event.tgid) {
      living_.at(tgid).threads.insert(child);
      return std::nullopt;
    }
    if (tgid <= 0)
      return std::nullopt;
    const std::size_t made = start(tgid, parent, image).process;
    course_.processes[made].comm = event.comm;
    return made;
  }

  Course course_;
  std::unordered_map<std::int64_t, Living> living_;
};

} // namespace

Course course_of(const TraceEvents& trace) {
  std::vector<const TraceEvent*> order;
  order.reserve(trace.events.size());
  for (const TraceEvent& event : trace.events)
    order.push_back(&event);
  std::ranges::stable_sort(order, {}, [](const TraceEvent* event) { return event->time; });
  Follower follower;
  for (const TraceEvent* event : order)
    follower.follow(*event);
  return follower.take();
}

} // namespace sbx
