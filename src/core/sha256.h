// Which bytes were these? SHA-256, FIPS 180-4, as 64 hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace sbx {

std::string sha256_hex(std::string_view bytes);

} // namespace sbx
