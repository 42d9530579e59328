// How is an object of nf_tables written as lines of target/net/ruleset? From the attributes of its message.
#pragma once

#include "kernel/netlink.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sbx {

const char* nft_family_word(std::uint8_t family); // nullptr: not one of nf_tables

// What begins a line about something of a table: " inet filter"
std::string nft_table_prefix(std::uint8_t family, std::string_view table);

std::string nft_chain_line(const std::string& prefix, const NetlinkAttributes& chain);
std::string nft_set_line(const std::string& prefix, const NetlinkAttributes& set);
std::string nft_element_line(const std::string& prefix, std::string_view element); // prefix with the set
std::string nft_rule_lines(const std::string& prefix, const NetlinkAttributes& rule);

// The members of a list of attributes (NFTA_LIST_ELEM), with their type.
void each_nft_member(std::string_view list, const std::function<void(int type, std::string_view)>& with);

} // namespace sbx
