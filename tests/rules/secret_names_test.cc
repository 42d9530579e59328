#include "rules/secret_names.h"

#include <catch2/catch.hpp>

#include <string>

using sbx::names_a_secret;

TEST_CASE("secret_names: names that say so are secrets") {
  for (const char* name : {"ANTHROPIC_API_KEY",
                           "OPENAI_API_KEY",
                           "GITHUB_TOKEN",
                           "GH_TOKEN",
                           "HF_TOKEN",
                           "NPM_TOKEN",
                           "TOKEN",
                           "AWS_ACCESS_KEY_ID",
                           "AWS_SECRET_ACCESS_KEY",
                           "AWS_SESSION_TOKEN",
                           "AZURE_CLIENT_SECRET",
                           "POSTGRES_PASSWORD",
                           "MYSQL_PWD",
                           "DB_PASS",
                           "PGPASSWORD",
                           "SSHPASS",
                           "KEY_PASSPHRASE",
                           "GCP_CREDENTIALS",
                           "DOCKER_PASSWD",
                           "TLS_PRIVATE_KEY",
                           "SIGNING_KEY",
                           "SECRET_KEY_BASE",
                           "ENCRYPTION_KEYS",
                           "SENTRY_DSN",
                           "DATABASE_URL",
                           "STAGING_DATABASE_URL",
                           "REDIS_URL",
                           "MONGODB_URI",
                           "SLACK_WEBHOOK_URL",
                           "AZURE_STORAGE_CONNECTION_STRING",
                           "GITLAB_PAT",
                           "SESSION_JWT",
                           "DOCKER_AUTH_CONFIG",
                           "apiKey",
                           "githubToken",
                           "npm_config__authToken",
                           "my-service.password",
                           "CI_JOB_TOKEN",
                           "SECRET",
                           "PASSWORD"}) {
    CAPTURE(name);
    CHECK(names_a_secret(name));
  }
}

TEST_CASE("secret_names: names that only look like it are none") {
  for (const char* name : {"SSH_AUTH_SOCK",
                           "KUBECONFIG",
                           "GPG_KEY",
                           "GPG_TTY",
                           "PWD",
                           "OLDPWD",
                           "HOME",
                           "PATH",
                           "LANG",
                           "TERM",
                           "KEYMAP",
                           "VCONSOLE_KEYMAP",
                           "MONKEY",
                           "TURKEY_REGION",
                           "SSH_PUBLIC_KEY",
                           "PUBKEY",
                           "CACHE_KEY",
                           "KEY",
                           "KEYS",
                           "HOTKEY",
                           "SUDO_ASKPASS",
                           "SSH_ASKPASS",
                           "GIT_ASKPASS",
                           "COMPASS_HOME",
                           "GIT_AUTHOR_NAME",
                           "XAUTHORITY",
                           "AWS_REGION",
                           "AWS_DEFAULT_REGION",
                           "AWS_PROFILE",
                           "AWS_WEB_IDENTITY_TOKEN_FILE",
                           "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                           "POSTGRES_PASSWORD_FILE",
                           "PASSWORD_STORE_DIR",
                           "CREDENTIALS_DIRECTORY",
                           "GOOGLE_APPLICATION_CREDENTIALS",
                           "TOKENIZERS_PARALLELISM",
                           "MAX_TOKENS",
                           "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
                           "TOKEN_TTL",
                           "ACTIONS_ID_TOKEN_REQUEST_URL",
                           "SECRETARY",
                           "BASE_URL",
                           "HTTP_PROXY",
                           "OPENSHELL_SANDBOX",
                           "",
                           "_",
                           "=",
                           "PASSAGE",
                           "PATTERN",
                           "COOKIE"}) {
    CAPTURE(name);
    CHECK_FALSE(names_a_secret(name));
  }
}

TEST_CASE("secret_names: hostile names cost nothing and are judged by their letters") {
  CHECK(names_a_secret("\xff\x1b_TOKEN"));
  CHECK(names_a_secret("API KEY"));
  CHECK_FALSE(names_a_secret(std::string(256, '_')));
  CHECK_FALSE(names_a_secret(std::string(256, 'A')));
}
