/** Flags of `fleet exec`. */
export interface ExecFlags {
  /** False with --no-tty: the program gets no terminal. */
  readonly tty?: boolean;
}
