import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { says } from "../../support/fleet/effect.ts";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/** All would be restarted at once. */
const keyed = {
  defaults: { onChange: "restart" },
  agents: {
    one: { command: waits, envFiles: ["~/a.env"] },
    two: { command: waits, envFiles: ["~/a.env", "~/b.env"] },
  },
};
const a = "API_KEY=abc\nOTHER='x y'\n";
const b = "OTHER=z\nLAST=1\n";

describe("A rewritten envFile with the same variables", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.write("~/a.env", a);
    await box.write("~/b.env", b);
    await declare(box, keyed);
    await apply(box);
  });
  beforeEach(async () => {
    await box.write("~/a.env", a);
    await box.write("~/b.env", b);
  });

  it.each([
    ["a comment, as secret managers write", { a: `# rendered at 10:00\n${a}; and later\n` }],
    ["another order", { a: "OTHER='x y'\nAPI_KEY=abc\n", b: "LAST=1\nOTHER=z\n" }],
    ["other quotes, blanks and escapes", { a: 'API_KEY = "abc"\nOTHER=x\\ y\n' }],
    ["blank lines and no end of the last line", { a: "\n\nAPI_KEY=abc\n\nOTHER='x y'" }],
    ["CRLF", { a: a.replaceAll("\n", "\r\n"), b: b.replaceAll("\n", "\r\n") }],
    ["an assignment that a later one replaces", { a: `API_KEY=old\n${a}` }],
  ])("restarts no agent: %s", async (_, files: { a?: string; b?: string }) => {
    await box.write("~/a.env", files.a ?? a);
    await box.write("~/b.env", files.b ?? b);
    expect(says(await plan(box))).toEqual({});
  });

  it("restarts exactly the agents with a new value, when one changes", async () => {
    await box.write("~/b.env", "OTHER=z\nLAST=2\n");
    expect(says(await plan(box))).toEqual({ two: "restart: env-files-changed envFiles" });
    await box.write("~/b.env", b);
    // The second file wins for `two`.
    await box.write("~/a.env", "API_KEY=abc\nOTHER=new\n");
    expect(says(await plan(box))).toEqual({ one: "restart: env-files-changed envFiles" });
  });

  it("restarts the agent that gets another value from another order of the files", async () => {
    const { one, two } = keyed.agents;
    await declare(box, { ...keyed, agents: { one, two: { ...two, envFiles: ["~/b.env", "~/a.env"] } } });
    expect(says(await plan(box))["two"]).toMatch(/^restart: env-files-changed envFiles/);
    await declare(box, keyed);
  });

  it("can move to another path without a restart, and shows no value anywhere", async () => {
    await box.sh("cp ~/a.env ~/moved.env");
    const { one, two } = keyed.agents;
    await declare(box, { ...keyed, agents: { one: { ...one, envFiles: ["~/moved.env"] }, two } });
    const found = await fleet(box, "diff");
    expect(found.stdout).toContain("Plan: 0 to add, 1 to change, 0 to restart, 0 to remove.");
    expect(found.stdout).not.toContain("abc");
    await declare(box, keyed);
  });
});

describe("Another spelling of the same folder", () => {
  const box = useSandbox();
  const fleetFile = (workdir: string) => ({
    defaults: { onChange: "restart" },
    tmux: { config: "~/.tmux.conf" },
    agents: { home: { command: waits }, there: { command: waits, workdir, envFiles: ["~/a.env"] } },
  });
  beforeAll(async () => {
    await box.write("~/a.env", a);
    await box.write("~/.tmux.conf", "");
    await box.sh("mkdir -p ~/w; ln -s ~ /tmp/link; ln -s /tmp/link /tmp/link-to-link");
    await declare(box, fleetFile("~/w"));
    await apply(box);
  });

  const planWith = async (env: Record<string, string>) => {
    const ran = await box.fleet(["plan"], { env });
    return ran.stdout + ran.stderr;
  };
  const noChanges = "No changes. The fleet matches fleet.yaml.\n";

  it.each([
    ["a slash at the end of HOME", (home: string) => ({ HOME: `${home}/` })],
    ["two slashes and a dot in HOME", (home: string) => ({ HOME: `/${home}/./` })],
    ["a link to HOME", () => ({ HOME: "/tmp/link" })],
    ["a link to a link", () => ({ HOME: "/tmp/link-to-link/" })],
    ["XDG_CONFIG_HOME as it is by default", (home: string) => ({ XDG_CONFIG_HOME: `${home}//.config/` })],
    ["XDG_CONFIG_HOME through a link", () => ({ XDG_CONFIG_HOME: "/tmp/link/.config" })],
  ])("restarts no agent, and misses no link: %s", async (_, env) => {
    expect(await planWith(env(box.home))).toBe(noChanges);
  });

  it.each(["~/w/", "~//w", "~/w//", "/run/home/w", "//run/home//w/"])(
    "is the same workdir in any spelling: %s",
    async (workdir) => {
      await declare(box, fleetFile(workdir));
      expect(await planWith({})).toBe(noChanges);
    },
  );

  it("is another workdir behind a user's own link, because the agent sees the link", async () => {
    await box.sh("ln -s w ~/other");
    await declare(box, fleetFile("~/other"));
    expect(says(await plan(box))).toEqual({ there: "restart: workdir-changed workdir" });
  });
});
