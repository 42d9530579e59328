#include "rules/kernel_paths.h"

namespace sbx {

namespace {

constexpr CoveredPath covered[] = {
    {"/proc/acpi", Cover::hidden, "turns devices of the board on and off"},
    {"/proc/asound", Cover::hidden, "tells what is heard and played"},
    {"/proc/interrupts", Cover::hidden, "counts key strokes and packets of the whole machine"},
    {"/proc/kcore", Cover::hidden, "the memory of the kernel, to who has CAP_SYS_RAWIO"},
    {"/proc/keys", Cover::hidden, "names keys of all users"},
    {"/proc/latency_stats", Cover::hidden, "tells what other processes wait for"},
    {"/proc/timer_list", Cover::hidden, "tells timers of all processes, and addresses in the kernel"},
    {"/proc/timer_stats", Cover::hidden, "tells timers of all processes"},
    {"/proc/sched_debug", Cover::hidden, "names all processes of the machine"},
    {"/proc/scsi", Cover::hidden, "removes disks: a write of 'scsi remove-single-device'"},
    {"/sys/firmware", Cover::hidden, "tables of the firmware"},
    {"/sys/devices/virtual/powercap", Cover::hidden,
     "power that the processor takes, from which keys are told"},
    {"/proc/bus", Cover::read_only, "writes to devices of the bus"},
    {"/proc/fs", Cover::read_only, "settings of file systems"},
    {"/proc/irq", Cover::read_only, "which processor serves an interrupt"},
    {"/proc/sys", Cover::read_only, "settings of the kernel"},
    {"/proc/sysrq-trigger", Cover::read_only, "reboots, crashes, kills"},
};

constexpr KernelKnob knobs[] = {
    {"/proc/sysrq-trigger", "a letter reboots or crashes the machine, or kills every process", false},
    {"/proc/sys/kernel/core_pattern",
     "the program that it names is run as root on the host when a process crashes", false},
    {"/proc/sys/kernel/modprobe",
     "the program that it names is run as root on the host when a module is wanted", false},
    {"/proc/sys/kernel/hotplug", "the program that it names is run as root on the host for each new device",
     false},
    {"/proc/sys/vm/panic_on_oom", "a process that takes all memory then halts the machine", false},
    {"/proc/sys/fs/binfmt_misc/register",
     "names the program that runs files of a format on the whole machine", false},
    {"/sys/kernel/uevent_helper",
     "the program that it names is run as root on the host for each device event", false},
    {"/sys/fs/cgroup/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
    {"/sys/fs/cgroup/memory/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
    {"/sys/fs/cgroup/systemd/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
    {"/sys/fs/cgroup/cpu/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
    {"/sys/fs/cgroup/cpu,cpuacct/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
    {"/sys/fs/cgroup/pids/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
    {"/sys/fs/cgroup/devices/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
    {"/sys/fs/cgroup/freezer/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
    {"/sys/fs/cgroup/rdma/release_agent",
     "the program that it names is run as root on the host when a group gets empty", true},
};

} // namespace

std::span<const CoveredPath> covered_paths() { return covered; }
std::span<const KernelKnob> kernel_knobs() { return knobs; }

} // namespace sbx
