#!/bin/sh
# Runs agents in tmux sessions, for the units mosaic-tmux-holder.service and mosaic-agent@.service.
#
# One file, so a replaced file is a complete script at every moment. Its sections, with their calls:
#
#   The log     --log NAME ...          writes the output of a pane to files, if the agent has a log
#   Shared      steps of several sections
#   The pane    --pane NAME ...         joins the unit's control group and runs the agent's command
#   The start   NAME                    makes or reuses the agent's session, returns when its pane is ready, and leaves the
#                                       waiter behind: the unit's main process, which ends as the command ends
#   The end     --ended NAME UNIT PID   the same end, for agents that an older version has started: their main process is a
#                                       flock that waits for the lock and then makes this call; PID is the process of the start
#               --stopped NAME          ends the rest of the agent, gives it time for that, and removes the session if this
#                                       is a deliberate stop; runs when the main process has ended or the start has failed
#   The holder  --holder                starts the tmux server of the fleet
#   The steps   --await-turn NAME       waits until the agent may start
#               --after-run NAME        counts agents that end alike, and keeps the end of a limit of the agent's account
#               --make-worktree NAME    makes the git worktree of the agent before its start, by mosaic-worktree
#               --before-start NAME     runs a hook before the start
#               --after-start NAME      waits until the agent is ready, and runs a hook then
#               --before-stop NAME      runs a hook, and asks the agent to end
#               --after-failure NAME    runs a hook after a failed run
#                                       Only the drop-in of an agent with start, worktree, ready, stop or hooks in fleet.yaml makes
#                                       these calls.
#   A service   --before-service NAME   prepares the start of a service, which has no pane
#               --service NAME          becomes its command
#               --service-ended NAME    keeps how it ended
#   The windows --windows NAME          opens the declared windows next to a started agent, if it has any
#               --side NAME ...         the process of one of their panes: joins the unit's control group and becomes the command
#
# The last lines of a section answer its call and exit, so the shell does not read the sections after it.
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
#   left       names of processes left in the background by the command
#   tmux/      the agent's own TMUX_TMPDIR
#   busy       made by the agent while it must not be interrupted; it knows the path as $MOSAIC_AGENT_BUSY
#   line.PID*  the pipes of a start as FIFOs; only if the tmux server is in another user namespace
#   stopping   not empty while the agent is being ended: “asked” after --before-stop, then “ended” and the exit status if the
#              command ends because of that; “1” after --stopped
#   wait       the step that systemd waits for: “stop” or “ready”, its limit in ms, and its words; “turn”, 0 and the
#              groups in which the agent waits; or “limit”, 0 and the end of the limit. Empty afterwards, or “unready” and the
#              same as for “ready” if the agent was not ready in time
#   limit      the end of a limit of the agent's account, in seconds since the epoch; empty if there is none
#   turn       for each group in which the agent has waited: its name, and the number of this start in it
#   asks       the question on the screen of an agent that is not ready
#   step-env   the environment of a hook or a probe; empty afterwards
#   probe      the output of the last probe of readiness
#   output     the output of a hook on its way to the journal
#   env        the unit's environment on its way to the pane; empty afterwards
#   screen     the last screen of the pane on its way to the next run; empty afterwards
#   log        the process that writes the log
#   config     the configuration of a service at its start; empty if its env file was edited before
#   windows    the declared windows, for the processes of their panes
#   windows-env  the unit's environment for them; only with windows
#
# Next to this directory is NAME.killed. It is not empty if the last end needed SIGKILL: then it contains the time of the
# agent, in ms. A folder for all agents, with -activity at the end of its name, holds NAME: what the agent does, as it reports
# itself by mosaic-activity. One folder, because then one watch of the kernel is enough for all agents.
#
# The holder's directory holds files of each group in which agents wait for their turn, see await_turn:
#
#   turn-GROUP      the lock of the group, the number of its last start, and the times of the last ones
#   failures-GROUP  an exit status, and the starts that ended with it
#   held-GROUP      why no agent of the group starts, and until when: see await_release
#
# $MOSAIC_AGENT_STATE is the agent's folder for files that outlive a boot. It holds
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
# The comment above a function shows its parameters first, if it has any.
set -eu
newline='
'

# ==== The log ========================================================================================================

# keep_log NAME DIRECTORY FOLDER SIZE KEEP EVENT [COPY]
# Appends its input, the output of a pane, to FOLDER/output.log. Before this file exceeds SIZE bytes, it becomes output.log.1
# and so on; KEEP of these stay. EVENT says what has begun. With COPY, the input begins with the copy of an old screen, which
# is left out.
#
# tmux keeps everything in memory that its reader does not take, without limit. So this must read on while the disk is full,
# slow or stuck. Only the writer, a process at the other end of a pipe, touches the disk. The input goes into that pipe in
# batches that fit into an empty one. After each batch this waits until the writer has written it, for 5 s at most; then
# it drops and counts the input until the writer goes on. It also drops what has piled up in a tmux server that has grown by
# 64 MB. dd passes on each read at once and holds nothing back.
#
# Descriptor 3 is the pipe, 4 the input, and 5 the other end of the pipe.
keep_log() {
  set +e
  export LC_ALL=C
  PATH=$PATH:/usr/local/bin:/usr/bin:/bin
  name=$1 directory=$2 file=$3/output.log size=$4 keep=$5 event=$6 copy=${7:-}
  trap '' TERM HUP # the end of the server ends the input too, and its rest is worth keeping
  exec 4<&0 </dev/null >/dev/null 2>&1
  began=$(date '+%s%3N %Y-%m-%dT%H:%M:%S%z')
  set_uptime
  booted=$((${began% *} - uptime)) lost=0 is_full=
  await_former
  mkfifo -m 600 "$directory/log.$$" && exec 3<>"$directory/log.$$" && exec 5<"$directory/log.$$" || return
  rm -f "$directory/log.$$"
  start_writer
  put_mark "${event%% *}" "=== agent $name: $event, ${began#* } ==="
  [ -z "$copy" ] || sed -u -n '/\^mosaic-log screen/q' <&4
  while :; do
    await_writer 110 || recover || return
    if ! read -r _ length <"/proc/$writer/fdinfo/1"; then length=0; fi # the position after an append is the length
    [ "$((length + batch))" -le "$size" ] || rotate
    set_uptime
    [ "$((booted + uptime - marked))" -lt 60000 ] || put_mark at
    pass_batch || return
    drop_excess || return
  done
}

# The one before may still write the end of its run.
await_former() {
  former=
  if [ -r "$directory/log" ]; then read -r former <"$directory/log"; fi
  echo "$$" >"$directory/log"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if [ -z "$former" ] || ! kill -0 "$former"; then return; fi
    sleep 0.1
  done
}

# start_writer [ROTATED]
# Sets writer, and sent to the number of bytes for it.
start_writer() {
  (
    umask 077
    exec 3>&- 4<&-
    if [ -n "${1:-}" ]; then shift_files; fi
    [ -d "${file%/*}" ] || mkdir -p "${file%/*}"
    exec dd bs=4k <&5 5<&- >>"$file"
  ) &
  writer=$! sent=0
}

# Renames the files. Removes the ones above a reduced number.
shift_files() {
  above=$((keep + 1))
  while [ -e "$file.$above" ]; do rm -f "$file.$above" && above=$((above + 1)); done
  while [ "$keep" -gt 1 ]; do
    [ ! -e "$file.$((keep - 1))" ] || mv -f "$file.$((keep - 1))" "$file.$keep"
    keep=$((keep - 1))
  done
  if [ "$keep" = 1 ]; then mv -f "$file" "$file.1"; else rm -f "$file"; fi
}

# The writer has written everything by now, and waits for more.
rotate() {
  kill -s KILL "$writer"
  wait "$writer"
  start_writer rotated
  put_mark at
}

