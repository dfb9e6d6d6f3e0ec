import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, waits } from "../support/fleet/fleet.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { startWatch, type RunningWatch } from "../support/watch/watcher.ts";

/** A server that takes messages, and answers with 500 while `~/refuses` exists. */
const server = `
  import { appendFileSync, existsSync, writeFileSync } from "node:fs";
  import { createServer } from "node:http";
  const home = process.env.HOME;
  createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part)).on("end", () => {
      const isRefused = existsSync(home + "/refuses");
      appendFileSync(home + (isRefused ? "/refused" : "/posted"), Buffer.concat(parts) + "\\n");
      response.writeHead(isRefused ? 500 : 204).end();
    });
  }).listen(0, "127.0.0.1", function () {
    writeFileSync(home + "/address", "http://127.0.0.1:" + this.address().port + "/secret-path\\n");
  });
`;

const keep = `printf '%s\\n' "$MOSAIC_NOTIFY_TITLE" "$MOSAIC_NOTIFY_TEXT" >>~/news`;

describe("A watch with receivers", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  const textOf = async (path: string): Promise<string> => box.read(path).catch(() => "");

  beforeAll(async () => {
    await box.write("~/server.mjs", server);
    await box.write("~/refuses", "");
    await box.sh("node ~/server.mjs >/dev/null 2>&1 &");
    await until("the server listens", async () => (await textOf("~/address")) !== "");
    await declare(box, { agents: { healthy: { command: waits } } });
    await apply(box);
    const once = { restart: { policy: "no" } };
    await declare(box, {
      agents: {
        healthy: { command: waits },
        broken: { command: "echo cannot log in; exit 3", ...once },
        wrecked: { command: "exit 4", ...once },
      },
      notify: [
        { on: ["failed", "healed"], command: keep, every: "0s" },
        { webhookFile: "~/address", every: "0s" },
        { command: ["sleep", "1234"], every: "0s" },
        { command: "echo no such luck >&2; exit 9" },
      ],
    });
    watch = await startWatch(box, ["--resync", "10m"]);
  });

  it("sends the failures of one moment in one message, once, with the last lines of the agents", async () => {
    const news = await until("the news is there", async () => {
      const text = await textOf("~/news");
      return text.includes("broken") && text.includes("wrecked") && text;
    });
    expect(news).toMatch(/^mosaic on \S+: (?:2 agents|broken|wrecked) failed$/m);
    expect(news).toMatch(/broken failed \(exit status 3\)/);
    expect(news).toContain("| cannot log in");
    await watch.waitFor(
      "it has tried them again",
      ({ event, agent }) => event === "failed" && agent === "broken",
    );
  });

  it("tells once of a receiver that fails, without its address, and delivers later", async () => {
    const isFailing = (what: string) => (told: { readonly event: string }) =>
      told.event === "notify-failed" && JSON.stringify(told).includes(what);
    const refused = await watch.waitFor("the webhook fails", isFailing("webhook"));
    expect(refused).toMatchObject({ receiver: "the webhook in ~/address", why: "it answered with 500" });
    const told = await watch.waitFor("the command fails", isFailing("no such luck"));
    expect(told["why"]).toBe("it ended with exit status 9: no such luck");
    await box.sh("rm ~/refuses");
    await watch.waitFor("the webhook works", ({ event }) => event === "notify-works");
    const [posted = ""] = (await textOf("~/posted")).split("\n");
    const body = JSON.parse(posted) as { readonly news: readonly { topic: string; agent: string }[] };
    expect(body.news.map(({ agent }) => agent).toSorted()).toEqual(["broken", "wrecked"]);
    expect(body).toMatchObject({ formatVersion: "1.0", fleet: "mosaic", dropped: 0 });
    expect(JSON.stringify(await watch.told())).not.toContain("secret-path");
  });

  it("goes on with its work and its other receivers while one hangs, and does not wait for it at its end", async () => {
    // It is ended after ten seconds, and tried again.
    await until("it hangs", async () => (await box.run(["pgrep", "-xf", "sleep 1234"])).code === 0);
    await box.sh("systemctl --user stop mosaic-agent@healthy");
    await until("the repair is told", async () => (await textOf("~/news")).includes("healthy was repaired"));
    await watch.stop();
    await until(
      "the one that hangs is gone",
      async () => (await box.run(["pgrep", "-xf", "sleep 1234"])).code === 1,
    );
    expect((await textOf("~/news")).match(/broken failed \(/g)).toHaveLength(1);
  });
});
