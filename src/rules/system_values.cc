// The kernel itself: bpf, keys, seccomp, Landlock, LSMs, perf, kexec, modules, reboot, syslog: their headers
// of Linux 7.3.
#include "rules/value_rows.h"

#include <array>

namespace sbx {

namespace {

constexpr auto bpf_commands = std::to_array<NamedValue>({{0, "BPF_MAP_CREATE"},
                                                         {1, "BPF_MAP_LOOKUP_ELEM"},
                                                         {2, "BPF_MAP_UPDATE_ELEM"},
                                                         {3, "BPF_MAP_DELETE_ELEM"},
                                                         {4, "BPF_MAP_GET_NEXT_KEY"},
                                                         {5, "BPF_PROG_LOAD"},
                                                         {6, "BPF_OBJ_PIN"},
                                                         {7, "BPF_OBJ_GET"},
                                                         {8, "BPF_PROG_ATTACH"},
                                                         {9, "BPF_PROG_DETACH"},
                                                         {10, "BPF_PROG_TEST_RUN"},
                                                         {11, "BPF_PROG_GET_NEXT_ID"},
                                                         {12, "BPF_MAP_GET_NEXT_ID"},
                                                         {13, "BPF_PROG_GET_FD_BY_ID"},
                                                         {14, "BPF_MAP_GET_FD_BY_ID"},
                                                         {15, "BPF_OBJ_GET_INFO_BY_FD"},
                                                         {16, "BPF_PROG_QUERY"},
                                                         {17, "BPF_RAW_TRACEPOINT_OPEN"},
                                                         {18, "BPF_BTF_LOAD"},
                                                         {19, "BPF_BTF_GET_FD_BY_ID"},
                                                         {20, "BPF_TASK_FD_QUERY"},
                                                         {21, "BPF_MAP_LOOKUP_AND_DELETE_ELEM"},
                                                         {22, "BPF_MAP_FREEZE"},
                                                         {23, "BPF_BTF_GET_NEXT_ID"},
                                                         {24, "BPF_MAP_LOOKUP_BATCH"},
                                                         {25, "BPF_MAP_LOOKUP_AND_DELETE_BATCH"},
                                                         {26, "BPF_MAP_UPDATE_BATCH"},
                                                         {27, "BPF_MAP_DELETE_BATCH"},
                                                         {28, "BPF_LINK_CREATE"},
                                                         {29, "BPF_LINK_UPDATE"},
                                                         {30, "BPF_LINK_GET_FD_BY_ID"},
                                                         {31, "BPF_LINK_GET_NEXT_ID"},
                                                         {32, "BPF_ENABLE_STATS"},
                                                         {33, "BPF_ITER_CREATE"},
                                                         {34, "BPF_LINK_DETACH"},
                                                         {35, "BPF_PROG_BIND_MAP"},
                                                         {36, "BPF_TOKEN_CREATE"},
                                                         {37, "BPF_PROG_STREAM_READ_BY_FD"},
                                                         {38, "BPF_PROG_ASSOC_STRUCT_OPS"}});
constexpr auto bpf_flags = std::to_array<NamedValue>({{0x10000, "BPF_COMMON_ATTRS"}});
constexpr auto key_operations = std::to_array<NamedValue>({{0, "KEYCTL_GET_KEYRING_ID"},
                                                           {1, "KEYCTL_JOIN_SESSION_KEYRING"},
                                                           {2, "KEYCTL_UPDATE"},
                                                           {3, "KEYCTL_REVOKE"},
                                                           {4, "KEYCTL_CHOWN"},
                                                           {5, "KEYCTL_SETPERM"},
                                                           {6, "KEYCTL_DESCRIBE"},
                                                           {7, "KEYCTL_CLEAR"},
                                                           {8, "KEYCTL_LINK"},
                                                           {9, "KEYCTL_UNLINK"},
                                                           {10, "KEYCTL_SEARCH"},
                                                           {11, "KEYCTL_READ"},
                                                           {12, "KEYCTL_INSTANTIATE"},
                                                           {13, "KEYCTL_NEGATE"},
                                                           {14, "KEYCTL_SET_REQKEY_KEYRING"},
                                                           {15, "KEYCTL_SET_TIMEOUT"},
                                                           {16, "KEYCTL_ASSUME_AUTHORITY"},
                                                           {17, "KEYCTL_GET_SECURITY"},
                                                           {18, "KEYCTL_SESSION_TO_PARENT"},
                                                           {19, "KEYCTL_REJECT"},
                                                           {20, "KEYCTL_INSTANTIATE_IOV"},
                                                           {21, "KEYCTL_INVALIDATE"},
                                                           {22, "KEYCTL_GET_PERSISTENT"},
                                                           {23, "KEYCTL_DH_COMPUTE"},
                                                           {24, "KEYCTL_PKEY_QUERY"},
                                                           {25, "KEYCTL_PKEY_ENCRYPT"},
                                                           {26, "KEYCTL_PKEY_DECRYPT"},
                                                           {27, "KEYCTL_PKEY_SIGN"},
                                                           {28, "KEYCTL_PKEY_VERIFY"},
                                                           {29, "KEYCTL_RESTRICT_KEYRING"},
                                                           {30, "KEYCTL_MOVE"},
                                                           {31, "KEYCTL_CAPABILITIES"},
                                                           {32, "KEYCTL_WATCH_KEY"}});
constexpr auto keyrings = std::to_array<NamedValue>({{0xfffffff8, "KEY_SPEC_REQUESTOR_KEYRING"},
                                                     {0xfffffff9, "KEY_SPEC_REQKEY_AUTH_KEY"},
                                                     {0xfffffffa, "KEY_SPEC_GROUP_KEYRING"},
                                                     {0xfffffffb, "KEY_SPEC_USER_SESSION_KEYRING"},
                                                     {0xfffffffc, "KEY_SPEC_USER_KEYRING"},
                                                     {0xfffffffd, "KEY_SPEC_SESSION_KEYRING"},
                                                     {0xfffffffe, "KEY_SPEC_PROCESS_KEYRING"},
                                                     {0xffffffff, "KEY_SPEC_THREAD_KEYRING"}});
constexpr auto seccomp_operations = std::to_array<NamedValue>({{0, "SECCOMP_SET_MODE_STRICT"},
                                                               {1, "SECCOMP_SET_MODE_FILTER"},
                                                               {2, "SECCOMP_GET_ACTION_AVAIL"},
                                                               {3, "SECCOMP_GET_NOTIF_SIZES"}});
constexpr auto seccomp_flags = std::to_array<NamedValue>({{0x1, "SECCOMP_FILTER_FLAG_TSYNC"},
                                                          {0x2, "SECCOMP_FILTER_FLAG_LOG"},
                                                          {0x4, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"},
                                                          {0x8, "SECCOMP_FILTER_FLAG_NEW_LISTENER"},
                                                          {0x10, "SECCOMP_FILTER_FLAG_TSYNC_ESRCH"},
                                                          {0x20, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"}});
constexpr auto ruleset_flags = std::to_array<NamedValue>(
    {{0x1, "LANDLOCK_CREATE_RULESET_VERSION"}, {0x2, "LANDLOCK_CREATE_RULESET_ERRATA"}});
constexpr auto rule_types =
    std::to_array<NamedValue>({{1, "LANDLOCK_RULE_PATH_BENEATH"}, {2, "LANDLOCK_RULE_NET_PORT"}});
constexpr auto rule_flags = std::to_array<NamedValue>({{0x1, "LANDLOCK_ADD_RULE_QUIET"}});
constexpr auto restrict_flags = std::to_array<NamedValue>({{0x1, "LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF"},
                                                           {0x2, "LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON"},
                                                           {0x4, "LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF"},
                                                           {0x8, "LANDLOCK_RESTRICT_SELF_TSYNC"},
                                                           {0x10, "LANDLOCK_RESTRICT_SELF_NO_NEW_PRIVS"}});
constexpr auto lsm_attributes = std::to_array<NamedValue>({{100, "LSM_ATTR_CURRENT"},
                                                           {101, "LSM_ATTR_EXEC"},
                                                           {102, "LSM_ATTR_FSCREATE"},
                                                           {103, "LSM_ATTR_KEYCREATE"},
                                                           {104, "LSM_ATTR_PREV"},
                                                           {105, "LSM_ATTR_SOCKCREATE"}});
constexpr auto lsm_flags = std::to_array<NamedValue>({{0x1, "LSM_FLAG_SINGLE"}});
constexpr auto perf_flags = std::to_array<NamedValue>({{0x1, "PERF_FLAG_FD_NO_GROUP"},
                                                       {0x2, "PERF_FLAG_FD_OUTPUT"},
                                                       {0x4, "PERF_FLAG_PID_CGROUP"},
                                                       {0x8, "PERF_FLAG_FD_CLOEXEC"}});
constexpr auto architectures = std::to_array<NamedValue>({{0x30000, "KEXEC_ARCH_386"},
                                                          {0x280000, "KEXEC_ARCH_ARM"},
                                                          {0x3e0000, "KEXEC_ARCH_X86_64"},
                                                          {0xb70000, "KEXEC_ARCH_AARCH64"}});
constexpr auto kexec_flags = std::to_array<NamedValue>({{0x1, "KEXEC_ON_CRASH"},
                                                        {0x2, "KEXEC_PRESERVE_CONTEXT"},
                                                        {0x4, "KEXEC_UPDATE_ELFCOREHDR"},
                                                        {0x8, "KEXEC_CRASH_HOTPLUG_SUPPORT"}});
constexpr auto kexec_file_flags = std::to_array<NamedValue>({{0x1, "KEXEC_FILE_UNLOAD"},
                                                             {0x2, "KEXEC_FILE_ON_CRASH"},
                                                             {0x4, "KEXEC_FILE_NO_INITRAMFS"},
                                                             {0x8, "KEXEC_FILE_DEBUG"},
                                                             {0x10, "KEXEC_FILE_NO_CMA"},
                                                             {0x20, "KEXEC_FILE_FORCE_DTB"}});
constexpr auto module_flags = std::to_array<NamedValue>({{0x1, "MODULE_INIT_IGNORE_MODVERSIONS"},
                                                         {0x2, "MODULE_INIT_IGNORE_VERMAGIC"},
                                                         {0x4, "MODULE_INIT_COMPRESSED_FILE"}});
constexpr auto unload_flags = std::to_array<NamedValue>({{0x200, "O_TRUNC"}, {0x800, "O_NONBLOCK"}});
constexpr auto reboot_commands = std::to_array<NamedValue>({{0, "LINUX_REBOOT_CMD_CAD_OFF"},
                                                            {0x1234567, "LINUX_REBOOT_CMD_RESTART"},
                                                            {0x4321fedc, "LINUX_REBOOT_CMD_POWER_OFF"},
                                                            {0x45584543, "LINUX_REBOOT_CMD_KEXEC"},
                                                            {0x89abcdef, "LINUX_REBOOT_CMD_CAD_ON"},
                                                            {0xa1b2c3d4, "LINUX_REBOOT_CMD_RESTART2"},
                                                            {0xcdef0123, "LINUX_REBOOT_CMD_HALT"},
                                                            {0xd000fce2, "LINUX_REBOOT_CMD_SW_SUSPEND"}});
constexpr auto reboot_magic = std::to_array<NamedValue>({{0x5121996, "LINUX_REBOOT_MAGIC2A"},
                                                         {0x16041998, "LINUX_REBOOT_MAGIC2B"},
                                                         {0x20112000, "LINUX_REBOOT_MAGIC2C"},
                                                         {0x28121969, "LINUX_REBOOT_MAGIC2"},
                                                         {0xfee1dead, "LINUX_REBOOT_MAGIC1"}});
constexpr auto log_actions = std::to_array<NamedValue>({{0, "SYSLOG_ACTION_CLOSE"},
                                                        {1, "SYSLOG_ACTION_OPEN"},
                                                        {2, "SYSLOG_ACTION_READ"},
                                                        {3, "SYSLOG_ACTION_READ_ALL"},
                                                        {4, "SYSLOG_ACTION_READ_CLEAR"},
                                                        {5, "SYSLOG_ACTION_CLEAR"},
                                                        {6, "SYSLOG_ACTION_CONSOLE_OFF"},
                                                        {7, "SYSLOG_ACTION_CONSOLE_ON"},
                                                        {8, "SYSLOG_ACTION_CONSOLE_LEVEL"},
                                                        {9, "SYSLOG_ACTION_SIZE_UNREAD"},
                                                        {10, "SYSLOG_ACTION_SIZE_BUFFER"}});
constexpr auto random_flags =
    std::to_array<NamedValue>({{0x1, "GRND_NONBLOCK"}, {0x2, "GRND_RANDOM"}, {0x4, "GRND_INSECURE"}});

constexpr std::array rows{
    ValueRow{in_all, "bpf", "cmd", {0xffff, bpf_commands, bpf_flags}},
    ValueRow{in_all, "keyctl", "option", {~0ull, key_operations, {}}},
    ValueRow{in_all, "add_key", "ringid", {~0ull, keyrings, {}}},
    ValueRow{in_all, "request_key", "destringid", {~0ull, keyrings, {}}},
    ValueRow{in_all, "seccomp", "op", {~0ull, seccomp_operations, {}}},
    ValueRow{in_all, "seccomp", "flags", {0, {}, seccomp_flags}},
    ValueRow{in_all, "landlock_create_ruleset", "flags", {0, {}, ruleset_flags}},
    ValueRow{in_all, "landlock_add_rule", "rule_type", {~0ull, rule_types, {}}},
    ValueRow{in_all, "landlock_add_rule", "flags", {0, {}, rule_flags}},
    ValueRow{in_all, "landlock_restrict_self", "flags", {0, {}, restrict_flags}},
    ValueRow{in_all, "lsm_get_self_attr lsm_set_self_attr", "attr", {~0ull, lsm_attributes, {}}},
    ValueRow{in_all, "lsm_get_self_attr", "flags", {0, {}, lsm_flags}},
    ValueRow{in_all, "perf_event_open", "flags", {0, {}, perf_flags}},
    ValueRow{in_all, "kexec_load", "flags", {0xffff0000, architectures, kexec_flags}},
    ValueRow{in_all, "kexec_file_load", "flags", {0, {}, kexec_file_flags}},
    ValueRow{in_all, "finit_module", "flags", {0, {}, module_flags}},
    ValueRow{in_all, "delete_module", "flags", {0, {}, unload_flags}},
    ValueRow{in_all, "reboot", "cmd", {~0ull, reboot_commands, {}}},
    ValueRow{in_all, "reboot", "magic1 magic2", {~0ull, reboot_magic, {}}},
    ValueRow{in_all, "syslog", "type", {~0ull, log_actions, {}}},
    ValueRow{in_all, "getrandom", "flags", {0, {}, random_flags}},
};

} // namespace

std::span<const ValueRow> system_values() { return rows; }

} // namespace sbx
