import { dirname } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../src/desired/layout.ts";
import {
  folderHindrance,
  linkedDropIns,
  unsafeDropIns,
  wideEnvDir,
} from "../../../src/plan/view/folder-check.ts";
import type { Observed, ObservedFolder } from "../../../src/observed/types.ts";
import { account } from "../../support/plan/resolved.ts";
import { changePhrase } from "../../../src/report/change-text.ts";

const layout = layoutOf("mosaic", "mosaic-factory", account);
const uid = 1000;
const home = account.home;
const dropIns = `${layout.unitDir}/mosaic-agent@x.service.d`;
const own = [layout.envDir, dirname(layout.scriptPath), layout.unitDir, layout.wantsDir];
const above = [home, `${home}/.config`, `${home}/.config/mosaic`, `${home}/.config/mosaic/fleet`];

const folder = (
  mode: number,
  more: Partial<ObservedFolder> & { uid?: number; own?: boolean } = {},
): ObservedFolder => ({
  linkTo: more.linkTo,
  access: { uid: more.uid ?? uid, mode, groupIsPrivate: more.own ?? false },
});

/** Returns the observed state of a healthy machine with one different folder. */
function observed(path: string, different: ObservedFolder): Observed {
  const folders = new Map([...above, ...own, dropIns].map((each) => [each, folder(0o700)]));
  return { uid, folders: folders.set(path, different) } as unknown as Observed;
}

const detailOf = (path: string, different: ObservedFolder): string | undefined => {
  const change = folderHindrance(observed(path, different), layout);
  return change && changePhrase(change);
};

describe("a folder blocks changes of a fleet", () => {
  it.each([...above, ...own])("if others may write to it, or own it: %s", (path) => {
    expect(detailOf(path, folder(0o777))).toContain(`${path} can be written by everybody`);
    expect(detailOf(path, folder(0o775))).toContain(`chmod g-w ${path}`);
    expect(detailOf(path, folder(0o755, { uid: 1001 }))).toContain(`${path} belongs to user 1001`);
  });

  it.each([...above, ...own])(
    "unless only root or the account may, also through its own group: %s",
    (path) => {
      expect(detailOf(path, folder(0o755))).toBeUndefined();
      expect(detailOf(path, folder(0o755, { uid: 0 }))).toBeUndefined();
      expect(detailOf(path, folder(0o775, { own: true }))).toBeUndefined();
    },
  );

  it("if it is sticky, only with a wrong file of the fleet in it", () => {
    for (const path of above) expect(detailOf(path, folder(0o1777, { uid: 0 }))).toBeUndefined();
    for (const path of own) expect(detailOf(path, folder(0o1777))).toContain("everybody");
  });

  it("if it is a link, only unless the fleet alone creates it", () => {
    const link = folder(0o700, { linkTo: "../elsewhere" });
    for (const path of [layout.envDir, dirname(layout.scriptPath)]) {
      expect(detailOf(path, link)).toContain(`${path} is a symbolic link (to ../elsewhere)`);
      expect(detailOf(path, { linkTo: "none", access: undefined })).toContain("is a symbolic link (to none)");
    }
    for (const path of [...above, layout.unitDir, layout.wantsDir])
      expect(detailOf(path, link)).toBeUndefined();
  });

  it("for one agent only, if it is the folder of that agent's drop-ins", () => {
    const open = observed(dropIns, folder(0o777));
    const linked = observed(dropIns, folder(0o700, { linkTo: "x" }));
    expect([open, linked].map((each) => folderHindrance(each, layout))).toEqual([undefined, undefined]);
    expect(unsafeDropIns(open, layout, "x")).toMatchObject({ reason: "folder-unsafe" });
    expect(linkedDropIns(linked, layout, "x")).toMatchObject({ reason: "folder-unsafe" });
    expect([unsafeDropIns(linked, layout, "x"), linkedDropIns(open, layout, "x")]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("the folder of the env files", () => {
  it("is too open if anybody else may at least list it", () => {
    expect(
      [0o700, 0o500, 0o710, 0o755].map((mode) => wideEnvDir(observed(layout.envDir, folder(mode)), layout)),
    ).toEqual([undefined, undefined, 0o710, 0o755]);
  });
});
