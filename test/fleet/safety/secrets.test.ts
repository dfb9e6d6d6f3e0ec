import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { Ran, Sandbox } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, loads, pathOf, tmux, waits } from "../../support/fleet/fleet.ts";

/** None of them looks like a secret by itself. */
const canary = {
  named: "canary-named",
  renewed: "canary-renewed",
  address: "canary-address",
  file: "canary-file",
  edited: "canary-edited",
  broken: "canary-broken",
  failing: "canary-failing",
} as const;

const env = { API_TOKEN: canary.named, HOME_PAGE: `https://me:${canary.address}@example.org/` };
const failing = { command: `echo no luck; ${loads}; exit 3`, restart: { policy: "no" } };

function agents(token: string) {
  return {
    defaults: { onChange: "restart" },
    agents: {
      one: { command: waits, env: { ...env, API_TOKEN: token }, envFiles: ["~/secret.env"] },
      two: { command: waits },
      down: { ...failing, env: { PASSWORD: canary.failing }, envFiles: ["~/secret.env"] },
    },
  };
}

/** Errors in the very lines with secrets: of values, and of YAML itself. */
const wrong = `version: 1
agents:
  one:
    command: x
    env:
      API_TOKEN: [${canary.broken}]
  two: { command: [x], env: { SECRET_NUMBER: ${canary.broken}, CI: 1 } }
  three: { command: x, env: API_KEY=${canary.broken} }
`;
const unreadable = `version: 1
agents:
  one:
    command: x
    env:
      PASSWORD: ${canary.broken}: x
      API_TOKEN: *${canary.broken}
`;

describe("a secret", () => {
  const sampler = fileURLToPath(new URL("../../support/measure/sample-processes.mjs", import.meta.url));
  const box = useSandbox({ visible: { "rig/sample.mjs": sampler } });
  const runs: { readonly command: string; readonly ran: Ran }[] = [];
  let sampled: { rounds: number; places: readonly string[]; modes: readonly string[] };
  let filesWhileUp: readonly string[];
  let askedWhileUp: string;

  async function run(...args: readonly string[]): Promise<Ran> {
    const ran = await fleet(box, ...args);
    runs.push({ command: `fleet ${args.join(" ")}`, ran });
    return ran;
  }

  /** A fleet's whole life, with every way to print it, watched from the side. */
  beforeAll(async () => {
    await box.write("~/words", `${Object.values(canary).join("\n")}\n`, 0o600);
    await box.write("~/secret.env", `PLAIN=${canary.file}\n`, 0o600);
    const runtime = `/run/user/${box.uid}/mosaic-agent`;
    const sampling = box.run(
      ["node", "/run/fleet/rig/sample.mjs", `${box.home}/words`, `${box.home}/stop`, runtime],
      { timeoutMs: 120_000 },
    );
    await until("the sampler looks", () => box.read("~/stop.begun").then(() => true));

    await declare(box, agents(canary.named));
    await run("apply", "--yes", "-v");
    await run("status", "--json", "-v");
    filesWhileUp = await filesWith(box, "~/words");
    askedWhileUp = await everythingAsked(box);

    await declare(box, agents(canary.renewed));
    await run("plan", "-v");
    await run("apply", "--yes", "--json", "-v");

    const file = `~/.config/${pathOf.env("one")}`;
    const content = await box.read(file);
    await box.write(file, `${content.replace(canary.renewed, canary.edited)}# ${canary.edited}\n`);
    await run("plan", "-v");
    await run("plan", "--json");
    await run("status");
    await run("apply", "--yes", "-v");

    await box.write("~/work/wrong.yaml", wrong);
    await box.write("~/work/unreadable.yaml", unreadable);
    for (const name of ["wrong.yaml", "unreadable.yaml"]) {
      await run("validate", "--json", "--file", name);
      await run("apply", "--yes", "-v", "--file", name);
    }
    await run("destroy", "--yes", "--file", "wrong.yaml");
    await box.sh("systemctl --user restart mosaic-agent@one.service");
    await run("destroy", "--yes", "-v");
    await box.write("~/stop", "");
    sampled = JSON.parse((await sampling).stdout) as typeof sampled;
  });

  it("is printed by no command, as text, as JSON, with -v or in an error", () => {
    const leaks = runs.filter(({ ran }) => /canary-/.test(ran.stdout + ran.stderr));
    expect(leaks).toEqual([]);
    const all = runs.map(({ ran }) => ran.stdout + ran.stderr).join("\n");
    for (const said of [
      "env.API_TOKEN changed",
      "-API_TOKEN=(sensitive value)",
      "+API_TOKEN=(sensitive value)",
      "-(sensitive value)\n",
      "API_TOKEN: (sensitive value)",
      "PASSWORD: (sensitive value)",
      "Error: agent down does not run: exit status 3",
      "Destroy complete",
    ]) {
      expect(all).toContain(said);
    }
    expect(new Set(runs.map(({ ran }) => ran.code))).toEqual(new Set([0, 4, 65]));
  });

  it("is in the arguments of no process, and in the environment of its own agent's processes alone", () => {
    expect(sampled.rounds).toBeGreaterThan(20);
    expect(sampled.places.filter((place) => place.includes(" in cmdline "))).toEqual([]);
    const owners = sampled.places.map((place) => /^canary-(\w+) in environ of (.*)$/.exec(place)?.slice(1));
    const [one, down] = ["mosaic-agent@one.service", "mosaic-agent@down.service"];
    expect(owners).toEqual(
      expect.arrayContaining([
        ["named", one],
        ["file", one],
        ["file", down],
      ]),
    );
    const units = {
      named: [one],
      renewed: [one],
      address: [one],
      file: [one, down],
      edited: [one],
      failing: [down],
    };
    // The manager's own children are in its group until just before they become the unit's.
    const settled = owners.filter((owner) => owner?.[1] !== "init.scope");
    const strange = settled.filter(
      (owner) => !units[owner?.[0] as keyof typeof units]?.includes(owner?.[1] ?? ""),
    );
    expect(strange).toEqual([]);
  });

  it("is in files for its owner only, in folders for its owner only", () => {
    expect(sampled.modes).toEqual(["600"]);
    expect(filesWhileUp.map((line) => line.replace(/[0-9a-f]{32}/, "ID"))).toEqual([
      "600 700 .cache/mosaic-fleet/ID.json",
      "600 700 .config/mosaic/fleet/agents/down.env",
      "600 700 .config/mosaic/fleet/agents/one.env",
      // The user's own.
      expect.stringMatching(/ secret\.env$/),
      expect.stringMatching(/ words$/),
      expect.stringMatching(/ work\/fleet\.yaml$/),
    ]);
  });

  it("is unknown to systemd and tmux, and in no journal", async () => {
    expect(askedWhileUp).toContain("mosaic-agent@one.service");
    expect(askedWhileUp).toContain("agent down: command failed (exit status 3)");
    expect(askedWhileUp).not.toContain("canary-");
    expect(await journal(box)).not.toContain("canary-");
  });

  it("is gone with the fleet, except for the user's own files and the cached fleet.yaml", async () => {
    const left = await filesWith(box, "~/words");
    expect(
      left.filter((line) => !/ (?:secret\.env|words|work\/|\.cache\/mosaic-fleet\/)/.test(line)),
    ).toEqual([]);
  });
});

