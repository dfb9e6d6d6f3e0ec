import { beforeAll, describe, expect, it } from "vitest";
import type { EventJson, EventsJson } from "../../src/report/events/events-output.ts";
import { declare, fleet } from "../support/fleet/fleet.ts";
import { misfits } from "../support/report/schema.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

const history = "~/.local/state/mosaic/fleet/history.jsonl";
const secret = "hunter2-and-more";

describe("fleet events", () => {
  const box = useSandbox({ managerLog: true });
  const agents = (command: string): Record<string, object> => ({
    dev: { command, env: { API_TOKEN: secret } },
    core: { command: "exec sleep 1001", restart: { delay: "100ms" } },
    job: { command: "sleep 0.4", restart: { policy: "no" } },
    broken: { command: "sleep 0.3; exit 3", restart: { limit: 2, delay: "100ms" } },
  });
  const events = async (...args: readonly string[]): Promise<readonly EventJson[]> => {
    const { stdout, code } = await fleet(box, "events", "-o", "json", ...args);
    expect(code).toBe(0);
    return (JSON.parse(stdout) as EventsJson).events;
  };
  const messages = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await events(...args)).map(({ message }) => message);

  beforeAll(async () => {
    await box.sh(
      "git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first && git pack-refs --all",
    );
    await declare(box, { agents: agents("exec sleep 1000") });
    expect((await fleet(box, "events")).stderr).toContain("No events yet");
    await fleet(box, "apply", "--yes");
    await declare(box, { agents: agents("exec sleep 1002") });
    await fleet(box, "apply", "--yes", "--now", "dev");
    await box.sh("systemctl --user kill --signal=KILL --kill-whom=main mosaic-agent@core.service");
    await until("systemd has restarted core, and given up on broken", async () => {
      const told = (await messages()).join("\n");
      return ["core restarted by systemd", "broken has failed too often", "job has done its work"].every(
        (text) => told.includes(text),
      );
    });
  });

  it("tells applies with their reasons, and failures and restarts with theirs", async () => {
    const commit = (await box.sh("git rev-parse HEAD")).trim();
    const told = await messages("--since", "1h");
    expect(told).toEqual(
      expect.arrayContaining([
        `apply by sandbox: 4 agents added, commit ${commit.slice(0, 10)}`,
        `apply by sandbox: 1 agent restarted, commit ${commit.slice(0, 10)}`,
        "core failed: SIGKILL",
        "core restarted by systemd after SIGKILL (restart 1)",
        "broken failed: exit status 3",
        "broken restarted by systemd after exit status 3 (restart 1)",
        "broken has failed too often: systemd does not restart it any more",
      ]),
    );
    expect((await fleet(box, "events", "dev")).stdout).toMatch(
      /apply by sandbox: 1 agent added.*\n.* \+ dev added\n.*apply by sandbox: 1 agent restarted.*\n.* -\/\+ dev restarted: command changed\n$/,
    );
    const ofDev = await events("dev");
    expect(ofDev.filter(({ kind }) => kind !== "run")).toMatchObject([
      { kind: "started", agent: "dev", during: "fleet apply" },
      { kind: "started", agent: "dev", how: "restart", during: "fleet apply dev" },
    ]);
    const [first] = ofDev;
    const digest = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect(first).toMatchObject({
      by: { user: "sandbox", uid: box.uid },
      revision: commit,
      digest,
      exitCode: 0,
    });
  });

  it("prints documented JSON, one object or one a line", async () => {
    const whole = await fleet(box, "events", "--json");
    expect(misfits("events", JSON.parse(whole.stdout))).toEqual([]);
    const lines = (await fleet(box, "events", "-o", "jsonl", "-n", "4")).stdout.trim().split("\n");
    expect(lines).toHaveLength(4);
    expect((await fleet(box, "events", "-n", "1", "dev")).stdout).toContain(
      "apply by sandbox: 1 agent restarted",
    );
    // Something has happened, but none of it is to be shown.
    for (const words of ["events -n 0", "events --until 2020-01-01"])
      expect((await fleet(box, ...words.split(" "))).stderr).toBe("No such events.\n");
    expect((await fleet(box, "history", "-n", "0")).stderr).toBe("No such runs.\n");
    for (const line of lines) expect(misfits("events", JSON.parse(line))).toEqual([]);
  });

  it("keeps the records private and free of secrets, and records nothing that changes nothing", async () => {
    const before = await box.sh(`stat -c '%a %s' ${history}`);
    expect(before).toMatch(/^600 /);
    expect(await box.sh(`cat ${history}`)).not.toContain(secret);
    await fleet(box, "apply", "--yes", "core");
    expect(await box.sh(`stat -c '%a %s' ${history}`)).toBe(before);
  });

  it("tells stops by hand and by fleet, and drift that a watch has fixed", async () => {
    await fleet(box, "stop", "--yes", "dev");
    await fleet(box, "start", "--yes", "dev");
    await box.sh(
      "systemctl --user restart mosaic-agent@dev.service; systemctl --user stop mosaic-agent@dev.service",
    );
    await fleet(box, "suspend", "broken");
    await box.sh("(fleet watch >/dev/null 2>&1 & echo $! >~/watch)", { isReal: true });
    await until("the watch has started dev", async () =>
      (await messages("dev")).join().includes("watch applied"),
    );
    await box.sh("rm ~/.config/mosaic/fleet/agents/core.env");
    await until("the watch has fixed the drift", async () =>
      (await messages("core")).some((text) => text.startsWith("watch fixed drift: 1 agent changed")),
    );
    await box.sh("kill $(cat ~/watch)");
    expect(await messages("dev", "-n", "6")).toEqual(
      [
        expect.stringMatching(/^stop by sandbox: 1 agent stopped/),
        "dev was stopped",
        expect.stringMatching(/^start by sandbox: 1 agent started/),
        "dev started",
        "dev was restarted",
        "dev was stopped",
        expect.stringMatching(/^watch applied fleet.yaml at its start: 1 agent started/),
        "dev started",
      ].slice(-6),
    );
    expect((await fleet(box, "events", "core")).stdout).toContain("~ core changed: env file is missing");
    expect((await messages("broken")).at(-1)).toMatch(/^suspend by sandbox: 1 agent suspended/);
  });

  it("follows until Ctrl-C, with a run before the starts that belong to it", async () => {
    const follow = "fleet events -f -n 1 > ~/followed 2>&1 & echo $!";
    const pid = (await box.sh(follow, { isReal: true })).trim();
    await until("the follower looks", async () => (await box.read("~/followed")).includes("\n"));
    await fleet(box, "restart", "--yes", "core");
    await box.sh("systemctl --user restart mosaic-agent@dev.service");
    await until("it has told both", async () => (await box.read("~/followed")).includes("dev was restarted"));
    await box.sh(`kill -INT ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done`);
    const text = (await box.read("~/followed")).replaceAll(/^\S+ \S+ {2}|^ +/gm, "");
    expect(text).toMatch(
      /\nrestart by sandbox: 1 agent restarted.*\n-\/\+ core restarted\n\* dev was restarted\n$/,
    );
  });

  it("shows the runs alone without access to the journal, and says so", async () => {
    await box.write("bin/journalctl", '#!/bin/sh\necho "No journal files were opened" >&2\nexit 1\n', 0o755);
    const env = { PATH: `${box.home}/bin:/run/fleet/bin:/usr/bin:/bin` };
    const { code, stdout, stderr } = await box.fleet(["events", "core"], { env });
    expect(code).toBe(0);
    expect(stdout).toContain("restart by sandbox");
    expect(stdout).not.toContain("SIGKILL");
    expect(stderr).toMatch(
      /The journal cannot be read: journalctl failed with exit status 1\. Shown .*\n.*No journal files were opened/,
    );
  });

  it("lets an apply succeed that cannot be recorded, with one warning", async () => {
    const size = (await box.sh(`stat -c %s ${history}`)).trim();
    await box.sh(`chmod 400 ${history}`);
    const { code, stderr } = await fleet(box, "restart", "--yes", "core");
    expect({ code, warnings: stderr.match(/cannot write .*history\.jsonl/g)?.length }).toEqual({
      code: 0,
      warnings: 1,
    });
    expect(stderr).toContain("hint: the run is not affected");
    await box.sh(
      `chmod 600 ${history}; rm -f ${history}.1; mkfifo ~/pipe; mv ${history} ~/kept; ln -s ~/kept ${history}`,
    );
    expect((await fleet(box, "restart", "--yes", "core")).code).toBe(0);
    await box.sh(`rm ${history}; mv ~/pipe ${history}`);
    expect((await fleet(box, "restart", "--yes", "core")).code).toBe(0);
    expect((await box.sh("stat -c %s ~/kept")).trim()).toBe(size);
  });

  it("makes room for new records, and shows the older file too", async () => {
    await box.sh(
      `rm ${history}; cp ~/kept ${history}; for i in $(seq 400); do cat ~/kept; done >>${history}`,
    );
    await fleet(box, "restart", "--yes", "core");
    expect((await box.sh(`wc -l <${history}; stat -c %a ${history} ${history}.1`)).split("\n")).toEqual([
      "1",
      "600",
      "600",
      "",
    ]);
    expect((await messages("--since", "1h", "core")).length).toBeGreaterThan(400);
  });
});
