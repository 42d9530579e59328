#include "probes/vm.h"

#include "probes/vm_crossing.h"
#include "probes/vm_descriptors.h"
#include "probes/vm_monitor.h"
#include "probes/vm_program.h"

#include <fmt/core.h>

namespace sbx {

namespace {

// In units of 1/100 s; null where it was not seen.
Claims guest_ticks(Witness& witness) {
  return witness.stat().match(
      [](const Seen<ProcStat>& stat) {
        return stat.value().guest_ticks ? Claims(*stat.value().guest_ticks) : Claims();
      },
      [](const Gap&) { return Claims(); });
}

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

Claims guest_claim() {
  return {{"layers", "unknown"},
          {"why",
           "the host sees the monitor; what the guest's own kernel enforces on its processes does not show "
           "from here"},
          {"how",
           "copy sbx-attest (the static build) into the guest and run `sbx-attest inspect PID` there; or "
           "`sbx-attest capture PID --out DIR` there, and `sbx-attest replay DIR` here"}};
}

constexpr const char* about_monitor =
    "all other rows are about the monitor, not the guest, whose layers are unknown "
    "from here";

Finding with_guest(Finding&& finding) {
  return std::move(finding)
      .claim("guest", guest_claim())
      .remedy(
          "run sbx-attest inside the guest to see its layers: the static build, `sbx-attest inspect PID`");
}

// `whole`: every descriptor was seen. Gap: what is missing then.
Finding judged(const Seen<Fds>& fds, const VmDescriptors& held, const VmProgram& by_name,
               const Gap& missing) {
  const bool whole = fds.value().whole();
  const std::string hint = by_name.row ? fmt::format(" ({})", by_name.words) : std::string();
  const std::string counts =
      fmt::format("{}, {}", counted(held.machines, "virtual machine"), counted(held.cpus, "virtual CPU"));
  if (held.together)
    return with_guest(
        Finding::enforced(fds, fmt::format("a virtual machine monitor{}: KVM keeps its guest apart ({}); {}",
                                           hint, counts, about_monitor)));
  if (held.machines + held.cpus > 0 && whole)
    return with_guest(Finding::partial(
        fds,
        fmt::format("holds parts of a virtual machine{}, but no machine together with a virtual CPU ({}): "
                    "no guest was seen to run here; {}",
                    hint, counts, about_monitor)));
  if (!whole)
    return Finding::unknown(missing,
                            held.machines + held.cpus > 0
                                ? fmt::format("holds parts of a virtual machine{} ({})", hint, counts)
                                : "not every descriptor was seen")
        .claim("guest", nullptr);
  std::string summary = held.kvm_device
                            ? "no virtual machine monitor, though it holds /dev/kvm and could become one"
                            : "no virtual machine monitor: it holds no virtual machine of KVM's";
  if (by_name.row)
    summary +=
        by_name.row->without_kvm
            ? fmt::format("; its name is that of one ({}): a guest without KVM is a program in this very "
                          "process, and no boundary of the kernel's is around it",
                          by_name.words)
            : fmt::format("; its name is that of one ({}), which proves nothing", by_name.words);
  return Finding::of(State::not_applicable, fds, summary).claim("guest", nullptr);
}

void add_program(const VmProgram& program, Finding& finding) {
  finding.claim("monitor_hint", program.row ? Claims(program.words) : Claims());
  finding.claim("arguments", program.arguments);
}

void warn_of_rest(const Claims& ticks, std::vector<Warning>& warnings) {
  if (ticks == 0)
    warnings.push_back({"vm.not_seen_running", Severity::info,
                        "the kernel has counted no time for its virtual CPUs: they may never have run",
                        "guest time 0 in /proc/PID/stat",
                        "look again when the guest has had work; some hypervisors below us count none"});
}

} // namespace

Finding vm(Witness& witness) {
  return witness.fds().match(
      [&](const Seen<Fds>& fds) {
        const VmDescriptors held = vm_descriptors(fds.value());
        const bool whole = fds.value().whole(), monitor = held.machines + held.cpus > 0;
        const VmProgram by_name = vm_program(witness, monitor);
        Finding finding =
            judged(fds, held, by_name,
                   {GapKind::not_attempted, std::string(fds.source().name),
                    "some descriptors were refused or came too fast: run as root, outside of the sandbox"});
        std::vector<Warning> warnings;
        const Claims ticks = monitor ? guest_ticks(witness) : Claims();
        const auto count = [&](std::size_t number) {
          return number > 0 || whole ? Claims(number) : Claims();
        };
        finding.claim("virtual_machines", count(held.machines));
        finding.claim("virtual_cpus", count(held.cpus));
        finding.claim("kvm_device", held.kvm_device || whole ? Claims(held.kvm_device) : Claims());
        finding.claim("guest_ticks", ticks);
        add_program(by_name, finding);
        finding.claim("monitor", monitor ? vm_monitor(witness, warnings) : Claims());
        if (monitor) {
          add_vm_crossing(witness, held, whole, finding, warnings);
          warn_of_rest(ticks, warnings);
        } else {
          for (const char* name : {"shared_directories", "devices", "backends"})
            finding.claim(name, nullptr);
        }
        return finding.claim("warnings", warning_claims(warnings));
      },
      [&](const Gap& gap) {
        Finding finding = Finding::unknown(gap);
        for (const char* name : {"virtual_machines", "virtual_cpus", "kvm_device", "guest_ticks", "monitor",
                                 "shared_directories", "devices", "backends", "guest"})
          finding.claim(name, nullptr);
        add_program(vm_program(witness, false), finding);
        return finding.claim("warnings", Claims::array());
      });
}

} // namespace sbx
