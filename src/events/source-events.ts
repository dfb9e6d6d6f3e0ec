import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** A commit of the source, with the person who signed it. */
export interface SourceRevision {
  /** The whole name of the commit. */
  readonly revision: string;
  /** The signer, by the file of allowed signers; null if no signature was demanded. */
  readonly signer: string | null;
  /** The fingerprint of the key; null if no signature was demanded. */
  readonly fingerprint: string | null;
  readonly author: string;
  /** The first line of its message. */
  readonly subject: string;
}

/** A reason for not following the source. A closed set. */
export type SourceTrouble =
  | {
      /** The repository cannot be reached, or git cannot fetch from it. */
      readonly why: "unreachable";
      /** The last words of git. */
      readonly said: string;
    }
  | {
      /** The fetched copy cannot be read. */
      readonly why: "copy-unreadable";
      readonly said: string;
    }
  | {
      /** The newest revision does not descend from the applied one. */
      readonly why: "rewritten";
      readonly revision: string;
      readonly anchor: string;
    }
  | {
      /**
       * No signature, a bad one, or one by a key that is not allowed or was not at the time. `tag-name`: the signed tag has
       * another name. `no-tag`: it is no annotated tag.
       */
      readonly why: "unsigned" | "bad-signature" | "unknown-key" | "tag-name" | "no-tag";
      readonly revision: string;
      /** The commit without the signature: the revision or one before it. */
      readonly commit: string;
      /** The fingerprint of the key. */
      readonly fingerprint: string | null;
    }
  | {
      /** The revision has no such file, something else in its place, one over 1 MB, other bytes than text, or a pointer of LFS. */
      readonly why: "no-file" | "no-regular-file" | "too-large" | "no-text" | "lfs-pointer";
      readonly revision: string;
      readonly path: string;
    }
  | {
      /** The fleet file of the revision cannot be used. */
      readonly why: "invalid";
      readonly revision: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      /** The fleet file is that of another fleet. */
      readonly why: "other-fleet";
      readonly revision: string;
      readonly fleet: string;
      readonly wanted: string;
    }
  | {
      /** A pinned revision is none of the source. */
      readonly why: "unknown-pin";
      readonly revision: string;
    }
  | {
      /** source.yaml, the allowed signers or the memory of the source cannot be used. */
      readonly why: "settings";
      readonly diagnostics: readonly Diagnostic[];
    };

/** News about the Git source of a watch. */
export type SourceEvent =
  | ({
      /** A revision was verified, and its fleet file is in place. */
      readonly kind: "source-placed";
      readonly ref: string;
      /** True for a revision a person has pinned. */
      readonly isPinned: boolean;
      /** True if nothing was known before, so no history could be compared. */
      readonly isFirst: boolean;
    } & SourceRevision)
  | {
      /** The source is not followed. The fleet stays as it is. */
      readonly kind: "source-refused";
      readonly trouble: SourceTrouble;
      /** True if an earlier revision is in force. */
      readonly inForce: boolean;
    }
  | {
      /** The source is followed again. */
      readonly kind: "source-works";
      readonly ref: string;
    };
