# shellcheck shell=sh
# The beginning of the script, and the variables of all parts.
#
# The parts are joined to one file, units/start-agent-session.sh, so that a replaced file is a complete script at every moment.
# The shell reads a part only if no part before it has answered the call. These are the calls, in that order:
#
#   --pane NAME ...         agent/pane.sh: joins the unit's control group and runs the agent's command
#   --ended NAME UNIT PID   agent/main-process.sh: the end of the main process, for agents of an older version
#   NAME                    agent/start.sh: makes or reuses the agent's session, returns when its pane is ready, and leaves the
#                           waiter behind: the unit's main process, which ends as the command ends
#   --stopped NAME          agent/end.sh: ends the rest of the agent, gives it time for that, and removes the session if this
#                           is a deliberate stop; runs when the main process has ended or the start has failed
#   --holder                holder.sh: starts the tmux server of the fleet
#   --log NAME ...          log.sh: writes the output of a pane to files, if the agent has a log
#   --await-turn NAME       steps/turn.sh: waits until the agent may start
#   --after-run NAME        steps/after-run.sh: counts agents that end alike, and keeps the end of a limit of its account
#   --make-worktree NAME    steps/hooks.sh: makes the git worktree of the agent before its start, by mosaic-worktree
#   --before-start NAME     steps/hooks.sh: runs a hook before the start
#   --after-start NAME      steps/ready.sh: waits until the agent is ready, and runs a hook then
#   --before-stop NAME      steps/ask.sh: runs a hook, and asks the agent to end
#   --after-failure NAME    steps/hooks.sh: runs a hook after a failed run
#   --before-service NAME   service.sh: prepares the start of a service, which has no pane
#   --service NAME          service.sh: becomes its command
#   --service-ended NAME    service.sh: keeps how it ended
#   --windows NAME          windows/windows.sh: opens the declared windows next to a started agent, if it has any
#   --side NAME ...         windows/side.sh: the process of one of their panes
#
# Only the drop-in of an agent with start, worktree, ready, stop or hooks in fleet.yaml makes the calls of the steps.
#
# An older version of this script may have started a running agent. It calls --pane, --ended and --stopped in
# exactly this form and at this path, so they must not change.
#
# The agent's runtime directory holds these files:
#
#   pid        the main process
#   lock       empty while the command runs; afterwards it contains the command's exit status
#   status     exit status of the last run
#   restarts   number of restarts after failures since the last deliberate start
#   fresh      not empty if fleet has asked for the next start: then that begins a new count of restarts
#   left       names of processes left in the background by the command
#   tmux/      the agent's own TMUX_TMPDIR
#   busy       made by the agent while it must not be interrupted; it knows the path as $MOSAIC_AGENT_BUSY
#   line.PID*  the pipes of a start as FIFOs; only if the tmux server is in another user namespace
#   stopping   not empty while the agent is being ended: “asked” after --before-stop, then “ended” and the exit status if the
#              command ends because of that; “1” after --stopped
#   wait       the present step of systemd: “stop” or “ready”, its limit in ms, and its words; “turn”, 0 and the
#              groups in which the agent waits; or “limit”, 0 and the end of the limit. Empty afterwards, or “unready” and the
#              same as for “ready” if the agent was not ready in time
#   limit      the end of a limit of the agent's account, in seconds since the epoch; empty if there is none
#   turn       for each group in which the agent has waited: its name, and the number of this start in it
#   asks       the question on the screen of an agent before it is ready
#   step-env   the environment of a hook or a probe; empty afterwards
#   probe      the output of the last probe of readiness
#   output     the output of a hook on its way to the journal
#   env        the unit's environment on its way to the pane; empty afterwards
#   screen     the last screen of the pane on its way to the next run; empty afterwards
#   log        the process that writes the log
#   config     the configuration of a service at its start; empty if its env file was edited before
#   kills      of a service: what count_memory_kills has found at its start
#   windows    the declared windows, for the processes of their panes
#   windows-env  the unit's environment for them; only with windows
#
# Next to this directory is NAME.killed. It is not empty if the last end needed SIGKILL: then it contains the time of the
# agent, in ms. NAME.memory is there if the last run has ended because memory ran out, and no person has started the agent since:
# see keep_memory_end. A folder for all agents, with -activity at the end of its name, holds NAME: the agent's activity, as it reports
# itself by mosaic-activity. One folder, because then one watch of the kernel is enough for all agents.
#
# The holder's directory holds files of each group in which agents wait for their turn, see await_turn:
#
#   turn-GROUP      the lock of the group, the number of its last start, and the times of the last ones
#   failures-GROUP  an exit status, and the starts that ended with it
#   held-GROUP      why no agent of the group starts, and until when: see await_release
#
# $MOSAIC_AGENT_STATE is the agent's folder for files beyond a boot. It holds
#
#   last-screen    the end of the last failed run: see keep_last_screen
#   output.log     the log: see keep_log
#   conversation   the id of the agent's conversation: see mosaic-runtime
#
# The line is a pipe from the pane's process to the waiter. The pane's process says there if the command can start, or why it
# cannot, and then holds it open. The kernel closes it however that process ends. Nothing here relies on tmux for this,
# because tmux up to 3.3a sometimes misses the end of a child.
#
# The script starts few processes, because a first apply runs it 500 times. On a small virtual machine a program costs 1.5 ms
# of a core, and a subshell 0.4 ms (measured).
#
# The comment above a part names its input and output, and the comment above a function shows its parameters first, if it has
# any. Variables are global: those for other parts are in its comment.
set -eu
newline='
'
