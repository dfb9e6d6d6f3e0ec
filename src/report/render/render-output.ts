import type { RenderStep } from "../../render/plan-render.ts";
import type { DiagnosticJson, Problems } from "../json/shared-output.ts";

/** One file or link in the folder. */
interface RenderedJson {
  /** Relative to `out`. */
  readonly path: string;
  /** The agent to which it belongs; null for a file of all agents. */
  readonly agent: string | null;
  readonly result: RenderStep["result"];
}

/** A symbolic link. */
interface RenderedLinkJson extends RenderedJson {
  readonly kind: "link";
  readonly target: string;
}

/** A file, without its content, which may hold secrets. */
interface RenderedFileJson extends RenderedJson {
  readonly kind: "file";
  /**
   * The permission bits, octal.
   * @pattern ^[0-7]{4}$
   */
  readonly mode: string;
  /**
   * The digest of the content.
   * @pattern ^[0-9a-f]{64}$
   */
  readonly sha256: string;
}

/** The files of a fleet, as written into a folder. */
export interface RenderJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** The folder, absolute. */
  readonly out: string;
  readonly files: readonly (RenderedLinkJson | RenderedFileJson)[];
  /** Removed files of an earlier run, relative to `out`, sorted. */
  readonly removed: readonly string[];
  /** Warnings, for example of missing envFiles. */
  readonly diagnostics: readonly DiagnosticJson[];
}

/**
 * The output of `fleet render --json`; npm run schema writes render.schema.json from it.
 * @public
 */
export type RenderDocument = RenderJson | Problems;
