// Where do people and platforms keep keys and tokens? By names alone; nothing of them is ever read.
#pragma once

#include <span>
#include <string_view>

namespace sbx {

struct CredentialPlace {
  std::string_view path; // from a home directory, or from the root
  std::string_view what;
};

std::span<const CredentialPlace> home_credentials(); // ".ssh"
std::span<const CredentialPlace> root_credentials(); // "/run/secrets"

} // namespace sbx
