# shellcheck shell=sh
# The pane, a process of tmux's. It joins the unit's control group and runs the agent's command.
#
# Call   --pane NAME DIRECTORY GROUP LINE STARTER.
# In     the file env with the environment, and the file screen with the old screen.
# Out    “here”, then “ready” or a reason on the line; the exit status in the file lock; the pane stays, dead.
# For    other parts: load_environment, show, describe.
#
# It is the first part, because the start of each agent waits until this process has opened the line.

# run_pane NAME DIRECTORY GROUP LINE STARTER
# load_environment sets the variables of the agent, with any names. So nothing before the end of the command may
# use a variable of this script. These parameters take their place, and keep their meaning:
#   $1 NAME        the agent
#   $2 DIRECTORY   its runtime directory
#   $3 GROUP       the folder of the unit's control group
#   $4 LINE        the path of the line
#   $5 STARTER     the PID of the start, which waits for an answer
#   $6 PATH        the PATH before the agent's own one (added below)
# Descriptor 9 is the line. If the start is over already, there is no line, or nobody says “go”. Then nothing runs.
run_pane() {
  [ -p "$4" ] || exit 1
  exec 9>"$4"
  await_go "$@"
  # A tmux.conf may have set another PATH for all panes.
  command -v sleep >/dev/null || PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  [ "$4" != "$2/ready" ] || lock_for_older_start "$1" "$2" "$5"
  : >"$2/lock"
  { echo 0 >"$3/cgroup.procs"; } 2>/dev/null ||
    refuse "$1" "$5" "cannot join $3: the tmux server it runs in is probably not the holder's"
  if [ -s "$2/screen" ]; then cat "$2/screen"; fi
  [ -s "$2/env" ] || refuse "$1" "$5" "its environment is gone: $2/env"
  set -- "$1" "$2" "$3" "$4" "$5" "$PATH"
  load_environment "$2/env" "$2/busy" "$TERM" "${TERM_PROGRAM:-tmux}" "${TERM_PROGRAM_VERSION:-}" "$1"
  : >"$2/env"
  : >"$2/screen"
  enter_workdir "$1" "$5"
  echo "$5 ready" >&9
  [ "$4" != "$2/ready" ] || exec 9>&- # an older start reads until then

  trap : INT QUIT TSTP # keys are for the command, which gets the default of a signal that is trapped here, not ignored
  if run_command; then
    end_pane "$1" "$2" "$6" 0
  else
    end_pane "$1" "$2" "$6" "$?"
  fi
}

