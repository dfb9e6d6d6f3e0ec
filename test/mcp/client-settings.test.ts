import { describe, expect, it } from "vitest";
import { clientNames } from "../../src/mcp/client-names.ts";
import { clientSettings, settingsPlace } from "../../src/report/mcp/client-settings.ts";

const words = ["fleet", "mcp", "--file", "/home/ada/my work/fleet.yaml", "--allow", "send,restart"] as const;

describe("the settings that add fleet mcp to a program", () => {
  it("are a command line for claude and codex", () => {
    for (const client of ["claude", "codex"] as const) {
      expect(clientSettings(client, words)).toBe(
        `${client} mcp add fleet -- fleet mcp --file '/home/ada/my work/fleet.yaml' --allow send,restart\n`,
      );
    }
  });

  it("are JSON for the others", () => {
    const [command, ...args] = words;
    for (const client of ["gemini", "json"] as const) {
      expect(JSON.parse(clientSettings(client, words))).toEqual({ mcpServers: { fleet: { command, args } } });
    }
    expect(JSON.parse(clientSettings("opencode", words))).toMatchObject({
      mcp: { fleet: { type: "local", command: words, enabled: true } },
    });
  });

  it("tell their place", () => {
    expect(new Set(clientNames.map(settingsPlace)).size).toBe(clientNames.length);
  });
});