# put_mark KIND [LINE]
# Puts a mark with the time into the log, as a sequence that a terminal does not show, and a line of its own if there is one.
put_mark() {
  marked=$((booted + uptime))
  # shellcheck disable=SC1003 # the sequence ends with a backslash
  text=$(printf '\033^mosaic-log %s %s\033\\' "$1" "$marked")
  if [ -n "${2:-}" ]; then text="$newline$text$2$newline"; fi
  printf %s "$text" >&3
  sent=$((sent + ${#text}))
}

# A batch, in bytes. A pipe has 16 pages. Linux puts several writes into a page as long as they fit as a whole, so a page holds
# at least 3.5 kB in writes of 512 bytes. A user with very many pipes gets smaller ones: then dd fails instead of waiting.
batch=57344

# Passes on a batch. Fails at the end of the input, and without a dd that can do this.
pass_batch() {
  if [ -n "$is_full" ]; then block=4096 blocks=14; else block=512 blocks=104; fi
  report=$(dd bs=$block count=$blocks oflag=nonblock <&4 2>&1 >&3 3>&- 4<&- 5<&-)
  status=$?
  set_bytes
  sent=$((sent + bytes))
  [ "$bytes" = "$((block * blocks))" ] && is_full=1 || is_full=
  reads=${report%%' records in'*}
  [ "$reads" != "$report" ] || return 1
  # It may warn of short reads before.
  reads=${reads##*"$newline"}
  if [ "$status" = 0 ]; then [ "$((${reads%+*} + ${reads#*+}))" = "$blocks" ]; else lost=$((lost + block)); fi
}

# Sets bytes to the number in the report of dd.
set_bytes() {
  bytes=${report##*"$newline"} bytes=${bytes%% *}
  case $bytes in '' | *[!0-9]*) bytes=0 ;; esac
}

# Sets uptime, ms.
set_uptime() {
  read -r uptime _ </proc/uptime
  uptime=${uptime%.*}${uptime#*.}0
}

# await_writer TRIES
# Waits until the writer has written everything. Fails if it has not after so many looks.
await_writer() {
  tries=0
  while :; do
    written=
    { read -r _ && read -r _ written; } <"/proc/$writer/io"
    [ "${written:-0}" -lt "$sent" ] || return 0
    tries=$((tries + 1))
    [ "$tries" -lt "$1" ] || return 1
    if [ "$tries" -ge 70 ]; then sleep 0.1; elif [ "$tries" -ge 20 ]; then sleep 0.02; fi
  done
}

# Drops the input until the writer goes on, or another one can write. Fails at the end of the input.
recover() {
  pause=1
  while :; do
    if ! read -r stat <"/proc/$writer/stat"; then stat=; fi
    case ${stat##*) } in [ZX]* | '') replace_writer ;; esac
    drop_for "$pause" || return
    [ "$pause" -ge 8 ] || pause=$((pause * 2))
    if await_writer 2 && put_loss; then return 0; fi
  done
}

# Replaces an ended writer, because the disk is full for example.
replace_writer() {
  wait "$writer"
  report=$(dd bs=64k iflag=nonblock of=/dev/null <"/proc/$$/fd/5" 2>&1 3>&- 4<&- 5<&-)
  set_bytes
  lost=$((lost + bytes + 4096))
  start_writer
}

# drop_for SECONDS
# Reads the input for so long and drops it. Fails at its end.
drop_for() {
  report=$(timeout -s INT "$1" dd bs=64k of=/dev/null <&4 2>&1 3>&- 4<&- 5<&-) && return 1
  set_bytes
  lost=$((lost + bytes))
}

# Tells in the log what is missing. Fails if the writer cannot write that.
put_loss() {
  [ "$lost" -gt 0 ] || return 0
  set_uptime
  put_mark lost "=== agent $name: about $(((lost + 1023) / 1024)) kB of its output are missing here: the disk was full or slow ==="
  await_writer 110 && lost=0
}

# The growth of tmux after which a drop is due, in pages of 4 kB.
allowed=16384

# Drops what has piled up in tmux, the parent of this process, if that has grown by 64 MB during full batches. tmux keeps the
# memory that this frees, and fills it again without growing. So after the first drop, it is due after 4 MB of growth.
drop_excess() {
  if [ -z "$is_full" ]; then
    pages=
  elif read -r _ resident _ <"/proc/$PPID/statm"; then
    [ "$((resident - ${pages:=$resident}))" -lt "$allowed" ] || { drop_for 1 && pages='' allowed=1024 || return 1; }
  fi
  [ "$lost" = 0 ] || put_loss || :
}

case ${1:-} in
--log)
  shift
  keep_log "$@"
  exit
  ;;
esac

# ==== Shared =========================================================================================================

# say TEXT [PRIORITY]
# Writes to the journal, as a warning by default. The journal cannot tell the unit of a line whose writer ends right after it, so the line names
# the unit itself (USER_UNIT). Falls back to stderr.
say() {
  if [ -n "$unit" ]; then
    printf '%s\n' "MESSAGE=$1" "USER_UNIT=$unit" "SYSLOG_IDENTIFIER=${unit%.service}" "PRIORITY=${2:-4}" |
      logger --journald 2>/dev/null && return
  fi
  printf '%s\n' "$1" >&2
}

# fail REASON
# Says the reason and exits. Keeps it in the file $failure too, if $failure is set.
fail() {
  say "$speaker: $1"
  [ -z "${failure:-}" ] || printf '%s\n' "$1" >"$failure"
  exit 1
}

# need PROGRAM...
need() {
  for program; do
    command -v "$program" >/dev/null || fail "$program is not installed, or not on this PATH: $PATH"
  done
}

# Sets group to the control group of the unit that runs this, and unit to its name. unit is empty outside of a unit.
find_unit() {
  group=''
  while IFS= read -r line; do
    case $line in 0::*) group=${line#0::} ;; esac
  done </proc/self/cgroup
  group=${group%/.control} # with Delegate=, a unit's commands run in a child group
  unit=${group##*/}
  case $unit in *.service) ;; *) unit='' ;; esac
}

# enter_unit NAME
# Sets name, speaker, unit, group, directory (the agent's runtime directory) and socket, and the environment for the
# programs run by this script.
enter_unit() {
  name=$1 speaker="agent $1" failure=''
  [ -z "${MOSAIC_AGENT_SERVICE:-}" ] || speaker="service $1"
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

# Sets tree to the mount point of the cgroup v2 tree.
find_tree() {
  tree=/sys/fs/cgroup
  [ ! -e "$tree/unified/cgroup.procs" ] || tree=$tree/unified # a hybrid hierarchy
}

# fleet_tmux TMUX-COMMAND...
# Makes a call to the fleet's server. All calls for an agent go through here. With -N it never starts a server: the
# server would live in this agent's control group and end with it.
fleet_tmux() { tmux -N -L "$socket" "$@"; }

# find_pane [\; TMUX-COMMAND...]
# Sets owner to the unit of the session, pane to the agent's own pane, process to the process in it, and dead to 0 or 1. Each
# is empty if there is none. Sets viewers to the clients in control mode that see the window of that pane or were in this
# session before, and strangers to the other ones in control mode. Sets rest to the output of the other commands. Fails
# without a session.
find_pane() {
  owner='' pane='' process='' dead='' window='' viewers='' strangers=''
  panes=$(fleet_tmux list-panes -s -t "=$name:" -F '#{@mosaic_unit}:#{@mosaic_agent}:#{pane_id}:#{pane_pid}:#{pane_dead}:#{window_id}' \; \
    list-clients -F '#{?client_control_mode,:::::#{W:#{window_id} }:#{client_last_session}:#{client_name},}' \; \
    display-message -p end "$@" 2>/dev/null) || return
  rest=${panes#*"${newline}end"}
  rest=${rest#"$newline"}
  while IFS=: read -r session_unit pane_agent id id_process id_dead windows last client; do
    if [ -n "$id" ]; then
      owner=$session_unit # the same in every line
      [ "$pane_agent" != "$name" ] || pane=$id process=$id_process dead=$id_dead window=$windows
    elif [ -n "$client" ]; then
      case " $windows:$last" in
      *" $window "* | *":$name") viewers="$viewers $client" ;;
      *) strangers="$strangers $client" ;;
      esac
    fi
  done <<EOF
${panes%%"${newline}end"*}
EOF
}

# Sets guards to tmux commands that keep the server alive, and unsealed and attached to formats for more of them. The end of
# a tmux server ends every agent. It ends
# - if a client comes to or leaves a dead pane with focus reporting on (tmux/tmux#3776, before 3.5). A sealed pane is safe
#   (see seal_pane). Any other pane is reset when it dies, and shows its last screen in copy mode;
# - if somebody pastes into a dead pane (tmux/tmux#3830, before 3.5). So the dead pane of an agent takes no input;
# - if a window is made while window-size is manual (tmux/tmux pull request 4849, up to 3.6). So manual becomes latest.
# The last two hooks resize windows left behind by a small client, as soon as nobody is attached to them any more.
# Hooks with an index do not replace those of the user's tmux.conf. Each start of an agent sets all of this again,
# because people load their tmux.conf again while the server runs.
# shellcheck disable=SC2016 # tmux expands the formats
set_guards() {
  unsealed='#{?insert_flag,#{wrap_flag},1}'
  attached='#{?session_grouped,#{session_group_attached},#{session_attached}}'
  to_size='-x #{s/x.*//:@mosaic_size} -y #{s/.*x//:@mosaic_size}'
  # The target is a missing session: with a real one, the value of its window would hide the global one. The
  # option is set only if necessary, because tmux then computes the size of every window again.
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

# describe STATUS
# Prints the meaning of an exit status other than 0. Shows only the first word of the command, because the rest may hold
# secrets.
describe() {
  command=${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}
  command=${command#exec }
  # shellcheck disable=SC2016 # this is the text of the command
  command=${command#'"$MOSAIC_AGENT_TOOLS/mosaic-runtime" '} # the name of the preset follows
  word=${command%%[[:space:]]*}
  [ "$word" = "$command" ] || word="$word …"
  case $1 in
  126) echo "command cannot be executed (exit status 126): $word" ;;
  127) echo "command not found (exit status 127): $word" ;;
  129 | 1[3-5]?) echo "command was ended by SIG$(kill -l "$1") (exit status $1): $word" ;;
  *) echo "command failed (exit status $1): $word" ;;
  esac
}

# ==== The pane =======================================================================================================

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
# Loads the unit's environment. The variables of the terminal stay those of tmux. Unsets variables that are of no use to the
# agent or mislead it: $TMUX leads to the fleet's server, and INVOCATION_ID or JOURNAL_STREAM tell some programs that there
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
  unset MOSAIC_AGENT_LOG MOSAIC_AGENT_SERVICE MOSAIC_AGENT_WINDOWS
  unset MOSAIC_AGENT_STOP_SEND MOSAIC_AGENT_STOP_KEYS MOSAIC_AGENT_STOP_TIMEOUT MOSAIC_AGENT_STOP_EXTRA
  unset MOSAIC_AGENT_ENTER_DELAY MOSAIC_AGENT_INTERRUPT MOSAIC_AGENT_BUSY_ROW MOSAIC_AGENT_ASKING_ROW
  unset MOSAIC_AGENT_READY_EXEC MOSAIC_AGENT_READY_OUTPUT MOSAIC_AGENT_READY_TITLE MOSAIC_AGENT_READY_TIMEOUT
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
  echo "$status" >"$directory/lock"
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

# Turns off modes that the command may have left on: focus reporting, mouse, bracketed paste, application keys, colors.
leave_modes() {
  printf '\033[?1004l\033[?1000l\033[?1002l\033[?1003l\033[?1005l\033[?1006l\033[?2004l\033[?1l\033>\033[>4m\033(B\033[0m\033[?25h'
}

# Turns insert mode on and wrap off. No program leaves a pane like that, so it tells the server, when the pane dies, that
# the server has read everything before it: leave_modes too.
seal_pane() { printf '\033[?7l\033[4h'; }

case ${1:-} in --pane) shift && run_pane "$@" ;; esac

# ==== The end: the main process ======================================================================================

# end_as_command STARTER
# Exits with the status of the command. Runs when the pane's process has ended.
end_as_command() {
  # systemd accepts a main process only if that is alive when the start ends, and reaps the start afterwards.
  while kill -0 "$1" 2>/dev/null; do sleep 0.01; done
  if read -r status <"$directory/lock"; then
    if [ "$status" = 0 ]; then tell_background; else say "$speaker: $(describe "$status")"; fi
  else
    status=129 # as after a hangup
    say "$speaker: the process in its pane was killed, or its session closed"
  fi
  echo "$status" >"$directory/status"
  exit "$status"
}

# Names the processes left in the background by a successful command, as daemons do. systemd ends them with the unit.
tell_background() {
  [ ! -e "$directory/left" ] || rm -f "$directory/left"
  find_unit
  find_tree
  find_background
  [ -n "$background" ] || return 0
  sleep 0.3 # for processes about to end
  find_background
  [ -n "$background" ] || return 0
  echo "$background" >"$directory/left"
  say "$speaker: its command went to the background: it ended with exit status 0 and left $background, which ends now too; have it run in the foreground"
}

# Sets background to the names of up to three processes of the agent, without this one and the flock that started it.
find_background() {
  background='' count=0
  read -r self _ </proc/self/stat # $$ is the process of the start
  while read -r pid && [ "$count" -lt 3 ]; do
    case $pid in "$self" | "$PPID") continue ;; esac
    read -r comm 2>/dev/null <"/proc/$pid/comm" || continue
    case $comm in '' | *[!A-Za-z0-9._+:-]*) comm=process ;; esac
    background="${background:+$background, }$comm" count=$((count + 1))
  done <"$tree$group/cgroup.procs"
}

case ${1:-} in
--ended)
  speaker="agent $2" unit=$3 directory=${RUNTIME_DIRECTORY%%:*}
  end_as_command "$4"
  ;;
esac

# ==== The start ======================================================================================================

