/**
 * A format that tells the processes of a pane apart: its process id, and also after its end. tmux 3.8 has no id for a dead
 * pane. It has the time of the end then, in seconds since the epoch, which is more than any process id.
 */
export const paneProcess = "#{?pane_pid,#{pane_pid},#{pane_dead_time}}";
