#!/bin/sh
# Runs agents in tmux sessions, for the units mosaic-tmux-holder.service and mosaic-agent@.service. Who calls what:
#
#   --holder                the holder's start: starts the fleet's tmux server
#   NAME                    an agent's start: makes or reuses its session, and returns when the pane is ready
#   --pane NAME ...         in the pane: joins the unit's control group and runs the agent's command
#   --ended NAME UNIT PID   the unit's main process, once the pane's process is gone: ends as the command ended. These
#                           arguments must stay as they are: an older version of this script may have started the agent
#   --stopped NAME          after the main process has ended, or the start has failed: ends what is left of the agent, gives
#                           it time for that, and removes the session if this is a deliberate stop
#
# An agent's runtime directory holds: pid (the main process), lock (held by the pane's process as long as it lives; then
# it contains the command's exit status), status (of the last run), restarts (after failures, since the last deliberate
# start), left (names of processes that the command has left in the background), tmux/ (the agent's own TMUX_TMPDIR),
# busy (made by the agent while it must not be interrupted; it knows the path as $MOSAIC_AGENT_BUSY), ready (a FIFO, by which the pane says that it runs), stopping (not empty while the agent is being
# ended); and, on their way to the pane and empty afterwards, env (the unit's environment) and screen (what the pane showed
# before). Beside that directory is NAME.killed: not empty if the last end took SIGKILL, then it contains the time that the
# agent had, in ms.
#
# The kernel frees the lock however the pane's process ends. Nothing here asks tmux for that: versions up to 3.3a now and
# then miss a child's death. Processes are few because a first apply runs this 500 times.
set -eu
newline='
'

# To stderr, which is the journal. But of a line whose writer is gone too soon, the journal does not learn which unit it
# is from; hence USER_UNIT.
say() {
  [ -n "$unit" ] && printf '%s\n' "MESSAGE=$1" "USER_UNIT=$unit" "SYSLOG_IDENTIFIER=${unit%.service}" PRIORITY=4 |
    logger --journald 2>/dev/null || printf '%s\n' "$1" >&2
}

fail() {
  say "$who: $1"
  [ -z "${failure:-}" ] || printf '%s\n' "$1" >"$failure"
  exit 1
}

need() {
  for tool; do
    command -v "$tool" >/dev/null || fail "$tool is not installed, or not on this PATH: $PATH"
  done
}

# Sets group to the control group of the unit that runs this, and unit to its name; empty outside of a unit.
find_unit() {
  group=''
  while IFS= read -r line; do
    case $line in 0::*) group=${line#0::} ;; esac
  done </proc/self/cgroup
  group=${group%/.control} # with Delegate=, a unit's commands run in a child group
  unit=${group##*/}
  case $unit in *.service) ;; *) unit='' ;; esac
}

# Every tmux call of an agent. -N: a server started here would live in, and die with, this agent's control group.
fleet_tmux() { tmux -N -L "$socket" "$@"; }

# ---- what ends a tmux server

# Sets guards to commands that keep the server alive. tmux ends, with every agent,
# - if a client comes to, or leaves, a dead pane in which focus reporting is on (tmux/tmux#3776, before 3.5). A pane that
#   was sealed (see seal_pane) is safe. Any other one is reset when it dies, and shows its last screen in copy mode;
# - if somebody pastes into a dead pane (tmux/tmux#3830, before 3.5). Hence an agent's dead pane takes no input;
# - if a window is made while window-size is manual (tmux/tmux pull request 4849, up to 3.6). Hence that becomes latest.
# The last two hooks resize the windows that a small client has left behind, when nobody is attached to them any more.
# Hooks with an index leave those of the user's tmux.conf in place. Each start of an agent sets all of this again,
# because people load their tmux.conf again while the server runs.
# shellcheck disable=SC2016 # tmux expands the formats
set_guards() {
  unsealed='#{?insert_flag,#{wrap_flag},1}'
  attached='#{?session_grouped,#{session_group_attached},#{session_attached}}'
  to_size='-x #{s/x.*//:@mosaic_size} -y #{s/.*x//:@mosaic_size}'
  # There is no such session: the value of a window would hide the global one. That is set only if need be, because tmux then
  # computes the size of every window again.
  guards='if-shell -F -t =fleet-none: "#{&&:#{==:#{window-size},manual},#{m:*3.[0-6]*,#{version}}}" { set-option -gw window-size latest }'
  guards="$guards
    set-hook -g after-set-option[3776] { $guards }
    set-hook -g pane-died[3776] { if-shell -F '#{m:*3.[0-4]*,#{version}}' {
      if-shell -F '#{@mosaic_agent}' { select-pane -d }
      if-shell -F '$unsealed' { send-keys -R ; copy-mode -e ; send-keys -X page-up ; send-keys -X -N 2 scroll-up } } }"
  set -- "resize-window -t #{window_id} $to_size ; set-option -w -u -t #{window_id} window-size ; "
  set -- "#{W:#{?#{||:#{e|<:#{window_width},80},#{e|<:#{window_height},24}},$1,}}"
  set -- "#{S:#{?@mosaic_size,#{?$attached,,$1},}}"
  guards="$guards
    set-hook -g client-detached[3776] { run-shell -C '$1' }
    set-hook -g client-session-changed[3776] { run-shell -C '$1' }"
}

