import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, tmux } from "../../support/fleet/fleet.ts";
import { serveMcp, type McpServed } from "../../support/mcp/serve-mcp.ts";
import { misfits } from "../../support/report/schema.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const program = readFileSync("test/support/fleet/stand-in.mjs", "utf8");

const agents = {
  mayor: { command: "exec bash --norc", workdir: "~" },
  coder: { command: "exec ./bin/claude coder.log", workdir: ".", labels: { team: "core" } },
  "worker-1": { command: "echo at work; exec cat", labels: { team: "core" } },
  slow: { command: "trap 'sleep 1; exit' TERM; echo up; while :; do sleep 1000 & wait; done" },
};

interface Plans {
  readonly plan: { readonly refusals: readonly { readonly guard: string }[] };
  readonly done: readonly string[];
  readonly diagnostics: readonly { readonly code: string; readonly hint?: string }[];
}

describe("fleet mcp", () => {
  const box = useSandbox();
  let reader: McpServed;
  let coordinator: McpServed;
  const declared = (more = "") =>
    box.write("~/work/fleet.yaml", `version: 1\n${more}agents: ${JSON.stringify(agents)}\n`);
  const processOf = async (agent: string) =>
    (await tmux(box, "display-message", "-p", "-t", `=${agent}:`, "#{pane_pid}")).trim();
  /** Returns the id in a plan waiting for its confirmation. */
  const idIn = (text: string) => /confirm: "(\w+)"/.exec(text)?.[1] ?? "";

  beforeAll(async () => {
    await box.write("~/work/bin/claude", program, 0o755);
    await declare(box, { agents });
    await fleet(box, "apply", "--yes");
    [reader, coordinator] = await Promise.all([
      serveMcp(box),
      serveMcp(box, { args: ["--allow", "all"], client: { versionNegotiation: { mode: "auto" } } }),
    ]);
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("only reads unless a person has allowed more, and lists nothing else", async () => {
    const { tools } = await reader.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["status", "plan", "why", "logs", "events", "wait"]);
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
    expect(await reader.call("restart", { agents: ["coder"] })).toMatchObject({
      isError: true,
      text: expect.stringContaining("a person can allow it: fleet mcp --allow restart"),
      value: { diagnostics: [{ code: "blocked" }] },
    });
    await expect(reader.call("destroy")).rejects.toThrow('there is no tool "destroy"');
    const changing = (await coordinator.client.listTools()).tools.filter(
      ({ annotations }) => annotations?.readOnlyHint === false,
    );
    expect(changing.map(({ name, annotations }) => [name, annotations?.destructiveHint])).toEqual([
      ["send", false],
      ["start", false],
      ["restart", true],
      ["stop", true],
      ["suspend", false],
      ["resume", false],
      ["apply", true],
    ]);
  });

  it("returns the text for people and the JSON of each command", async () => {
    const seen = await reader.call("status", { selector: "team=core" });
    expect(misfits("status", seen.value)).toEqual([]);
    expect(seen.value).toMatchObject({ agents: [{ name: "coder" }, { name: "worker-1", state: "running" }] });
    expect(seen.text).toMatch(/^AGENT .*\ncoder .*\nworker-1 .*/m);
    for (const command of ["plan", "why"] as const) {
      const called = await reader.call(command, command === "why" ? { agent: "coder" } : {});
      const printed = await fleet(box, command, ...(command === "why" ? ["coder"] : []), "--json");
      expect(called.value).toEqual(JSON.parse(printed.stdout));
    }
    const logs = await reader.call("logs", { agents: ["worker-*"] });
    expect(logs.value["lines"]).toContainEqual({
      agent: "worker-1",
      source: "pane",
      text: "at work",
      time: null,
    });
    expect(logs.text).toContain("at work");
    const events = await reader.call("events", { lines: 5 });
    expect(events).toMatchObject({ isError: false, text: expect.stringContaining("apply by") });
    expect(misfits("events", events.value)).toEqual([]);
  });

  it("answers mistakes with the diagnostics of the command line, and survives a broken fleet.yaml", async () => {
    const wrong = await reader.call("status", { agents: ["codr"] });
    expect(wrong).toMatchObject({ isError: true, value: { diagnostics: [{ code: "unknown-agent" }] } });
    expect(wrong.text).toContain("did you mean");
    expect((await reader.call("logs", { agent: "coder" })).text).toContain("did you mean agents?");
    await declare(box, "version: 1\nagents: { coder: { comand: cat } }\n");
    const broken = await reader.call("plan");
    expect(broken).toMatchObject({
      isError: true,
      value: { diagnostics: [{ code: "unknown-key", place: { line: 2 } }] },
    });
    expect(broken.text).not.toMatch(/^\s+at /m);
    await declared();
    expect((await reader.call("plan")).text).toContain("No changes");
  });

  it("waits with progress, gives up in time, and ends a wait that is cancelled", async () => {
    const late = await reader.call("wait", { agents: ["worker-1"], activity: "working", timeout: "300ms" });
    expect(late).toMatchObject({ isError: true, value: { diagnostics: [{ code: "timed-out" }] } });
    expect((await reader.call("wait", { all: true, state: "running" })).value).toMatchObject({
      agents: [{}, {}, {}, {}],
    });
    expect((await reader.call("wait")).text).toContain("no agent is selected");
    const cancelling = new AbortController();
    const lines: (string | undefined)[] = [];
    const cancelled = reader.call(
      "wait",
      { agents: ["worker-1"], activity: "working", timeout: "10m" },
      {
        signal: cancelling.signal,
        onprogress: ({ message }) => {
          lines.push(message);
          cancelling.abort();
        },
      },
    );
    await expect(cancelled).rejects.toThrow();
    expect(lines[0]).toBe("0 of 1 agent working");
    expect((await reader.call("status")).isError).toBe(false);
  });

  it("restarts only what was planned and confirmed, and tells how far it is", async () => {
    const before = await processOf("worker-1");
    const asked = await coordinator.call("restart", { agents: ["worker-1"] });
    expect(asked).toMatchObject({
      isError: false,
      text: expect.stringContaining("agent worker-1 will be restarted"),
      value: { done: [], diagnostics: [{ code: "needs-confirmation" }] },
    });
    expect(misfits("apply", asked.value)).toEqual([]);
    const confirm = idIn(asked.text);
    // The id of one plan is no consent to another.
    const other = await coordinator.call("restart", { agents: ["coder"], confirm });
    expect(other.text).toContain("the plan is no longer the confirmed one");
    expect(await processOf("worker-1")).toBe(before);
    const lines: (string | undefined)[] = [];
    const done = await coordinator.call(
      "restart",
      { agents: ["worker-1"], confirm },
      { onprogress: ({ message }) => lines.push(message) },
    );
    expect(done).toMatchObject({ isError: false, value: { agentsFailed: [], verified: true } });
    expect(await processOf("worker-1")).not.toBe(before);
    expect(lines.join("\n")).toContain("Restarted 1 agent");
  });

  it("refuses what a guard refuses, and has no way around it", async () => {
    await declare(box, { agents: { coder: agents.coder } });
    for (const confirm of [undefined, "00000000"]) {
      const refused = await coordinator.call("apply", { ...(confirm && { confirm }) });
      expect(refused.isError).toBe(true);
      expect((refused.value as unknown as Plans).plan.refusals).toMatchObject([{ guard: "mass-removal" }]);
    }
    await declared();
    const forced = await coordinator.call("apply", { allowRemoveAll: true });
    expect(forced.value).toMatchObject({ diagnostics: [{ code: "bad-usage" }] });
    expect((await coordinator.call("send", { agents: ["coder"], text: "x", force: true })).isError).toBe(
      true,
    );
    expect((await reader.call("wait", { all: true, state: "running" })).isError).toBe(false);
  });

  it("tells at once that another run changes the fleet", async () => {
    const lock = `${(await box.sh("echo $XDG_RUNTIME_DIR")).trim()}/mosaic-fleet/mosaic.lock`;
    await box.sh("mkfifo ~/go");
    const holding = box.sh(`exec flock ${lock} sh -c 'echo held >${box.home}/held; cat ~/go >/dev/null'`);
    await until("the lock is held", async () => (await box.sh("cat ~/held 2>/dev/null || :")) === "held\n");
    const [one, other] = await Promise.all([
      coordinator.call("restart", { agents: ["coder"] }),
      coordinator.call("status", { agents: ["coder"] }),
    ]);
    expect(one).toMatchObject({ isError: true, value: { diagnostics: [{ code: "locked" }] } });
    expect(other.isError).toBe(false);
    await box.sh("echo >~/go");
    await holding;
  });

  it("ends a cancelled restart as Ctrl-C does, and goes on", async () => {
    const asked = await coordinator.call("restart", { agents: ["slow"] });
    const cancelling = new AbortController();
    const cancelled = coordinator.call(
      "restart",
      { agents: ["slow"], confirm: idIn(asked.text) },
      { signal: cancelling.signal },
    );
    await until("the restart is under way", async () => {
      const shown = await box.sh("systemctl --user show -P ActiveState mosaic-agent@slow.service");
      return shown === "deactivating\n";
    });
    cancelling.abort();
    await expect(cancelled).rejects.toThrow();
    const last = await until("the run is over", async () => {
      const { value } = await coordinator.call("events", { lines: 1, agents: ["slow"] });
      const [event] = value["events"] as readonly { readonly kind: string; readonly exitCode?: number }[];
      return event?.kind === "run" && event.exitCode === 130 && event;
    });
    expect(last).toMatchObject({ command: "fleet restart slow" });
    expect((await coordinator.call("wait", { agents: ["slow"], state: "running" })).isError).toBe(false);
  });

  it("names the agent in whose session it runs, and holds what fleet.yaml says about agents", async () => {
    const inMayor = await serveMcp(box, {
      args: ["--allow", "all"],
      run: async (line) => {
        await box.write("~/serve.sh", `${line}\n`);
        await tmux(box, "send-keys", "-l", "-t", "=mayor:", "bash serve.sh");
        await tmux(box, "send-keys", "-t", "=mayor:", "Enter");
      },
    });
    expect(
      (await inMayor.call("send", { agents: ["coder"], text: "tests are red\nfix them" })).value,
    ).toMatchObject({
      agents: [{ agent: "coder", verdict: "delivered" }],
    });
    expect(await box.read("~/work/coder.log")).toContain("[from mayor] tests are red\\nfix them");
    const own = await inMayor.call("restart", { agents: ["mayor"] });
    expect(own).toMatchObject({ isError: true, value: { done: [] } });
    expect(JSON.stringify(own.value)).toContain("own-session");
    await declared("sendFromAgents: false\n");
    expect(await inMayor.call("send", { agents: ["coder"], text: "again" })).toMatchObject({
      isError: true,
      value: { diagnostics: [{ code: "blocked" }] },
    });
    await declared();
    expect(await inMayor.end()).toEqual({ code: 0, stderr: "" });
  });

  it("asks for a new start after an upgrade, in the place of a mixture of versions", async () => {
    await box.sh("cp -r $(dirname $(readlink -f /run/fleet/bin/fleet)) ~/copy");
    const old = await serveMcp(box, { program: `${box.home}/copy/cli.js` });
    expect((await old.call("plan")).isError).toBe(false);
    await box.sh("cp ~/copy/cli.js ~/copy/new; mv ~/copy/new ~/copy/cli.js");
    expect(await old.call("status")).toMatchObject({
      isError: true,
      text: expect.stringContaining("mosaic-fleet has been upgraded"),
    });
    await box.sh(`kill -TERM $(pgrep -f '^node .*copy/cli.js mcp')`);
    expect((await old.end()).code).toBe(0);
  });

  it("ends with its input, and has written nothing but the protocol", async () => {
    expect((await coordinator.call("suspend", { agents: ["slow"], until: "1h" })).text).toContain("slow");
    expect((await coordinator.call("resume", { agents: ["slow"] })).isError).toBe(false);
    const waiting = reader.call("wait", { agents: ["worker-1"], activity: "working", timeout: "10m" });
    waiting.catch(() => undefined);
    for (const served of [reader, coordinator]) {
      expect(await served.end()).toEqual({ code: 0, stderr: "" });
      const lines = (await served.stdout()).trim().split("\n");
      expect(lines.map((line) => (JSON.parse(line) as { readonly jsonrpc: string }).jsonrpc)).toEqual(
        lines.map(() => "2.0"),
      );
    }
    await expect(waiting).rejects.toThrow();
    expect(await box.sh("pgrep -fc '[f]leet mcp' || :")).toBe("0\n");
  });
});
