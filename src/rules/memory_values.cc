// Memory: uapi/linux/{mman,mempolicy,membarrier}.h, asm/mman.h of Linux 7.3.
#include "rules/value_rows.h"

#include <array>

namespace sbx {

namespace {

constexpr auto no_protection = std::to_array<NamedValue>({{0, "PROT_NONE"}});
constexpr auto protections = std::to_array<NamedValue>({{0x1, "PROT_READ"},
                                                        {0x2, "PROT_WRITE"},
                                                        {0x4, "PROT_EXEC"},
                                                        {0x8, "PROT_SEM"},
                                                        {0x1000000, "PROT_GROWSDOWN"},
                                                        {0x2000000, "PROT_GROWSUP"}});
constexpr auto protections_of_aarch64 = std::to_array<NamedValue>({{0x1, "PROT_READ"},
                                                                   {0x2, "PROT_WRITE"},
                                                                   {0x4, "PROT_EXEC"},
                                                                   {0x8, "PROT_SEM"},
                                                                   {0x10, "PROT_BTI"},
                                                                   {0x20, "PROT_MTE"},
                                                                   {0x1000000, "PROT_GROWSDOWN"},
                                                                   {0x2000000, "PROT_GROWSUP"}});
constexpr auto map_types = std::to_array<NamedValue>(
    {{1, "MAP_SHARED"}, {2, "MAP_PRIVATE"}, {3, "MAP_SHARED_VALIDATE"}, {8, "MAP_DROPPABLE"}});
constexpr auto map_flags_of_arm = std::to_array<NamedValue>({{0x10, "MAP_FIXED"},
                                                             {0x20, "MAP_ANONYMOUS"},
                                                             {0x100, "MAP_GROWSDOWN"},
                                                             {0x800, "MAP_DENYWRITE"},
                                                             {0x1000, "MAP_EXECUTABLE"},
                                                             {0x2000, "MAP_LOCKED"},
                                                             {0x4000, "MAP_NORESERVE"},
                                                             {0x8000, "MAP_POPULATE"},
                                                             {0x10000, "MAP_NONBLOCK"},
                                                             {0x20000, "MAP_STACK"},
                                                             {0x40000, "MAP_HUGETLB"},
                                                             {0x80000, "MAP_SYNC"},
                                                             {0x100000, "MAP_FIXED_NOREPLACE"},
                                                             {0x4000000, "MAP_UNINITIALIZED"}});
constexpr auto map_flags = std::to_array<NamedValue>({{0x10, "MAP_FIXED"},
                                                      {0x20, "MAP_ANONYMOUS"},
                                                      {0x40, "MAP_32BIT"},
                                                      {0x80, "MAP_ABOVE4G"},
                                                      {0x100, "MAP_GROWSDOWN"},
                                                      {0x800, "MAP_DENYWRITE"},
                                                      {0x1000, "MAP_EXECUTABLE"},
                                                      {0x2000, "MAP_LOCKED"},
                                                      {0x4000, "MAP_NORESERVE"},
                                                      {0x8000, "MAP_POPULATE"},
                                                      {0x10000, "MAP_NONBLOCK"},
                                                      {0x20000, "MAP_STACK"},
                                                      {0x40000, "MAP_HUGETLB"},
                                                      {0x80000, "MAP_SYNC"},
                                                      {0x100000, "MAP_FIXED_NOREPLACE"},
                                                      {0x4000000, "MAP_UNINITIALIZED"}});
constexpr auto remap_flags =
    std::to_array<NamedValue>({{0x1, "MREMAP_MAYMOVE"}, {0x2, "MREMAP_FIXED"}, {0x4, "MREMAP_DONTUNMAP"}});
constexpr auto advice = std::to_array<NamedValue>(
    {{0, "MADV_NORMAL"},           {1, "MADV_RANDOM"},          {2, "MADV_SEQUENTIAL"},
     {3, "MADV_WILLNEED"},         {4, "MADV_DONTNEED"},        {8, "MADV_FREE"},
     {9, "MADV_REMOVE"},           {10, "MADV_DONTFORK"},       {11, "MADV_DOFORK"},
     {12, "MADV_MERGEABLE"},       {13, "MADV_UNMERGEABLE"},    {14, "MADV_HUGEPAGE"},
     {15, "MADV_NOHUGEPAGE"},      {16, "MADV_DONTDUMP"},       {17, "MADV_DODUMP"},
     {18, "MADV_WIPEONFORK"},      {19, "MADV_KEEPONFORK"},     {20, "MADV_COLD"},
     {21, "MADV_PAGEOUT"},         {22, "MADV_POPULATE_READ"},  {23, "MADV_POPULATE_WRITE"},
     {24, "MADV_DONTNEED_LOCKED"}, {25, "MADV_COLLAPSE"},       {100, "MADV_HWPOISON"},
     {101, "MADV_SOFT_OFFLINE"},   {102, "MADV_GUARD_INSTALL"}, {103, "MADV_GUARD_REMOVE"}});
constexpr auto lock_flags = std::to_array<NamedValue>({{0x1, "MLOCK_ONFAULT"}});
constexpr auto lock_all_flags =
    std::to_array<NamedValue>({{0x1, "MCL_CURRENT"}, {0x2, "MCL_FUTURE"}, {0x4, "MCL_ONFAULT"}});
constexpr auto sync_flags =
    std::to_array<NamedValue>({{0x1, "MS_ASYNC"}, {0x2, "MS_INVALIDATE"}, {0x4, "MS_SYNC"}});
constexpr auto key_rights =
    std::to_array<NamedValue>({{0x1, "PKEY_DISABLE_ACCESS"}, {0x2, "PKEY_DISABLE_WRITE"}});
constexpr auto policies = std::to_array<NamedValue>({{0, "MPOL_DEFAULT"},
                                                     {1, "MPOL_PREFERRED"},
                                                     {2, "MPOL_BIND"},
                                                     {3, "MPOL_INTERLEAVE"},
                                                     {4, "MPOL_LOCAL"},
                                                     {5, "MPOL_PREFERRED_MANY"},
                                                     {6, "MPOL_WEIGHTED_INTERLEAVE"}});
constexpr auto policy_flags = std::to_array<NamedValue>(
    {{0x2000, "MPOL_F_NUMA_BALANCING"}, {0x4000, "MPOL_F_RELATIVE_NODES"}, {0x8000, "MPOL_F_STATIC_NODES"}});
constexpr auto policy_move_flags =
    std::to_array<NamedValue>({{0x1, "MPOL_MF_STRICT"}, {0x2, "MPOL_MF_MOVE"}, {0x4, "MPOL_MF_MOVE_ALL"}});
constexpr auto policy_questions =
    std::to_array<NamedValue>({{0x1, "MPOL_F_NODE"}, {0x2, "MPOL_F_ADDR"}, {0x4, "MPOL_F_MEMS_ALLOWED"}});
constexpr auto barriers =
    std::to_array<NamedValue>({{0, "MEMBARRIER_CMD_QUERY"},
                               {1, "MEMBARRIER_CMD_GLOBAL"},
                               {2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"},
                               {4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"},
                               {8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"},
                               {16, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"},
                               {32, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"},
                               {64, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"},
                               {128, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"},
                               {256, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"},
                               {512, "MEMBARRIER_CMD_GET_REGISTRATIONS"}});
constexpr auto barrier_flags = std::to_array<NamedValue>({{0x1, "MEMBARRIER_CMD_FLAG_CPU"}});
constexpr auto shadow_stack_flags = std::to_array<NamedValue>({{0x1, "SHADOW_STACK_SET_TOKEN"}});

constexpr std::array rows{
    ValueRow{
        in_aarch64_only, "mmap mprotect pkey_mprotect", "prot", {0, no_protection, protections_of_aarch64}},
    ValueRow{in_all, "mmap mmap2 mprotect pkey_mprotect", "prot", {0, no_protection, protections}},
    ValueRow{in_x86, "mmap mmap2", "flags", {0xf, map_types, map_flags}},
    ValueRow{in_arm, "mmap mmap2", "flags", {0xf, map_types, map_flags_of_arm}},
    ValueRow{in_all, "mremap", "flags", {0, {}, remap_flags}},
    ValueRow{in_all, "madvise process_madvise", "behavior", {~0ull, advice, {}}},
    ValueRow{in_all, "mlock2", "flags", {0, {}, lock_flags}},
    ValueRow{in_all, "mlockall", "flags", {0, {}, lock_all_flags}},
    ValueRow{in_all, "msync", "flags", {0, {}, sync_flags}},
    ValueRow{in_all, "pkey_alloc", "init_val", {0, {}, key_rights}},
    ValueRow{in_all, "mbind set_mempolicy", "mode", {0x1fff, policies, policy_flags}},
    ValueRow{in_all, "mbind move_pages", "flags", {0, {}, policy_move_flags}},
    ValueRow{in_all, "get_mempolicy", "flags", {0, {}, policy_questions}},
    ValueRow{in_all, "membarrier", "cmd", {~0ull, barriers, {}}},
    ValueRow{in_all, "membarrier", "flags", {0, {}, barrier_flags}},
    ValueRow{in_all, "map_shadow_stack", "flags", {0, {}, shadow_stack_flags}},
};

} // namespace

std::span<const ValueRow> memory_values() { return rows; }

} // namespace sbx