describe("an envFile with a line that systemd would quote in its journal", () => {
  const box = useSandbox();

  it("blocks the start of its agent, and none of it is shown", async () => {
    await box.write("~/secret.env", `FINE=1\nexport API_KEY=${canary.file}\n`, 0o600);
    await declare(box, {
      agents: { one: { command: waits, envFiles: ["~/secret.env"] }, two: { command: waits } },
    });
    const ran = await fleet(box, "apply", "--yes", "-v");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain(
      `agent one is blocked: envFile ${box.home}/secret.env:2 is not NAME=value (without export, and no - in the name): systemd would write the line to its journal\n`,
    );
    expect(ran.stdout + ran.stderr).not.toContain("canary-");
    await box.write("~/secret.env", `FINE=1\nAPI_KEY=${canary.file}\n`, 0o600);
    expect((await fleet(box, "apply", "--yes")).code).toBe(0);
  });
});

/**
 * Finds every file below HOME, /tmp and the runtime directory containing one of the words, with the modes of it and
 * its folder.
 */
async function filesWith(box: Sandbox, words: string): Promise<readonly string[]> {
  const found = await box.sh(
    `cd ~; { grep -rlsF -f ${words} . /tmp /run/user/$UID || true; } | sed 's,^[.]/,,' | sort | while read -r file; do
       echo "$(stat -c %a "$file") $(stat -c %a "$(dirname "$file")") $file"
     done`,
  );
  return found
    .split("\n")
    .filter(Boolean)
    .toSorted((a, b) => pathIn(a).localeCompare(pathIn(b)));
}

function pathIn(line: string): string {
  return line.split(" ").slice(2).join(" ");
}

/** Returns all output of systemd and tmux about everything, and the journal. */
async function everythingAsked(box: Sandbox): Promise<string> {
  const systemd = await box.sh(
    "systemctl --user show '*'; systemctl --user show-environment; systemctl --user status '*' || true",
  );
  const asked = [
    "show-environment -g",
    "show-environment -t =one:",
    "show-options -g",
    "show-options -p -t =one:",
  ];
  const answers = await Promise.all(asked.map((args) => tmux(box, ...args.split(" "))));
  const panes = await tmux(box, "list-panes", "-a", "-F", "#{pane_start_command} #{@mosaic_config}");
  return [systemd, ...answers, panes, await journal(box)].join("\n");
}

async function journal(box: Sandbox): Promise<string> {
  const units =
    "--user-unit='mosaic-*' --user-unit=mosaic-agent@one.service --user-unit=mosaic-agent@down.service";
  return box.sh(
    `journalctl --all --no-pager --output=verbose; journalctl --all --no-pager --output=verbose ${units}`,
  );
}