# ---- the holder

start_server() {
  who='tmux holder' socket=${MOSAIC_TMUX_SOCKET:?is not set}
  find_unit
  need tmux timeout mkfifo
  # This unit's own server would have ended with the unit.
  if pid=$(tmux -N -L "$socket" display-message -p '#{pid}' 2>/dev/null); then
    fail "socket $socket belongs to a tmux server that is not this unit's, process $pid: end that, or use another socket"
  fi
  directory=${RUNTIME_DIRECTORY:?is not set}
  config=${MOSAIC_TMUX_CONFIG:-}
  # For what people start in windows of their own.
  unset RUNTIME_DIRECTORY PIDFILE INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET MOSAIC_TMUX_CONFIG
  # systemd keeps this directory when it starts the unit again.
  failure=$directory/failure
  [ ! -e "$directory/path" ] || : >"$directory/ended"
  rm -f "$directory/answer"
  mkfifo "$directory/answer"
  set_guards
  # These options come after the user's tmux.conf, which may have said otherwise. An error in that file stops nothing:
  # source-file prints what tmux found.
  set -- set-option -s exit-empty off \; set-option -s exit-unattached off \; if-shell -F 1 "$guards" \; \
    display-message -p '#{pid} #{config_files}' \; source-file -nq /dev/null
  tmux -L "$socket" ${config:+-f "$config"} start-server \; "$@" >"$directory/answer" 2>&1 &
  # A command in that file may take forever. tmux serves others meanwhile, but only as long as the first client lives.
  answer=$(timeout 10 cat "$directory/answer") || {
    say "$who: a command in the tmux configuration has not ended after 10 s: going on without"
    answer=$(tmux -N -L "$socket" "$@" 2>&1)
  }
  read_answer "$answer"
  try_session
  # The agents' tools are looked for where this unit found them.
  printf '%s\n' "$PATH" >"$directory/path"
  : >"$failure"
  echo "$pid" >"$directory/pid"
}

# Sets pid, and files to the configuration that tmux has loaded; keeps its errors, one a line, in config-errors.
read_answer() {
  pid='' files=''
  : >"$directory/config-errors"
  while IFS= read -r line; do
    case $line in
    'server exited'* | 'lost server'* | 'no server'*) ;;
    [0-9]*' '*) [ -n "$pid" ] || pid=${line%% *} files=${line#* } ;;
    *[!\ ]*)
      say "$who: $line"
      printf '%s\n' "$line" >>"$directory/config-errors"
      ;;
    esac
  done <<EOF
$1
EOF
}

# Makes a session for a moment. A server that does not survive that would take agents with it, again and again.
try_session() {
  error=$(fleet_tmux new-session -d -s fleet-trial sleep 60 \; set-option -t '=fleet-trial:' destroy-unattached off 2>&1) &&
    error=$(fleet_tmux kill-session -t '=fleet-trial:' 2>&1) || case $error in
    "can't find "* | 'no such '* | 'no current '*) suspect 'ends or renames each new session' ;;
    *) suspect 'ended as it made a session' ;;
    esac
}