# start_agent NAME
start_agent() {
  : "${RUNTIME_DIRECTORY:?is not set: use systemctl --user start}"
  save_environment # before the first variable is set: a variable of the agent may have the same name
  [ -z "${MOSAIC_AGENT_WINDOWS:-}" ] || save_environment windows-env
  enter_unit "$1"
  need tmux sleep cat
  find_tree
  [ -w "$tree$group/cgroup.procs" ] || fail "cgroup v2 is needed, and there is no writable $tree$group/cgroup.procs"
  # shellcheck disable=SC2016 # tmux expands the format
  size=${MOSAIC_TMUX_SIZE:-'#{?#{==:#{default-size},80x24},200x50,#{default-size}}'}
  set_guards
  [ ! -e "$directory/busy" ] || rm -f "$directory/busy" # from an earlier run
  activity=${directory%/*}-activity
  [ -d "$activity" ] || mkdir -m 700 "$activity" 2>/dev/null || [ -d "$activity" ] # another start may make it
  [ ! -e "$activity/$name" ] || rm -f "$activity/$name"
  [ ! -s "$directory/stopping" ] || : >"$directory/stopping"
  [ ! -s "$directory/wait" ] || : >"$directory/wait"
  find_line
  open_pane
  await_pane
  wait_for_end &
  echo "$!" >"$directory/pid"
  exec 3<&-
  # A window that cannot be opened is no failure of the agent.
  [ -z "${MOSAIC_AGENT_WINDOWS:-}" ] || "$0" --windows "$name" || :
}

# Waits for the end of the pane's process, as the main process of the unit. It closes the line.
wait_for_end() {
  while read -r _ <&3; do :; done
  end_as_command "$$"
}

# Opens the line as descriptor 3, and a pipe to the pane for “go” as 4. Both are no standard descriptors, because the shell
# redirects these in its own process for a while, for other programs. Sets line to the path of the line (see await_go for the
# other pipe).
#
# A here-document is a pipe that costs no fork, in dash, busybox and bash 5.1. Anybody may open its writing end in /proc. But
# a process in another user namespace may not (ptrace(2), access mode checking), and the tmux server is in another one if the
# holder's unit has ProtectHome= or the like. Then both are FIFOs. A pane of an earlier start must not find them.
find_line() {
  exec 3<<LINE 4<<GO

LINE

GO
  read -r _ <&3
  read -r _ <&4
  line=/proc/$$/fd/3 server=''
  [ ! -r "${MOSAIC_TMUX_HOLDER:-}/pid" ] || IFS= read -r server <"$MOSAIC_TMUX_HOLDER/pid"
  # shellcheck disable=SC3013 # dash, bash and busybox have -ef
  if [ -p "$line" ] && [ -n "$server" ] && [ /proc/self/ns/user -ef "/proc/$server/ns/user" ]; then
    exec 4>"/proc/$$/fd/4"
    return
  fi
  line=$directory/line.$$
  rm -f "$directory"/line.*
  mkfifo "$line" "$line.go" || fail "cannot make $line"
  exec 4<>"$line" # without a writer, the next line would wait for one
  exec 3<"$line" 4<>"$line.go"
}

# Writes this process's environment to the file env, because a pane has that of the tmux server. The number of open files is
# the only limit that needs this: the holder's number is not meant for agents. A step has a file of its own.
save_environment() {
  umask 077
  {
    export -p
    printf 'ulimit -Sn '
    # shellcheck disable=SC3045 # dash, bash and busybox all have -S
    ulimit -Sn
  } >"${RUNTIME_DIRECTORY%%:*}/${1:-env}"
}

# Makes the session. If it is still there, runs the agent in its old pane, so people stay attached to it.
open_pane() {
  copy='' # set if the pane begins with the copy of an old screen
  # New windows of people in this session begin here. The pane checks if the workdir exists.
  cd "${MOSAIC_AGENT_WORKDIR:-${HOME:-/}}" 2>/dev/null || cd /
  # Calls to tmux are expensive. After a run in this runtime directory there usually is a session, before the first there is none.
  if [ ! -e "$directory/lock" ] && make_session; then return; fi
  # tmux clears the screen of a reused pane, and keeps only the lines that have scrolled away.
  if ! find_pane \; run-shell -C -t "=$name:" "#{W:#{P:#{?#{==:#{@mosaic_agent},$name},capture-pane -p -e -t #{pane_id},}}}"; then
    make_session || fail "tmux made no session on socket $socket: $error"
    return
  fi
  check_pane
  if [ -z "$pane" ]; then
    # Someone has closed the agent's pane and kept their own ones in the same session.
    run_in_pane "=$name:" new-window -t "=$name:" || fail "tmux made no window in the session on socket $socket"
    return
  fi
  keep_screen "$rest"
  # A client may have left since it was listed. Then tmux has done nothing.
  reuse_pane || { [ -n "$viewers$strangers" ] && find_pane && [ -n "$pane" ] && reuse_pane; } ||
    fail "tmux could not reuse the session on socket $socket"
}

# keep_screen TEXT
# Keeps the screen of the last run. The pane shows it before the command begins.
keep_screen() {
  [ -n "$1" ] || return 0
  screen=$1
  # tmux writes this line when it sees the death, which may be after this. It separates the runs for the reader.
  case ${screen##*"$newline"} in *'Pane is dead'*) ;; *) screen="$screen${newline}Pane is dead" ;; esac
  # A terminal does not show the last sequence. It tells the reader of the log that the copy ends here.
  # shellcheck disable=SC1003 # the sequence ends with a backslash
  printf '%s\033[0m\033^mosaic-log screen\033\\\n' "$screen" >"$directory/screen"
  copy=copy
}

# Runs the agent in its old pane. A client in control mode that has not read all output of the old run would end the server
# (tmux/tmux#5499). A pause drops the rest of that output. For strangers the pause stays, because tmux would keep all output
# of the new run for them.
reuse_pane() {
  set -- respawn-pane -k -t "$pane"
  for client in $viewers; do
    set -- refresh-client -t "$client" -A "$pane:pause" \; refresh-client -t "$client" -A "$pane:continue" \; "$@"
  done
  for client in $strangers; do set -- refresh-client -t "$client" -A "$pane:pause" \; "$@"; done
  run_in_pane "$pane" "$@"
}

# Sets error if tmux fails.
make_session() {
  # The pane is the first one of the first window: a hook in the user's tmux.conf may have opened others by then.
  run_in_pane "=$name:^.{top-left}" new-session -d -s "$name" || {
    read -r error <&3 || error='it does not say why'
    return 1
  }
}

# run_in_pane PANE TMUX-COMMAND...
# Adds the pane's process to the tmux command, and marks the pane in the same call to tmux. Errors of tmux go to the line.
run_in_pane() {
  target=$1
  shift
  # tmux gives a new session the size of any client, and nothing restores the size of a session after a client has left.
  resize="run-shell -C -t '$target' \"resize-window -t '$target' $to_size\" ; set-option -w -u -t '$target' window-size"
  set -- if-shell -F 1 "$guards" \; "$@" "$0" --pane "$name" "$directory" "$tree$group" "$line" "$$" \; \
    set-option -t "=$name:" @mosaic_unit "$unit" \; set-option -t "=$name:" destroy-unattached off \; \
    set-option -p -t "$target" @mosaic_agent "$name" \; set-option -p -t "$target" remain-on-exit on \; \
    set-option -p -t "$target" @mosaic_config "${MOSAIC_AGENT_CONFIG:-}" \; \
    set-option -p -t "$target" @mosaic_units "${MOSAIC_AGENT_UNITS:-}" \; set-option -p -t "$target" @mosaic_left '' \; \
    set-option -F -t "=$name:" @mosaic_size "$size" \; if-shell -F -t "$target" "$attached" '' "$resize" \; \
    if-shell -F -t "$target" '#{pane_input_off}' "select-pane -e -t '$target'"
  if [ -n "${MOSAIC_AGENT_LOG:-}" ] && [ -n "${MOSAIC_AGENT_STATE:-}" ]; then
    set_reader
    set -- "$@" \; pipe-pane -t "$target" "$reader" \; set-option -p -t "$target" @mosaic_log "$MOSAIC_AGENT_LOG"
  fi
  # The title of the last run is not that of this one.
  [ -z "${MOSAIC_AGENT_READY_TITLE:-}" ] || set -- "$@" \; select-pane -t "$target" -T ''
  # shellcheck disable=SC2094 # the line is a pipe
  fleet_tmux "$@" >/dev/null 2>"$line"
}

# Sets reader to the line for sh that writes the log of this run. It starts the reader in the
# holder's control group, so a stop of the agent does not end it before it has written everything.
set_reader() {
  attempt=0
  [ ! -e "$directory/restarts" ] || read -r attempt <"$directory/restarts"
  reader='exec'
  # shellcheck disable=SC2086 # size and number of files
  for word in "$0" --log "$name" "$directory" "$MOSAIC_AGENT_STATE" $MOSAIC_AGENT_LOG; do
    quote_for_format "$word"
    reader="$reader $quoted"
  done
  reader="$reader 'run $((attempt + 1)) began' ${copy:-}"
}

# quote_for_format WORD
# Sets quoted to a word for sh, in a text in which tmux expands # and %.
quote_for_format() {
  rest=$1 quoted=
  while :; do
    part=${rest%%[\'#%]*}
    [ "$part" != "$rest" ] || break
    rest=${rest#"$part"}
    char=${rest%"${rest#?}"}
    case $char in
    \') char="'\\''" ;;
    *) char=$char$char ;;
    esac
    quoted=$quoted$part$char rest=${rest#?}
  done
  quoted="'$quoted$rest'"
}

# Gives up if the session belongs to another unit, or if its agent still runs.
check_pane() {
  case $owner in
  "$unit") ;;
  '') [ "$dead" = 1 ] || fail "a session of this name, not made by this unit, is on socket $socket: rename or end it" ;;
  *) fail "the session of this name on socket $socket belongs to $owner" ;;
  esac
  [ "$dead" = 0 ] || return 0
  # A pane of this unit that seems to live may be dead, and tmux has not noticed yet.
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if ! is_member "$process" || has_no_child "$process"; then return 0; fi
    sleep 0.2
  done
  fail 'is running already'
}

# has_no_child PID
# Succeeds if the process is known to have no child. If it is a pane's, its command has ended: it only keeps the terminal, and
# the end of the unit that it waits for was cut short.
has_no_child() {
  { read -r child _ <"/proc/$1/task/$1/children" || [ -n "$child" ]; } 2>/dev/null && return 1
  [ -r "/proc/$1/task/$1/children" ]
}

# is_member PID
# Succeeds if the process is one of this unit, and has not ended.
is_member() {
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
  case ${stat##*) } in [ZX]*) return 1 ;; esac
  {
    while IFS= read -r place; do
      case $place in "0::$group" | "0::$group/"*) return 0 ;; esac
    done <"/proc/$1/cgroup"
  } 2>/dev/null || :
  return 1
}

# Returns when the pane is ready. The line closes if the pane's process dies after it has opened the line. If it dies
# earlier, nothing closes. So a sleep holds the line open until the pane has it, and this checks the pane every 5 s.
await_pane() {
  is_here='' sleeper='' rounds=0
  while :; do
    while read -r asker text <&3; do
      [ "$asker" = "$$" ] || continue # an error that did not stop tmux
      dismiss_sleeper
      case $text in
      here)
        is_here=1
        echo go >&4 || : # it may have been killed since
        exec 4>&-
        ;;
      ready) return ;;
      *) fail "$text" ;;
      esac
    done
    [ -z "$is_here" ] || fail 'the process in its pane was killed before it was ready'
    if [ -n "$sleeper" ]; then
      dismiss_sleeper
      rounds=$((rounds + 1))
      [ "$rounds" -lt 12 ] || fail 'its pane was not ready within 60 s'
      if ! find_pane || [ "$dead" != 0 ]; then fail 'its pane was closed before it was ready'; fi
    fi
    exec 5>"$line" # before the next read
    sleep 5 >&5 2>/dev/null &
    sleeper=$!
    exec 5>&-
  done
}

dismiss_sleeper() {
  [ -n "$sleeper" ] || return 0
  { kill "$sleeper" || :; wait "$sleeper" || :; } 2>/dev/null
  sleeper=
}

case ${1:-} in
--*) ;;
*)
  start_agent "${1:-}"
  exit
  ;;
esac

# ==== The end: all other processes, and the session ==================================================================

# after_end NAME
# systemd sets SERVICE_RESULT, EXIT_CODE and EXIT_STATUS, see systemd.exec(5).
after_end() {
  trap : TERM # see await_end: systemd sends it at the end of the time that a daemon-reload has set back
  enter_unit "$1"
  find_tree
  [ ! -s "$directory.killed" ] || : >"$directory.killed"
  how='' killed=''
  [ ! -s "$directory/stopping" ] || read -r how _ <"$directory/stopping" || :
  echo 1 >"$directory/stopping"
  ask_to_end
  ask_for_job # most processes end during this call
  await_end
  [ "$how" != asked ] || [ -n "$killed" ] || say "$speaker: ended by SIGTERM" 6
  set_guards
  # Dead panes, the agent's own and others in its session, are reset before a client leaves them: see set_guards.
  reset="run-shell -C -t '=$name:' '#{W:#{P:#{?pane_dead,#{?$unsealed,send-keys -R -t #{pane_id} ; ,},}}}'"
  case $jobs in
  *" $unit stop "*)
    fleet_tmux if-shell -F -t "=$name:" "#{==:#{@mosaic_unit},$unit}" "$reset ; kill-session -t '=$name:'" || :
    return
    ;;
  esac
  signal TERM "$pane_process" # it leaves a dead pane
  case $jobs in
  *" $unit restart "*) [ ! -e "$directory/restarts" ] || rm -f "$directory/restarts" ;;
  *) keep_result ;;
  esac
  # After a hangup, the pane's process could not seal the pane.
  [ "${EXIT_STATUS:-}" != 129 ] || fleet_tmux if-shell -F -t "=$name:" "#{==:#{@mosaic_unit},$unit}" "$reset" 2>/dev/null || :
}

# Keeps the end of a run, unless a job of systemd's has ended it.
keep_result() {
  case $SERVICE_RESULT/${EXIT_CODE:-}/${EXIT_STATUS:-} in
  success/exited/0)
    [ -z "${MOSAIC_AGENT_COMPLETION:-}" ] || [ -n "$unsure" ] || mark_completed
    [ ! -s "$directory/left" ] || mark_background
    ;;
  success/*) ;;
  *)
    count_restart
    keep_last_screen
    ;;
  esac
}

# Keeps the last 200 lines of a failed run, because the next run clears the screen. The first line of the file has the facts
# of the run. After a failed start, the pane may still show an earlier run. Its process tells if that one is kept already.
keep_last_screen() {
  if [ -z "${MOSAIC_AGENT_STATE:-}" ] || [ ! -e "$directory/lock" ]; then return 0; fi
  if read -r status <"$directory/lock" && [ "$status" = 0 ]; then return 0; fi
  above='#{e|-:#{e|-:200,#{pane_height}},#{?alternate_on,#{pane_height},0}}'
  # A full-screen program hides another screen: capture-pane -a returns it.
  set -- "#{?#{&&:#{history_size},#{e|>:$above,0}},capture-pane -p -e -J -S -$above -E -1 -t #{pane_id} ;,}"
  set -- "$1 #{?alternate_on,capture-pane -a -p -e -J -t #{pane_id} ;,} capture-pane -p -e -J -t #{pane_id}"
  set -- "display-message -p -t #{pane_id} '#{pane_pid} %Y-%m-%dT%H:%M:%S%z' ; $1"
  set -- "#{?#{&&:#{==:#{@mosaic_unit},$unit},#{==:#{@mosaic_agent},$name}},$1,}"
  text=$(fleet_tmux run-shell -C -t "=$name:" "#{W:#{P:$1}}" 2>/dev/null) || return 0
  [ -n "$text" ] || return 0
  facts=${text%%"$newline"*} file=$MOSAIC_AGENT_STATE/last-screen kept=
  if [ -r "$file" ]; then IFS= read -r kept <"$file" || :; fi
  case $kept in *" process=${facts%% *}") return 0 ;; esac
  (
    umask 077
    [ -d "$MOSAIC_AGENT_STATE" ] || mkdir -p "$MOSAIC_AGENT_STATE"
    printf '%s\n' "# agent=$name ended=${facts#* } status=${EXIT_STATUS:-unknown} attempt=$restarts process=${facts%% *}" \
      "${text#*"$newline"}" >"$file"
  ) 2>/dev/null || say "$speaker: cannot keep its last screen in $MOSAIC_AGENT_STATE"
}

# Sets jobs to systemd's job for this unit, or to nothing if the agent has ended by itself. Sets unsure if systemd does not say.
ask_for_job() {
  jobs='' unsure=''
  jobs=$(SYSTEMD_COLORS=0 systemctl --user list-jobs --no-legend --plain --full "$unit" 2>&1) || {
    say "$speaker: its session is left, because it is not known whether this is a stop or a restart: $jobs"
    unsure=1
  }
}

# Sends SIGTERM to all processes of the agent except the pane's own one, which keeps the terminal. Repeats this, as systemd
# does, until there is no new process: one may have started another just before the signal. A program may start a child
# because of the signal, in order to save: this child gets no signal. Sets
#   pane_process   the pane's own process
#   asked          processes with the signal sent
#   ignoring       those of them that ignore SIGTERM
#   handling       those of them that handle it
#   saving         children of handling processes, started since the signal
#   asked_at       time of the signal, in hundredths of a second since the boot
ask_to_end() {
  pane_process='' asked='' ignoring='' handling='' saving='' asked_at=''
  sigterm_bit=$((1 << 14)) sigtstp_bit=$((1 << 19)) # signal N is bit N-1 of a mask in proc(5)
  fresh=first
  for _ in 1 2 3; do
    [ -n "$fresh" ] || break
    find_members
    fresh=
    for pid in $members; do
      case "$asked " in *" $pid "*) continue ;; esac
      classify "$pid"
    done
    [ -n "$asked_at" ] || {
      set_now
      asked_at=$now
    }
    signal TERM "$fresh"
    asked="$asked$fresh"
  done
}

# signal SIGNAL PIDS
# Continues the processes too: a stopped process takes no signal.
signal() {
  [ -n "$2" ] || return 0
  # shellcheck disable=SC2086 # a list
  { kill -s "$1" $2 || :; kill -s CONT $2 || :; } 2>/dev/null
}

# Sets members to the processes of the agent except its pane's own one.
find_members() {
  members=
  add_members "$tree$group"
}

# add_members GROUP
# Includes the groups in it, which the agent may have made. This script runs in the group .control, and * does not match it.
add_members() {
  { while read -r pid; do
    case $pid in 0 | "$$" | "$pane_process") ;; *) members="$members $pid" ;; esac
  done <"$1/cgroup.procs"; } 2>/dev/null || :
  for subgroup in "$1"/*/; do
    [ ! -e "${subgroup}cgroup.procs" ] || add_members "${subgroup%/}"
  done
}

# classify PID
# Sets pane_process if it is that. Adds it to saving if it is a child of a program that handles SIGTERM and is not older
# than the signal. Otherwise adds it to fresh, and to ignoring or handling. Later nothing can tell these apart, because many
# programs ignore a second SIGTERM while they save.
classify() {
  read_stat "$1" || return 0
  if [ "$leader" = "$1" ] && [ -n "$command" ]; then
    # The leader of the terminal's session runs this script. The kernel keeps 15 characters of its name.
    case ${0##*/} in "$command"*) pane_process=$1 && return ;; esac
  fi
  if [ "$started" -ge "${asked_at:-$((started + 1))}" ]; then
    case "$handling$saving " in *" $parent "*) saving="$saving $1" && return ;; esac
  fi
  fresh="$fresh $1"
  [ "$((ignored & sigterm_bit))" = 0 ] || ignoring="$ignoring $1"
  [ "$((caught & sigterm_bit))" = 0 ] || handling="$handling $1"
}

# read_stat PID
# Sets values of proc(5): command, parent, leader (of its session), started (hundredths of a second since the boot), ignored
# and caught (masks of signals). Fails if the process has ended.
read_stat() {
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
  command=${stat#*\(}
  command=${command%)*}
  # shellcheck disable=SC2086 # the fields: the third one of proc(5) becomes $1
  set -- ${stat##*) }
  parent=$2 leader=$4 started=${20} ignored=${31} caught=${32}
}

# Waits until all processes of the agent have ended. When the time is over, hangs up and kills the rest. systemd forgets at a
# daemon-reload that this may take longer than TimeoutStopSec=, and sends SIGTERM in the middle of that. It waits as long again
# for this process, so there is time for the kill and for the session.
await_end() {
  find_members
  [ -n "$members" ] || return 0
  limit=unknown hung_up=
  set_now
  began=$now
  while [ -n "$members" ]; do
    hang_up_shells
    passed=$((now - began))
    [ "$limit" != unknown ] || [ "$passed" = 0 ] || learn_limit
    case $limit in
    '' | unknown) remaining=1000 ;;
    *)
      remaining=$((limit - passed))
      [ "$remaining" -gt 0 ] || {
        kill_rest
        break
      }
      ;;
    esac
    if [ "$remaining" -lt 10 ] || [ "$passed" -lt 6 ]; then
      sleep 0.02
    elif [ "$remaining" -lt 50 ] || [ "$passed" -lt 40 ]; then
      sleep 0.06
    else
      sleep 0.2
    fi
    set_now
    find_members
  done
  # In the meantime, somebody may have asked for something else.
  [ "$((now - began))" -lt 20 ] || ask_for_job
}

