import { beforeAll, describe, expect, it } from "vitest";
import { expandTabs } from "../../../src/drivers/tmux/format/expand-tabs.ts";
import { declare, fleet, plan, tmux, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import {
  logIn,
  openPageSocket,
  serveUi,
  type LoggedIn,
  type PageSocket,
  type UiServed,
} from "../../support/ui/serve-ui.ts";
import { randomScreen, screens } from "../../support/ui/screens.ts";
import { watchTerminal, type WatchedTerminal } from "../../support/ui/watch-terminal.ts";
import { watchTmux, type WatchedTmux } from "../../support/ui/watch-tmux.ts";

/** Prints the files that are named in its FIFO, one a line. */
const printer = `mkfifo ~/$NAME.in; exec bash -c 'exec 3<>~/'$NAME'.in; stty -echo; while read -r file <&3; do cat "$file"; done'`;
const named = (name: string, more: object = {}) => ({ command: printer, env: { NAME: name }, ...more });

const agents = {
  painter: named("painter"),
  piped: named("piped"),
  logged: named("logged", { log: true }),
  quiet: { command: waits },
};

const e = "\u001B";
describe("the terminal of fleet ui", () => {
  const box = useSandbox();
  let ui: UiServed;
  let session: LoggedIn;
  let page: PageSocket;
  let watchedTmux: WatchedTmux;
  let channel = 0;

  const watch = (agent: string, on = page): WatchedTerminal => watchTerminal(on, agent, (channel += 1));
  const another = (): Promise<PageSocket> => openPageSocket(ui.origin, session);
  /** Lets an agent print a text. */
  const print = async (agent: string, text: string): Promise<void> => {
    await box.write(`~/${agent}.text`, text);
    await box.sh(`echo ~/${agent}.text >~/${agent}.in`);
  };
  const paneOf = async (agent: string): Promise<readonly string[]> => {
    const shown = await tmux(box, "capture-pane", "-p", "-t", `=${agent}:`);
    const rows = expandTabs(shown).replace(/\n$/, "").split("\n");
    return rows.map((row) => row.trimEnd());
  };
  const same = (agent: string, watched: WatchedTerminal) =>
    until(`the page shows the screen of ${agent}`, async () => {
      const rows = await paneOf(agent);
      expect(watched.rows()).toEqual(rows);
      return true;
    });
  const readers = async (): Promise<number> =>
    Number((await box.sh("pgrep -fc '^dd .*/mosaic-fleet/mosaic.ui/' || :")).trim());
  const traces = () => tmux(box, "list-panes", "-a", "-F", "#{session_name} #{pane_pipe} #{@mosaic_ui}");
  const untouched = "logged 1 \npainter 0 \npiped 0 \nquiet 0 \n";

  beforeAll(async () => {
    await declare(box, { agents });
    await fleet(box, "apply", "--yes");
    watchedTmux = await watchTmux(box);
    ui = await serveUi(box);
    session = await logIn(ui);
    page = await another();
    await page.hears("state");
  }, 60_000);

  it("shows the same as tmux, by its stream and by its picture, for programs of many kinds", async () => {
    const live = watch("painter");
    await live.is("stream", null);
    const random = [1, 2, 3, 4, 5].map((seed) => [`random ${seed}`, randomScreen(seed)] as const);
    for (const [kind, text] of [...Object.entries(screens), ...random]) {
      await print("painter", `${e}[?1049l${e}[0m${e}[r${e}[?25h${e}[H${e}[2J${e}[3J${text}`);
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

  it("takes no pipe of a log or a person, shows pictures there, and streams once the pipe is free", async () => {
    const logged = watch("logged");
    await logged.is("pictures", "log");
    await print("logged", "into the log");
    await same("logged", logged);
    await until("the log goes on", async () =>
      (await fleet(box, "logs", "logged")).stdout.includes("into the log"),
    );
    logged.close();
    const piped = watch("piped");
    await piped.is("stream", null);
    await tmux(box, "pipe-pane", "-t", "=piped:", `exec cat >>${box.home}/own.log`);
    await piped.is("pictures", "pipe");
    await print("piped", "for the person");
    await same("piped", piped);
    piped.close();
    const later = watch("piped");
    await later.is("pictures", "pipe");
    await until("the person has it", async () => (await box.sh("cat ~/own.log")).includes("for the person"));
    const others = "logged 1 \npainter 0 \npiped 1 \nquiet 0 \n";
    await until("only the pipes of others are left", async () => (await traces()) === others);
    await tmux(box, "pipe-pane", "-t", "=piped:");
    await later.is("stream", null);
    await print("piped", "and again");
    await same("piped", later);
    later.close();
    await until("no pipe is left", async () => (await traces()) === untouched);
  });

  it("keeps the pipe of a person who is quicker than its own look at the pane", async () => {
    const person = (file: string) =>
      `${watchedTmux.tmux} -N -L mosaic-factory pipe-pane -t =piped: 'exec cat >>${box.home}/${file}'`;
    const has = (file: string, text: string) =>
      until(`${file} has ${text}`, async () => (await box.sh(`cat ~/${file} || :`)).includes(text));
    const closing = watch("piped");
    await closing.is("stream", null);
    await watchedTmux.before("set-option -p -u", person("closing.log"));
    closing.close();
    await until("the mark is gone", async () => /piped 1 \n/.test(await traces()));
    await print("piped", "after the end of ours");
    await has("closing.log", "after the end of ours");
    await tmux(box, "pipe-pane", "-t", "=piped:");
    await watchedTmux.before("pipe-pane -IO", person("opening.log"));
    const opening = watch("piped");
    await opening.is("pictures", "pipe");
    await print("piped", "before the begin of ours");
    await has("opening.log", "before the begin of ours");
    await tmux(box, "pipe-pane", "-t", "=piped:");
    await opening.is("stream", null);
    await watchedTmux.before("pipe-pane -IO", person("renewing.log"));
    await tmux(box, "resize-window", "-t", "=piped:", "-x", "70", "-y", "20");
    await opening.is("pictures", "pipe");
    await print("piped", "before another size");
    await has("renewing.log", "before another size");
    await tmux(box, "pipe-pane", "-t", "=piped:");
    opening.close();
    await until("no pipe is left", async () => (await traces()) === untouched);
  });

  it("reads earlier lines on demand, each once, and says if they are gone", async () => {
    await print("painter", `${e}c${e}[3J${Array.from({ length: 1_800 }, (_, n) => n).join("\r\n")}`);
    await until("they are printed", async () => (await paneOf("painter")).includes("1799"));
    const live = watch("painter");
    const own = channel;
    const ask = async (end: number) => {
      page.tell({ t: "earlier", channel: own, end });
      return (await page.hears("earlier", (each) => each.channel === own && each.earlier.end === end))
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
    const own = channel;
    const other = watch("logged", await another());
    await reading.is("pictures", "log");
    await same("logged", reading);
    page.tell({ t: "reading", channel: own, on: true });
    await print("logged", "not yet for the reader");
    await same("logged", other);
    expect(reading.rows().join("\n")).not.toContain("not yet for the reader");
    page.tell({ t: "reading", channel: own, on: false });
    await same("logged", reading);
    for (const each of [reading, other]) each.close();
  });

  it("leaves the plan, the sizes and attached people alone while it shows everything", async () => {
    const all = Object.keys(agents).map((agent) => watch(agent));
    for (const each of all)
      await until("it shows", async () => (each.states().at(-1)?.kind ?? "none") !== "none");
    expect((await plan(box)).summary).toMatchObject({ change: 0, restart: 0, pending: 0 });
    expect(await tmux(box, "list-clients")).toBe("");
    expect(await tmux(box, "list-panes", "-a", "-F", "#{session_name} #{session_attached}")).not.toContain(
      " 1",
    );
    for (const each of all) each.close();
    await until("no pipe is left", async () => (await traces()) === untouched);
  });

  it("refuses more than eight terminals of a page, and takes no name that is none", async () => {
    const many = Array.from({ length: 9 }, () => watch("painter"));
    await many[8]?.is("none", "too-many");
    for (const each of many) each.close();
    const nobody = watch("nobody");
    await nobody.is("none", "not-running");
    nobody.close();
    page.sendText(JSON.stringify({ t: "open", channel: 1, agent: "painter; kill-server" }));
    page.sendText(JSON.stringify({ t: "open", channel: -1, agent: "painter" }));
    const flood = await another();
    for (let n = 0; n < 1_500; n += 1) flood.tell({ t: "again" });
    expect(await flood.closed).toBe(1008);
    expect(
      (await box.run(["tmux", "-N", "-L", "mosaic-factory", "has-session", "-t", "=painter:"])).code,
    ).toBe(0);
  });

  it("comes back by itself if the tmux server is killed, with every agent", async () => {
    const shown = ["painter", "quiet"].map((agent) => watch(agent));
    for (const each of shown) await each.is("stream", null);
    const before = (await tmux(box, "list-panes", "-a", "-F", "#{pane_pid}")).trim();
    await box.sh("kill -9 $(tmux -N -L mosaic-factory display-message -p '#{pid}')");
    await until("all agents run again", async () => {
      const { code, stdout } = await box.run(
        "tmux -N -L mosaic-factory list-panes -a -F #{pane_pid}".split(" "),
      );
      return code === 0 && stdout.trim().split("\n").length === 4 && stdout.trim() !== before;
    });
    await print("painter", "after the end of tmux");
    await until("the terminal shows it", async () =>
      shown[0]?.rows().some((row) => row.includes("after the end of tmux")),
    );
    for (const each of shown) {
      await each.is("stream", null);
      each.close();
    }
    await until("no pipe is left", async () => (await traces()) === untouched);
  });

  it("does not end tmux by calls that are killed, while sessions come and go", async () => {
    const server = () => tmux(box, "display-message", "-p", "#{pid}");
    const before = await server();
    await box.sh("touch ~/tmux.kill");
    for (let n = 0; n < 5; n += 1) {
      const some = ["painter", "quiet", "logged"].map((agent) => watch(agent));
      await tmux(box, "new-session", "-d", "-s", `passing-${n}`, "-x", "80", "-y", "24", "sleep 60");
      await until("some have shown something", async () =>
        some.some((each) => each.states().some(({ kind }) => kind !== "none")),
      );
      await tmux(box, "kill-session", "-t", `=passing-${n}:`);
      for (const each of some) each.close();
    }
    await box.sh("rm ~/tmux.kill; test -s ~/tmux.killed");
    expect(await server()).toBe(before);
    const last = watch("painter");
    await last.is("stream", null);
    await same("painter", last);
    last.close();
    await until("no pipe is left", async () => (await traces()) === untouched);
  });

  it("never uses control mode, attaches nobody, and ends no pipe of tmux", async () => {
    expect(await tmux(box, "list-clients", "-F", "#{client_control_mode}")).toBe("");
    const calls = await watchedTmux.calls();
    expect(calls.length).toBeGreaterThan(100);
    const strange = calls.filter(
      (call) =>
        !call.startsWith("-N -L mosaic-factory ") ||
        /^-N -L \S+ -/.test(call) ||
        /\b(?:attach|refresh-client|switch-client|resize-|kill-|respawn|new-)/.test(call) ||
        /pipe-pane -t \S+ *(?:;|\}|$)/.test(call),
    );
    expect(strange).toEqual([]);
  });

  it("ends all pipes with the server, and clears what a killed one has left", async () => {
    const shown = ["painter", "quiet"].map((agent) => watch(agent));
    for (const each of shown) await each.is("stream", null);
    // A reader that has not begun yet ends by itself, and tmux learns of that with the next output.
    await until("both readers have begun", async () => (await readers()) === 2);
    await ui.end("KILL");
    expect(await traces()).not.toBe(untouched);
    ui = await serveUi(box);
    expect(await traces()).toBe(untouched);
    await until("no process is left", async () => (await readers()) === 0);
    session = await logIn(ui);
    page = await another();
    const last = watch("painter");
    await last.is("stream", null);
    expect(await ui.end()).toEqual({ code: 0, stderr: "" });
    expect(await traces()).toBe(untouched);
    await until("no process is left", async () => (await readers()) === 0);
    expect((await box.sh("ls -A $XDG_RUNTIME_DIR/mosaic-fleet/mosaic.ui 2>/dev/null || :")).trim()).toBe("");
  });
});