# suspect TEXT: fails with what the server did, and with the first line of its configuration that may be the cause.
suspect() {
  what=$1
  set -f
  IFS=,
  # shellcheck disable=SC2086 # these are several files
  set -- ${files:-${config:-/etc/tmux.conf,${HOME:-}/.tmux.conf,${XDG_CONFIG_HOME:-${HOME:-}/.config}/tmux/tmux.conf}}
  line=$(grep -nE '^[^#]*(kill-(server|session|window|pane)|rename-session|window-size +manual)' "$@" /dev/null 2>/dev/null | head -n 1) || :
  fail "the tmux server on socket $socket $what: the cause is probably in its configuration, ${line:-$*}"
}

# ---- an agent's start

start_agent() {
  : "${RUNTIME_DIRECTORY:?is not set: use systemctl --user start}"
  save_environment # before the first variable is set: the agent's may have the same name
  enter_unit "$1"
  need tmux flock mkfifo timeout cat
  find_tree
  [ -w "$tree$group/cgroup.procs" ] || fail "cgroup v2 is needed, and there is no writable $tree$group/cgroup.procs"
  # shellcheck disable=SC2016 # tmux expands the format
  size=${MOSAIC_TMUX_SIZE:-'#{?#{==:#{default-size},80x24},200x50,#{default-size}}'}
  set_guards
  fifo=$directory/ready
  [ -p "$fifo" ] || mkfifo "$fifo"
  [ ! -e "$directory/busy" ] || rm -f "$directory/busy" # an earlier run's
  [ ! -s "$directory/stopping" ] || : >"$directory/stopping"
  open_pane
  await_pane
  flock "$directory/lock" "$0" --ended "$name" "$unit" "$$" </dev/null &
  echo "$!" >"$directory/pid"
}

# The pane's environment is the tmux server's. Of the limits, only the holder's number of open files is not for agents.
save_environment() {
  umask 077
  {
    export -p
    printf 'ulimit -Sn '
    ulimit -Sn
  } >"${RUNTIME_DIRECTORY%%:*}/env"
}