# Sets now to the time since the boot, in hundredths of a second.
set_now() {
  read -r now _ </proc/uptime
  now=${now%.*}${now#*.}
}

# Hangs up the processes that ignore SIGTERM, as interactive shells do, as soon as only such processes are left. A shell
# passes the hangup on to its programs. A process that ignores SIGTSTP as well is a shell with job control. It is hung up
# again at each call: it may have started another shell, or may just become another program and lose the hangup (seen with
# bash).
hang_up_shells() {
  called='' both_bits=$((sigterm_bit | sigtstp_bit))
  for pid in $members; do
    case "$asked$saving " in *" $pid "*) ;; *) classify "$pid" ;; esac
    case "$ignoring " in *" $pid "*) ;; *) return 0 ;; esac
    read_stat "$pid" || continue
    case "$hung_up " in
    *" $pid "*) [ "$((ignored & both_bits))" = "$both_bits" ] || continue ;;
    esac
    called="$called $pid"
  done
  signal HUP "$called"
  hung_up="$hung_up$called"
}

# Sets limit to TimeoutStopSec= in hundredths of a second, or to nothing if there is none. Asks systemd, which gives each
# step that time, for a little more: then this script ends the wait, and the unit does not fail.
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
  # The rest of that time is for other steps: see --before-stop.
  extra=$((${MOSAIC_AGENT_STOP_EXTRA:-0} / 10))
  [ "$total" -le "$extra" ] || total=$((total - extra))
  limit=$total
  systemd-notify "EXTEND_TIMEOUT_USEC=$((limit * 10000 + 5000000))" 2>/dev/null || limit=$((limit - limit / 10))
}

kill_rest() {
  signal HUP "$members"
  sleep 0.1
  find_members
  signal KILL "$members"
  killed=1
  echo "$((limit * 10))" >"$directory.killed"
  say "$speaker: killed after $(seconds "$limit") s: it had not ended by itself"
}

# seconds HUNDREDTHS
# Prints the time in seconds, without zeros at its end.
seconds() {
  part=$(($1 % 100))
  case $part in
  0) echo "$(($1 / 100))" ;;
  ?) echo "$(($1 / 100)).0$part" ;;
  *) echo "$(($1 / 100)).${part%0}" ;;
  esac
}

# Writes that a job is completed, and with which configuration. systemd skips each start as long as this file is there.
mark_completed() {
  config=
  if [ -n "${MOSAIC_AGENT_SERVICE:-}" ]; then
    { read -r config <"$directory/config"; } 2>/dev/null || :
  elif find_pane && [ -n "$pane" ]; then
    config=$(fleet_tmux show-options -p -q -v -t "$pane" @mosaic_config) || config=
  fi
  (
    umask 077
    printf '%s\n' "# Agent $name has done its work, with exit status 0. To run it again: fleet start $name" \
      "completed=$(date -u +%Y-%m-%dT%H:%M:%SZ)" "config=$config" >"$MOSAIC_AGENT_COMPLETION"
  ) || say "$speaker: cannot keep that its work is done: $MOSAIC_AGENT_COMPLETION"
}

mark_background() {
  read -r background <"$directory/left"
  if find_pane && [ -n "$pane" ]; then fleet_tmux set-option -p -t "$pane" @mosaic_left "$background" || :; fi
}

# Sets restarts to the number of this restart since the last deliberate start. This is also the number of the ended run.
count_restart() {
  restarts=0
  [ ! -e "$directory/restarts" ] || read -r restarts <"$directory/restarts"
  restarts=$((restarts + 1))
  echo "$restarts" >"$directory/restarts"
}

case ${1:-} in
--stopped)
  after_end "${2:-}"
  exit
  ;;
esac

# ==== The holder =====================================================================================================

start_server() {
  speaker='tmux holder' socket=${MOSAIC_TMUX_SOCKET:?is not set}
  find_unit
  need tmux timeout mkfifo
  # A server of this unit would have ended with the unit.
  if pid=$(tmux -N -L "$socket" display-message -p '#{pid}' 2>/dev/null); then
    fail "socket $socket belongs to a tmux server that is not this unit's, process $pid: end that, or use another socket"
  fi
  directory=${RUNTIME_DIRECTORY:?is not set}
  config=${MOSAIC_TMUX_CONFIG:-}
  activity=${directory%-tmux-holder}-agent-activity # for the agents, so that their starts need no program for it
  [ -d "$activity" ] || mkdir -m 700 "$activity" || :
  # These variables would mislead programs in people's own windows.
  unset RUNTIME_DIRECTORY PIDFILE INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET MOSAIC_TMUX_CONFIG
  # systemd keeps this directory when it starts the unit again.
  failure=$directory/failure
  [ ! -e "$directory/path" ] || : >"$directory/ended"
  rm -f "$directory/answer"
  mkfifo "$directory/answer"
  set_guards
  # These options come after the user's tmux.conf, which may contain other values. An error in that file stops nothing:
  # source-file prints the errors.
  set -- set-option -s exit-empty off \; set-option -s exit-unattached off \; if-shell -F 1 "$guards" \; \
    display-message -p '#{pid} #{config_files}' \; source-file -nq /dev/null
  tmux -L "$socket" ${config:+-f "$config"} start-server \; "$@" >"$directory/answer" 2>&1 &
  # A command in that file may never end. tmux serves other clients in the meantime, but only while the first one lives.
  answer=$(timeout 10 cat "$directory/answer") || {
    say "$speaker: a command in the tmux configuration has not ended after 10 s: going on without"
    answer=$(tmux -N -L "$socket" "$@" 2>&1)
  }
  read_answer "$answer"
  try_session
  # Starts and ends of agents look for their programs where this unit found them.
  printf '%s\n' "$PATH" >"$directory/path"
  : >"$failure"
  echo "$pid" >"$directory/pid"
}

