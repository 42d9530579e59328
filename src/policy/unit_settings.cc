#include "policy/unit_settings.h"

#include <algorithm>
#include <array>
#include <string>

namespace sbx {

namespace {

struct UncheckedSetting {
  std::string_view key, why;
};

constexpr std::string_view by_cgroup =
    "programs of its control group hold it, and none of the layers here shows them";
constexpr std::string_view by_root = "what stands at its root is not compared";
constexpr std::string_view by_images = "which image is mounted is not compared";
constexpr std::string_view by_path = "which namespace stands at a path is not known here";

// Settings of the sandbox that no layer here shows.
constexpr std::array unchecked_settings{
    UncheckedSetting{"BPFProgram", by_cgroup},
    UncheckedSetting{"DeviceAllow", by_cgroup},
    UncheckedSetting{"DevicePolicy", by_cgroup},
    UncheckedSetting{"ExecPaths", "whether programs can be run from a mount is not compared"},
    UncheckedSetting{"ExtensionDirectories", by_images},
    UncheckedSetting{"ExtensionImagePolicy", by_images},
    UncheckedSetting{"ExtensionImages", by_images},
    UncheckedSetting{"IPAddressAllow", by_cgroup},
    UncheckedSetting{"IPAddressDeny", by_cgroup},
    UncheckedSetting{"IPCNamespacePath", by_path},
    UncheckedSetting{"IPEgressFilterPath", by_cgroup},
    UncheckedSetting{"IPIngressFilterPath", by_cgroup},
    UncheckedSetting{"KeyringMode", "the kernel shows keyrings to their owner alone"},
    UncheckedSetting{"MountFlags", "where mounts propagate to is not compared"},
    UncheckedSetting{"MountImagePolicy", by_images},
    UncheckedSetting{"MountImages", by_images},
    UncheckedSetting{"NFTSet", by_cgroup},
    UncheckedSetting{"NetworkNamespacePath", by_path},
    UncheckedSetting{"NoExecPaths", "whether programs can be run from a mount is not compared"},
    UncheckedSetting{"PrivateBPF", "which bpffs it has is not compared"},
    UncheckedSetting{"ProcSubset", "the options of its /proc are not compared"},
    UncheckedSetting{"ProtectProc", "the options of its /proc are not compared"},
    UncheckedSetting{"RestrictFileSystems",
                     "a BPF program on an LSM hook holds it, and none of the layers here shows it"},
    UncheckedSetting{"RestrictNetworkInterfaces", by_cgroup},
    UncheckedSetting{"RootDirectory", by_root},
    UncheckedSetting{"RootEphemeral", by_root},
    UncheckedSetting{"RootHash", by_root},
    UncheckedSetting{"RootHashSignature", by_root},
    UncheckedSetting{"RootImage", by_root},
    UncheckedSetting{"RootImageOptions", by_root},
    UncheckedSetting{"RootImagePolicy", by_root},
    UncheckedSetting{"RootVerity", by_root},
    UncheckedSetting{"SecureBits", "the kernel shows securebits to the process alone"},
    UncheckedSetting{"SmackProcessLabel", "labels of Smack are not compared"},
    UncheckedSetting{"SocketBindAllow", by_cgroup},
    UncheckedSetting{"SocketBindDeny", by_cgroup},
    UncheckedSetting{"SupplementaryGroups", "further groups are not compared"},
    UncheckedSetting{"UserNamespacePath", by_path},
};

struct ChoiceSetting {
  std::string_view key, words;
};
constexpr std::array choice_settings{
    ChoiceSetting{"PrivateTmp", " disconnected "},
    ChoiceSetting{"PrivateUsers", " self identity full managed "},
    ChoiceSetting{"ProtectControlGroups", " private strict "},
    ChoiceSetting{"ProtectHome", " read-only tmpfs "},
    ChoiceSetting{"ProtectHostname", " private "},
    ChoiceSetting{"ProtectSystem", " full strict "},
};

// Those that become wishes, or say how others do.
constexpr std::string_view read_settings =
    " AmbientCapabilities AppArmorProfile BindPaths BindReadOnlyPaths CacheDirectory CapabilityBoundingSet"
    " ConfigurationDirectory DynamicUser ExecCondition ExecReload ExecStart ExecStartPost ExecStartPre"
    " ExecStop ExecStopPost Group InaccessibleDirectories InaccessiblePaths LockPersonality LogsDirectory"
    " MemoryDenyWriteExecute NoNewPrivileges PrivateDevices PrivateIPC PrivateMounts PrivateNetwork"
    " PrivatePIDs PrivateTmp PrivateUsers ProtectClock ProtectControlGroups ProtectHome ProtectHostname"
    " ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectSystem ReadOnlyDirectories"
    " ReadOnlyPaths ReadWriteDirectories ReadWritePaths RestrictAddressFamilies RestrictNamespaces"
    " RestrictRealtime RestrictSUIDSGID RuntimeDirectory SELinuxContext StateDirectory"
    " SystemCallArchitectures SystemCallErrorNumber SystemCallFilter SystemCallLog TemporaryFileSystem"
    " User ";

// Of services, and of no sandbox: systemd.service(5), systemd.exec(5), systemd.kill(5),
// systemd.resource-control(5), with those of older and newer versions.
constexpr std::string_view other_settings =
    " AllowedCPUs AllowedMemoryNodes BPFDelegateAttachments BPFDelegateCommands BPFDelegateMaps"
    " BPFDelegatePrograms BindLogSockets BlockIOAccounting BlockIODeviceWeight BlockIOReadBandwidth"
    " BlockIOWeight BlockIOWriteBandwidth BusName BusPolicy CPUAccounting CPUAffinity CPUQuota"
    " CPUQuotaPeriodSec CPUSchedulingPolicy CPUSchedulingPriority CPUSchedulingResetOnFork CPUShares"
    " CPUWeight CacheDirectoryAccounting CacheDirectoryMode CacheDirectoryQuota Capabilities"
    " ConfigurationDirectoryMode ControlGroup ControlGroupAttribute"
    " ControlGroupModify ControlGroupPersistent CoredumpFilter CoredumpReceive DefaultMemoryLow"
    " DefaultMemoryMin DefaultStartupMemoryLow Delegate DelegateSubgroup DisableControllers Environment"
    " EnvironmentFile ExecSearchPath ExitType FailureAction FileDescriptorStoreMax"
    " FileDescriptorStorePreserve FinalKillSignal FsckPassNo GuessMainPID IOAccounting"
    " IODeviceLatencyTargetSec IODeviceWeight IOReadBandwidthMax IOReadIOPSMax"
    " IOSchedulingClass IOSchedulingPriority IOWeight IOWriteBandwidthMax IOWriteIOPSMax IPAccounting"
    " IgnoreSIGPIPE ImportCredential KillMode KillSignal LimitAS LimitCORE LimitCPU LimitDATA LimitFSIZE"
    " LimitLOCKS LimitMEMLOCK LimitMSGQUEUE LimitNICE LimitNOFILE LimitNPROC LimitRSS LimitRTPRIO"
    " LimitRTTIME LimitSIGPENDING LimitSTACK LoadCredential LoadCredentialEncrypted LogExtraFields"
    " LogFilterPatterns LogLevelMax LogNamespace LogRateLimitBurst LogRateLimitIntervalSec"
    " LogsDirectoryAccounting LogsDirectoryMode LogsDirectoryQuota ManagedOOMMemoryPressure"
    " ManagedOOMMemoryPressureDurationSec ManagedOOMMemoryPressureLimit ManagedOOMPreference"
    " ManagedOOMSwap MemoryAccounting MemoryHigh MemoryKSM MemoryLimit MemoryLow MemoryMax MemoryMin"
    " MemoryPressureThresholdSec MemoryPressureWatch MemorySwapMax MemoryZSwapMax MemoryZSwapWriteback"
    " MountAPIVFS NUMAMask NUMAPolicy Nice NonBlocking NotifyAccess OOMPolicy OOMScoreAdjust OpenFile"
    " PAMName PIDFile PassEnvironment PermissionsStartOnly Personality RebootArgument"
    " ReloadSignal RemainAfterExit RemoveIPC Restart RestartForceExitStatus RestartKillSignal"
    " RestartMaxDelaySec RestartMode RestartPreventExitStatus RestartSec RestartSteps"
    " RootDirectoryStartOnly RuntimeDirectoryMode RuntimeDirectoryPreserve RuntimeMaxSec"
    " RuntimeRandomizedExtraSec SendSIGHUP SendSIGKILL SetCredential SetCredentialEncrypted"
    " SetLoginEnvironment Slice Sockets StandardError StandardInput StandardInputData StandardInputText"
    " StandardOutput StartLimitAction StartLimitBurst StartLimitInterval StartLimitIntervalSec"
    " StartupAllowedCPUs StartupAllowedMemoryNodes StartupBlockIOWeight StartupCPUShares StartupCPUWeight"
    " StartupIOWeight StartupMemoryHigh StartupMemoryLow StartupMemoryMax StartupMemorySwapMax"
    " StartupMemoryZSwapMax StateDirectoryAccounting StateDirectoryMode StateDirectoryQuota SuccessAction"
    " SuccessExitStatus SurviveFinalKillSignal SysVStartPriority SyslogFacility SyslogIdentifier"
    " SyslogLevel SyslogLevelPrefix TCPWrapName TTYColumns TTYPath TTYReset TTYRows TTYVHangup"
    " TTYVTDisallocate TasksAccounting TasksMax TimeoutAbortSec TimeoutCleanSec TimeoutSec"
    " TimeoutStartFailureMode TimeoutStartSec TimeoutStopFailureMode TimeoutStopSec TimerSlackNSec Type"
    " UMask USBFunctionDescriptors USBFunctionStrings UnsetEnvironment UtmpIdentifier"
    " UtmpMode WatchdogSec WatchdogSignal WorkingDirectory ";

bool lists(std::string_view names, std::string_view name) {
  return name.find(' ') == std::string_view::npos &&
         names.find(" " + std::string(name) + " ") != std::string_view::npos;
}

} // namespace

std::string_view unchecked_why(std::string_view key) {
  const auto* const found = std::ranges::find(unchecked_settings, key, &UncheckedSetting::key);
  return found == unchecked_settings.end() ? std::string_view() : found->why;
}

std::string_view choice_words(std::string_view key) {
  const auto* const found = std::ranges::find(choice_settings, key, &ChoiceSetting::key);
  return found == choice_settings.end() ? std::string_view() : found->words;
}

bool is_unit_setting(std::string_view key) {
  return lists(read_settings, key) || lists(other_settings, key) || !unchecked_why(key).empty() ||
         key.starts_with("X-");
}

} // namespace sbx
