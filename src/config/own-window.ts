/** The window with the agent's own pane. Its declared panes are next to that one. */
export const ownWindow = "main";
