// System V IPC: uapi/linux/{ipc,shm,sem,msg}.h of Linux 7.3.
#include "rules/value_rows.h"

#include <array>

namespace sbx {

namespace {

constexpr auto calls = std::to_array<NamedValue>({{1, "SEMOP"},
                                                  {2, "SEMGET"},
                                                  {3, "SEMCTL"},
                                                  {4, "SEMTIMEDOP"},
                                                  {11, "MSGSND"},
                                                  {12, "MSGRCV"},
                                                  {13, "MSGGET"},
                                                  {14, "MSGCTL"},
                                                  {21, "SHMAT"},
                                                  {22, "SHMDT"},
                                                  {23, "SHMGET"},
                                                  {24, "SHMCTL"}});
constexpr auto new_structures = std::to_array<NamedValue>({{0x100, "IPC_64"}});
constexpr auto shm_commands = std::to_array<NamedValue>({{0, "IPC_RMID"},
                                                         {1, "IPC_SET"},
                                                         {2, "IPC_STAT"},
                                                         {3, "IPC_INFO"},
                                                         {11, "SHM_LOCK"},
                                                         {12, "SHM_UNLOCK"},
                                                         {13, "SHM_STAT"},
                                                         {14, "SHM_INFO"},
                                                         {15, "SHM_STAT_ANY"}});
constexpr auto sem_commands = std::to_array<NamedValue>({{0, "IPC_RMID"},
                                                         {1, "IPC_SET"},
                                                         {2, "IPC_STAT"},
                                                         {3, "IPC_INFO"},
                                                         {11, "GETPID"},
                                                         {12, "GETVAL"},
                                                         {13, "GETALL"},
                                                         {14, "GETNCNT"},
                                                         {15, "GETZCNT"},
                                                         {16, "SETVAL"},
                                                         {17, "SETALL"},
                                                         {18, "SEM_STAT"},
                                                         {19, "SEM_INFO"},
                                                         {20, "SEM_STAT_ANY"}});
constexpr auto msg_commands = std::to_array<NamedValue>({{0, "IPC_RMID"},
                                                         {1, "IPC_SET"},
                                                         {2, "IPC_STAT"},
                                                         {3, "IPC_INFO"},
                                                         {11, "MSG_STAT"},
                                                         {12, "MSG_INFO"},
                                                         {13, "MSG_STAT_ANY"}});
constexpr auto get_flags = std::to_array<NamedValue>({{0x200, "IPC_CREAT"}, {0x400, "IPC_EXCL"}});
constexpr auto shmget_flags = std::to_array<NamedValue>(
    {{0x200, "IPC_CREAT"}, {0x400, "IPC_EXCL"}, {0x800, "SHM_HUGETLB"}, {0x1000, "SHM_NORESERVE"}});
constexpr auto attach_flags = std::to_array<NamedValue>(
    {{0x1000, "SHM_RDONLY"}, {0x2000, "SHM_RND"}, {0x4000, "SHM_REMAP"}, {0x8000, "SHM_EXEC"}});
constexpr auto message_flags = std::to_array<NamedValue>(
    {{0x800, "IPC_NOWAIT"}, {0x1000, "MSG_NOERROR"}, {0x2000, "MSG_EXCEPT"}, {0x4000, "MSG_COPY"}});

constexpr std::array rows{
    ValueRow{in_all, "ipc", "call", {~0ull, calls, {}}},
    ValueRow{in_all, "shmctl", "cmd", {0xff, shm_commands, new_structures}},
    ValueRow{in_all, "semctl", "cmd", {0xff, sem_commands, new_structures}},
    ValueRow{in_all, "msgctl", "cmd", {0xff, msg_commands, new_structures}},
    ValueRow{in_all, "semget", "semflg", {0, {}, get_flags, ArgumentValues::Form::octal_rest}},
    ValueRow{in_all, "msgget", "msgflg", {0, {}, get_flags, ArgumentValues::Form::octal_rest}},
    ValueRow{in_all, "shmget", "shmflg", {0, {}, shmget_flags, ArgumentValues::Form::octal_rest}},
    ValueRow{in_all, "shmat", "shmflg", {0, {}, attach_flags}},
    ValueRow{in_all, "msgsnd msgrcv", "msgflg", {0, {}, message_flags}},
};

} // namespace

std::span<const ValueRow> ipc_values() { return rows; }

} // namespace sbx
