import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, waits } from "../../support/fleet/fleet.ts";

/** Values that a shell, systemd, tmux or an env file would each misread. */
const hostile: Readonly<Record<string, string>> = {
  QUOTES: `it's "quoted" \`twice\``,
  SPACES: "  two leading, two trailing  ",
  DOLLAR: "$HOME ${HOME} $(touch ~/executed) `touch ~/executed`",
  PERCENT: "100% %h %i %%",
  BACKSLASHES: "C:\\temp\\new \\\\ \\",
  LINES: "first\nsecond\n\n# third\n",
  COMMENT: "# not a comment",
  COMMENT_TOO: "; not a comment",
  SEMICOLON: "a;b;",
  EQUALS: "=a=b=",
  TMUX_FORMAT: "#{pane_id} #(touch ~/executed) #S",
  UNICODE: "ünïcödé 漢字 🚀",
  CONTROL: "tab\there, bell\u0007, escape\u001b[31m, return\rhere",
  EMPTY: "",
  GLOB: "* ? [a-z] ~ {a,b}",
  MARK: "\n# mosaic-fleet: fleet=other agent=other digest=0\n[X-Fleet]\nFleet=other",
};

const argv = Object.values(hostile).filter((value) => value !== "");

describe("the configuration in fleet.yaml", () => {
  const box = useSandbox();

  beforeAll(async () => {
    await box.sh(`mkdir -p "$HOME/work dir % *" "$HOME/sec rets"`);
    await box.write("~/sec rets/100%[1].env", "SECRET=from file\nSHARED=from file\n", 0o600);
    await declare(box, {
      agents: {
        env: {
          command: [
            "sh",
            "-c",
            'env -0 >~/env.out; printf "%s\\0" "$@" >~/argv.out; pwd >~/pwd.out; exec sleep 1000',
            "sh",
            ...argv,
          ],
          workdir: "~/work dir % *",
          env: { ...hostile, SHARED: "from env" },
          envFiles: ["~/sec rets/100%[1].env"],
        },
        limits: {
          description: "100% of %i; a 'quoted' thing",
          command: waits,
          restart: { policy: "always", delay: "2s", limit: 7, window: "3m" },
          stopTimeout: "7s",
          resources: { memoryMax: "512M", memoryHigh: "50%", cpuQuota: "150%", cpuWeight: 77, tasksMax: 99 },
        },
      },
    });
    await apply(box);
  });

  it("arrives in the agent's environment, byte by byte, and no part of it is executed on the way", async () => {
    const environment = await until("the agent's environment", () => readList("~/env.out"));
    const seen = new Map(environment.map((entry) => splitOnce(entry)));
    const wanted = { ...hostile, SHARED: "from env", SECRET: "from file" };
    expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, seen.get(name)]))).toEqual(wanted);
    expect(await box.sh("ls ~/executed ~/work/executed 2>/dev/null || true")).toBe("");
  });

  it("arrives in the agent's arguments", async () => {
    expect(await until("the agent's arguments", () => readList("~/argv.out"))).toEqual(argv);
  });

  it("sets the directory in which the agent runs", async () => {
    await until("the agent's directory", () => readList("~/pwd.out"));
    expect(await box.read("~/pwd.out")).toBe(`${box.home}/work dir % *\n`);
  });

  it("hides the fleet's own variables and those of tmux from the agent", async () => {
    const environment = await until("the agent's environment", () => readList("~/env.out"));
    const names = environment.map((entry) => splitOnce(entry)[0]);
    expect(names).not.toContain("TMUX");
    expect(names).not.toContain("TMUX_PANE");
    expect(names).not.toContain("MOSAIC_AGENT_CONFIG");
  });

  it("is visible as systemd's settings of the unit", async () => {
    const properties = {
      Description: "100% of %i; a 'quoted' thing",
      Restart: "always",
      RestartUSec: "2s",
      StartLimitBurst: "7",
      StartLimitIntervalUSec: "3min",
      TimeoutStopUSec: "7s",
      MemoryMax: String(512 * 1024 * 1024),
      CPUQuotaPerSecUSec: "1.500000s",
      CPUWeight: "77",
      TasksMax: "99",
    };
    const names = Object.keys(properties).join(",");
    const shown = await box.sh(`systemctl --user show -p ${names} mosaic-agent@limits.service`);
    expect(Object.fromEntries(shown.trim().split("\n").map(splitOnce))).toEqual(properties);
    const high = await box.sh("systemctl --user show -p MemoryHigh --value mosaic-agent@limits.service");
    expect(Number(high)).toBeGreaterThan(0);
    expect(Number(high)).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it("causes no complaint of systemd about any of the units", async () => {
    await box.write("~/.config/systemd/user/wrong.service", "[Service]\nExecStart=true\nCPUQuota=20%%\n");
    const verify = async (...units: readonly string[]) =>
      (await box.run(["systemd-analyze", "--user", "verify", ...units])).stderr;
    expect(await verify("wrong.service")).toContain("Invalid CPU quota");
    const units = ["mosaic-agent@env.service", "mosaic-agent@limits.service", "mosaic-tmux-holder.service"];
    expect(await verify(...units)).toBe("");
  });

  async function readList(path: string): Promise<readonly string[] | undefined> {
    const text = await box.read(path).catch(() => "");
    return text === "" ? undefined : text.replace(/[\0\n]$/, "").split("\0");
  }
});

function splitOnce(entry: string): [string, string] {
  const at = entry.indexOf("=");
  return [entry.slice(0, at), entry.slice(at + 1)];
}
