// How are the regions of a passage and the boxes of a walk turned into each other?
#pragma once

#include "network/box.h"
#include "network/passage.h"

namespace sbx {

Wide wide_of(const IpAddress& address);
IpAddress address_of(Wide number, bool v6);
Region region_of(const Box& box, bool v6);
Box box_of(const Region& region); // a side that is empty is everything: no region of ours has such

} // namespace sbx
