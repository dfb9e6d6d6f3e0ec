import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTerminal, type Terminal } from "../../support/rig/terminal.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { fleet } from "../../support/fleet/fleet.ts";
import { changesIn, startWatch } from "../../support/watch/watcher.ts";

const before = `# mine
version: 1
agents:
  coder: { command: exec sleep 1000 }
`;
const withScribe = `${before}  scribe: { command: exec sleep 1000 }\n`;
/** The process of the edit alone, for pgrep. */
const itself = "^[^ ]*node [^ ]* edit$";
const broken = before.replace("command", "comand");

describe("fleet edit", () => {
  const box = useSandbox();
  const textOf = async (name: string): Promise<string> =>
    (await box.run(["sh", "-c", `cat ${box.home}/work/${name} 2>&- || echo none`])).stdout;
  const file = (): Promise<string> => textOf("fleet.yaml");
  const draft = (): Promise<string> => textOf("fleet.edit.yaml");
  const edit = (editor: string, ...flags: readonly string[]): Promise<Terminal> =>
    openTerminal(box, ["fleet", "edit", ...flags], { env: { VISUAL: editor } });
  const writing = async (text: string): Promise<string> => {
    await box.write("~/next.yaml", text);
    return `cp ${box.home}/next.yaml`;
  };
  const answer = async (terminal: Terminal, text: string): Promise<void> => {
    await terminal.type(text);
    await terminal.press("Enter");
  };

  beforeAll(async () => {
    await box.write("~/work/fleet.yaml", before);
    await fleet(box, "apply", "--yes");
  });
  beforeEach(async () => {
    await box.run(["rm", "-f", `${box.home}/work/fleet.edit.yaml`]);
    await box.write("~/work/fleet.yaml", before);
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
  });

  it("replaces the file after the consent, applies it, and keeps mode and link", async () => {
    const real = `${box.home}/real.yaml`;
    await box.run([
      "sh",
      "-c",
      `cd ${box.home}/work && mv fleet.yaml ${real} && chmod 640 ${real} && ln -s ${real} .`,
    ]);
    await box.run(["sh", "-c", `cd ${box.home}/work && mv real.yaml fleet.yaml`]);
    const terminal = await edit(await writing(withScribe));
    await terminal.waitFor("Apply these changes?");
    expect(await file()).toBe(before);
    await answer(terminal, "y");
    await terminal.waitFor("Apply complete: 1 added");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    expect(await file()).toBe(withScribe);
    const { stdout } = await box.run(["stat", "-c", "%a %F", real, `${box.home}/work/fleet.yaml`]);
    expect(stdout).toBe("640 regular file\n777 symbolic link\n");
    expect((await box.run(["sh", "-c", `ls ${box.home}/*.edit.yaml`])).code).not.toBe(0);
    expect((await fleet(box, "status", "scribe", "--json")).stdout).toContain('"running"');
    await box.run(["rm", `${box.home}/work/fleet.yaml`]);
    await box.write("~/work/fleet.yaml", before);
    await fleet(box, "apply", "--yes", "--now");
  });

  it("shows the errors of a broken file, edits it again, and applies the corrected one", async () => {
    const terminal = await edit(await writing(broken));
    const screen = await terminal.waitFor("[e]dit again, [k]eep the draft, [d]iscard it (e):");
    expect(screen).toContain('"comand"');
    expect(screen).toContain("fleet.edit.yaml:4");
    expect(await file()).toBe(before);
    await box.write("~/next.yaml", before.replace("# mine", "# yours"));
    await terminal.press("Enter");
    await terminal.waitFor("No changes");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    expect(await file()).toContain("# yours");
    expect(await draft()).toBe("none\n");
  });

  it("keeps a broken draft, names it, and continues with it later", async () => {
    const terminal = await edit(await writing(broken));
    await terminal.waitFor("[k]eep the draft");
    await answer(terminal, "k");
    await terminal.waitFor("The draft is kept: fleet.edit.yaml.");
    expect(await terminal.exitCode()).toBe(65);
    await terminal.close();
    expect(await draft()).toBe(broken);

    const again = await edit("sed -i s/comand/command/");
    await again.waitFor("fleet.edit.yaml is left from an earlier edit of fleet.yaml");
    await again.waitFor("It replaces the whole file, also changes of others since then.");
    await again.waitFor("diff fleet.yaml fleet.edit.yaml");
    await again.press("Enter");
    await again.waitFor("fleet.yaml is unchanged.");
    expect(await again.exitCode()).toBe(0);
    await again.close();
    expect(await draft()).toBe("none\n");
  });

  it("offers the draft again after a no: discards it, or saves it without applying", async () => {
    const terminal = await edit(await writing(withScribe));
    await terminal.waitFor("Apply these changes?");
    await answer(terminal, "n");
    await terminal.waitFor("[s]ave it without applying");
    await answer(terminal, "d");
    expect(await terminal.exitCode()).toBe(1);
    await terminal.close();
    expect([await file(), await draft()]).toEqual([before, "none\n"]);

    const saving = await edit(await writing(withScribe));
    await saving.waitFor("Apply these changes?");
    await answer(saving, "n");
    await saving.waitFor("[s]ave it without applying");
    await answer(saving, "s");
    expect(await saving.exitCode()).toBe(0);
    await saving.close();
    expect([await file(), await draft()]).toEqual([withScribe, "none\n"]);
    expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(2);
  });

  it("refuses a plan of the same guards as fleet apply", async () => {
    const terminal = await edit(await writing("version: 1\nagents: {}\n"));
    await terminal.waitFor("--allow-remove-all");
    await terminal.waitFor("[e]dit again");
    await answer(terminal, "k");
    expect(await terminal.exitCode()).toBe(6);
    await terminal.close();
    expect(await file()).toBe(before);
  });

  it("does not undo a change that another program saves during the edit", async () => {
    const terminal = await edit(await writing(withScribe));
    await terminal.waitFor("Apply these changes?");
    await box.write("~/work/fleet.yaml", `${before}# theirs\n`);
    await answer(terminal, "y");
    await terminal.waitFor("another program changed fleet.yaml during the edit");
    await terminal.waitFor("[e]dit again");
    await answer(terminal, "k");
    expect(await terminal.exitCode()).toBe(1);
    await terminal.close();
    expect([await file(), await draft()]).toEqual([`${before}# theirs\n`, withScribe]);
  });

  it("changes nothing if the editor is missing or fails, and keeps the text of a failing one", async () => {
    const missing = await edit("no-such-editor");
    await missing.waitFor("the editor was not found: no-such-editor");
    await missing.waitFor("VISUAL=nano fleet edit");
    expect(await missing.exitCode()).toBe(1);
    await missing.close();
    expect(await draft()).toBe("none\n");

    const failing = await edit("sh -c 'echo more >>\"$0\"; exit 3'");
    await failing.waitFor("ended with exit status 3");
    await failing.waitFor("The draft is kept: fleet.edit.yaml.");
    expect(await failing.exitCode()).toBe(1);
    await failing.close();
    expect([await file(), await draft()]).toEqual([before, `${before}more\n`]);
  });

  it("ends with its editor when it is asked to end, and keeps the draft", async () => {
    const terminal = await edit("sh -c 'echo more >>\"$0\"; echo editing; exec sleep 1000'");
    await terminal.waitFor("editing");
    await box.sh(`kill -TERM $(pgrep -f '${itself}')`);
    await terminal.waitFor("The draft is kept: fleet.edit.yaml.");
    expect(await terminal.exitCode()).toBe(130);
    await terminal.close();
    expect(await draft()).toBe(`${before}more\n`);
  });

  it("names the draft when a signal ends it at a question", async () => {
    for (const [signal, code] of [
      ["HUP", 129],
      ["TERM", 143],
    ] as const) {
      const terminal = await edit(await writing(withScribe));
      await terminal.waitFor("Apply these changes?");
      await box.sh(`kill -${signal} $(pgrep -f '${itself}')`);
      await terminal.waitFor("The draft is kept: fleet.edit.yaml.");
      expect(await terminal.exitCode()).toBe(code);
      await terminal.close();
      expect([await file(), await draft()]).toEqual([before, withScribe]);
      await box.sh("rm fleet.edit.yaml", { cwd: "work" });
    }
  });

  it("edits an included file next to a watch, which does nothing twice, and keeps its mode", async () => {
    const team = "agents:\n  web: { command: exec sleep 1000 }\n";
    await box.write("~/work/teams/web.yaml", team, 0o640);
    await box.write(
      "~/work/fleet.yaml",
      before.replace("version: 1", "version: 1\ninclude: [teams/web.yaml]"),
    );
    const watch = await startWatch(box);
    await watch.waitFor("web is started", ({ agent }) => agent === "web");
    await watch.settled();
    const { length } = await watch.told();

    const terminal = await edit(await writing(team.replace("command", "comand")), "teams/web.yaml");
    const screen = await terminal.waitFor("[e]dit again");
    expect(screen).toContain("teams/web.edit.yaml:2");
    await box.write("~/next.yaml", `${team}  more: { command: exec sleep 1000 }\n`);
    await terminal.press("Enter");
    await terminal.waitFor("agent more will be added");
    await terminal.waitFor("Apply these changes?");
    expect(await textOf("teams/web.yaml")).toBe(team);
    await answer(terminal, "y");
    await terminal.waitFor("Apply complete: 1 added");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    expect(await textOf("teams/web.yaml")).toContain("more:");
    expect((await box.sh("stat -c %a teams/web.yaml; ls teams", { cwd: "work" })).split("\n")).toEqual([
      "640",
      "web.yaml",
      "",
    ]);

    const quick = await edit(await writing(team), "teams/web.yaml", "--yes", "--now");
    await quick.waitFor("Apply complete");
    expect(await quick.exitCode()).toBe(0);
    await quick.close();
    await watch.settled();
    expect(changesIn((await watch.told()).slice(length))).toEqual([]);
    expect((await fleet(box, "plan")).stdout).toContain("No changes");
    await box.sh(`kill ${watch.pid}`);
  });

  it("needs a terminal", async () => {
    const piped = await fleet(box, "edit");
    expect(piped.code).toBe(64);
    expect(piped.stderr).toContain("fleet edit needs a terminal");
  });
});
