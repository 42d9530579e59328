// What does one expression of an nf_tables rule say? As a line of target/net/ruleset.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

// `expression`: the attributes NFTA_EXPR_NAME and NFTA_EXPR_DATA. An expression with an attribute that is not
// known here, or without one that decides, is written as one that is not understood.
std::string nft_expression_line(std::string_view expression);

std::string_view nft_expression_name(std::string_view expression);

// Numbers are in network order in all of nf_tables.
std::optional<std::uint32_t> nft_number(std::string_view bytes);

// NFTA_DATA_VERDICT: " verdict=accept chain=-"
std::optional<std::string> nft_verdict_words(std::string_view verdict);

} // namespace sbx