# await_go NAME DIRECTORY GROUP LINE STARTER
# Waits until the start's call to tmux is over: before, the pane may not have its size. An older start opens the FIFO then.
await_go() {
  case $4 in
  "$2/ready") return ;;
  /proc/*) exec 8<"${4%3}4" ;;
  *) exec 8<"$4.go" ;;
  esac
  echo "$5 here" >&9
  read -r _ <&8 || exit 1
  exec 8<&-
}

# lock_for_older_start NAME DIRECTORY STARTER
# Takes the lock awaited by the main process of an older version. A start of such a version calls this one if the file of
# the script has been replaced in between.
lock_for_older_start() {
  exec 8>>"$2/lock"
  flock -n 8 || timeout 2 flock 8 9>&- || refuse "$1" "$3" 'is running already'
}

# load_environment FILE BUSY TERM TERM_PROGRAM TERM_PROGRAM_VERSION NAME [worktree]
# Loads the unit's environment. The variables of the terminal stay those of tmux. Unsets variables of no use to the
# agent, and misleading ones: $TMUX leads to the fleet's server, and INVOCATION_ID or JOURNAL_STREAM tell some programs that there
# is no terminal.
load_environment() {
  # shellcheck disable=SC3040 # only bash comes here
  [ -z "${BASH_VERSION:-}" ] || set +o posix # with posix, bash would exit at a variable that is read-only to it, such as UID
  # shellcheck disable=SC1090
  . "$1" 2>/dev/null || :
  export MOSAIC_AGENT_NAME="$6" MOSAIC_AGENT_BUSY="$2" TERM="$3" TERM_PROGRAM="$4" TERM_PROGRAM_VERSION="$5"
  # For mosaic-activity and mosaic-runtime.
  export MOSAIC_AGENT_ACTIVITY="${2%/*/busy}-activity/$6" MOSAIC_AGENT_PANE="$$" MOSAIC_AGENT_TOOLS="${0%/*}"
  export MOSAIC_AGENT_CONVERSATION="${MOSAIC_AGENT_STATE:+$MOSAIC_AGENT_STATE/conversation}"
  # tmux has true colors since 2.2, and says so itself since 3.6.
  export COLORTERM="${COLORTERM:-truecolor}"
  unset TMUX TMUX_PANE RUNTIME_DIRECTORY PIDFILE INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET
  unset MOSAIC_AGENT_CONFIG MOSAIC_AGENT_UNITS MOSAIC_TMUX_HOLDER MOSAIC_AGENT_COMPLETION MOSAIC_TMUX_SIZE MOSAIC_AGENT_STATE
  unset MOSAIC_AGENT_LOG MOSAIC_AGENT_SERVICE MOSAIC_AGENT_WINDOWS MOSAIC_AGENT_THEN
  unset MOSAIC_AGENT_STOP_SEND MOSAIC_AGENT_STOP_KEYS MOSAIC_AGENT_STOP_TIMEOUT MOSAIC_AGENT_STOP_EXTRA
  unset MOSAIC_AGENT_ENTER_DELAY MOSAIC_AGENT_INTERRUPT MOSAIC_AGENT_BUSY_ROW MOSAIC_AGENT_ASKING_ROW
  unset MOSAIC_AGENT_READY_EXEC MOSAIC_AGENT_READY_OUTPUT MOSAIC_AGENT_READY_TITLE MOSAIC_AGENT_READY_TIMEOUT
  unset MOSAIC_AGENT_READY_ACTIVITY MOSAIC_AGENT_READY_ROW
  unset MOSAIC_AGENT_READY_FAILS MOSAIC_AGENT_HOOK_PRE_START MOSAIC_AGENT_HOOK_POST_START MOSAIC_AGENT_HOOK_PRE_STOP
  unset MOSAIC_AGENT_HOOK_ON_FAILURE MOSAIC_AGENT_HOOK_TIMEOUT MOSAIC_AGENT_START MOSAIC_AGENT_LIMIT_ROWS
  [ -z "${7:-}" ] || return 0
  unset MOSAIC_AGENT_WORKTREE_REPO MOSAIC_AGENT_WORKTREE_BRANCH MOSAIC_AGENT_WORKTREE_FROM MOSAIC_AGENT_WORKTREE_PATH
  unset MOSAIC_AGENT_WORKTREE_COPY MOSAIC_AGENT_WORKTREE_LINK MOSAIC_AGENT_WORKTREE_SETUP MOSAIC_AGENT_WORKTREE_FETCH
  unset MOSAIC_AGENT_WORKTREE_TIMEOUT
}

# enter_workdir NAME STARTER
enter_workdir() {
  case ${MOSAIC_AGENT_WORKDIR:=${HOME:-/}} in
  /*) ;;
  *) refuse "$1" "$2" "its workdir is not an absolute path: $MOSAIC_AGENT_WORKDIR" ;;
  esac
  [ -d "$MOSAIC_AGENT_WORKDIR" ] ||
    refuse "$1" "$2" "its workdir does not exist, or is not a directory: $MOSAIC_AGENT_WORKDIR"
  cd "$MOSAIC_AGENT_WORKDIR" 2>/dev/null ||
    refuse "$1" "$2" "may not enter its workdir: $MOSAIC_AGENT_WORKDIR"
}

# Runs the agent's command, or a shell if it has none.
run_command() {
  if [ -n "${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}" ]; then
    /bin/sh -c "${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}" 8>&- 9>&-
  else
    "${SHELL:-/bin/sh}" 8>&- 9>&-
  fi
}

# refuse NAME STARTER REASON
# Tells the start why the command cannot run, and exits.
refuse() {
  show "$1" "$3"
  seal_pane
  printf '%s %s\n' "$2" "$3" >&9
  exit 1
}

# end_pane NAME DIRECTORY PATH STATUS
# Runs after the command, so it may use variables again.
end_pane() {
  name=$1 directory=$2 PATH=$3 status=$4
  keep_terminal
  printf '%s\n' "$status" "$$ $PPID" >"$directory/lock" # the parent is tmux: see tell_tmux
  leave_modes
  [ "$status" = 0 ] || show "$name" "$(describe "$status")"
  seal_pane
  # tmux 3.3a loses the last output of one command in six without this pause, and of none in sixty with it (measured).
  sleep 0.1
  exit "$status"
}

# During a stop, keeps the terminal until --stopped ends this process. The terminal must outlive all processes of the agent,
# and the command may be just a wrapper of others.
keep_terminal() {
  [ -s "$directory/stopping" ] || return 0
  echo "ended $status" >"$directory/stopping"
  trap 'leave_modes; seal_pane; exit 143' TERM
  while [ -s "$directory/stopping" ]; do
    # This waits: the process itself holds the line open, and nobody else writes to it.
    read -r _ </proc/self/fd/9 || return 0
  done 2>/dev/null
}

# show NAME TEXT
show() { printf 'agent %s: %s\n' "$1" "$2"; }

# describe STATUS
# Prints the meaning of an exit status other than 0. Shows only the first word of the command, because the rest may hold
# secrets.
describe() {
  command=${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}
  command=${command#exec }
  # shellcheck disable=SC2016 # this is the text of the command
  command=${command#'"$MOSAIC_AGENT_TOOLS/mosaic-runtime" '} # the name of the preset follows
  word=${command%%[[:space:]]*}
  [ "$word" = "$command" ] || word="$word $(printf '\342\200\246')" # an ellipsis
  case $1 in
  126) echo "command cannot be executed (exit status 126): $word" ;;
  127) echo "command not found (exit status 127): $word" ;;
  129 | 1[3-5]?) echo "command was ended by SIG$(kill -l "$1") (exit status $1): $word" ;;
  *) echo "command failed (exit status $1): $word" ;;
  esac
}

# Turns off modes, because the command may have left them on: focus reporting, mouse, bracketed paste, application keys, colors.
leave_modes() {
  printf '\033[?1004l\033[?1000l\033[?1002l\033[?1003l\033[?1005l\033[?1006l\033[?2004l\033[?1l\033>\033[>4m\033(B\033[0m\033[?25h'
}

# Turns insert mode on and wrap off. No program leaves a pane like that, so it tells the server, when the pane dies, that
# the server has read everything before it: leave_modes too.
seal_pane() { printf '\033[?7l\033[4h'; }

case ${1:-} in --pane) shift && run_pane "$@" ;; esac
