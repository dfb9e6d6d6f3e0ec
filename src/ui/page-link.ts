import type { FromPage, ToPage } from "./protocol.ts";

/** The way to one open page. */
export interface PageLink {
  readonly send: (message: ToPage) => void;
  readonly sendBytes: (bytes: Uint8Array) => void;
}

/** A part of the server that talks with pages beyond the state of the fleet. */
export interface PagePart {
  /** Takes a message of a page; other parts get it, too. */
  readonly take: (link: PageLink, message: FromPage) => void;
  /** The page is gone. */
  readonly left: (link: PageLink) => void;
  /** The server ends. Fulfilled if nothing of the part is left on the machine. */
  readonly close?: () => Promise<void>;
}
