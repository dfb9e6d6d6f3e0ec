import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../src/desired/layout.ts";
import { renderSharedFiles } from "../../../src/desired/files/shared-files.ts";
import { account } from "../../support/plan/resolved.ts";

function render(fleet: string, socket = `${fleet}-factory`, tmuxConfig?: string, size?: string) {
  const layout = layoutOf(fleet, socket, account);
  const { files, unitsDigest } = renderSharedFiles(layout, tmuxConfig, size);
  const textOf = (role: string): string => files.find((file) => file.role === role)?.content ?? "";
  return {
    layout,
    files,
    unitsDigest,
    holder: textOf("holder"),
    template: textOf("template"),
    script: textOf("script"),
  };
}

/** Returns the values of one directive. */
function valuesOf(unit: string, directive: string): readonly string[] {
  return [...unit.matchAll(new RegExp(`^${directive}=(.*)$`, "gm"))].map(([, value = ""]) => value);
}

describe("The shared files", () => {
  it("go to the paths of the layout, the script with its run bit", () => {
    expect(render("mosaic").files.map(({ path, mode }) => `${mode.toString(8)} ${path}`)).toEqual([
      "644 /home/ada/.config/systemd/user/mosaic-tmux-holder.service",
      "644 /home/ada/.config/systemd/user/mosaic-agent@.service",
      "755 /home/ada/.config/mosaic/tools/fleet/start-agent-session.sh",
    ]);
  });

  it.each(["web", "mosaic-agent", "mosaic-factory", "a-mosaic-tmux-holder"])(
    "of a fleet called %s name its own units, files and socket only",
    (fleet) => {
      const { holder, template } = render(fleet);
      expect(valuesOf(template, "Requires")).toEqual([`${fleet}-tmux-holder.service`]);
      expect(valuesOf(template, "PIDFile")).toEqual([`%t/${fleet}-agent/%i/pid`]);
      expect(valuesOf(template, "RuntimeDirectory")).toEqual([`${fleet}-agent/%i ${fleet}-agent/%i/tmux`]);
      expect(valuesOf(template, "EnvironmentFile")).toEqual([`-%E/${fleet}/fleet/agents/%i.env`]);
      expect(valuesOf(template, "ExecStart")).toEqual([`%E/${fleet}/tools/fleet/start-agent-session.sh %i`]);
      expect(valuesOf(template, "Environment")).toContain(`MOSAIC_TMUX_SOCKET=${fleet}-factory`);
      expect(valuesOf(holder, "Environment")).toEqual([`MOSAIC_TMUX_SOCKET=${fleet}-factory`]);
      expect(valuesOf(holder, "PIDFile")).toEqual([`%t/${fleet}-tmux-holder/pid`]);
    },
  );

  it("keep the records of agents in the state directory, also in one of the user's own", () => {
    const recordsOf = (stateHome?: string): readonly string[] => {
      const layout = layoutOf("web", "sock", { ...account, stateHome });
      const template = renderSharedFiles(layout, undefined).files.find(({ role }) => role === "template");
      return valuesOf(template?.content ?? "", "Environment").filter((value) => value.includes("_STATE="));
    };
    expect(recordsOf()).toEqual(['"MOSAIC_AGENT_STATE=%h/.local/state/web/fleet/agents/%i"']);
    expect(recordsOf('/var/a "b" %c')).toEqual([
      String.raw`"MOSAIC_AGENT_STATE=/var/a \"b\" %%c/web/fleet/agents/%i"`,
    ]);
  });

  it("of another fleet do not mention the default one in any directive", () => {
    const { holder, template } = render("web", "sock");
    const directives = `${holder}${template}`.split("\n").filter((line) => /^[A-Z][A-Za-z]*=/.test(line));
    expect(directives.length).toBeGreaterThan(20);
    expect(directives.filter((line) => line.includes("mosaic"))).toEqual([]);
    expect(directives.filter((line) => line.includes("sock"))).toHaveLength(2);
  });

  it("have the same start script for every fleet, except for its mark", () => {
    const withoutMark = (text: string): string => text.replace(/^# mosaic-fleet: .*\n/m, "");
    expect(withoutMark(render("web").script)).toBe(withoutMark(render("mosaic").script));
  });

  it("identify the session start by a digest", () => {
    const { template, unitsDigest } = render("mosaic");
    expect(template).toContain(`[Service]\nEnvironment="MOSAIC_AGENT_UNITS=${unitsDigest}"\n`);
  });

  it("give the script the size of a pane, and a change of it restarts no agent", () => {
    const [sized, plain] = [render("mosaic", "s", undefined, "120x40"), render("mosaic", "s")];
    expect(sized.template).toContain('Environment="MOSAIC_TMUX_SIZE=120x40"\n');
    expect(plain.template).not.toContain("MOSAIC_TMUX_SIZE");
    expect(sized.unitsDigest).toBe(plain.unitsDigest);
  });

  it("give the holder another tmux.conf, quoted as systemd takes it", () => {
    const { holder } = render("mosaic", "mosaic-factory", '/a "b"/100%/\\c$&.conf');
    expect(holder).toContain('[Service]\nEnvironment="MOSAIC_TMUX_CONFIG=/a \\"b\\"/100%%/\\\\c$&.conf"\n');
  });
});
