// What is a device node good for, by its numbers? Documentation/admin-guide/devices.txt of the kernel. Names
// can be anything; numbers are what the kernel goes by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sbx {

enum class DeviceRisk {
  usual,   // every container has it
  opens,   // more of the kernel, or of one device
  machine, // memory, ports or disks of the whole machine
};

struct DeviceMeaning {
  std::string text;
  DeviceRisk risk;
};

// `name`: only to tell those apart whose numbers the kernel gives out as they come (kvm has fixed ones, vfio
// and nvidia have not).
DeviceMeaning device_meaning(bool block, std::uint32_t major, std::uint32_t minor, std::string_view name);

} // namespace sbx
