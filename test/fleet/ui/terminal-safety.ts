import { expect, it } from "vitest";
import { fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { terminalAgents, untouched, type TerminalRig } from "../../support/ui/terminal-rig.ts";

/** Adds the tests that terminals leave tmux, pipes and people alone. */
export function leavesTmuxAlone(rig: TerminalRig): void {
  const { another, box, print, readers, same, traces, watch } = rig;

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
      `${rig.watchedTmux.tmux} -N -L mosaic-factory pipe-pane -t =piped: 'exec cat >>${box.home}/${file}'`;
    const has = (file: string, text: string) =>
      until(`${file} has ${text}`, async () => (await box.sh(`cat ~/${file} || :`)).includes(text));
    const closing = watch("piped");
    await closing.is("stream", null);
    await rig.watchedTmux.before("set-option -p -u", person("closing.log"));
    closing.close();
    await until("the mark is gone", async () => /piped 1 \n/.test(await traces()));
    await print("piped", "after the end of ours");
    await has("closing.log", "after the end of ours");
    await tmux(box, "pipe-pane", "-t", "=piped:");
    await rig.watchedTmux.before("pipe-pane -IO", person("opening.log"));
    const opening = watch("piped");
    await opening.is("pictures", "pipe");
    await print("piped", "before the begin of ours");
    await has("opening.log", "before the begin of ours");
    await tmux(box, "pipe-pane", "-t", "=piped:");
    await opening.is("stream", null);
    await rig.watchedTmux.before("pipe-pane -IO", person("renewing.log"));
    await tmux(box, "resize-window", "-t", "=piped:", "-x", "70", "-y", "20");
    await opening.is("pictures", "pipe");
    await print("piped", "before another size");
    await has("renewing.log", "before another size");
    await tmux(box, "pipe-pane", "-t", "=piped:");
    opening.close();
    await until("no pipe is left", async () => (await traces()) === untouched);
  });

  it("leaves the plan, the sizes and attached people alone while it shows everything", async () => {
    const all = Object.keys(terminalAgents).map((agent) => watch(agent));
    for (const each of all)
      await until("it shows", async () => (each.states().at(-1)?.kind ?? "none") !== "none");
    expect((await plan(box)).summary).toMatchObject({ change: 0, restart: 0, pending: 0 });
    expect(await tmux(box, "list-clients")).toBe("");
    expect(await tmux(box, "list-panes", "-a", "-F", "#{session_name} #{session_attached}")).not.toContain(
      " 1",
    );
    // A window with a size of its own would keep it for everybody, for ever.
    expect(await tmux(box, "show-options", "-w", "-t", "=quiet:", "window-size")).toBe("");
    for (const each of all) each.close();
    await until("no pipe is left", async () => (await traces()) === untouched);
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

  it("reads the screens of a wall in one call, however many they are", async () => {
    const before = (await rig.watchedTmux.calls()).length;
    const names = Object.keys(terminalAgents);
    const wall = await another();
    wall.tell({ t: "look", visible: true, rows: names, wall: names });
    await until("all pictures are there", async () => {
      const got = wall.messages.flatMap((each) => (each.t === "pictures" ? Object.keys(each.pictures) : []));
      return new Set(got).size === names.length;
    });
    wall.close();
    await wall.closed;
    const calls = (await rig.watchedTmux.calls()).slice(before);
    const looks = calls.filter((call) => call.includes("list-panes")).length;
    // Each look may be followed by one call for all screens.
    expect(calls.filter((call) => call.includes("source-file")).length).toBeLessThanOrEqual(looks + 1);
  });

  it("never uses control mode, attaches nobody, and ends no pipe of tmux", async () => {
    expect(await tmux(box, "list-clients", "-F", "#{client_control_mode}")).toBe("");
    const calls = await rig.watchedTmux.calls();
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
    await rig.ui.end("KILL");
    expect(await traces()).not.toBe(untouched);
    await rig.serve();
    expect(await traces()).toBe(untouched);
    await until("no process is left", async () => (await readers()) === 0);
    const last = watch("painter");
    await last.is("stream", null);
    expect(await rig.ui.end()).toEqual({ code: 0, stderr: "" });
    expect(await traces()).toBe(untouched);
    await until("no process is left", async () => (await readers()) === 0);
    expect((await box.sh("ls -A $XDG_RUNTIME_DIR/mosaic-fleet/mosaic.ui 2>/dev/null || :")).trim()).toBe("");
  });
}
