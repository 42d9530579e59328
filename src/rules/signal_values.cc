// Signals: asm/signal.h, uapi/linux/pidfd.h of Linux 7.3.
#include "rules/value_rows.h"

#include <array>

namespace sbx {

namespace {

constexpr auto signals = std::to_array<NamedValue>(
    {{1, "SIGHUP"},   {2, "SIGINT"},     {3, "SIGQUIT"},  {4, "SIGILL"},     {5, "SIGTRAP"},  {6, "SIGABRT"},
     {7, "SIGBUS"},   {8, "SIGFPE"},     {9, "SIGKILL"},  {10, "SIGUSR1"},   {11, "SIGSEGV"}, {12, "SIGUSR2"},
     {13, "SIGPIPE"}, {14, "SIGALRM"},   {15, "SIGTERM"}, {16, "SIGSTKFLT"}, {17, "SIGCHLD"}, {18, "SIGCONT"},
     {19, "SIGSTOP"}, {20, "SIGTSTP"},   {21, "SIGTTIN"}, {22, "SIGTTOU"},   {23, "SIGURG"},  {24, "SIGXCPU"},
     {25, "SIGXFSZ"}, {26, "SIGVTALRM"}, {27, "SIGPROF"}, {28, "SIGWINCH"},  {29, "SIGIO"},   {30, "SIGPWR"},
     {31, "SIGSYS"}});
constexpr auto mask_changes =
    std::to_array<NamedValue>({{0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"}});
constexpr auto scopes = std::to_array<NamedValue>(
    {{0x1, "PIDFD_SIGNAL_THREAD"}, {0x2, "PIDFD_SIGNAL_THREAD_GROUP"}, {0x4, "PIDFD_SIGNAL_PROCESS_GROUP"}});

constexpr std::array rows{
    ValueRow{
        in_all,
        "kill tkill tgkill rt_sigaction rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal sigaction signal",
        "sig",
        {~0ull, signals, {}}},
    ValueRow{in_all, "prctl", "arg2", {~0ull, signals, {}}, ValueRow::When{0, 1}},
    ValueRow{in_all, "rt_sigprocmask sigprocmask", "how", {~0ull, mask_changes, {}}},
    ValueRow{in_all, "pidfd_send_signal", "flags", {0, {}, scopes}},
};

} // namespace

std::span<const ValueRow> signal_values() { return rows; }

} // namespace sbx