# read_answer TEXT
# Sets pid to the server, and files to the loaded configuration. Keeps the errors of the configuration, one a
# line, in config-errors.
read_answer() {
  pid='' files=''
  : >"$directory/config-errors"
  while IFS= read -r line; do
    case $line in
    'server exited'* | 'lost server'* | 'no server'*) ;;
    [0-9]*' '*) [ -n "$pid" ] || pid=${line%% *} files=${line#* } ;;
    *[!\ ]*)
      say "$speaker: $line"
      printf '%s\n' "$line" >>"$directory/config-errors"
      ;;
    esac
  done <<EOF
$1
EOF
}

# Makes a session for a moment. A server that does not survive that would end agents again and again.
try_session() {
  if error=$(fleet_tmux new-session -d -s fleet-trial sleep 60 \; set-option -t '=fleet-trial:' destroy-unattached off 2>&1) &&
    error=$(fleet_tmux kill-session -t '=fleet-trial:' 2>&1); then return; fi
  case $error in
  "can't find "* | 'no such '* | 'no current '*) suspect_config 'ends or renames each new session' ;;
  *) suspect_config 'ended as it made a session' ;;
  esac
}

# suspect_config DEED
# Fails with the deed of the server, and with the first line of its configuration that may be the cause.
suspect_config() {
  deed=$1
  set -f
  IFS=,
  # shellcheck disable=SC2086 # these are several files
  set -- ${files:-${config:-/etc/tmux.conf,${HOME:-}/.tmux.conf,${XDG_CONFIG_HOME:-${HOME:-}/.config}/tmux/tmux.conf}}
  line=$(grep -nE '^[^#]*(kill-(server|session|window|pane)|rename-session|window-size +manual)' "$@" /dev/null 2>/dev/null | head -n 1) || :
  fail "the tmux server on socket $socket $deed: the cause is probably in its configuration, ${line:-$*}"
}

case ${1:-} in
--holder)
  start_server
  exit
  ;;
esac

# ==== The steps: asking the agent to end =============================================================================

# before_stop NAME
# Asks the agent to end by a text or by keys, and waits for that. $MOSAIC_AGENT_STOP_SEND or $MOSAIC_AGENT_STOP_KEYS says how,
# $MOSAIC_AGENT_STOP_TIMEOUT how long, in ms, together with the hook before it. If the agent does not end, or is asking a
# person, the usual stop follows.
before_stop() {
  [ -z "${MOSAIC_AGENT_HOOK_PRE_STOP:-}" ] || save_environment step-env
  enter_unit "$1"
  # systemd makes this call after the command has ended by itself, too. Then there is no main process.
  if [ -z "${MAINPID:-}" ] || [ -s "$directory/lock" ]; then return 0; fi
  set_now
  began=$now limit=$((MOSAIC_AGENT_STOP_TIMEOUT / 10))
  way=${MOSAIC_AGENT_STOP_SEND:-${MOSAIC_AGENT_STOP_KEYS:-}}
  find_tree
  if [ -n "${MOSAIC_AGENT_HOOK_PRE_STOP:-}" ]; then
    run_hook preStop "$MOSAIC_AGENT_STOP_TIMEOUT" "$MOSAIC_AGENT_HOOK_PRE_STOP" || :
  fi
  [ -n "$way" ] || return 0
  see_rows || return 0
  ! is_asking || return 0
  echo asked >"$directory/stopping"
  printf '%s\n' "stop $MOSAIC_AGENT_STOP_TIMEOUT $way" >"$directory/wait"
  ask_agent
  await_answer
  : >"$directory/wait"
}

# Sends the text or the keys. A working agent would take a text for a further task, so it is interrupted first.
ask_agent() {
  if [ -z "${MOSAIC_AGENT_STOP_SEND:-}" ]; then
    press "$MOSAIC_AGENT_STOP_KEYS"
    return
  fi
  interrupt_work
  ! has_ended || return 0
  if is_asking; then
    way=
    return
  fi
  if paste -p "$MOSAIC_AGENT_STOP_SEND" && sleep "${MOSAIC_AGENT_ENTER_DELAY:-0.2}" && paste '' "$(printf '\r')"; then return; fi
  has_ended || say "$speaker: its pane does not take $way"
  way=
}

# Waits until the command has ended, or until the time is over.
await_answer() {
  while ! has_ended; do
    set_now
    passed=$((now - began))
    if [ -z "$way" ] || [ "$passed" -ge "$limit" ]; then
      [ -z "$way" ] || say "$speaker: has not ended within $(seconds "$limit") s of $way: SIGTERM follows"
      return
    fi
    if [ "$passed" -lt 100 ]; then sleep 0.05; else sleep 0.2; fi
  done
  set_now
  [ "$status" = 0 ] || way="$way (exit status $status)"
  say "$speaker: ended by ${way:-itself} after $(seconds "$((now - began))") s" 6
}

# Succeeds if the command has ended. Sets status.
has_ended() {
  how='' status=0
  { read -r how status <"$directory/stopping"; } 2>/dev/null || :
  [ "$how" != ended ] || return 0
  status=0
  if [ -s "$directory/lock" ]; then
    read -r status <"$directory/lock" || :
    return 0
  fi
  ! is_member "$process" || has_no_child "$process"
}

# Sets rows to the last non-empty rows of the agent's screen. Fails if there is no living pane of this unit.
see_rows() {
  find_pane \; run-shell -C -t "=$name:" "#{W:#{P:#{?#{==:#{@mosaic_agent},$name},capture-pane -p -t #{pane_id},}}}" || return
  if [ "$owner" != "$unit" ] || [ "$dead" != 0 ]; then return 1; fi
  rows=$(printf '%s\n' "$rest" | grep -v '^[[:space:]]*$' | tail -n 15)
}

# find_row PATTERN
# Sets row to the first one of rows that fits, without the frame around it. Fails if there is none.
find_row() {
  row=
  [ -n "$1" ] || return 1
  row=$(printf '%s\n' "$rows" | grep -iE -e "$1" | head -n 1 | LC_ALL=C sed 's/^[^[:alnum:]]*//; s/[^][:alnum:].?!:)]*$//')
  [ -n "$row" ]
}

# Succeeds if the screen has a question that only a person may answer: a text would be the answer. Then says so.
is_asking() {
  state='' row=''
  { read -r state _ && IFS= read -r row; } 2>/dev/null <"${directory%/*}-activity/$name" || :
  if [ "$state" != waiting ] && ! find_row "${MOSAIC_AGENT_ASKING_ROW:-}"; then return 1; fi
  say "$speaker: gets SIGTERM instead of $way, because it asks: ${row:-a person}"
}

# Interrupts the agent if its hook or its screen says it works: once, and then waits up to 3 s.
interrupt_work() {
  if [ "$state" != working ] && ! find_row "${MOSAIC_AGENT_BUSY_ROW:-}"; then return 0; fi
  press "${MOSAIC_AGENT_INTERRUPT:-}"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    sleep 0.2
    if has_ended || ! see_rows || ! find_row "${MOSAIC_AGENT_BUSY_ROW:-}"; then return 0; fi
  done
}

# paste FLAG TEXT
# Types a text into the agent's pane. The check and the paste are one call to tmux: see set_guards. A paste reaches the program
# in copy mode too, and keeps the place of its reader.
paste() {
  buffer=fleet-stop-$$
  refuse="delete-buffer -b $buffer ; display-message -p refused"
  answer=$(printf '%s' "$2" | fleet_tmux load-buffer -b "$buffer" - \; if-shell -F -t "$pane" \
    "#{||:#{||:#{pane_dead},#{pane_input_off}},#{!=:#{pane_pid},$process}}" "$refuse" \
    "paste-buffer $1 -r -d -b $buffer -t $pane ; display-message -p pasted" 2>/dev/null) || {
    fleet_tmux delete-buffer -b "$buffer" 2>/dev/null || :
    return 1
  }
  [ "$answer" = pasted ]
}

# press KEYS
# Presses keys, with names of tmux and blanks between them. Keys do not reach the program in copy mode.
press() {
  for key in $1; do
    fleet_tmux if-shell -F -t "$pane" "#{||:#{pane_dead},#{!=:#{pane_pid},$process}}" '' \
      "copy-mode -q -t $pane ; send-keys -t $pane $key" 2>/dev/null || return 0
    sleep 0.1
    ! has_ended || return 0
  done
}

# ==== The steps: readiness ===========================================================================================

# after_start NAME
# Waits until the agent is ready, as $MOSAIC_AGENT_READY_EXEC, $MOSAIC_AGENT_READY_OUTPUT, $MOSAIC_AGENT_READY_TITLE or
# $MOSAIC_AGENT_READY_ACTIVITY says, and then runs the hook. systemd starts dependents afterwards. If this fails, systemd ends the agent.
after_start() {
  enter_step "$1"
  condition=${MOSAIC_AGENT_READY_EXEC:-${MOSAIC_AGENT_READY_OUTPUT:-${MOSAIC_AGENT_READY_TITLE:-}}}
  condition=${condition:-${MOSAIC_AGENT_READY_ACTIVITY:-}}
  [ -z "$condition" ] || await_ready
  if [ -n "${MOSAIC_AGENT_HOOK_POST_START:-}" ] && [ ! -s "$directory/lock" ]; then
    run_hook postStart "$MOSAIC_AGENT_HOOK_TIMEOUT" "$MOSAIC_AGENT_HOOK_POST_START" || :
  fi
  : >"$directory/step-env"
}

# Probes until the first success, and never again. A failing probe is no failure of the agent, unless
# $MOSAIC_AGENT_READY_FAILS says so.
await_ready() {
  limit=$((MOSAIC_AGENT_READY_TIMEOUT / 10)) told='' why=''
  set_now
  began=$now
  [ -n "${MOSAIC_AGENT_SERVICE:-}" ] || find_pane || :
  : >"$directory/asks"
  printf '%s\n' "ready $MOSAIC_AGENT_READY_TIMEOUT ready" >"$directory/wait"
  while ! has_ended_early; do
    if probe; then
      : >"$directory/wait"
      set_now
      say "$speaker: ready after $(seconds "$((now - began))") s" 6
      return
    fi
    name_question
    set_now
    passed=$((now - began))
    if [ "$passed" -ge "$limit" ]; then
      give_up_waiting
      return
    fi
    if [ "$passed" -lt 100 ]; then sleep 0.2; else sleep 0.5; fi
  done
}

# Succeeds for a job whose work is done. Fails the start of any other agent whose command has ended.
has_ended_early() {
  if [ ! -s "$directory/lock" ] && kill -0 "${MAINPID:-$$}" 2>/dev/null; then return 1; fi
  : >"$directory/wait"
  # Until systemd knows how it ended: otherwise SIGTERM would be the reason of its failure.
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    kill -0 "${MAINPID:-0}" 2>/dev/null || break
    sleep 0.1
  done
  # systemd alone knows how a service has ended.
  [ -z "${MOSAIC_AGENT_SERVICE:-}" ] || fail 'its command ended before it was ready'
  status=129
  read -r status <"$directory/lock" || :
  if [ "$status" = 0 ] && [ -n "${MOSAIC_AGENT_COMPLETION:-}" ]; then return 0; fi
  fail "its command ended before it was ready (exit status $status)"
}

