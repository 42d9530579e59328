// How is a box told to people? "tcp to 203.0.113.5 port 443", "tcp and udp to any address but port 25".
#pragma once

#include "network/box.h"

#include <string>

namespace sbx {

// `all` is what is called any address here.
std::string box_words(const Box& box, const Box& all, bool v6);

} // namespace sbx
