import type { FromPage, ToPage } from "./protocol.ts";

/** The way to one open page. */
export interface PageLink {
  readonly send: (message: ToPage) => void;
  readonly sendBytes: (bytes: Uint8Array) => void;
}

/** A handler of the messages of pages: all but the state of the fleet. */
export interface PageHandler {
  /** Takes a message of a page; other handlers get it, too. */
  readonly take: (link: PageLink, message: FromPage) => void;
  /** The page is gone. */
  readonly left: (link: PageLink) => void;
  /** The server ends. Fulfilled if nothing of the handler is left on the machine. */
  readonly close?: () => Promise<void>;
}
