// Rules of every kind that can be evaluated, at random, and packets that they are about.
#pragma once

#include "naive_rules.h"

#include <random>

namespace sbx {

NetRuleset random_ruleset(std::mt19937& random, bool v6);
NaivePacket random_packet(std::mt19937& random, bool v6);

} // namespace sbx