# The time is over.
give_up_waiting() {
  [ -z "$told" ] || why="its screen asks: $told"
  why="not ready after $(seconds "$limit") s${why:+: $why}"
  if [ -n "${MOSAIC_AGENT_READY_FAILS:-}" ]; then
    : >"$directory/wait"
    fail "$why"
  fi
  printf '%s\n' "unready $MOSAIC_AGENT_READY_TIMEOUT ready" >"$directory/wait"
  say "$speaker: $why; it goes on all the same"
}

# Succeeds if the agent is ready. Sets why to the reason if it is not.
probe() {
  if [ -n "${MOSAIC_AGENT_READY_EXEC:-}" ]; then
    status=0
    run_line 5 "$MOSAIC_AGENT_READY_EXEC" >"$directory/probe" 2>&1 || status=$?
    end_leftovers
    [ "$status" != 0 ] || return 0
    why=$(tail -n 1 "$directory/probe" | tail -c 300)
    [ "$status" != 124 ] || why="its probe has not ended within 5 s"
    why=${why:-its probe failed (exit status $status)}
    return 1
  fi
  if [ -n "${MOSAIC_AGENT_READY_ACTIVITY:-}" ]; then
    probe_activity
    return
  fi
  if [ -n "${MOSAIC_AGENT_READY_OUTPUT:-}" ]; then
    text=$(fleet_tmux capture-pane -p -J -S -1000 -t "$pane" 2>/dev/null | clean_rows) || text=
    why='no row of its output fits'
    condition=$MOSAIC_AGENT_READY_OUTPUT
  else
    text=$(fleet_tmux display-message -p -t "$pane" '#{pane_title}' 2>/dev/null) || text=
    why="its title is: $text"
    condition=$MOSAIC_AGENT_READY_TITLE
  fi
  printf '%s\n' "$text" | grep -qE -e "$condition"
}

# Succeeds if the agent does what $MOSAIC_AGENT_READY_ACTIVITY says. Its hook tells it best, and then its screen: the question,
# the row that it shows while it works, or $MOSAIC_AGENT_READY_ROW. A question keeps it from being idle.
probe_activity() {
  state=''
  { read -r state _ <"${directory%/*}-activity/$name"; } 2>/dev/null || :
  why="it is ${state:-in no known activity}"
  if [ -n "$state" ] && [ "$state" != "$MOSAIC_AGENT_READY_ACTIVITY" ]; then return 1; fi
  case $MOSAIC_AGENT_READY_ACTIVITY$state in workingworking | waitingwaiting) return ;; esac
  see_rows || return 1
  if find_row "${MOSAIC_AGENT_ASKING_ROW:-}"; then
    [ "$MOSAIC_AGENT_READY_ACTIVITY" = waiting ]
    return
  fi
  [ "$state" != idle ] || return 0
  if [ "$MOSAIC_AGENT_READY_ACTIVITY" = idle ] && find_row "${MOSAIC_AGENT_BUSY_ROW:-}"; then return 1; fi
  [ -n "${MOSAIC_AGENT_READY_ROW:-}" ] || return 1
  printf '%s\n' "$rows" | clean_rows | tail -n 5 | grep -qiE -e "$MOSAIC_AGENT_READY_ROW"
}

# Filters the rows of this run: the pane may show those of an earlier run above a note of its end. A no-break space counts as a
# blank, because prompts have it.
clean_rows() {
  nbsp=$(printf '\302\240')
  # shellcheck disable=SC2016 # for sed, $ is the last row
  LC_ALL=C sed "s/$nbsp/ /g; s/[[:space:]]*\$//" | sed -n -e '/^Pane is dead/{s/.*//;x;d;}' -e H -e '${x;p;}'
}

# Tells of a question on the screen, once. Nobody answers it here.
name_question() {
  [ -n "${MOSAIC_AGENT_ASKING_ROW:-}" ] || return 0
  see_rows && find_row "$MOSAIC_AGENT_ASKING_ROW" || return 0
  [ "$row" != "$told" ] || return 0
  told=$row
  printf '%s\n' "$row" >"$directory/asks"
  say "$speaker: is not ready, because its screen asks: $row"
}

# ==== The steps: its turn ============================================================================================

# await_turn NAME
# Waits until the agent may start. $MOSAIC_AGENT_START has five words for each group of the agent, its runtime and the fleet:
# the name, the number of agents that may start within a time, this time, the longest further wait at random (both in
# hundredths of a second), and the number of failures after which the group is held, or 0.
#
# The first one in the queue has the lock of the group and waits until it may go. All others wait for the lock. The kernel
# passes it on however a process ends, so a stopped or killed one leaves no trace. Times are those since the boot, because
# the clock may jump.
await_turn() {
  enter_unit "$1"
  need flock sleep
  rest=''
  trap 'end_rest; exit 0' TERM # a stop
  [ ! -s "$directory/limit" ] || await_limit
  numbers=''
  # shellcheck disable=SC2086,SC2153 # words
  set -- $MOSAIC_AGENT_START
  printf '%s\n' "turn 0 $1${6:+ $6}" >"$directory/wait"
  exec 8>>"$MOSAIC_TMUX_HOLDER/turn-$1"
  take_lock 8
  await_pace "$1" "$2" "$3"
  if [ "$#" -gt 5 ]; then
    exec 7>>"$MOSAIC_TMUX_HOLDER/turn-$6"
    take_lock 7
    await_pace "$6" "$7" "$8"
    depart "$6" "$7"
  fi
  depart "$1" "$2"
  echo "$numbers" >"$directory/turn"
  exec 7>&- 8>&-
  jitter=$(($4 + ${9:-0}))
  if [ "$jitter" -gt 0 ]; then
    random=$(od -An -N4 -tu4 /dev/urandom)
    sleep_for "$((random % (jitter + 1)))"
  fi
  : >"$directory/wait"
}

# Waits for the end of a limit of the agent's account. The time is one of the clock, so this looks again and again. fleet
# removes the file when a person starts the agent.
await_limit() {
  read -r ends <"$directory/limit" || ends=0
  printf '%s\n' "limit 0 $ends" >"$directory/wait"
  while [ -s "$directory/limit" ]; do
    left=$((ends - $(date +%s)))
    [ "$left" -gt 0 ] || break
    [ "$left" -le 5 ] || left=5
    sleep_for "$((left * 100))"
  done
  rm -f "$directory/limit"
}

# take_lock DESCRIPTOR
take_lock() {
  flock "$1" &
  rest=$!
  wait "$rest" || fail "cannot wait for its turn: flock has ended with $?"
}

# sleep_for HUNDREDTHS
# The process does not get the locks, because it may outlive this one.
sleep_for() {
  part=$(($1 % 100))
  [ "$part" -ge 10 ] || part=0$part
  sleep "$(($1 / 100)).$part" 7>&- 8>&- &
  rest=$!
  wait "$rest" || :
}

end_rest() { [ -z "$rest" ] || kill "$rest" 2>/dev/null || :; }

# await_pace GROUP PARALLEL INTERVAL
# Waits until so many agents have started longer ago than the interval, and while the group is held.
await_pace() {
  read_turns "$1"
  parallel=$2 interval=$3 group=$1
  # shellcheck disable=SC2086 # times
  set -- $times
  if [ "$#" -ge "$parallel" ]; then
    shift "$(($# - parallel))"
    while :; do
      set_now
      left=$(($1 + interval - now))
      if [ "$left" -le 0 ] || [ "$left" -gt "$interval" ]; then break; fi
      sleep_for "$left"
    done
  fi
  await_release "$group"
}

# read_turns GROUP
# Sets number to the number of the group's last start, and times to those of the last ones.
read_turns() {
  number='' times=''
  read -r number times <"$MOSAIC_TMUX_HOLDER/turn-$1" || :
  number=${number:-0}
}

# depart GROUP PARALLEL
# Notes the start. The times of the last ones are enough.
depart() {
  read_turns "$1"
  number=$((number + 1)) group=$1 parallel=$2
  numbers="${numbers:+$numbers }$group $number"
  set_now
  # shellcheck disable=SC2086 # times
  set -- $times "$now"
  while [ "$#" -gt "$parallel" ]; do shift; done
  echo "$number $*" >"$MOSAIC_TMUX_HOLDER/turn-$group"
}

# await_release GROUP
# Waits while the group is held: several agents in a row have ended alike. The file has
#
#   COUNT STATUS UNTIL PAUSE PROBE
#
# how many, their exit status, the time of the next try, the pause before it, and the number of the start that is this try, or 0.
# One agent starts then. If it does not fail soon, the others follow: they wait twice as long as a failure may take, because
# the end of a run takes time, too. fleet removes the file when a person starts agents.
await_release() {
  held=$MOSAIC_TMUX_HOLDER/held-$1
  while { read -r count status until pause probe <"$held"; } 2>/dev/null; do
    set_now
    # A time too far away is one of another boot.
    if [ "$now" -lt "$until" ] && [ "$((until - now))" -le "$longest_pause" ]; then
      left=$((until - now))
      [ "$left" -le 100 ] || left=100
      sleep_for "$left"
      continue
    fi
    if [ "$probe" = 0 ]; then
      say "$speaker: starts to see if agents of $(group_words "$1") still end at once" 6
      write_hold "$1" "$count $status $((now + fast + fast)) $pause $((number + 1))"
    else
      say "agents of $(group_words "$1") start again" 6
      rm -f "$held" "$MOSAIC_TMUX_HOLDER/failures-$1"
    fi
    return 0
  done
}

fast=1000 # a run that fails so soon counts, hundredths of a second
first_pause=6000 # before the first try
longest_pause=180000

# write_hold GROUP LINE
write_hold() {
  echo "$2" >"$MOSAIC_TMUX_HOLDER/.held-$1.$$"
  mv -f "$MOSAIC_TMUX_HOLDER/.held-$1.$$" "$MOSAIC_TMUX_HOLDER/held-$1"
}

# group_words GROUP
group_words() {
  case $1 in
  runtime-*) echo "runtime ${1#runtime-}" ;;
  *) echo 'the fleet' ;;
  esac
}

# after_run NAME
# Counts the failure of a run, or of a start, in the first group of the agent: one runtime that fails does not hold others.
after_run() {
  enter_unit "$1"
  if [ -s "$directory/limit" ]; then
    forget_limit
  elif find_limit; then
    keep_limit
  fi
  [ "$SERVICE_RESULT" = exit-code ] || return 0
  status=start
  # systemd removes this file after each run. So it is there if the command of this run has begun.
  if [ -s "$directory/pid" ]; then
    status=${EXIT_STATUS:-start}
    # 129: the pane has gone, and perhaps the whole server.
    [ "$status" != 129 ] || return 0
    [ "$(($(date +%s) - $(date -r "$directory/pid" +%s)))" -le "$((fast / 100))" ] || return 0
  fi
  numbers=''
  { read -r numbers <"$directory/turn"; } 2>/dev/null || return 0
  # shellcheck disable=SC2086 # words
  set -- $MOSAIC_AGENT_START
  case " $numbers" in
  *" $1 "*)
    number=" $numbers"
    number=${number#*" $1 "}
    [ "$5" = 0 ] || count_failure "$1" "$5" "${number%% *}"
    ;;
  esac
}

# Forgets the limit if a person restarts the agent while it waits.
forget_limit() {
  ask_for_job
  case $jobs in *" $unit restart "*) rm -f "$directory/limit" ;; esac
}

