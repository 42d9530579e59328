#include "rules/device_names.h"

#include <algorithm>
#include <iterator>

namespace sbx {

namespace {

constexpr std::uint32_t any = ~0U;

struct ByNumber {
  std::uint32_t major, first, last;
  DeviceRisk risk;
  std::string_view text;
};

constexpr ByNumber characters[] = {
    {1, 3, 3, DeviceRisk::usual, "null"},
    {1, 5, 5, DeviceRisk::usual, "zero"},
    {1, 7, 7, DeviceRisk::usual, "full"},
    {1, 8, 9, DeviceRisk::usual, "random numbers"},
    {5, 0, 0, DeviceRisk::usual, "its terminal"},
    {5, 2, 2, DeviceRisk::usual, "makes pseudo terminals"},
    {136, 0, any, DeviceRisk::usual, "a pseudo terminal"},
    {1, 1, 1, DeviceRisk::machine, "the memory of the machine"},
    {1, 2, 2, DeviceRisk::machine, "the memory of the kernel"},
    {1, 4, 4, DeviceRisk::machine, "the input and output ports of the machine"},
    {1, 11, 11, DeviceRisk::opens, "the log of the kernel"},
    {4, 0, any, DeviceRisk::opens, "a terminal or serial line of the machine"},
    {5, 1, 1, DeviceRisk::opens, "the console of the machine"},
    {7, 0, any, DeviceRisk::opens, "the screen of a terminal of the machine"},
    {10, 183, 183, DeviceRisk::opens, "the hardware's random numbers"},
    {10, 200, 200, DeviceRisk::opens, "makes network interfaces, in its own network namespace"},
    {10, 223, 223, DeviceRisk::machine, "pretends to be a keyboard or mouse of the machine"},
    {10, 229, 229, DeviceRisk::opens, "mounts file systems that a process serves"},
    {10, 232, 232, DeviceRisk::opens, "runs virtual machines: more of the kernel to attack"},
    {10, 234, 234, DeviceRisk::opens, "settings of btrfs"},
    {10, 235, 235, DeviceRisk::opens, "the kernel's side of autofs"},
    {10, 236, 236, DeviceRisk::machine, "makes block devices of others"},
    {10, 237, 237, DeviceRisk::machine, "makes loop devices"},
    {10, 238, 238, DeviceRisk::opens, "the kernel's network side of virtual machines"},
    {10, 241, 241, DeviceRisk::opens, "the kernel's socket side of virtual machines"},
    {10, 242, 242, DeviceRisk::opens, "devices of virtual machines in user space"},
    {13, 0, any, DeviceRisk::machine, "keyboards, mice and other input of the machine"},
    {14, 0, any, DeviceRisk::opens, "sound: what is heard and played"},
    {21, 0, any, DeviceRisk::machine, "commands to SCSI devices, disks among them"},
    {29, 0, any, DeviceRisk::opens, "the screen"},
    {81, 0, any, DeviceRisk::opens, "cameras"},
    {89, 0, any, DeviceRisk::machine, "buses of the board (I2C)"},
    {108, 0, any, DeviceRisk::opens, "PPP"},
    {116, 0, any, DeviceRisk::opens, "sound: what is heard and played"},
    {189, 0, any, DeviceRisk::machine, "USB devices"},
    {195, 0, any, DeviceRisk::opens, "a graphics processor (NVIDIA)"},
    {202, 0, any, DeviceRisk::machine, "registers of the processor (MSR)"},
    {203, 0, any, DeviceRisk::opens, "what the processor says of itself"},
    {226, 0, any, DeviceRisk::opens, "a graphics processor"},
};

struct ByName {
  std::string_view prefix;
  DeviceRisk risk;
  std::string_view text;
};

// Numbers that are given out as they come.
constexpr ByName named[] = {
    {"vfio", DeviceRisk::machine, "hardware handed to user space"},
    {"nvidia", DeviceRisk::opens, "a graphics processor (NVIDIA)"},
    {"kfd", DeviceRisk::opens, "a graphics processor (AMD)"},
    {"dxg", DeviceRisk::opens, "a graphics processor of the host of this virtual machine"},
    {"vsock", DeviceRisk::opens, "sockets to the host of this virtual machine"},
    {"vhost", DeviceRisk::opens, "the kernel's side of virtual machines"},
    {"hidraw", DeviceRisk::machine, "keyboards, mice and other input of the machine"},
    {"tpm", DeviceRisk::machine, "the machine's security chip"},
    {"sev", DeviceRisk::machine, "the processor's security functions"},
    {"sgx", DeviceRisk::opens, "enclaves"},
    {"udmabuf", DeviceRisk::opens, "buffers of devices"},
    {"dma_heap", DeviceRisk::opens, "buffers of devices"},
    {"nvme", DeviceRisk::machine, "commands to a disk"},
    {"cuse", DeviceRisk::opens, "devices that a process serves"},
    {"ppp", DeviceRisk::opens, "PPP"},
    {"mei", DeviceRisk::machine, "the management engine of the machine"},
    {"ipmi", DeviceRisk::machine, "the management controller of the machine"},
    {"gpiochip", DeviceRisk::machine, "pins of the board"},
    {"rfkill", DeviceRisk::opens, "turns radios off"},
    {"snapshot", DeviceRisk::machine, "the image of the machine for hibernation"},
    {"userfaultfd", DeviceRisk::opens, "stops the kernel in the middle of its work"},
    {"vga_arbiter", DeviceRisk::opens, "the screen"},
    {"cpu_dma_latency", DeviceRisk::opens, "keeps the processor awake"},
    {"binder", DeviceRisk::opens, "messages of Android"},
};

} // namespace

DeviceMeaning device_meaning(bool block, std::uint32_t major, std::uint32_t minor, std::string_view name) {
  if (block)
    return {"a disk or a part of one", DeviceRisk::machine};
  for (const ByNumber& row : characters)
    if (row.major == major && minor >= row.first && minor <= row.last)
      return {std::string(row.text), row.risk};
  const auto* row = std::find_if(std::begin(named), std::end(named),
                                 [&](const ByName& it) { return name.starts_with(it.prefix); });
  return row == std::end(named) ? DeviceMeaning{"not known here", DeviceRisk::opens}
                                : DeviceMeaning{std::string(row->text), row->risk};
}

} // namespace sbx
