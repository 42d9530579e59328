// Which number is this text? As JSON and YAML's core schema write them.
#pragma once

#include "policy/document.h"

namespace sbx {

// Makes the node an integer, or a real, where its text is one; else leaves it.
void read_number(Node& node);

} // namespace sbx