# Sets words to the end of a limit, as the agent has reported it, or as the last rows of its screen tell. Each line of
# $MOSAIC_AGENT_LIMIT_ROWS has the number of a group, and a pattern in which that group is the end. Fails if there is none.
find_limit() {
  state='' words=''
  { read -r state && IFS= read -r words; } 2>/dev/null <"${directory%/*}-activity/$name" || :
  case "$state$words" in
  limited*until\ *)
    words=${words#*until }
    return
    ;;
  esac
  words=
  [ -n "${MOSAIC_AGENT_LIMIT_ROWS:-}" ] || return 1
  find_pane \; run-shell -C -t "=$name:" "#{W:#{P:#{?#{==:#{@mosaic_agent},$name},capture-pane -p -t #{pane_id},}}}" || return 1
  [ "$owner" = "$unit" ] || return 1
  case ${rest##*"$newline"} in 'Pane is dead'*) rest=${rest%"$newline"*} ;; esac
  rows=$(printf '%s\n' "$rest" | clean_rows | grep -v '^[[:space:]]*$' | tail -n 15)
  while read -r number pattern; do
    mark=$(printf '\001') # no pattern has it
    words=$(printf '%s\n' "$rows" | sed -nE "s$mark.*($pattern).*$mark\\$((number + 1))${mark}Ip" | tail -n 1)
    [ -z "$words" ] || return 0
  done <<EOF
$MOSAIC_AGENT_LIMIT_ROWS
EOF
  return 1
}

# Keeps the end of a limit, unless a person has ended this run.
keep_limit() {
  read_end || return 0
  ask_for_job
  case $jobs in *" $unit stop "* | *" $unit restart "*) return 0 ;; esac
  echo "$ends" >"$directory/limit"
  say "$speaker: its account has reached a limit ($words): no start before $(date -d "@$ends" '+%Y-%m-%d %H:%M')"
}

# Sets ends to the time in words, in seconds since the epoch: 3pm, 3pm (Europe/Berlin), at 15:00, in 2 hours 5 minutes. A time
# of the day that is over is one of tomorrow, except if it has just passed. Fails for words that are no time within 8 days.
read_end() {
  zone='' text=${words%.}
  case $text in
  *'('*')'*)
    zone=${text#*'('}
    zone=${zone%%')'*} text=${text%%'('*}
    ;;
  esac
  case $zone in *[!A-Za-z0-9_/+-]*) zone='' ;; esac
  case $text in *[0-9]*) ;; *) return 1 ;; esac
  text=$(printf '%s' "$text" | sed -E 's/^ *(at|in) +//; s/ at / /; s/,//g')
  if [ -n "$zone" ]; then
    ends=$(TZ=$zone LC_ALL=C date -d "$text" +%s 2>/dev/null) || return 1
  else
    ends=$(LC_ALL=C date -d "$text" +%s 2>/dev/null) || return 1
  fi
  left=$((ends - $(date +%s)))
  [ "$left" -gt -3600 ] || ends=$((ends + 86400)) left=$((left + 86400))
  [ "$left" -gt 0 ] && [ "$left" -lt 691200 ]
}

# count_failure GROUP LIMIT NUMBER
# Notes a failure alike of the start with this number. Holds the group if so many different agents in a row have failed alike.
count_failure() {
  file=$MOSAIC_TMUX_HOLDER/failures-$1 group=$1 limit=$2 number=$3
  exec 9>>"$file"
  flock 9
  before='' starts=''
  read -r before starts <"$file" || :
  [ "$before" = "$status" ] || starts=''
  # shellcheck disable=SC2086 # words
  set -- $starts "$number:$name"
  while [ "$#" -gt "$((4 * limit))" ]; do shift; done
  starts=" $* "
  echo "$status $*" >"$file"
  set_now
  probe=''
  if { read -r _ _ _ pause probe <"$MOSAIC_TMUX_HOLDER/held-$group"; } 2>/dev/null; then
    [ "$probe" = "$number" ] || return 0 # it was under way before
    pause=$((pause * 2))
    [ "$pause" -le "$longest_pause" ] || pause=$longest_pause
  else
    pause=$first_pause
  fi
  count_row
  if [ -z "$probe" ] && [ "$count" -lt "$limit" ]; then return 0; fi
  write_hold "$group" "$count $status $((now + pause)) $pause 0"
  how="with exit status $status"
  [ "$status" != start ] || how='in their starts'
  say "$count agents of $(group_words "$group") in a row failed $how: no other one starts for $((pause / 100)) s"
}

# Sets count to the number of different agents in the row of starts around number.
count_row() {
  count=0 names=' ' at=$number
  while find_start; do at=$((at - 1)); done
  at=$((number + 1))
  while find_start; do at=$((at + 1)); done
}

# Adds the agent of the start number at. Fails if there is none.
find_start() {
  case $starts in
  *" $at:"*) ;;
  *) return 1 ;;
  esac
  found=${starts#*" $at:"}
  found=${found%% *}
  case $names in
  *" $found "*) ;;
  *) names="$names$found " count=$((count + 1)) ;;
  esac
}

case ${1:-} in
--await-turn)
  await_turn "${2:-}"
  exit
  ;;
--after-run)
  after_run "${2:-}"
  exit
  ;;
esac

# ==== The steps: worktrees ===========================================================================================

# make_worktree NAME
# If this fails, systemd does not start the agent.
make_worktree() {
  enter_step "$1"
  is_before_start=1 said='' keeps_env=1
  trap ': >"$directory/step-env"' EXIT
  # shellcheck disable=SC2016 # for the shell that runs it
  call='exec "$MOSAIC_AGENT_TOOLS/mosaic-worktree"'
  run_hook worktree "$MOSAIC_AGENT_WORKTREE_TIMEOUT" "$call make" || {
    [ "$status" = 3 ] || fail "not started: ${said:-its worktree cannot be made}"
    said=''
    run_hook setup "$MOSAIC_AGENT_WORKTREE_TIMEOUT" "$MOSAIC_AGENT_WORKTREE_SETUP" ||
      fail "not started, because the setup of its worktree failed (the next start runs it again)${said:+: $said}"
    run_hook worktree "$MOSAIC_AGENT_WORKTREE_TIMEOUT" "$call done" || fail "not started: $said"
  }
}

# ==== The steps: hooks ===============================================================================================

# before_start NAME
# If this fails, systemd does not start the agent.
before_start() {
  enter_step "$1"
  is_before_start=1
  run_hook preStart "$MOSAIC_AGENT_HOOK_TIMEOUT" "$MOSAIC_AGENT_HOOK_PRE_START" || fail 'not started, because preStart failed'
}

# after_failure NAME
# Runs the hook once after each run that has failed, and was not ended by a stop or a restart.
after_failure() {
  [ "$SERVICE_RESULT" != success ] || return 0
  enter_step "$1"
  ask_for_job
  case $jobs in *" $unit stop "* | *" $unit restart "*) return 0 ;; esac
  attempt=1
  { read -r attempt <"$directory/restarts"; } 2>/dev/null || :
  run_hook onFailure "$MOSAIC_AGENT_HOOK_TIMEOUT" "$MOSAIC_AGENT_HOOK_ON_FAILURE" || :
}

# enter_step NAME
# A stop ends a step with SIGTERM, and that is no failure.
enter_step() {
  save_environment step-env
  enter_unit "$1"
  find_tree
  trap 'end_leftovers; exit 0' TERM
}

# run_hook NAME MS LINE
# Runs a hook, at most so long, and tells if it fails. Its output goes to the journal line by line. A process that it leaves in
# the background may keep the pipe open, so a last line reports the end of the hook itself.
run_hook() {
  status=137 last="end of the hook $$"
  span=$(seconds "$(($2 / 10))")
  rm -f "$directory/output"
  mkfifo -m 600 "$directory/output"
  {
    ended=0
    run_line "$span" "$3" "$1" || ended=$?
    printf '\n%s %s\n' "$last" "$ended"
  } >"$directory/output" 2>&1 &
  while IFS= read -r text; do
    case $text in
    "$last "*)
      status=${text##* }
      break
      ;;
    '') ;;
    *)
      say "$text" 6
      said=$text
      ;;
    esac
  done <"$directory/output"
  end_leftovers
  [ -n "${keeps_env:-}" ] || : >"$directory/step-env"
  case $1/$status in
  */0) return ;;
  worktree/3) ;;
  */124 | */137) say "$speaker: $1 has not ended within $span s" ;;
  *) say "$speaker: $1 failed (exit status $status)" ;;
  esac
  return 1
}

# run_line SECONDS LINE [HOOK]
# Runs a line for sh in the environment and the workdir of the agent, at most so long. The variables of the agent may have any
# name, so nothing after load_environment may use a variable of this script: see run_pane.
run_line() {
  (
    set -- "$1" "$2" "${3:-}" "$(command -v timeout)" "$directory" "$name" "${EXIT_STATUS:-}" "${attempt:-}" \
      "${SERVICE_RESULT:-}" "${unit%-agent@*}" "${MOSAIC_AGENT_STATE:-}"
    case $3 in
    worktree | setup) load_environment "$5/step-env" "$5/busy" dumb '' '' "$6" worktree ;;
    *) load_environment "$5/step-env" "$5/busy" dumb '' '' "$6" ;;
    esac
    unset SERVICE_RESULT EXIT_CODE EXIT_STATUS MAINPID
    [ -z "$3" ] || export MOSAIC_HOOK="$3"
    [ "$3" != onFailure ] || export MOSAIC_EXIT_STATUS="$7" MOSAIC_ATTEMPT="$8" MOSAIC_RESULT="$9"
    case $3 in
    worktree) export MOSAIC_AGENT_FLEET="${10}" MOSAIC_AGENT_STATE="${11}" && cd / ;;
    setup) cd "$MOSAIC_AGENT_WORKTREE_PATH" ;;
    *) cd "${MOSAIC_AGENT_WORKDIR:-${HOME:-/}}" ;;
    esac || exit 1
    exec "$4" -k 1 "$1" /bin/sh -c "$2"
  ) </dev/null &
  wait "$!"
}

# Ends what a hook or a probe has left behind: all other processes in the group of this step. Before a start, that is the group
# of the unit (systemd 252), and there is no agent in it.
end_leftovers() {
  pane_process='' place=$group/.control
  [ -z "${is_before_start:-}" ] || place=$group
  for sent in TERM KILL; do
    members=
    [ ! -r "$tree$place/cgroup.procs" ] || add_members "$tree$place"
    [ -n "$members" ] || return 0
    signal "$sent" "$members"
    sleep 0.1
  done
}

case ${1:-} in
--make-worktree) make_worktree "${2:-}" ;;
--before-start) before_start "${2:-}" ;;
--after-start) after_start "${2:-}" ;;
--before-stop) before_stop "${2:-}" ;;
--after-failure) after_failure "${2:-}" ;;
esac

# ==== A service ======================================================================================================

