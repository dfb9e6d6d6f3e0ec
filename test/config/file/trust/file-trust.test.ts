import { describe, expect, it } from "vitest";
import { fleetFileRisk } from "../../../../src/config/file/trust/file-trust.ts";
import { otherReplacer, otherWriter, type Access } from "../../../../src/permissions/who-can-write.ts";

const ada = 1000;
const access = (mode: number, uid = ada, groupIsPrivate = false): Access => ({ uid, mode, groupIsPrivate });

describe("The permission to write", () => {
  it.each<[Access, object | undefined]>([
    [access(0o600), undefined],
    [access(0o755), undefined],
    [access(0o755, 0), undefined],
    [access(0o775, ada, true), undefined],
    [access(0o775), { kind: "group" }],
    [access(0o777), { kind: "everybody" }],
    [access(0o757, 0), { kind: "everybody" }],
    [access(0o1777, 0), { kind: "everybody" }],
    [access(0o400, 1001), { kind: "owner", uid: 1001 }],
  ])("follows from %o", (file, writer) => {
    expect(otherWriter(file, ada)).toEqual(writer);
  });

  it.each<[Access, object | undefined]>([
    [access(0o1777, 0), undefined],
    [access(0o1770), undefined],
    [access(0o777, 0), { kind: "everybody" }],
    [access(0o1755, 1001), { kind: "owner", uid: 1001 }],
  ])("extends to the content of a folder, %o", (folder, writer) => {
    expect(otherReplacer(folder, ada)).toEqual(writer);
  });
});

describe("A fleet file with write permission for others", () => {
  const path = "/srv/my fleet/fleet.yaml";
  const risk = (file: Access, folder: Access) =>
    fleetFileRisk(
      { shown: "fleet.yaml", path, file, folders: [{ path: "/srv/my fleet", access: folder }] },
      ada,
    );

  it("causes a warning with the fix", () => {
    expect(risk(access(0o664), access(0o755))).toEqual({
      severity: "warning",
      code: "file-untrusted",
      summary: "fleet.yaml can be written by its group",
      detail: "Others can put commands into it that run as you.",
      hint: "chmod g-w '/srv/my fleet/fleet.yaml'",
    });
    expect(risk(access(0o644, 1001), access(0o755))).toMatchObject({
      summary: "fleet.yaml belongs to user 1001",
      hint: "sudo chown $USER '/srv/my fleet/fleet.yaml'",
    });
    expect(risk(access(0o644), access(0o777))).toMatchObject({
      summary: "the folder of fleet.yaml, /srv/my fleet, can be written by everybody",
      hint: "chmod go-w '/srv/my fleet'",
    });
  });

  it("is not a file of root, nor one in a sticky folder", () => {
    expect(risk(access(0o644, 0), access(0o755, 0))).toBeUndefined();
    expect(risk(access(0o600), access(0o1777, 0))).toBeUndefined();
  });
});