# Sets name, unit, group (its control group), directory, socket; and the environment for the script's own tools.
enter_unit() {
  name=$1 who="agent $1" failure=''
  find_unit
  case $name in
  '' | [-_]* | *[!A-Za-z0-9_-]*) fail 'the name of an agent is made of letters, digits, - and _' ;;
  esac
  case $unit in
  *"@$name.service") ;;
  *) fail "this runs in control group '$group', not in a unit of its own: use systemctl --user start" ;;
  esac
  directory=${RUNTIME_DIRECTORY%%:*} # the second one is tmux/
  socket=${MOSAIC_TMUX_SOCKET:?is not set}
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  [ ! -r "${MOSAIC_TMUX_HOLDER:-}/path" ] || IFS= read -r PATH <"$MOSAIC_TMUX_HOLDER/path"
  XDG_RUNTIME_DIR=${directory%/*/*}
  export PATH XDG_RUNTIME_DIR
  unset TMUX TMUX_PANE TMUX_TMPDIR
}

# Sets tree to where the cgroup v2 tree is mounted.
find_tree() {
  tree=/sys/fs/cgroup
  [ ! -e "$tree/unified/cgroup.procs" ] || tree=$tree/unified # a hybrid hierarchy
}

# Makes the session; or, if it is still there, runs the agent in its old pane: people stay attached to it.
open_pane() {
  # Where windows that people open in this session begin. That it exists is for the pane to check.
  cd "${MOSAIC_AGENT_WORKDIR:-${HOME:-/}}" 2>/dev/null || cd /
  # Calls to tmux cost. After a run in this runtime directory there is a session as a rule, before the first there is none.
  if [ ! -e "$directory/lock" ] && make_session; then return; fi
  if ! find_pane; then
    make_session || fail "tmux made no session on socket $socket: $error"
    return
  fi
  check_pane
  if [ -z "$pane" ]; then
    # Someone has closed the agent's pane, but not their own ones beside it.
    run_in_pane "=$name:" new-window -t "=$name:" || fail "tmux made no window in the session on socket $socket"
    return
  fi
  # tmux clears the screen of a pane that it reuses; only what has scrolled away is kept.
  screen=$(run_in_pane "$pane" capture-pane -p -e -t "$pane" \; respawn-pane -k -t "$pane") ||
    fail "tmux could not reuse the session on socket $socket"
  [ -z "$screen" ] || {
    # tmux writes this line when it has seen the death, which may be after this. It parts the runs for whoever reads them.
    case ${screen##*"$newline"} in *'Pane is dead'*) ;; *) screen="$screen${newline}Pane is dead" ;; esac
    printf '%s\033[0m\n' "$screen" >"$directory/screen"
  }
}

make_session() {
  # The pane is the first of the first window: a hook in the user's tmux.conf may have opened others by then.
  error=$(run_in_pane "=$name:^.{top-left}" new-session -d -s "$name" 2>&1)
}

# run_in_pane PANE TMUX-COMMAND...: adds the pane's process to the command, and marks the pane in the same call to tmux.
run_in_pane() {
  target=$1
  shift
  # tmux gives a new session the size of any client, and nothing gives its old size back to a session that one has left.
  resize="run-shell -C -t '$target' \"resize-window -t '$target' $to_size\" ; set-option -w -u -t '$target' window-size"
  fleet_tmux if-shell -F 1 "$guards" \; "$@" "$0" --pane "$name" "$directory" "$tree$group" "$fifo" "$$" \; \
    set-option -t "=$name:" @mosaic_unit "$unit" \; set-option -t "=$name:" destroy-unattached off \; \
    set-option -p -t "$target" @mosaic_agent "$name" \; set-option -p -t "$target" remain-on-exit on \; \
    set-option -p -t "$target" @mosaic_config "${MOSAIC_AGENT_CONFIG:-}" \; \
    set-option -p -t "$target" @mosaic_units "${MOSAIC_AGENT_UNITS:-}" \; set-option -p -t "$target" @mosaic_left '' \; \
    set-option -F -t "=$name:" @mosaic_size "$size" \; if-shell -F -t "$target" "$attached" '' "$resize" \; \
    if-shell -F -t "$target" '#{pane_input_off}' "select-pane -e -t '$target'"
}

# Sets owner to the unit that the session was made by, pane to the agent's own pane, and dead to 0 or 1; or to nothing.
find_pane() {
  owner='' pane='' dead=''
  panes=$(fleet_tmux list-panes -s -t "=$name:" -F '#{@mosaic_unit}:#{@mosaic_agent}:#{pane_id}:#{pane_dead}' 2>/dev/null) || return
  while IFS=: read -r session_unit pane_agent id id_dead; do
    owner=$session_unit # the same in every line
    [ "$pane_agent" != "$name" ] || pane=$id dead=$id_dead
  done <<EOF
$panes
EOF
}

# Refuses to reuse what is not this unit's, or still at work.
check_pane() {
  case $owner in
  "$unit") ;;
  '') [ "$dead" = 1 ] || fail "a session of this name, not made by this unit, is on socket $socket: rename or end it" ;;
  *) fail "the session of this name on socket $socket belongs to $owner" ;;
  esac
  # A pane of this unit that seems to live may be one whose death tmux has not seen yet.
  [ "$dead" != 0 ] || timeout 2 flock "$directory/lock" true || fail 'is running already'
}

# Returns when the pane is ready. The FIFO closes if its process dies before that, but not before it has opened it:
# hence a look at the pane now and then.
await_pane() {
  answer=
  while [ -z "$answer" ]; do
    if said=$(timeout 5 cat "$fifo"); then
      [ -n "$said" ] || fail 'the process in its pane was killed before it was ready'
      find_answer
    else
      find_pane && [ "$dead" = 0 ] || fail 'its pane was closed before it was ready'
    fi
  done
  [ "$answer" = ready ] || fail "$answer"
}

# Sets answer to what was said to this process. A pane of an earlier start, which comes to it only now, answers that one.
find_answer() {
  while read -r asker text; do
    [ "$asker" != "$$" ] || answer=$text
  done <<EOF
$said
EOF
}

# ---- the pane

# The environment of the agent is loaded over this shell's variables, and may have any name: what has to outlive that is
# in positional parameters.
run_pane() {
  # A tmux.conf may have set another PATH for all panes.
  command -v flock >/dev/null || PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  exec 8>"$4"
  exec 9>>"$2/lock"
  flock -n 9 || timeout 2 flock 9 8>&- || refuse "$1" "$5" 'is running already'
  : >"$2/lock"
  { echo 0 >"$3/cgroup.procs"; } 2>/dev/null ||
    refuse "$1" "$5" "cannot join $3: the tmux server it runs in is probably not the holder's"
  if [ -s "$2/screen" ]; then cat "$2/screen"; fi
  set -- "$@" "$PATH"
  load_environment "$@"
  : >"$2/env"
  : >"$2/screen"

  case ${MOSAIC_AGENT_WORKDIR:=${HOME:-/}} in
  /*) ;;
  *) refuse "$1" "$5" "its workdir is not an absolute path: $MOSAIC_AGENT_WORKDIR" ;;
  esac
  [ -d "$MOSAIC_AGENT_WORKDIR" ] ||
    refuse "$1" "$5" "its workdir does not exist, or is not a directory: $MOSAIC_AGENT_WORKDIR"
  cd "$MOSAIC_AGENT_WORKDIR" 2>/dev/null ||
    refuse "$1" "$5" "may not enter its workdir: $MOSAIC_AGENT_WORKDIR"
  echo "$5 ready" >&8
  exec 8>&-

  trap : INT QUIT TSTP # keys for the command; what is trapped here, and not ignored, it gets afresh
  if [ -n "${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}" ]; then
    /bin/sh -c "${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}" 9>&- && set -- "$1" 0 "$6" "$2" || set -- "$1" "$?" "$6" "$2"
  else
    "${SHELL:-/bin/sh}" 9>&- && set -- "$1" 0 "$6" "$2" || set -- "$1" "$?" "$6" "$2"
  fi
  keep_terminal "$4"
  echo "$2" >&9
  leave_modes
  [ "$2" = 0 ] || show "$1" "$(describe "$2")"
  seal_pane
  # tmux 3.3a loses what was said just before the end of one command in six; with this pause, of none in sixty (measured).
  PATH=$3 sleep 0.1
  exit "$2"
}

# Turns off what the command may have turned on: focus reporting, mouse, bracketed paste, application keys, colours.
leave_modes() {
  printf '\033[?1004l\033[?1000l\033[?1002l\033[?1003l\033[?1005l\033[?1006l\033[?2004l\033[?1l\033>\033[>4m\033(B\033[0m\033[?25h'
}

# Insert mode on and wrap off, which no program leaves behind, tell the server that it has read what was said before.
seal_pane() { printf '\033[?7l\033[4h'; }

# During a stop, the terminal must outlive all that the agent has started, and the command may be just a wrapper: this waits
# until somebody ends it. Nobody writes to the FIFO meanwhile.
keep_terminal() {
  [ -s "$1/stopping" ] || return 0
  trap 'leave_modes; seal_pane; exit 143' TERM
  while [ -s "$1/stopping" ] && [ -p "$1/ready" ]; do
    read -r _ <"$1/ready" || :
  done 2>/dev/null
}

# show AGENT TEXT
show() { printf 'agent %s: %s\n' "$1" "$2"; }
# refuse AGENT STARTER REASON
refuse() {
  show "$1" "$3"
  seal_pane
  printf '%s %s\n' "$2" "$3" >&8
  exit 1
}

# The terminal is tmux's; all else is the unit's, but for what is of no use to the agent or would mislead it: $TMUX leads
# to the fleet's server, and INVOCATION_ID or JOURNAL_STREAM say "no terminal here" to some programs.
load_environment() {
  [ -s "$2/env" ] || refuse "$1" "$5" "its environment is gone: $2/env"
  [ -z "${BASH_VERSION:-}" ] || set +o posix # in which a variable that is read-only to bash, as UID, would be fatal
  set -- "$2/env" "$TERM" "${TERM_PROGRAM:-tmux}" "${TERM_PROGRAM_VERSION:-}" "$2/busy"
  # shellcheck disable=SC1090
  . "$1" 2>/dev/null || :
  export MOSAIC_AGENT_BUSY="$5" TERM="$2" TERM_PROGRAM="$3" TERM_PROGRAM_VERSION="$4"
  export COLORTERM="${COLORTERM:-truecolor}" # true of tmux since 2.2; since 3.6 it says so itself
  unset TMUX TMUX_PANE RUNTIME_DIRECTORY PIDFILE INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET
  unset MOSAIC_AGENT_CONFIG MOSAIC_AGENT_UNITS MOSAIC_TMUX_HOLDER MOSAIC_AGENT_COMPLETION MOSAIC_TMUX_SIZE
}

# ---- the end

# Says what a status other than 0 means. The command's first word must do: the rest may hold secrets.
describe() {
  set -- "$1" "${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}"
  set -- "$1" "${2#exec }"
  set -- "$1" "${2%%[[:space:]]*}" "$2"
  [ "$2" = "$3" ] || set -- "$1" "$2 …"
  case $1 in
  126) echo "command cannot be executed (exit status 126): $2" ;;
  127) echo "command not found (exit status 127): $2" ;;
  129 | 1[3-5]?) echo "command was ended by SIG$(kill -l "$1") (exit status $1): $2" ;;
  *) echo "command failed (exit status $1): $2" ;;
  esac
}

end_as_command() {
  who="agent $1" unit=$2 starter=$3
  directory=${RUNTIME_DIRECTORY%%:*}
  # systemd takes a process for the main one only if it is alive when the start is over, and reaps the start after that.
  while kill -0 "$starter" 2>/dev/null; do sleep 0.01; done
  if read -r status <"$directory/lock"; then
    if [ "$status" = 0 ]; then tell_left; else say "$who: $(describe "$status")"; fi
  else
    status=129 # as of a hangup
    say "$who: the process in its pane was killed, or its session closed"
  fi
  echo "$status" >"$directory/status"
  exit "$status"
}

# Says what a command that has ended well leaves in the background, as daemons do: systemd ends it with the unit.
tell_left() {
  [ ! -e "$directory/left" ] || rm -f "$directory/left"
  find_unit
  find_tree
  find_left
  [ -n "$left" ] || return 0
  sleep 0.3 # for what is about to end
  find_left
  [ -n "$left" ] || return 0
  echo "$left" >"$directory/left"
  say "$who: its command went to the background: it ended with exit status 0 and left $left, which ends now too; have it run in the foreground"
}

# Sets left to the names of up to three processes of the agent, without this one and the one that waits for it.
find_left() {
  left='' count=0
  while read -r pid && [ "$count" -lt 3 ]; do
    case $pid in $$ | "$PPID") continue ;; esac
    read -r comm 2>/dev/null <"/proc/$pid/comm" || continue
    case $comm in '' | *[!A-Za-z0-9._+:-]*) comm=process ;; esac
    left="${left:+$left, }$comm" count=$((count + 1))
  done <"$tree$group/cgroup.procs"
}

after_end() {
  enter_unit "$1"
  find_tree
  [ ! -s "$directory.killed" ] || : >"$directory.killed"
  echo 1 >"$directory/stopping"
  ask_to_end
  ask_for_job # meanwhile, most have ended
  await_end
  set_guards
  # Dead panes, the agent's own and those beside it, are reset before a client leaves them: see set_guards.
  reset="run-shell -C -t '=$name:' '#{W:#{P:#{?pane_dead,#{?$unsealed,send-keys -R -t #{pane_id} ; ,},}}}'"
  case $jobs in
  *" $unit stop "*) ;;
  *) signal TERM "$pane_process" ;; # what it has kept is a dead pane then
  esac
  case $jobs in
  *" $unit stop "*)
    fleet_tmux if-shell -F -t "=$name:" "#{==:#{@mosaic_unit},$unit}" "$reset ; kill-session -t '=$name:'" || :
    return
    ;;
  *" $unit restart "*) [ ! -e "$directory/restarts" ] || rm -f "$directory/restarts" ;;
  *)
    case $SERVICE_RESULT/${EXIT_CODE:-}/${EXIT_STATUS:-} in
    success/exited/0)
      [ -z "${MOSAIC_AGENT_COMPLETION:-}" ] || [ -n "$unsure" ] || complete
      [ ! -s "$directory/left" ] || mark_left
      ;;
    success/*) ;;
    *) count_restart ;;
    esac
    ;;
  esac
  # The pane's process could not seal it.
  [ "${EXIT_STATUS:-}" != 129 ] || fleet_tmux if-shell -F -t "=$name:" "#{==:#{@mosaic_unit},$unit}" "$reset" 2>/dev/null || :
}

# Keeps that a job has done its work, and with which configuration. As long as this file is there, systemd skips the start.
complete() {
  config=
  if find_pane && [ -n "$pane" ]; then
    config=$(fleet_tmux show-options -p -q -v -t "$pane" @mosaic_config) || config=
  fi
  (
    umask 077
    printf '%s\n' "# Agent $name has done its work, with exit status 0. To run it again: fleet start $name" \
      "completed=$(date -u +%Y-%m-%dT%H:%M:%SZ)" "config=$config" >"$MOSAIC_AGENT_COMPLETION"
  ) || say "$who: cannot keep that its work is done: $MOSAIC_AGENT_COMPLETION"
}

# Sets jobs to systemd's job for this unit, none if the agent has ended by itself; and unsure if systemd does not say.
ask_for_job() {
  jobs='' unsure=''
  jobs=$(SYSTEMD_COLORS=0 systemctl --user list-jobs --no-legend --plain --full "$unit" 2>&1) || {
    say "$who: its session is left, because it is not known whether this is a stop or a restart: $jobs"
    unsure=1
  }
}

# Sends SIGTERM to all processes of the agent except the pane's own one, which keeps the terminal. Repeats this, as systemd
# does, until there is no new process: one may have started another just before the signal. A child that a program starts
# because of the signal, in order to save, gets none.
ask_to_end() {
  pane_process='' asked='' asked_at='' deaf='' catching='' saving='' fresh=first
  for round in 1 2 3; do
    [ -n "$fresh" ] || break
    find_members
    fresh=
    for pid in $members; do
      case "$asked " in *" $pid "*) continue ;; esac
      look_at "$pid"
    done
    [ -n "$asked_at" ] || {
      set_now
      asked_at=$now
    }
    signal TERM "$fresh"
    asked="$asked$fresh"
  done
}

# signal NAME PIDS. A stopped process takes no signal until it is continued.
signal() {
  [ -n "$2" ] || return 0
  # shellcheck disable=SC2086 # a list
  { kill -s "$1" $2 && kill -s CONT $2; } 2>/dev/null || :
}

# Sets members to the processes of the agent except its pane's own one.
find_members() {
  members=
  add_members "$tree$group"
}

# The agent may have made groups of its own. The one of this script is .control, which * does not match.
add_members() {
  { while read -r pid; do
    case $pid in 0 | "$$" | "$pane_process") ;; *) members="$members $pid" ;; esac
  done <"$1/cgroup.procs"; } 2>/dev/null || :
  for subgroup in "$1"/*/; do
    [ ! -e "${subgroup}cgroup.procs" ] || add_members "${subgroup%/}"
  done
}

