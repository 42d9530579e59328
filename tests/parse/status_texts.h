// What does /proc/PID/status look like on kernels of every age? Whole texts, not only the lines we read.
#pragma once

#include <string>

namespace sbx {

// 6.12, Debian 12 cloud, under bubblewrap-like isolation: every key that we read.
inline const std::string status_6_12 =
    "Name:\tsleep\nUmask:\t0022\nState:\tS "
    "(sleeping)\nTgid:\t191\nNgid:\t0\nPid:\t191\nPPid:\t88\nTracerPid:\t0\n"
    "Uid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\nFDSize:\t64\nGroups:\t "
    "\nNStgid:\t191\nNSpid:\t191\n"
    "NSpgid:\t0\nNSsid:\t0\nKthread:\t0\nVmPeak:\t    2260 kB\nVmSize:\t    2260 kB\nVmLck:\t       0 kB\n"
    "VmRSS:\t       4 kB\nHugetlbPages:\t       0 kB\nCoreDumping:\t0\nTHP_enabled:\t1\n"
    "untag_mask:\t0xffffffffffffffff\nThreads:\t1\nSigQ:\t0/1832\nSigPnd:\t0000000000000000\n"
    "ShdPnd:\t0000000000000000\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000006\nSigCgt:"
    "\t0000000000000000\n"
    "CapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t00000000a80425fb\nCapBnd:"
    "\t000001ffffffffff\n"
    "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n"
    "Speculation_Store_Bypass:\tnot vulnerable\nSpeculationIndirectBranch:\talways "
    "enabled\nCpus_allowed:\t1\n"
    "Cpus_allowed_list:\t0\nMems_allowed:\t00000000,00000001\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:"
    "\t1\n"
    "nonvoluntary_ctxt_switches:\t15\nx86_Thread_features:\t\nx86_Thread_features_locked:\t\n";

// 3.10: no CapAmb (4.3), NoNewPrivs (4.10), Seccomp_filters (5.9), Kthread (6.11); Seccomp is printed
// since 3.8.
inline const std::string status_3_10 =
    "Name:\tsshd\nState:\tS (sleeping)\nTgid:\t1060\nNgid:\t0\nPid:\t1060\nPPid:\t1\nTracerPid:\t0\n"
    "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t\nVmPeak:\t  105996 kB\nVmSwap:\t       0 kB\n"
    "Threads:\t1\nSigQ:\t0/"
    "7260\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\nSigBlk:\t0000000000000000\n"
    "SigIgn:\t0000000000001000\nSigCgt:\t0000000180014005\nCapInh:\t0000000000000000\nCapPrm:"
    "\t0000001fffffffff\n"
    "CapEff:\t0000001fffffffff\nCapBnd:\t0000001fffffffff\nSeccomp:\t0\nCpus_allowed:\tf\nCpus_allowed_list:"
    "\t0-3\n"
    "Mems_allowed:\t00000000,00000001\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t55\n"
    "nonvoluntary_ctxt_switches:\t32\n";

// 6.12 built without CONFIG_SECCOMP: NoNewPrivs, then nothing of seccomp.
inline const std::string status_no_seccomp =
    "Name:\tsleep\nUmask:\t0022\nState:\tS "
    "(sleeping)\nTgid:\t42\nNgid:\t0\nPid:\t42\nPPid:\t31\nTracerPid:\t0\n"
    "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t \nKthread:\t0\nVmPeak:\t    2260 "
    "kB\nThreads:\t1\n"
    "SigQ:\t0/1956\nCapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t000001ffffffffff\n"
    "CapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\n"
    "Speculation_Store_Bypass:\tnot vulnerable\nCpus_allowed:\t1\nCpus_allowed_list:\t0\n";

// gVisor prints these keys and no others; the name stands as the task chose it.
inline std::string status_gvisor(const std::string& name = "sh") {
  return "Name:\t" + name +
         "\nState:\tR (running)\nTgid:\t7\nPid:\t7\nPPid:\t1\nTracerPid:\t0\nFDSize:\t4\nVmSize:\t6412 kB\n"
         "VmRSS:\t1032 kB\nVmData:\t204 "
         "kB\nThreads:\t1\nCapInh:\t0000000000000000\nCapPrm:\t00000000a80425fb\n"
         "CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nSeccomp:\t0\nMems_allowed:\t1\nMems_allowed_"
         "list:\t0\n";
}

// A kernel thread of 6.12.
inline const std::string status_kthreadd =
    "Name:\tkthreadd\nUmask:\t0000\nState:\tS "
    "(sleeping)\nTgid:\t2\nNgid:\t0\nPid:\t2\nPPid:\t0\nTracerPid:\t0\n"
    "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t \nKthread:\t1\nThreads:\t1\n"
    "CapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t000001ffffffffff\nCapBnd:"
    "\t000001ffffffffff\n"
    "CapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n";

} // namespace sbx
