#include "drift/landlock_status.h"

namespace sbx {

using enum LandlockStatus;

std::string_view landlock_status_name(LandlockStatus status) {
  switch (status) {
  case as_asked:
    return "as_asked";
  case fewer_rights:
    return "fewer_rights";
  case more_rights:
    return "more_rights";
  case skipped:
    return "skipped";
  case not_added:
    return "not_added";
  case no_rule:
    return "no_rule";
  case replaced:
    return "replaced";
  case mounted_over:
    return "mounted_over";
  case covered:
    return "covered";
  case covered_wider:
    return "covered_wider";
  case extra:
    return "extra";
  case unknown:
    break;
  }
  return "unknown";
}

std::string landlock_remedy(const LandlockVerdict& verdict, bool hard) {
  if (verdict.drift == Drift::same)
    return {};
  if (verdict.no_domain)
    return "start it under Landlock: what was asked for is not in force while a thread is in no domain";
  switch (verdict.status) {
  case skipped:
    return hard ? "hard_requirement lets nothing be left out, and this is missing: it was left out all the "
                  "same, or removed since; make it, and start the sandbox anew"
                : "make it before the sandbox starts, or take it out of the policy";
  case no_rule:
  case replaced:
    return "start the sandbox anew: rules are made for what stands there at the start";
  case mounted_over:
    return "mount before the sandbox starts, or ask for the path below which the file was";
  case more_rights:
  case covered_wider:
    return "handle every right that is meant, and grant on the directories that are needed alone";
  case extra:
    return "find out who added it, or add it to the policy";
  case unknown:
    return "run as root, or with CAP_BPF and CAP_PERFMON, outside of the sandbox";
  case as_asked:
  case fewer_rights:
  case not_added:
  case covered:
    break;
  }
  return {};
}

} // namespace sbx