# Adds a process to fresh; to deaf if it ignores SIGTERM, and to catching if it handles it: after the signal that cannot be
# told, because many programs ignore a second one while they save. Or adds it to saving: it is a child of a program that
# handles SIGTERM, and not older than the signal. Or sets pane_process.
look_at() {
  read_stat "$1" || return 0
  if [ "$leader" = "$1" ] && [ -n "$command" ]; then
    # The leader of the terminal's session that runs this script. The kernel keeps 15 characters of its name.
    case ${0##*/} in "$command"*) pane_process=$1 && return ;; esac
  fi
  if [ "$started" -ge "${asked_at:-$((started + 1))}" ]; then
    case "$catching$saving " in *" $parent "*) saving="$saving $1" && return ;; esac
  fi
  fresh="$fresh $1"
  [ "$((ignored & 16384))" = 0 ] || deaf="$deaf $1"
  [ "$((caught & 16384))" = 0 ] || catching="$catching $1"
}

# Sets what proc(5) has of a process: command, parent, leader (of its session), started (hundredths of a second since the
# boot), ignored and caught (masks of signals).
read_stat() {
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return # gone
  command=${stat#*\(}
  command=${command%)*}
  # shellcheck disable=SC2086 # fields, of which the third is $1
  set -- ${stat##*) }
  parent=$2 leader=$4 started=${20} ignored=${31} caught=${32}
}

# Waits until they have ended. Interactive shells ignore SIGTERM: they are hung up as soon as nobody is left who does not,
# because a shell passes the hangup on to what it has started. When the time is over, all are hung up and killed.
await_end() {
  find_members
  [ -n "$members" ] || return 0
  limit=unknown hung_up=
  set_now
  began=$now
  while [ -n "$members" ]; do
    hang_up_deaf
    passed=$((now - began))
    [ "$limit" != unknown ] || [ "$passed" = 0 ] || learn_limit
    case $limit in
    '' | unknown) left=1000 ;;
    *)
      left=$((limit - passed))
      [ "$left" -gt 0 ] || {
        kill_rest
        break
      }
      ;;
    esac
    if [ "$left" -lt 10 ] || [ "$passed" -lt 6 ]; then
      sleep 0.02
    elif [ "$left" -lt 50 ] || [ "$passed" -lt 40 ]; then
      sleep 0.06
    else
      sleep 0.2
    fi
    set_now
    find_members
  done
  # Somebody may have asked for something else meanwhile.
  [ "$((now - began))" -lt 20 ] || ask_for_job
}

