/** The error of `node:fs` or of the start of a program, by its number. */
type NumberedError = Pick<NodeJS.ErrnoException, "code">;

const openFiles: Readonly<Record<string, string>> = {
  EMFILE: "this process may open no more files: raise its limit, as by `ulimit -n 4096`, and run it again",
  ENFILE: "all programs of the machine together have too many files open: end some, or raise fs.file-max",
};

const ofFolders: Readonly<Record<string, string>> = {
  ...openFiles,
  EACCES: "check the owner and mode of the folder",
  EPERM: "check the owner and mode of the folder",
  EROFS: "the file system is mounted read-only: mount it writable",
  ENOSPC: "the disk is full: free some space there",
  EDQUOT: "your disk quota is used up: free some space, or raise it",
  ELOOP: "a symbolic link is in its place: remove it",
  EEXIST: "a file, or a link to nowhere, is in the place of that folder: move it away, or correct the link",
  ENOTDIR: "a part of the path is a file, and no folder: move it away",
};

/** Returns the number of an error, such as `ENOENT`; undefined for an error without one. */
export function errorNumber(error: unknown): string | undefined {
  const { code } = error instanceof Error ? (error as NumberedError) : {};
  return code;
}

/** Returns what to do after a failed write; undefined if the number of the error does not tell. */
export function writeHint(error: unknown): string | undefined {
  return ofFolders[errorNumber(error) ?? ""];
}

/** Returns what to do after a failed reading of a folder. */
export function readHint(error: unknown): string {
  const hint = openFiles[errorNumber(error) ?? ""] ?? "check the owner and mode of the folder";
  return `${hint}; nothing was changed`;
}

/** Returns what to do if a program cannot be started, by the number of the error; undefined if that does not tell. */
export function startHint(code: string | undefined): string | undefined {
  return openFiles[code ?? ""];
}
