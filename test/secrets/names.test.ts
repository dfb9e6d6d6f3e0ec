import { describe, expect, it } from "vitest";
import { isSecretName } from "../../src/secrets/names.ts";

describe("The name of a secret", () => {
  it.each(
    (
      "TOKEN API_TOKEN GITHUB_TOKEN GITHUBTOKEN ghToken tokens ANTHROPIC_API_KEY OPENAI_API_KEY apiKey X-Api-Key KEY SSH_KEY " +
      "AWS_SECRET_ACCESS_KEY CLIENT_SECRET SECRETS PASSWORD PGPASSWORD DB_PASS DB_PWD PASSWD SSHPASS PASSPHRASE CREDENTIALS " +
      "GOOGLE_APPLICATION_CREDENTIALS REGISTRY_AUTH Authorization COOKIE SESSION_COOKIE PRIVATE_KEY SENTRY_DSN SLACK_WEBHOOK_URL " +
      "JWT GH_PAT TLS_CERT HASH_SALT STRIPE_KEY_2 KEY1 auth.token SESSION SESSION_ID"
    ).split(" "),
  )("is recognised: %s", (name) => expect(isSecretName(name)).toBe(true));

  it.each(
    (
      "MODEL CI PATH PWD OLDPWD HOME KEYBOARD KEYMAP_NAME AUTHOR GIT_AUTHOR_NAME MONKEY COMPASS SSH_AUTH_SOCK XDG_SESSION_ID " +
      "TOKENIZERS_PARALLELISM MAX_TOKENS CLAUDE_CODE_MAX_OUTPUT_TOKENS TOKEN_LIMIT PATTERN LANG DATABASE_URL MOSAIC_AGENT_COMMAND " +
      "SESSION_NAME session_name sessionName TMUX_SESSION_NAME session_dir"
    ).split(" "),
  )("differs from %s", (name) => expect(isSecretName(name)).toBe(false));
});