# Sets now to a time, in hundredths of a second.
set_now() {
  read -r now _ </proc/uptime
  now=${now%.*}${now#*.}
}

# A shell may have started another one meanwhile, or it is just becoming another one and loses the hangup (seen with bash):
# what ignores SIGTSTP as well is a shell with job control, and is hung up again at each look.
hang_up_deaf() {
  called=
  for pid in $members; do
    case "$asked$saving " in *" $pid "*) ;; *) look_at "$pid" ;; esac
    case "$deaf " in *" $pid "*) ;; *) return 0 ;; esac
    read_stat "$pid" || continue
    case "$hung_up " in *" $pid "*) [ "$((ignored & 540672))" = 540672 ] || continue ;; esac
    called="$called $pid"
  done
  signal HUP "$called"
  hung_up="$hung_up$called"
}

# Sets limit to TimeoutStopSec= in hundredths of a second, empty if there is none. systemd gives each of its steps that time;
# so that this script decides when it is over, which is not a failure, it gets a little more.
learn_limit() {
  limit=
  spans=$(systemctl --user show --property=TimeoutStopUSec --value "$unit" 2>/dev/null) || return 0
  case $spans in '' | *[!0-9a-z.\ ]* | infinity) return 0 ;; esac
  total=0
  for span in $spans; do
    whole=${span%%[!0-9]*} part=00
    case $span in *.*) part=${span#*.} part=${part%%[!0-9]*}00 ;; esac
    part=${part%"${part#??}"}
    case $span in
    *ms) total=$((total + whole / 10)) ;;
    *us) ;;
    *s) total=$((total + whole * 100 + 1$part - 100)) ;;
    *min) total=$((total + whole * 6000)) ;;
    *h) total=$((total + whole * 360000)) ;;
    *) total=$((total + whole * 8640000)) ;; # a day, or more
    esac
  done
  limit=$total
  systemd-notify "EXTEND_TIMEOUT_USEC=$((limit * 10000 + 5000000))" 2>/dev/null || limit=$((limit - limit / 10))
}

kill_rest() {
  signal HUP "$members"
  sleep 0.1
  find_members
  signal KILL "$members"
  echo "$((limit * 10))" >"$directory.killed"
  say "$who: killed after $(seconds "$limit") s: it had not ended by itself"
}

# seconds HUNDREDTHS
seconds() {
  part=$(($1 % 100))
  case $part in
  0) echo "$(($1 / 100))" ;;
  ?) echo "$(($1 / 100)).0$part" ;;
  *) echo "$(($1 / 100)).${part%0}" ;;
  esac
}

mark_left() {
  read -r left <"$directory/left"
  if find_pane && [ -n "$pane" ]; then fleet_tmux set-option -p -t "$pane" @mosaic_left "$left" || :; fi
}

count_restart() {
  restarts=0
  [ ! -e "$directory/restarts" ] || read -r restarts <"$directory/restarts"
  echo "$((restarts + 1))" >"$directory/restarts"
}

case ${1:-} in
--holder) start_server ;;
--pane) shift && run_pane "$@" ;;
--ended) shift && end_as_command "$@" ;;
--stopped) after_end "${2:-}" ;;
*) start_agent "${1:-}" ;;
esac
