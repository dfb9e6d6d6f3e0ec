import type { GitSettings } from "../../config/source/source-settings.ts";
import { shownSettings, type ShownSetting } from "../../config/source/source-text.ts";
import type { SignerKey } from "./signer-keys.ts";

/** The watch of a machine with a source. */
interface EnrolledWatch {
  /** The version of its program; undefined if no watch runs. */
  readonly version: string | undefined;
  /** True if its service is as it would be installed now, and runs. */
  readonly isInLine: boolean;
}

/** A machine with a source, or without one. */
export interface Enrollment {
  /** Undefined without a readable source.yaml. */
  readonly settings: GitSettings | undefined;
  readonly signers: readonly SignerKey[];
  /** The texts of source.yaml and of the allowed signers. */
  readonly texts: readonly (string | undefined)[];
  readonly watch: EnrolledWatch;
}

/** A difference an enrollment makes. `undefined` is absent. */
export type EnrollChange =
  | {
      readonly kind: "setting";
      readonly key: ShownSetting;
      readonly before: string | undefined;
      readonly after: string | undefined;
    }
  | { readonly kind: "signer"; readonly change: "add" | "remove"; readonly signer: SignerKey }
  /** The same settings and keys in another text. */
  | { readonly kind: "text" }
  | { readonly kind: "watch"; readonly before: string | undefined; readonly after: string | undefined };

/** Returns the differences between a machine as it is and as it is to be; none if there is nothing to do. Pure. */
export function enrollChanges(before: Enrollment, after: Enrollment): readonly EnrollChange[] {
  const changes: readonly EnrollChange[] = [
    ...settingChanges(before.settings, after.settings),
    ...after.signers
      .filter((signer) => !hasSigner(before.signers, signer))
      .map((signer) => ({ kind: "signer", change: "add", signer }) as const),
    ...before.signers
      .filter((signer) => !hasSigner(after.signers, signer))
      .map((signer) => ({ kind: "signer", change: "remove", signer }) as const),
  ];
  const isOtherText = changes.length === 0 && before.texts.some((text, at) => text !== after.texts[at]);
  return [
    ...changes,
    ...(isOtherText ? [{ kind: "text" } as const] : []),
    ...(before.watch.isInLine
      ? []
      : [{ kind: "watch", before: before.watch.version, after: after.watch.version } as const]),
  ];
}

function settingChanges(
  before: GitSettings | undefined,
  after: GitSettings | undefined,
): readonly EnrollChange[] {
  const [old, next] = [before, after].map((settings) => new Map(settings && shownSettings(settings)));
  return [...new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])]
    .map((key) => ({ kind: "setting", key, before: old?.get(key), after: next?.get(key) }) as const)
    .filter((change) => change.before !== change.after);
}

function hasSigner(signers: readonly SignerKey[], { who, options, fingerprint }: SignerKey): boolean {
  return signers.some(
    (each) => each.who === who && each.options === options && each.fingerprint === fingerprint,
  );
}
