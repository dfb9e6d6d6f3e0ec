import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskText, mergeSpans, replaceSpans, sensitive } from "../../src/secrets/mask.ts";
import { isSecretValue } from "../../src/secrets/values.ts";

/** Put together here, so no scanner of secrets takes this file for a leak. */
const filler = "aB3dE5gH7jK9mN1pQ3sT5vW7";
const shaped = {
  Anthropic: `sk-ant-api03-${filler}`,
  OpenAI: `sk-proj-${filler}`,
  Stripe: ["sk", "live", filler].join("_"),
  GitHub: `ghp_${filler}`,
  "GitHub, fine-grained": `github_pat_${filler}`,
  GitLab: `glpat-${filler}`,
  Slack: `xoxb-${filler}`,
  AWS: ["AKIA", "IOSFODNN7EXAMPLE"].join(""),
  Google: `AIza${filler}`,
  npm: `npm_${filler}`,
  "Hugging Face": `hf_${filler}`,
  "a web token": `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${filler}`,
  "a private key": `-----BEGIN RSA PRIVATE KEY-----\n${filler}\n-----END RSA PRIVATE KEY-----`,
  "a private key that is cut off": `-----BEGIN PRIVATE KEY-----\n${filler}`,
  "an address with a password": "https://user:hunter2@example.org/x",
  "an address with a token": "https://0123456789abcdef@example.org/1",
  "a password with a slash": "postgres://me:p/w@d@db.example.org:5432/x",
  "a header": "curl -H 'Authorization: Bearer abc123def'",
  "a query": "https://example.org/hook?x=1&token=hunter2",
  "hex digits": "0123456789abcdef0123456789abcdef",
};

describe("A value that looks like a secret", () => {
  it.each(Object.entries(shaped))("hides the value: %s", (_, value) =>
    expect(isSecretValue(value)).toBe(true),
  );

  it.each([
    "claude-sonnet-4-20250514",
    "https://example.org:8080/a/b?page=2",
    "ssh://git@github.com/mosaic/stack.git",
    "/usr/lib/node_modules/some-package-name/bin/a-long-program-name",
    "codex --full-auto",
    "550e8400-e29b-41d4-a716-446655440000",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "12345678901234567890123456789012",
    "MOSAIC_AGENT_WORKDIR_AND_A_LONG_NAME",
  ])("differs from %s", (value) => expect(isSecretValue(value)).toBe(false));
});

describe("A masked text", () => {
  it.each([
    ["API_TOKEN=hush", "API_TOKEN=(sensitive value)"],
    ["Environment=CI=1 API_TOKEN=hush X=2", "Environment=CI=1 API_TOKEN=(sensitive value)"],
    ["# API_TOKEN = hush hush", "# API_TOKEN = (sensitive value)"],
    ["run --api-key hush --model opus", "run --api-key (sensitive value)"],
    ["run --password=hush", "run --password=(sensitive value)"],
    ["git clone https://me:hush@example.org/x", "git clone https://(sensitive value)@example.org/x"],
    ["curl -u admin:hush https://h.example", "curl -u admin:(sensitive value)"],
    ["curl -su 'admin:hush'", "curl -su 'admin:(sensitive value)"],
    ["curl -uadmin:hush", "curl -uadmin:(sensitive value)"],
    ["curl --user admin:hush", "curl --user admin:(sensitive value)"],
    ["curl --proxy-user=admin:hush", "curl --proxy-user=admin:(sensitive value)"],
    ["exec 'curl' '-u' 'admin:hush'", "exec 'curl' '-u' 'admin:(sensitive value)"],
    ['S="{\\"apiKey\\":\\"hush\\"}"', 'S="{\\"apiKey\\":(sensitive value)'],
    ["docker run -u 1000:1000 x", "docker run -u 1000:1000 x"],
    ['curl -u "admin:$CODE" x', 'curl -u "admin:$CODE" x'],
    ["rsync -u https://h.example/x y", "rsync -u https://h.example/x y"],
    ["MODEL=opus", "MODEL=opus"],
    ["export TOKEN=$OTHER", "export TOKEN=$OTHER"],
  ])("hides the value: %s", (text, masked) => expect(maskText(text, "rest")).toBe(masked));

  it.each([
    ["{ API_TOKEN: hush, CI: 1 }", "{ API_TOKEN: (sensitive value), CI: 1 }"],
    ['{ "API_TOKEN": "hu, sh", CI: 1 }', '{ "API_TOKEN": (sensitive value), CI: 1 }'],
    ["[API_TOKEN=hush, CI=1]", "[API_TOKEN=(sensitive value), CI=1]"],
    ["[curl, -u, admin:hush, x]", "[curl, -u, admin:(sensitive value), x]"],
    ['[curl, "--user", "admin:hush, x"]', '[curl, "--user", "admin:(sensitive value), x"]'],
    ['{"apiKey":"hush","model":"opus"}', '{"apiKey":(sensitive value),"model":"opus"}'],
    ['{\\"password\\": \\"hu sh\\", 1}', '{\\"password\\": (sensitive value), 1}'],
    ["auth: { command: claude }", "auth: { command: claude }"],
    ["[run, --token, hush, --fast]", "[run, --token, (sensitive value), --fast]"],
  ])("keeps the text after the value if its end is known: %s", (text, masked) =>
    expect(maskText(text, "word")).toBe(masked),
  );

  it("contains nothing of the removed text, and all the rest", () => {
    const spans = fc.array(fc.record({ start: fc.nat(40), length: fc.nat(12) }), { maxLength: 6 });
    fc.assert(
      fc.property(spans, (cuts) => {
        const text = "x".repeat(60);
        const parts = cuts.map(({ start, length }) => ({ start, end: start + length }));
        const hidden = new Set(
          parts.flatMap(({ start, end }) => [...Array(end - start).keys()].map((i) => start + i)),
        );
        const shown = replaceSpans(text, parts);
        expect(shown.replaceAll(sensitive, "")).toHaveLength(60 - hidden.size);
        expect(shown.split(sensitive)).toHaveLength(mergeSpans(parts).length + 1);
      }),
    );
  });
});
