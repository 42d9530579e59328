// Is it the same layer? Addresses of the kernel are never shown: each gets a number, in the order of asking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace sbx {

// One for a run: what is read of two processes is then comparable.
class LandlockObjects {
public:
  std::size_t number(std::uint64_t address) {
    return numbers_.try_emplace(address, numbers_.size() + 1).first->second;
  }

private:
  std::unordered_map<std::uint64_t, std::size_t> numbers_;
};

} // namespace sbx
