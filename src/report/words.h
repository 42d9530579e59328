// How are the target, the point of view and the platform said in words? For every output that people read.
#pragma once

#include "report/report.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

std::string_view layer_title(std::string_view id); // the id itself where it has no title here
std::string target_words(const Target& target);    // "bash (pid 4242, 7 threads, up 3 h)"
std::string vantage_words(const Report& report);   // "seen from outside, as root with BPF"
std::string gap_words(const Gap& gap);             // "refused to us"

// What the kernel is and runs on, then what it looks like, then what was not seen. Empty where nothing was
// asked.
std::vector<std::string> platform_words(const nlohmann::json& platform);

} // namespace sbx
