import { beforeAll, describe, expect, it } from "vitest";
import { fleet, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { randomScreen, screens } from "../../support/ui/screens.ts";
import { terminalRig, untouched } from "../../support/ui/terminal-rig.ts";
import type { WatchedTerminal } from "../../support/ui/watch-terminal.ts";
import { leavesTmuxAlone } from "./terminal-safety.ts";

const e = "\u001B";
/** Leaves the alternate screen, regions and colors, and clears everything. */
const clear = `${e}[?1049l${e}[0m${e}[r${e}[?25h${e}[H${e}[2J${e}[3J`;

describe("the terminal of fleet ui", () => {
  const box = useSandbox();
  const rig = terminalRig(box);
  const { another, paneOf, print, readers, same, traces, watch } = rig;
  beforeAll(rig.begin, 60_000);

  it("shows the same as tmux, by its stream and by its picture, for programs of many kinds", async () => {
    const live = watch("painter");
    await live.is("stream", null);
    const random = [1, 2, 3, 4, 5].map((seed) => [`random ${seed}`, randomScreen(seed)] as const);
    for (const [kind, text] of [...Object.entries(screens), ...random]) {
      await print("painter", clear + text);
      await until(`tmux has drawn ${kind}`, async () => (await paneOf("painter")).some((row) => row !== ""));
      // capture-pane without colors tells letters for lines.
      const isDrawing = kind === "drawing";
      if (!isDrawing) await same("painter", live);
      const fresh = watch("painter", await another());
      await fresh.is("stream", null);
      if (!isDrawing) await same("painter", fresh);
      await until(`both viewers of ${kind} show the same cells`, async () => {
        expect(live.cells()).toEqual(fresh.cells());
        return true;
      });
      fresh.close();
    }
    // These by the stream alone: each letter moves what follows it.
    for (let seed = 6; seed <= 30; seed += 1) {
      await print("painter", `${clear}${randomScreen(seed)}${e}]2;screen ${seed}\u0007`);
      await until(`tmux has read screen ${seed}`, async () =>
        (await tmux(box, "display-message", "-p", "-t", "=painter:", "#{pane_title}")).includes(
          `screen ${seed}`,
        ),
      );
      await same("painter", live);
    }
    live.close();
  });

  it("misses and doubles nothing, whenever a terminal is opened, and ends the pipe with the last viewer", async () => {
    await print("painter", `${e}c`);
    const tty = (await tmux(box, "display-message", "-p", "-t", "=painter:", "#{pane_tty}")).trim();
    const counts = "exec 3<> <(:); for n in {0..1499}; do echo $n; read -rt 0.002 -u 3; done";
    await box.sh(`setsid bash -c '${counts}' >${tty} 2>&1 </dev/null &`);
    const watched: WatchedTerminal[] = [];
    for (let n = 0; n < 5; n += 1) {
      watched.push(watch("painter", await another()));
      const last = watched.at(-1);
      await last?.is("stream", null);
      await until("more lines come", async () => (last?.bytes() ?? 0) > 1_000);
    }
    expect(await readers()).toBe(1);
    await until("the last line is there", async () => (await paneOf("painter")).includes("1499"));
    for (const each of watched) {
      await same("painter", each);
      const numbers = each
        .lines()
        .filter((line) => /^\d+$/.test(line))
        .map(Number);
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, n) => 1_500 - numbers.length + n));
      expect(numbers.length).toBeGreaterThan(400);
      each.close();
    }
    await until("no pipe is left", async () => (await traces()) === untouched);
    await until("no process is left", async () => (await readers()) === 0);
  });

  it("gives a page that is behind nothing until it has caught up, and then the truth", async () => {
    const watched = watch("painter");
    await watched.is("stream", null);
    watched.acknowledges = false;
    await box.sh("seq 1 600000 >~/flood");
    await box.sh("echo ~/flood >~/painter.in");
    await until("the flood is over", async () => (await paneOf("painter")).includes("600000"));
    // 512 kB, a piece of the pipe, and pictures at a limited rate until then.
    expect(watched.bytes()).toBeLessThan(2_000_000);
    watched.acknowledges = true;
    await same("painter", watched);
    watched.close();
  });

  it("follows a restart and another size, and resizes nothing itself", async () => {
    const watched = watch("painter");
    const { columns, rows } = await watched.is("stream", null);
    expect(
      await tmux(box, "display-message", "-p", "-t", "=painter:", "#{window_width}x#{window_height}"),
    ).toBe(`${columns}x${rows}\n`);
    await tmux(box, "resize-window", "-t", "=painter:", "-x", "70", "-y", "20");
    await until("the page has the size", async () => watched.states().at(-1)?.columns === 70);
    await same("painter", watched);
    await box.sh("rm ~/painter.in; systemctl --user restart mosaic-agent@painter.service");
    await until(
      "the program is there again",
      async () => (await box.run(["test", "-p", `${box.home}/painter.in`])).code === 0,
    );
    await print("painter", "after the restart");
    await until("its output is there", async () =>
      watched.rows().some((row) => row.includes("after the restart")),
    );
    await same("painter", watched);
    await fleet(box, "stop", "quiet", "--yes");
    const stopped = watch("quiet");
    await stopped.is("none", "not-running");
    await fleet(box, "start", "quiet", "--yes");
    await stopped.is("stream", null);
    await same("quiet", stopped);
    stopped.close();
    watched.close();
  });

  it("reads earlier lines on demand, each once, and says if they are gone", async () => {
    await print("painter", `${e}c${e}[3J${Array.from({ length: 1_800 }, (_, n) => n).join("\r\n")}`);
    await until("they are printed", async () => (await paneOf("painter")).includes("1799"));
    const live = watch("painter");
    const own = rig.channel;
    const ask = async (end: number) => {
      rig.page.tell({ t: "earlier", channel: own, end });
      return (await rig.page.hears("earlier", (each) => each.channel === own && each.earlier.end === end))
        .earlier;
    };
    const { above } = await live.is("stream", null);
    await same("painter", live);
    let [end, text] = [above, ""];
    while (end > 0) {
      const earlier = await ask(end);
      expect(earlier).toMatchObject({ problem: null, first: Math.max(0, end - 500) });
      [end, text] = [earlier.first, earlier.text + text];
    }
    const numbers = [...text.trim().split("\n"), ...live.lines()].filter(Boolean).map(Number);
    expect(numbers).toEqual(Array.from({ length: 1_800 }, (_, n) => n));
    expect(await readers()).toBe(1);
    const before = live.pictures();
    await tmux(box, "clear-history", "-t", "=painter:");
    expect(await ask(0)).toMatchObject({ problem: "moved", text: "" });
    await until("a new picture comes", async () => live.pictures() > before);
    live.close();
  });

  it("sends no picture to somebody who reads above the screen, until that ends", async () => {
    const reading = watch("logged");
    const own = rig.channel;
    const other = watch("logged", await another());
    await reading.is("pictures", "log");
    await same("logged", reading);
    rig.page.tell({ t: "reading", channel: own, on: true });
    await print("logged", "not yet for the reader");
    await same("logged", other);
    expect(reading.rows().join("\n")).not.toContain("not yet for the reader");
    rig.page.tell({ t: "reading", channel: own, on: false });
    await same("logged", reading);
    for (const each of [reading, other]) each.close();
  });

  it("refuses more than eight terminals of a page, and takes no name that is none", async () => {
    const many = Array.from({ length: 9 }, () => watch("painter"));
    await many[8]?.is("none", "too-many");
    for (const each of many) each.close();
    const nobody = watch("nobody");
    await nobody.is("none", "not-running");
    nobody.close();
    rig.page.sendText(JSON.stringify({ t: "open", channel: 1, agent: "painter; kill-server" }));
    rig.page.sendText(JSON.stringify({ t: "open", channel: -1, agent: "painter" }));
    const flood = await another();
    for (let n = 0; n < 1_500; n += 1) flood.tell({ t: "again" });
    expect(await flood.closed).toBe(1008);
    expect(
      (await box.run(["tmux", "-N", "-L", "mosaic-factory", "has-session", "-t", "=painter:"])).code,
    ).toBe(0);
  });

  it("goes on next to copy mode, and says so", async () => {
    const watched = watch("painter");
    await watched.is("stream", null);
    await tmux(box, "copy-mode", "-t", "=painter:");
    await until("it says so", async () => watched.states().at(-1)?.mode === "copy-mode");
    await print("painter", `${clear}behind copy mode`);
    await until("it is drawn", async () => watched.rows().some((row) => row.includes("behind copy mode")));
    await tmux(box, "copy-mode", "-q", "-t", "=painter:");
    watched.close();
  });

  leavesTmuxAlone(rig);
});
