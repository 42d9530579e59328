#include "rules/credential_places.h"

namespace sbx {

namespace {

constexpr CredentialPlace in_home[] = {
    {".ssh", "SSH keys"},
    {".gnupg", "OpenPGP keys"},
    {".aws", "keys of Amazon Web Services"},
    {".azure", "tokens of Azure"},
    {".config/gcloud", "tokens of Google Cloud"},
    {".kube", "access to Kubernetes clusters"},
    {".docker/config.json", "passwords of image registries"},
    {".config/containers/auth.json", "passwords of image registries"},
    {".netrc", "passwords of servers"},
    {".git-credentials", "passwords of Git servers"},
    {".config/gh", "tokens of GitHub"},
    {".npmrc", "tokens of package registries"},
    {".pypirc", "tokens of package registries"},
    {".cargo/credentials.toml", "tokens of package registries"},
    {".codex", "tokens of an agent"},
    {".claude", "tokens of an agent"},
};

constexpr CredentialPlace in_root[] = {
    {"/run/secrets", "secrets that an engine hands in"},
    {"/run/secrets/kubernetes.io/serviceaccount", "the token of a Kubernetes service account"},
    {"/var/run/secrets/kubernetes.io/serviceaccount", "the token of a Kubernetes service account"},
    {"/etc/kubernetes", "keys of a Kubernetes node"},
    {"/etc/ssl/private", "keys of servers"},
    {"/etc/ssh", "keys of the SSH server"},
};

} // namespace

std::span<const CredentialPlace> home_credentials() { return in_home; }
std::span<const CredentialPlace> root_credentials() { return in_root; }

} // namespace sbx