# before_service NAME
# Runs before the command, so everybody who sees the service run sees the files of this run.
before_service() {
  enter_unit "$1"
  case ${MOSAIC_AGENT_WORKDIR:=${HOME:-/}} in
  /*) ;;
  *) fail "its workdir is not an absolute path: $MOSAIC_AGENT_WORKDIR" ;;
  esac
  [ -d "$MOSAIC_AGENT_WORKDIR" ] || fail "its workdir does not exist, or is not a directory: $MOSAIC_AGENT_WORKDIR"
  for file in busy status; do [ ! -e "$directory/$file" ] || rm -f "$directory/$file"; done
  [ ! -s "$directory/wait" ] || : >"$directory/wait"
  : >"$directory/lock"
  keep_config
}

# run_service NAME
# Becomes the command. Its environment is the one of this process, so its variables may have any name: see run_pane. They are
# saved before the first variable of this script is set, and nothing after load_environment may use one.
run_service() {
  : "${RUNTIME_DIRECTORY:?is not set: use systemctl --user start}"
  set -- "$1" "$(umask)"
  save_environment
  enter_unit "$1"
  cd "${MOSAIC_AGENT_WORKDIR:=${HOME:-/}}" 2>/dev/null || fail "may not enter its workdir: $MOSAIC_AGENT_WORKDIR"
  echo "$$" >"$directory/pid"
  set -- "$directory" "$name" "$2" "${NOTIFY_SOCKET:-}" "${JOURNAL_STREAM:-}" "${INVOCATION_ID:-}" \
    "${MOSAIC_AGENT_COMMAND:?is not set}"
  load_environment "$1/env" "$1/busy" '' '' '' "$2"
  : >"$1/env"
  unset TERM TERM_PROGRAM TERM_PROGRAM_VERSION COLORTERM
  unset MOSAIC_AGENT_ACTIVITY MOSAIC_AGENT_PANE MOSAIC_AGENT_TOOLS MOSAIC_AGENT_CONVERSATION
  # Unlike in a pane, these are true.
  [ -z "$4" ] || export NOTIFY_SOCKET="$4"
  [ -z "$5" ] || export JOURNAL_STREAM="$5"
  [ -z "$6" ] || export INVOCATION_ID="$6"
  umask "$3"
  exec /bin/sh -c "$7"
}

# Writes down the configuration of this start. It is unknown if somebody has edited the env file: then the digest in its first
# line is not that of the other lines.
keep_config() {
  config=${MOSAIC_AGENT_CONFIG:-} mark='' file=${0%/tools/fleet/*}/fleet/agents/$name.env
  { IFS= read -r mark <"$file"; } 2>/dev/null || :
  case $mark in
  '# mosaic-fleet: '*' digest='*)
    if command -v sha256sum >/dev/null; then
      digest=$(sed 1d "$file" | sha256sum)
      case $digest in "${mark##* digest=}"*) ;; *) config='' ;; esac
    fi
    ;;
  *) config='' ;;
  esac
  printf '%s\n' "$config" >"$directory/config"
}

# after_service NAME
# Keeps how the service has ended, unless a job of systemd's has ended it: see keep_result.
after_service() {
  enter_unit "$1"
  status=${EXIT_STATUS:-}
  [ "${EXIT_CODE:-}" != exited ] || echo "$status" >"$directory/status"
  [ ! -s "$directory/wait" ] || : >"$directory/wait"
  ask_for_job
  case $jobs in
  *" $unit stop "*) return ;;
  *" $unit restart "*)
    [ ! -e "$directory/restarts" ] || rm -f "$directory/restarts"
    return
    ;;
  esac
  case $SERVICE_RESULT/${EXIT_CODE:-}/$status in
  success/exited/0) [ -z "${MOSAIC_AGENT_COMPLETION:-}" ] || [ -n "$unsure" ] || mark_completed ;;
  success/*) ;;
  *)
    count_restart
    [ "${EXIT_CODE:-}" != exited ] || say "$speaker: $(describe "$status")"
    ;;
  esac
}

case ${1:-} in
--before-service) before_service "${2:-}" ;;
--service) run_service "${2:-}" ;;
--service-ended) after_service "${2:-}" ;;
esac

# ==== The windows ====================================================================================================

# open_windows NAME
# Starts the declared panes next to the agent: again in the dead panes of the last run, and the others in new ones. One call
# to tmux lists the panes, and another one does everything. $MOSAIC_AGENT_WINDOWS calls window and pane, below. Panes without
# the mark of this agent, and living ones, stay as they are.
open_windows() {
  enter_unit "$1"
  owner="${MOSAIC_AGENT_CONFIG%% *} $name"
  (
    umask 077
    printf '%s\n' "$MOSAIC_AGENT_WINDOWS" >"$directory/windows"
  )
  list_sides || return 0
  set_guards
  lines='' marks='' number=0 is_open=''
  is_first=1
  [ -z "$sides" ] || is_first=
  eval "$MOSAIC_AGENT_WINDOWS"
  arrange_window
  close_sides
  lines="$lines${newline}list-panes -a -f '#{m:$owner *,#{@mosaic_pane}}' -F '=#{@mosaic_pane}'"
  answer=$(printf '%s\n' "$lines" | fleet_tmux source-file - 2>&1) || :
  tell_missing
}

# Sets session and own_window to ids, clients to the clients in control mode, and sides to lines about the marked panes of this
# agent. Fails without a session.
list_sides() {
  session='' own_window='' clients='' sides=''
  found=$(fleet_tmux list-panes -s -t "=$name:" -F "#{?#{==:#{@mosaic_agent},$name},own #{session_id} #{window_id},}" \; \
    list-panes -a -f "#{m:$owner *,#{@mosaic_pane}}" -F 'side #{pane_id} #{pane_dead} #{window_id} #{@mosaic_pane}' \; \
    list-clients -F '#{?client_control_mode,client #{client_name},}' 2>/dev/null) || [ -n "$found" ] || return
  while read -r kind first rest; do
    case $kind in
    own) session=$first own_window=$rest ;;
    client) clients="$clients $first" ;;
    side) sides="$sides$first $rest$newline" ;;
    esac
  done <<EOF
$found
EOF
  [ -n "$session" ]
}

# window NAME ARRANGEMENT FOCUS LAYOUT MAIN TITLE
# Begins a window. MAIN is an option of tmux with its value, or empty. TITLE is a name for tmux, or empty.
window() {
  arrange_window
  number=$((number + 1)) is_open=1 is_new='' is_changed='' place='' sizes=''
  window=$1 arrangement=$2 focus=$3 layout=$4 main=$5 title=$6
  if [ "$window" = main ]; then place=$own_window is_new=$is_first; fi
}

# pane HASH SIZE TITLE WORKDIR COMMAND VARIABLES FOCUS
pane() {
  mark="$owner $1 $arrangement $window"
  marks="$marks$mark$newline"
  words="$script --side $name $runtime $1"
  take_side
  if [ -n "$id" ]; then
    [ -n "$place" ] || place=$side_window
    [ "$side_arrangement" = "$arrangement" ] || is_changed=1
    if [ "$dead" = 1 ]; then
      for client in $clients; do
        lines="$lines${newline}refresh-client -t '$client' -A '$id:pause' ; refresh-client -t '$client' -A '$id:continue'"
      done
      add_line "respawn-pane -t $id $words" "$id" "$3"
    fi
  elif [ -z "$place" ]; then
    is_new=1 is_changed=1 place="$session:=mosaic-new-$number"
    add_line "new-window -d -n mosaic-new-$number -t '$session:' $words" "$place" "$3"
    # tmux gives a new window its default size, and not that of the session.
    resize="run-shell -C -t '$place' \"resize-window -t '$place' $to_size\" ; set-option -w -u -t '$place' window-size"
    lines="$lines${newline}if-shell -F -t '$place' '$attached' '' { $resize }"
  else
    # tmux halves a pane at each split: without the layout, it soon finds no space.
    is_changed=1
    lines="$lines${newline}select-layout -t '$place' tiled"
    add_line "split-window -d -t '$place.{bottom-right}' $words" "$place.{bottom-right}" "$3"
  fi
  if [ -n "$7" ] && [ -n "$is_new" ] && [ -z "$id" ]; then lines="$lines ; select-pane -t '$target'"; fi
  [ -z "$2" ] || sizes="$sizes${newline}run-shell -C -t '$place' \"#{P:#{?#{==:#{@mosaic_pane},$mark},resize-pane -t #{pane_id} $2 ;,}}\""
}

# add_line TMUX-COMMAND TARGET TITLE
# Adds a line that makes or reuses a pane, and marks it. tmux goes on with the next line after an error.
add_line() {
  target=$2
  line="$1 ; set-option -p -t '$2' @mosaic_pane '$mark' ; set-option -p -t '$2' remain-on-exit on"
  if [ -n "$3" ]; then
    quote_for_tmux "$3"
    line="$line ; select-pane -t '$2' -T $quoted"
  fi
  lines="$lines$newline$line"
}

# Takes the first pane of this window from sides. Sets id, dead, side_window and side_arrangement; id is empty if there is none.
take_side() {
  id='' left=''
  while read -r other_id other_dead other_window _ _ _ other_arrangement other; do
    if [ -z "$id" ] && [ "$other" = "$window" ]; then
      id=$other_id dead=$other_dead side_window=$other_window side_arrangement=$other_arrangement
    elif [ -n "$other_id" ]; then
      left="$left$other_id $other_dead $other_window - - - $other_arrangement $other$newline"
    fi
  done <<EOF
$sides
EOF
  sides=$left
}

# Ends a window: its layout comes after all panes.
arrange_window() {
  [ -n "$is_open" ] || return 0
  if [ -n "$is_changed" ]; then
    [ -z "$main" ] || lines="$lines${newline}set-option -w -t '$place' $main"
    lines="$lines${newline}select-layout -t '$place' '$layout'$sizes"
  fi
  if [ -n "$focus" ] && [ -n "$is_first" ]; then lines="$lines${newline}select-window -t '$place'"; fi
  [ -n "$title" ] || [ "$window" = main ] || title=$window
  if [ -n "$is_new" ] && [ -n "$title" ]; then
    quote_for_tmux "$title"
    lines="$lines${newline}rename-window -t '$place' $quoted"
  fi
}

# Closes dead panes without a declaration. See set_guards for the reset.
close_sides() {
  while read -r id dead _; do
    [ "$dead" != 1 ] ||
      lines="$lines${newline}if-shell -F -t $id '#{pane_dead}' 'send-keys -R -t $id ; kill-pane -t $id'"
  done <<EOF
$sides
EOF
}

# Tells of the panes not made by tmux.
tell_missing() {
  problem=$(printf '%s\n' "$answer" | grep -v '^=' | tail -n 1) || :
  printf '%s' "$marks" | while IFS= read -r mark; do
    case "$newline$answer$newline" in
    *"$newline=$mark$newline"*) ;;
    *) say "$speaker: a pane of its window ${mark#* * * * } is missing: ${problem:-tmux does not say why}" ;;
    esac
  done
}

# quote_for_tmux WORD
# Sets quoted to one word of a tmux command.
quote_for_tmux() {
  tail=$1 quoted=
  while :; do
    part=${tail%%\'*}
    [ "$part" != "$tail" ] || break
    quoted="$quoted$part'\\''" tail=${tail#*\'}
  done
  quoted="'$quoted$tail'"
}

# run_side NAME DIRECTORY HASH
# Becomes the command of a pane. The declaration calls window and pane; the first pane with this digest is the one. The variables
# of the agent may have any names, so nothing after load_environment may use a variable of this script.
run_side() {
  echo mosaic-window >/proc/self/comm 2>/dev/null || : # the end of the agent looks for the name of this script: see classify
  name=$1 directory=$2 wanted=$3 is_found=''
  window() { :; }
  pane() {
    if [ -n "$is_found" ] || [ "$1" != "$wanted" ]; then return 0; fi
    is_found=1 workdir=$4 command=$5 variables=$6
  }
  if [ ! -r "$directory/windows" ] || [ ! -r "$directory/windows-env" ]; then refuse_side 'the agent does not run'; fi
  eval "$(cat "$directory/windows")"
  [ -n "$is_found" ] || refuse_side 'this pane is no longer declared'
  join_side || refuse_side 'cannot join the control group of the agent'
  set -- "$1" "$2" "$workdir" "$command" "$variables"
  load_environment "$2/windows-env" "$2/busy" "$TERM" "${TERM_PROGRAM:-tmux}" "${TERM_PROGRAM_VERSION:-}" "$1"
  eval "$5"
  cd "$3" 2>/dev/null || { show "$1" "its workdir does not exist: $3" && exit 1; }
  # tmux gives its own shell to a window without a command.
  if [ -n "$4" ]; then exec /bin/sh -c "$4"; else exec "${SHELL:-/bin/sh}"; fi
}

# Joins a control group of this pane in that of the agent, so the agent's limits count it, and its end ends it. A group
# of its own tells what the agent does from what this pane does.
join_side() {
  read -r pid <"$directory/pid" || return
  find_tree
  group=
  while IFS= read -r line; do
    case $line in 0::*) group=${line#0::} ;; esac
  done <"/proc/$pid/cgroup"
  case $group in *"@$name.service") ;; *) return 1 ;; esac
  place=$tree$group/windows
  for folder in "$place" "$place/$wanted"; do
    [ -d "$folder" ] || mkdir "$folder" 2>/dev/null || [ -d "$folder" ] || return
  done
  { echo 0 >"$place/$wanted/cgroup.procs"; } 2>/dev/null
}

# refuse_side REASON
refuse_side() {
  show "$name" "$1"
  exit 1
}

case ${1:-} in
--windows)
  quote_for_tmux "$0"
  script=$quoted
  quote_for_tmux "${RUNTIME_DIRECTORY%%:*}"
  runtime=$quoted
  open_windows "${2:-}"
  ;;
--side)
  shift
  run_side "$@"
  ;;
esac
