/** The help of the view, for 60 columns. */
export const topHelp: readonly string[] = [
  "up, down, j, k, PgUp, PgDn, Home, End   choose an agent",
  "Enter  attach; detach with Ctrl-b d to come back",
  "o      follow its logs; Ctrl-C comes back",
  "w      why: explain its plan",
  "r x z  restart, stop, suspend or resume it, after a question",
  "/ l    only names with a text, only agents with labels",
  "s c    next order, next columns; Escape shows all agents",
  "g q    look again, quit. Any key closes this help.",
];
