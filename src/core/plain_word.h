// Which words of a command line tell how a sandbox was made, and cannot be anybody's secret? Command lines
// hold passwords, and what we read goes into recordings that people hand on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// What takes the place of a word that is not told.
inline constexpr std::string_view untold_word = "...";

// The words, each as it is, or an option without its value ("--token=..." for "--token=x"), or `untold_word`.
// Told are: the first; options, with the value of those that name no more than a kind or a container; words
// and parts of paths that launchers alone use; identifiers of 12 hexadecimal digits and more.
std::vector<std::string> plain_words(const std::vector<std::string>& words);

} // namespace sbx
