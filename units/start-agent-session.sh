#!/bin/sh
# Runs agents in tmux sessions, for the units mosaic-tmux-holder.service and mosaic-agent@.service. See docs/how-an-agent-runs.md.
# Joined from the commented parts in units/start-agent-session/ by npm run units. Change those.
# ==== units/start-agent-session/head.sh
set -eu
newline='
'
# ==== units/start-agent-session/agent/pane.sh
run_pane() {
  [ -p "$4" ] || exit 1
  exec 9>"$4"
  await_go "$@"
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

lock_for_older_start() {
  exec 8>>"$2/lock"
  flock -n 8 || timeout 2 flock 8 9>&- || refuse "$1" "$3" 'is running already'
}

load_environment() {
  # shellcheck disable=SC3040 # only bash comes here
  [ -z "${BASH_VERSION:-}" ] || set +o posix # with posix, bash would exit at a variable that is read-only to it, such as UID
  # shellcheck disable=SC1090
  . "$1" 2>/dev/null || :
  export MOSAIC_AGENT_NAME="$6" MOSAIC_AGENT_BUSY="$2" TERM="$3" TERM_PROGRAM="$4" TERM_PROGRAM_VERSION="$5"
  export MOSAIC_AGENT_ACTIVITY="${2%/*/busy}-activity/$6" MOSAIC_AGENT_PANE="$$" MOSAIC_AGENT_TOOLS="${0%/*}"
  export MOSAIC_AGENT_CONVERSATION="${MOSAIC_AGENT_STATE:+$MOSAIC_AGENT_STATE/conversation}"
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

run_command() {
  if [ -n "${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}" ]; then
    /bin/sh -c "${MOSAIC_AGENT_COMMAND:-${MOSAIC_AGENT_RUNTIME:-}}" 8>&- 9>&-
  else
    "${SHELL:-/bin/sh}" 8>&- 9>&-
  fi
}

refuse() {
  show "$1" "$3"
  seal_pane
  printf '%s %s\n' "$2" "$3" >&9
  exit 1
}

end_pane() {
  name=$1 directory=$2 PATH=$3 status=$4
  keep_terminal
  printf '%s\n' "$status" "$$ $PPID" >"$directory/lock" # the parent is tmux: see tell_tmux
  leave_modes
  [ "$status" = 0 ] || show "$name" "$(describe "$status")"
  seal_pane
  sleep 0.1
  exit "$status"
}

keep_terminal() {
  [ -s "$directory/stopping" ] || return 0
  echo "ended $status" >"$directory/stopping"
  trap 'leave_modes; seal_pane; exit 143' TERM
  while [ -s "$directory/stopping" ]; do
    read -r _ </proc/self/fd/9 || return 0
  done 2>/dev/null
}

show() { printf 'agent %s: %s\n' "$1" "$2"; }

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

leave_modes() {
  printf '\033[?1004l\033[?1000l\033[?1002l\033[?1003l\033[?1005l\033[?1006l\033[?2004l\033[?1l\033>\033[>4m\033(B\033[0m\033[?25h'
}

seal_pane() { printf '\033[?7l\033[4h'; }

case ${1:-} in --pane) shift && run_pane "$@" ;; esac
# ==== units/start-agent-session/agent/unit.sh
say() {
  if [ -n "$unit" ]; then
    printf '%s\n' "MESSAGE=$1" "USER_UNIT=$unit" "SYSLOG_IDENTIFIER=${unit%.service}" "PRIORITY=${2:-4}" |
      logger --journald 2>/dev/null && return
  fi
  printf '%s\n' "$1" >&2
}

fail() {
  say "$speaker: $1"
  [ -z "${failure:-}" ] || printf '%s\n' "$1" >"$failure"
  exit 1
}

need() {
  for program; do
    command -v "$program" >/dev/null || fail "$program is not installed, or not on this PATH: $PATH"
  done
}

find_unit() {
  group=''
  while IFS= read -r line; do
    case $line in 0::*) group=${line#0::} ;; esac
  done </proc/self/cgroup
  group=${group%/.control} # with Delegate=, a unit's commands run in a child group
  unit=${group##*/}
  case $unit in *.service) ;; *) unit='' ;; esac
}

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

find_tree() {
  tree=/sys/fs/cgroup
  [ ! -e "$tree/unified/cgroup.procs" ] || tree=$tree/unified # a hybrid hierarchy
}

save_environment() {
  umask 077
  {
    export -p
    printf 'ulimit -Sn '
    # shellcheck disable=SC3045 # dash, bash and busybox all have -S
    ulimit -Sn
  } >"${RUNTIME_DIRECTORY%%:*}/${1:-env}"
}

set_now() {
  read -r now _ </proc/uptime
  now=${now%.*}${now#*.}
}

seconds() {
  part=$(($1 % 100))
  case $part in
  0) echo "$(($1 / 100))" ;;
  ?) echo "$(($1 / 100)).0$part" ;;
  *) echo "$(($1 / 100)).${part%0}" ;;
  esac
}
# ==== units/start-agent-session/agent/tmux.sh
fleet_tmux() { tmux -N -L "$socket" "$@"; }

find_pane() {
  owner='' pane='' process='' dead='' window='' viewers='' strangers=''
  panes=$(exec tmux -N -L "$socket" list-panes -s -t "=$name:" -F '#{@mosaic_unit}:#{@mosaic_agent}:#{pane_id}:#{?pane_pid,#{pane_pid},#{pane_dead_time}}:#{pane_dead}:#{window_id}' \; \
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

# shellcheck disable=SC2016 # tmux expands the formats
set_guards() {
  unsealed='#{?insert_flag,#{wrap_flag},1}'
  attached='#{?session_grouped,#{session_group_attached},#{session_attached}}'
  to_size='-x #{s/x.*//:@mosaic_size} -y #{s/.*x//:@mosaic_size}'
  is_manual='#{&&:#{==:#{window-size},manual},#{m:*3.[0-6]*,#{version}}}'
  unguarded='#{&&:#{after-set-option[3776]},#{&&:#{client-detached[3776]},#{client-session-changed[3776]}}}'
  unguarded="#{?#{&&:#{m:*guards-2*,#{pane-died[3776]}},$unguarded},$is_manual,1}"
  guards="if-shell -F -t =fleet-none: '$is_manual' { set-option -gw window-size latest }"
  guards="$guards
    set-hook -g after-set-option[3776] { $guards }
    set-hook -g pane-died[3776] { if-shell -F '#{&&:guards-2,#{m:*3.[0-4]*,#{version}}}' {
      if-shell -F '#{@mosaic_agent}' { select-pane -d }
      if-shell -F '$unsealed' { send-keys -R ; copy-mode -e ; send-keys -X page-up ; send-keys -X -N 2 scroll-up } } }"
  set -- "resize-window -t #{window_id} $to_size ; set-option -w -u -t #{window_id} window-size ; "
  set -- "#{W:#{?#{||:#{e|<:#{window_width},80},#{e|<:#{window_height},24}},$1,}}"
  set -- "#{S:#{?@mosaic_unit,#{?$attached,,$1},}}"
  guards="$guards
    set-hook -g client-detached[3776] { run-shell -C '$1' }
    set-hook -g client-session-changed[3776] { run-shell -C '$1' }"
}
# ==== units/start-agent-session/agent/memory.sh
count_memory_kills() {
  kills='' limits=''
  {
    while read -r key number; do
      case $key in
      oom) limits=$number ;;
      oom_kill) kills=$number ;;
      esac
    done <"$tree$group/memory.events"
  } 2>/dev/null || :
}

keep_memory_end() {
  count_memory_kills
  if [ "${kills:-0}" -le "$1" ]; then
    forget_memory_end
    return
  fi
  limit=max
  if [ "${limits:-0}" -gt "$2" ]; then { read -r limit <"$tree$group/memory.max"; } 2>/dev/null || :; fi
  echo "$limit" >"$directory.memory"
  say "$speaker: the kernel killed a process of it, because memory ran out"
}

begin_count() {
  if [ -s "$directory/fresh" ]; then
    [ ! -e "$directory/restarts" ] || rm -f "$directory/restarts"
    : >"$directory/fresh"
  fi
  [ -e "$directory/restarts" ] || forget_memory_end
}

forget_memory_end() { [ ! -e "$directory.memory" ] || rm -f "$directory.memory"; }
# ==== units/start-agent-session/agent/main-process.sh
wait_for_end() {
  count_memory_kills
  kills_before=$kills limits_before=$limits
  while read -r _ <&3; do :; done
  end_as_command "$$"
}

end_as_command() {
  while kill -0 "$1" 2>/dev/null; do sleep 0.01; done
  if read -r status <"$directory/lock"; then
    if [ "$status" = 0 ]; then tell_background; else say "$speaker: $(describe "$status")"; fi
  else
    status=129 # as after a hangup
    say "$speaker: the process in its pane was killed, or its session closed"
  fi
  case $status/${kills_before:-} in
  137/?*) keep_memory_end "$kills_before" "${limits_before:-0}" ;;
  *) forget_memory_end ;;
  esac
  echo "$status" >"$directory/status"
  exit "$status"
}

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
# ==== units/start-agent-session/agent/session.sh
open_pane() {
  copy='' # set if the pane begins with the copy of an old screen
  is_reused=''
  cd "${MOSAIC_AGENT_WORKDIR:-${HOME:-/}}" 2>/dev/null || cd /
  if [ ! -e "$directory/lock" ] && make_session; then return; fi
  if ! find_pane \; run-shell -C -t "=$name:" "#{W:#{P:#{?#{==:#{@mosaic_agent},$name},capture-pane -p -e -t #{pane_id},}}}"; then
    make_session || fail "tmux made no session on socket $socket: $error"
    return
  fi
  check_pane
  if [ -z "$pane" ]; then
    run_in_pane "=$name:" new-window -t "=$name:" || fail "tmux made no window in the session on socket $socket"
    return
  fi
  keep_screen "$rest"
  reuse_pane || { [ -n "$viewers$strangers" ] && find_pane && [ -n "$pane" ] && reuse_pane; } ||
    fail "tmux could not reuse the session on socket $socket"
}

keep_screen() {
  [ -n "$1" ] || return 0
  screen=$1
  case ${screen##*"$newline"} in *'Pane is dead'*) ;; *) screen="$screen${newline}Pane is dead" ;; esac
  # shellcheck disable=SC1003 # the sequence ends with a backslash
  printf '%s\033[0m\033^mosaic-log screen\033\\\n' "$screen" >"$directory/screen"
  copy=copy
}

reuse_pane() {
  is_reused=1
  set -- respawn-pane -k -t "$pane"
  for client in $viewers; do
    set -- refresh-client -t "$client" -A "$pane:pause" \; refresh-client -t "$client" -A "$pane:continue" \; "$@"
  done
  for client in $strangers; do set -- refresh-client -t "$client" -A "$pane:pause" \; "$@"; done
  run_in_pane "$pane" "$@"
}

make_session() {
  run_in_pane "=$name:^.{top-left}" new-session -d -s "$name" || {
    read -r error <&3 || error='it does not say why'
    return 1
  }
}

run_in_pane() {
  target=$1
  shift
  resize="run-shell -C -t '$target' \"resize-window -t '$target' $to_size\" ; set-option -w -u -t '$target' window-size"
  set_size="set-option -q -u -t '=$name:' @mosaic_size ; set-option -g -F -t '=$name:' @mosaic_size '$size'"
  has_size="#{&&:#{==:#{window_width}x#{window_height},#{@mosaic_size}},#{!=:#{window-size},manual}}"
  set -- if-shell -F -t =fleet-none: "$unguarded" "$guards" \; "$@" "$0" --pane "$name" "$directory" "$tree$group" "$line" "$$" \; \
    set-option -t "=$name:" @mosaic_unit "$unit" \; set-option -t "=$name:" destroy-unattached off \; \
    set-option -p -t "$target" @mosaic_agent "$name" \; set-option -p -t "$target" remain-on-exit on \; \
    set-option -p -t "$target" @mosaic_config "${MOSAIC_AGENT_CONFIG:-}" \; \
    set-option -p -t "$target" @mosaic_units "${MOSAIC_AGENT_UNITS:-}" \; \
    if-shell -F -t "=$name:" "#{==:#{@mosaic_size},$size}" '' "$set_size" \; \
    if-shell -F -t "$target" "#{||:$attached,$has_size}" '' "$resize"
  if [ -n "$is_reused" ]; then
    set -- "$@" \; if-shell -F -t "$target" '#{pane_input_off}' "select-pane -e -t $target" \; \
      if-shell -F -t "$target" '#{@mosaic_left}' "set-option -p -t $target @mosaic_left ''"
  fi
  if [ -n "${MOSAIC_AGENT_LOG:-}" ] && [ -n "${MOSAIC_AGENT_STATE:-}" ]; then
    set_reader
    set -- "$@" \; pipe-pane -t "$target" "$reader" \; set-option -p -t "$target" @mosaic_log "$MOSAIC_AGENT_LOG"
  fi
  [ -z "${MOSAIC_AGENT_READY_TITLE:-}" ] || set -- "$@" \; select-pane -t "$target" -T ''
  # shellcheck disable=SC2094 # the line is a pipe
  fleet_tmux "$@" >/dev/null 2>"$line"
}

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

check_pane() {
  case $owner in
  "$unit") ;;
  '') [ "$dead" = 1 ] || fail "a session of this name, not made by this unit, is on socket $socket: rename or end it" ;;
  *) fail "the session of this name on socket $socket belongs to $owner" ;;
  esac
  [ "$dead" = 0 ] || return 0
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if ! is_member "$process" || has_no_child "$process"; then return 0; fi
    sleep 0.2
  done
  fail 'is running already'
}

has_no_child() {
  { read -r child _ <"/proc/$1/task/$1/children" || [ -n "$child" ]; } 2>/dev/null && return 1
  [ -r "/proc/$1/task/$1/children" ]
}

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
# ==== units/start-agent-session/agent/start.sh
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
  begin_count
  [ ! -s "$directory/stopping" ] || : >"$directory/stopping"
  [ ! -s "$directory/wait" ] || : >"$directory/wait"
  find_line
  open_pane
  await_pane
  wait_for_end &
  echo "$!" >"$directory/pid"
  exec 3<&-
  [ -z "${MOSAIC_AGENT_WINDOWS:-}" ] || "$0" --windows "$name" || :
}

find_line() {
  exec 3<<LINE 4<<GO
empty
LINE
empty
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
# ==== units/start-agent-session/agent/processes.sh
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

signal() {
  [ -n "$2" ] || return 0
  # shellcheck disable=SC2086 # a list
  { kill -s "$1" $2 || :; kill -s CONT $2 || :; } 2>/dev/null
}

find_members() {
  members=
  add_members "$tree$group"
}

add_members() {
  { while read -r pid; do
    case $pid in 0 | "$$" | "$pane_process") ;; *) members="$members $pid" ;; esac
  done <"$1/cgroup.procs"; } 2>/dev/null || :
  for subgroup in "$1"/*/; do
    [ ! -e "${subgroup}cgroup.procs" ] || add_members "${subgroup%/}"
  done
}

classify() {
  read_stat "$1" || return 0
  if [ "$leader" = "$1" ] && [ -n "$command" ]; then
    case ${0##*/} in "$command"*) pane_process=$1 && return ;; esac
  fi
  if [ "$started" -ge "${asked_at:-$((started + 1))}" ]; then
    case "$handling$saving " in *" $parent "*) saving="$saving $1" && return ;; esac
  fi
  fresh="$fresh $1"
  [ "$((ignored & sigterm_bit))" = 0 ] || ignoring="$ignoring $1"
  [ "$((caught & sigterm_bit))" = 0 ] || handling="$handling $1"
}

read_stat() {
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
  command=${stat#*\(}
  command=${command%)*}
  # shellcheck disable=SC2086 # the fields: the third one of proc(5) becomes $1
  set -- ${stat##*) }
  parent=$2 leader=$4 started=${20} ignored=${31} caught=${32}
}

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
        extend_time 0 || :
        kill_rest
        break
      }
      [ "$((passed - extended))" -lt 100 ] || extend_time "$remaining" || :
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
  [ "$((now - began))" -lt 20 ] || ask_for_job
}

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
  extra=$((${MOSAIC_AGENT_STOP_EXTRA:-0} / 10))
  [ "$total" -le "$extra" ] || total=$((total - extra))
  limit=$total
  extend_time "$limit" || limit=$((limit - limit / 10))
}

extend_time() {
  extended=$passed
  systemd-notify "EXTEND_TIMEOUT_USEC=$(($1 * 10000 + 5000000))" 2>/dev/null
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
# ==== units/start-agent-session/agent/end.sh
after_end() {
  trap : TERM # a template of an older version sends it at the end of the time that a daemon-reload has set back
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
  reset="run-shell -C -t '=$name:' '#{W:#{P:#{?pane_dead,#{?$unsealed,send-keys -R -t #{pane_id} ; ,},}}}'"
  case $jobs in
  *" $unit stop "*)
    forgive_end
    fleet_tmux if-shell -F -t "=$name:" "#{==:#{@mosaic_unit},$unit}" "$reset ; kill-session -t '=$name:'" || :
    return
    ;;
  esac
  signal TERM "$pane_process" # it leaves a dead pane
  tell_tmux
  case $jobs in
  *" $unit restart "*) [ ! -e "$directory/restarts" ] || rm -f "$directory/restarts" ;;
  *) keep_result ;;
  esac
  [ "${EXIT_STATUS:-}" != 129 ] || fleet_tmux if-shell -F -t "=$name:" "#{==:#{@mosaic_unit},$unit}" "$reset" 2>/dev/null || :
}

tell_tmux() {
  { read -r _ && read -r process server && read -r _ _ state parent _ <"/proc/$process/stat"; } 2>/dev/null <"$directory/lock" ||
    return 0
  [ "$state $parent" != "Z $server" ] || kill -s CHLD "$server" 2>/dev/null || :
}

ask_for_job() {
  jobs='' unsure=''
  jobs=$(SYSTEMD_COLORS=0 systemctl --user list-jobs --no-legend --plain --full "$unit" 2>&1) || {
    say "$speaker: its session is left, because it is not known whether this is a stop or a restart: $jobs"
    unsure=1
  }
}

forgive_end() {
  [ "$SERVICE_RESULT" = success ] || systemctl --user reset-failed "$unit" || :
}

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

keep_last_screen() {
  if [ -z "${MOSAIC_AGENT_STATE:-}" ] || [ ! -e "$directory/lock" ]; then return 0; fi
  if read -r status <"$directory/lock" && [ "$status" = 0 ]; then return 0; fi
  above='#{e|-:#{e|-:200,#{pane_height}},#{?alternate_on,#{pane_height},0}}'
  set -- "#{?#{&&:#{history_size},#{e|>:$above,0}},capture-pane -p -e -J -S -$above -E -1 -t #{pane_id} ;,}"
  set -- "$1 #{?alternate_on,capture-pane -a -p -e -J -t #{pane_id} ;,} capture-pane -p -e -J -t #{pane_id}"
  set -- "display-message -p -t #{pane_id} '#{?pane_pid,#{pane_pid},#{pane_dead_time}} %Y-%m-%dT%H:%M:%S%z' ; $1"
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
  ) || {
    say "$speaker: cannot keep that its work is done: $MOSAIC_AGENT_COMPLETION"
    return 0
  }
  start_dependents
}

start_dependents() {
  set --
  for dependent in ${MOSAIC_AGENT_THEN:-}; do
    [ -e "${MOSAIC_AGENT_COMPLETION%/*}/$dependent.suspended" ] || set -- "$@" "${unit%%@*}@$dependent.service"
  done
  [ "$#" = 0 ] || systemctl --user --no-block start "$@" || say "$speaker: cannot start $*"
}

mark_background() {
  read -r background <"$directory/left"
  if find_pane && [ -n "$pane" ]; then fleet_tmux set-option -p -t "$pane" @mosaic_left "$background" || :; fi
}

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
# ==== units/start-agent-session/holder.sh
start_server() {
  speaker='tmux holder' socket=${MOSAIC_TMUX_SOCKET:?is not set}
  find_unit
  need tmux timeout mkfifo
  if pid=$(tmux -N -L "$socket" display-message -p '#{pid}' 2>/dev/null); then
    fail "socket $socket belongs to a tmux server that is not this unit's, process $pid: end that, or use another socket"
  fi
  directory=${RUNTIME_DIRECTORY:?is not set}
  config=${MOSAIC_TMUX_CONFIG:-}
  activity=${directory%-tmux-holder}-agent-activity # for the agents, so that their starts need no program for it
  [ -d "$activity" ] || mkdir -m 700 "$activity" || :
  unset RUNTIME_DIRECTORY PIDFILE INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET MOSAIC_TMUX_CONFIG
  failure=$directory/failure
  [ ! -e "$directory/path" ] || : >"$directory/ended"
  rm -f "$directory/answer"
  mkfifo "$directory/answer"
  set_guards
  if [ -n "${DBUS_SESSION_BUS_ADDRESS:-}" ]; then
    set -- set-environment -g DBUS_SESSION_BUS_ADDRESS "$DBUS_SESSION_BUS_ADDRESS"
  else
    set -- set-environment -g -u DBUS_SESSION_BUS_ADDRESS
  fi
  set -- "$@" \; set-option -s exit-empty off \; set-option -s exit-unattached off \; if-shell -F 1 "$guards" \; \
    display-message -p '#{pid} #{config_files}' \; source-file -nq /dev/null
  DBUS_SESSION_BUS_ADDRESS=unix:path=/dev/null tmux -L "$socket" ${config:+-f "$config"} start-server \; "$@" \
    >"$directory/answer" 2>&1 &
  answer=$(timeout 10 cat "$directory/answer") || {
    say "$speaker: a command in the tmux configuration has not ended after 10 s: going on without"
    answer=$(tmux -N -L "$socket" "$@" 2>&1)
  }
  read_answer "$answer"
  try_session
  printf '%s\n' "$PATH" >"$directory/path"
  : >"$failure"
  echo "$pid" >"$directory/pid"
}

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

try_session() {
  if error=$(fleet_tmux new-session -d -s fleet-trial sleep 60 \; set-option -t '=fleet-trial:' destroy-unattached off 2>&1) &&
    error=$(fleet_tmux kill-session -t '=fleet-trial:' 2>&1); then return; fi
  case $error in
  "can't find "* | 'no such '* | 'no current '*) suspect_config 'ends or renames each new session' ;;
  *) suspect_config 'ended as it made a session' ;;
  esac
}

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
# ==== units/start-agent-session/log.sh
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

await_former() {
  former=
  if [ -r "$directory/log" ]; then read -r former <"$directory/log"; fi
  echo "$$" >"$directory/log"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if [ -z "$former" ] || ! kill -0 "$former"; then return; fi
    sleep 0.1
  done
}

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

shift_files() {
  above=$((keep + 1))
  while [ -e "$file.$above" ]; do rm -f "$file.$above" && above=$((above + 1)); done
  while [ "$keep" -gt 1 ]; do
    [ ! -e "$file.$((keep - 1))" ] || mv -f "$file.$((keep - 1))" "$file.$keep"
    keep=$((keep - 1))
  done
  if [ "$keep" = 1 ]; then mv -f "$file" "$file.1"; else rm -f "$file"; fi
}

rotate() {
  kill -s KILL "$writer"
  wait "$writer"
  start_writer rotated
  put_mark at
}

put_mark() {
  marked=$((booted + uptime))
  # shellcheck disable=SC1003 # the sequence ends with a backslash
  text=$(printf '\033^mosaic-log %s %s\033\\' "$1" "$marked")
  if [ -n "${2:-}" ]; then text="$newline$text$2$newline"; fi
  printf %s "$text" >&3
  sent=$((sent + ${#text}))
}

batch=57344

pass_batch() {
  if [ -n "$is_full" ]; then block=4096 blocks=14; else block=512 blocks=104; fi
  report=$(dd bs=$block count=$blocks oflag=nonblock <&4 2>&1 >&3 3>&- 4<&- 5<&-)
  status=$?
  set_bytes
  sent=$((sent + bytes))
  [ "$bytes" = "$((block * blocks))" ] && is_full=1 || is_full=
  reads=${report%%' records in'*}
  [ "$reads" != "$report" ] || return 1
  reads=${reads##*"$newline"}
  if [ "$status" = 0 ]; then [ "$((${reads%+*} + ${reads#*+}))" = "$blocks" ]; else lost=$((lost + block)); fi
}

set_bytes() {
  bytes=${report##*"$newline"} bytes=${bytes%% *}
  case $bytes in '' | *[!0-9]*) bytes=0 ;; esac
}

set_uptime() {
  read -r uptime _ </proc/uptime
  uptime=${uptime%.*}${uptime#*.}0
}

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

replace_writer() {
  wait "$writer"
  report=$(dd bs=64k iflag=nonblock of=/dev/null <"/proc/$$/fd/5" 2>&1 3>&- 4<&- 5<&-)
  set_bytes
  lost=$((lost + bytes + 4096))
  start_writer
}

drop_for() {
  report=$(timeout --foreground -s INT "$1" dd bs=64k of=/dev/null <&4 2>&1 3>&- 4<&- 5<&-) && return 1
  set_bytes
  lost=$((lost + bytes))
}

put_loss() {
  [ "$lost" -gt 0 ] || return 0
  set_uptime
  put_mark lost "=== agent $name: about $(((lost + 1023) / 1024)) kB of its output are missing here: the disk was full or slow ==="
  await_writer 110 && lost=0
}

allowed=16384

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
# ==== units/start-agent-session/steps/ask.sh
before_stop() {
  [ -z "${MOSAIC_AGENT_HOOK_PRE_STOP:-}" ] || save_environment step-env
  enter_unit "$1"
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

see_rows() {
  find_pane \; run-shell -C -t "=$name:" "#{W:#{P:#{?#{==:#{@mosaic_agent},$name},capture-pane -p -t #{pane_id},}}}" || return
  if [ "$owner" != "$unit" ] || [ "$dead" != 0 ]; then return 1; fi
  rows=$(printf '%s\n' "$rest" | grep -v '^[[:space:]]*$' | tail -n 15)
}

find_row() {
  row=
  [ -n "$1" ] || return 1
  row=$(printf '%s\n' "$rows" | grep -iE -e "$1" | head -n 1 | LC_ALL=C sed 's/^[^[:alnum:]]*//; s/[^][:alnum:].?!:)]*$//')
  [ -n "$row" ]
}

is_asking() {
  state='' row=''
  { read -r state _ && IFS= read -r row; } 2>/dev/null <"${directory%/*}-activity/$name" || :
  if [ "$state" != waiting ] && ! find_row "${MOSAIC_AGENT_ASKING_ROW:-}"; then return 1; fi
  say "$speaker: gets SIGTERM instead of $way, because it asks: ${row:-a person}"
}

interrupt_work() {
  if [ "$state" != working ] && ! find_row "${MOSAIC_AGENT_BUSY_ROW:-}"; then return 0; fi
  press "${MOSAIC_AGENT_INTERRUPT:-}"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    sleep 0.2
    if has_ended || ! see_rows || ! find_row "${MOSAIC_AGENT_BUSY_ROW:-}"; then return 0; fi
  done
}

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

press() {
  for key in $1; do
    fleet_tmux if-shell -F -t "$pane" "#{||:#{pane_dead},#{!=:#{pane_pid},$process}}" '' \
      "copy-mode -q -t $pane ; send-keys -t $pane $key" 2>/dev/null || return 0
    sleep 0.1
    ! has_ended || return 0
  done
}
# ==== units/start-agent-session/steps/ready.sh
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

has_ended_early() {
  if [ ! -s "$directory/lock" ] && kill -0 "${MAINPID:-$$}" 2>/dev/null; then return 1; fi
  : >"$directory/wait"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    kill -0 "${MAINPID:-0}" 2>/dev/null || break
    sleep 0.1
  done
  [ -z "${MOSAIC_AGENT_SERVICE:-}" ] || fail 'its command ended before it was ready'
  status=129
  read -r status <"$directory/lock" || :
  if [ "$status" = 0 ] && [ -n "${MOSAIC_AGENT_COMPLETION:-}" ]; then return 0; fi
  fail "its command ended before it was ready (exit status $status)"
}

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

clean_rows() {
  nbsp=$(printf '\302\240')
  # shellcheck disable=SC2016 # for sed, $ is the last row
  LC_ALL=C sed "s/$nbsp/ /g; s/[[:space:]]*\$//" | sed -n -e '/^Pane is dead/{s/.*//;x;d;}' -e H -e '${x;p;}'
}

name_question() {
  [ -n "${MOSAIC_AGENT_ASKING_ROW:-}" ] || return 0
  see_rows && find_row "$MOSAIC_AGENT_ASKING_ROW" || return 0
  [ "$row" != "$told" ] || return 0
  told=$row
  printf '%s\n' "$row" >"$directory/asks"
  say "$speaker: is not ready, because its screen asks: $row"
}
# ==== units/start-agent-session/steps/turn.sh
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

take_lock() {
  flock "$1" &
  rest=$!
  wait "$rest" || fail "cannot wait for its turn: flock has ended with $?"
}

sleep_for() {
  part=$(($1 % 100))
  [ "$part" -ge 10 ] || part=0$part
  sleep "$(($1 / 100)).$part" 7>&- 8>&- &
  rest=$!
  wait "$rest" || :
}

end_rest() { [ -z "$rest" ] || kill "$rest" 2>/dev/null || :; }

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

read_turns() {
  number='' times=''
  read -r number times <"$MOSAIC_TMUX_HOLDER/turn-$1" || :
  number=${number:-0}
}

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

await_release() {
  held=$MOSAIC_TMUX_HOLDER/held-$1
  while { read -r count status until pause trial <"$held"; } 2>/dev/null; do
    set_now
    if [ "$now" -lt "$until" ] && [ "$((until - now))" -le "$longest_pause" ]; then
      left=$((until - now))
      [ "$left" -le 100 ] || left=100
      sleep_for "$left"
      continue
    fi
    if [ "$trial" = 0 ]; then
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

write_hold() {
  echo "$2" >"$MOSAIC_TMUX_HOLDER/.held-$1.$$"
  mv -f "$MOSAIC_TMUX_HOLDER/.held-$1.$$" "$MOSAIC_TMUX_HOLDER/held-$1"
}

group_words() {
  case $1 in
  runtime-*) echo "runtime ${1#runtime-}" ;;
  *) echo 'the fleet' ;;
  esac
}
# ==== units/start-agent-session/steps/limit.sh
forget_limit() {
  ask_for_job
  case $jobs in *" $unit restart "*) rm -f "$directory/limit" ;; esac
}

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
  mark=$(printf '\001') # no pattern has it
  told='' prompt='' empty=''
  while read -r number pattern; do
    case $number in
    prompt) prompt=$pattern ;;
    empty) empty=$pattern ;;
    *)
      [ -z "$words" ] || continue
      words=$(printf '%s\n' "$rows" | sed -nE "s$mark.*($pattern).*$mark\\$((number + 1))${mark}Ip" | tail -n 1)
      told=$pattern
      ;;
    esac
  done <<EOF
$MOSAIC_AGENT_LIMIT_ROWS
EOF
  [ -n "$words" ] && ! went_on
}

went_on() {
  [ -n "$prompt" ] || return 1
  line=$(printf '%s\n' "$rows" | grep -niE -e "$told" | tail -n 1)
  printf '%s\n' "$rows" | tail -n "+$((${line%%:*} + 1))" | sed "s/agent $name: .*//" | grep -iE -e "$prompt" | grep -viE -e "$empty" |
    grep -qvE "($(printf '\342\235\257|\342\200\272|>'))[[:space:]]*[0-9]+[.)]"
}

keep_limit() {
  read_end || return 0
  ask_for_job
  case $jobs in *" $unit stop "* | *" $unit restart "*) return 0 ;; esac
  echo "$ends" >"$directory/limit"
  say "$speaker: its account has reached a limit ($words): no start before $(date -d "@$ends" '+%Y-%m-%d %H:%M')"
}

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
# ==== units/start-agent-session/steps/failures.sh
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
  trial=''
  if { read -r _ _ _ pause trial <"$MOSAIC_TMUX_HOLDER/held-$group"; } 2>/dev/null; then
    [ "$trial" = "$number" ] || return 0 # it was under way before
    pause=$((pause * 2))
    [ "$pause" -le "$longest_pause" ] || pause=$longest_pause
  else
    pause=$first_pause
  fi
  count_row
  if [ -z "$trial" ] && [ "$count" -lt "$limit" ]; then return 0; fi
  write_hold "$group" "$count $status $((now + pause)) $pause 0"
  how="with exit status $status"
  [ "$status" != start ] || how='in their starts'
  say "$count agents of $(group_words "$group") in a row failed $how: no other one starts for $((pause / 100)) s"
}

count_row() {
  count=0 names=' ' at=$number
  while find_start; do at=$((at - 1)); done
  at=$((number + 1))
  while find_start; do at=$((at + 1)); done
}

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
# ==== units/start-agent-session/steps/after-run.sh
after_run() {
  enter_unit "$1"
  if [ -s "$directory/limit" ]; then
    forget_limit
  elif find_limit; then
    keep_limit
  fi
  [ "$SERVICE_RESULT" = exit-code ] || return 0
  status=start
  if [ -s "$directory/pid" ]; then
    status=${EXIT_STATUS:-start}
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
# ==== units/start-agent-session/steps/hooks.sh
make_worktree() {
  enter_step "$1"
  is_before_start=1 said='' keeps_env=1
  [ -d "$MOSAIC_AGENT_STATE" ] || mkdir -p "$MOSAIC_AGENT_STATE" || :
  [ ! -w "$MOSAIC_AGENT_STATE" ] || failure=$MOSAIC_AGENT_STATE/worktree-failed
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
  [ ! -e "$failure" ] || rm -f "$failure"
}

before_start() {
  enter_step "$1"
  is_before_start=1
  run_hook preStart "$MOSAIC_AGENT_HOOK_TIMEOUT" "$MOSAIC_AGENT_HOOK_PRE_START" || fail 'not started, because preStart failed'
}

after_failure() {
  [ "$SERVICE_RESULT" != success ] || return 0
  enter_step "$1"
  ask_for_job
  case $jobs in *" $unit stop "* | *" $unit restart "*) return 0 ;; esac
  attempt=1
  { read -r attempt <"$directory/restarts"; } 2>/dev/null || :
  run_hook onFailure "$MOSAIC_AGENT_HOOK_TIMEOUT" "$MOSAIC_AGENT_HOOK_ON_FAILURE" || :
}

enter_step() {
  save_environment step-env
  enter_unit "$1"
  find_tree
  trap 'end_leftovers; exit 0' TERM
}

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
# ==== units/start-agent-session/service.sh
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
  begin_count
  find_tree
  count_memory_kills
  printf '%s\n' "$kills $limits" >"$directory/kills"
  keep_config
}

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
  [ -z "$4" ] || export NOTIFY_SOCKET="$4"
  [ -z "$5" ] || export JOURNAL_STREAM="$5"
  [ -z "$6" ] || export INVOCATION_ID="$6"
  umask "$3"
  exec /bin/sh -c "$7"
}

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

after_service() {
  enter_unit "$1"
  status=${EXIT_STATUS:-}
  [ "${EXIT_CODE:-}" != exited ] || echo "$status" >"$directory/status"
  find_tree
  kills_before='' limits_before=''
  { read -r kills_before limits_before; } 2>/dev/null <"$directory/kills" || :
  case $SERVICE_RESULT/${EXIT_CODE:-}/$status in
  oom-kill/* | */killed/KILL | */exited/137) keep_memory_end "${kills_before:-0}" "${limits_before:-0}" ;;
  *) forget_memory_end ;;
  esac
  [ ! -s "$directory/wait" ] || : >"$directory/wait"
  ask_for_job
  case $jobs in
  *" $unit stop "*)
    forgive_end
    return
    ;;
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
# ==== units/start-agent-session/windows/windows.sh
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

window() {
  arrange_window
  number=$((number + 1)) is_open=1 is_new='' is_changed='' place='' sizes=''
  window=$1 arrangement=$2 focus=$3 layout=$4 main=$5 title=$6
  if [ "$window" = main ]; then place=$own_window is_new=$is_first; fi
}

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
    resize="run-shell -C -t '$place' \"resize-window -t '$place' $to_size\" ; set-option -w -u -t '$place' window-size"
    lines="$lines${newline}if-shell -F -t '$place' '$attached' '' { $resize }"
  else
    is_changed=1
    lines="$lines${newline}select-layout -t '$place' tiled"
    add_line "split-window -d -t '$place.{bottom-right}' $words" "$place.{bottom-right}" "$3"
  fi
  if [ -n "$7" ] && [ -n "$is_new" ] && [ -z "$id" ]; then lines="$lines ; select-pane -t '$target'"; fi
  [ -z "$2" ] || sizes="$sizes${newline}run-shell -C -t '$place' \"#{P:#{?#{==:#{@mosaic_pane},$mark},resize-pane -t #{pane_id} $2 ;,}}\""
}

add_line() {
  target=$2
  line="$1 ; set-option -p -t '$2' @mosaic_pane '$mark' ; set-option -p -t '$2' remain-on-exit on"
  if [ -n "$3" ]; then
    quote_for_tmux "$3"
    line="$line ; select-pane -t '$2' -T $quoted"
  fi
  lines="$lines$newline$line"
}

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

close_sides() {
  while read -r id dead _; do
    [ "$dead" != 1 ] ||
      lines="$lines${newline}if-shell -F -t $id '#{pane_dead}' 'send-keys -R -t $id ; kill-pane -t $id'"
  done <<EOF
$sides
EOF
}

tell_missing() {
  problem=$(printf '%s\n' "$answer" | grep -v '^=' | tail -n 1) || :
  printf '%s' "$marks" | while IFS= read -r mark; do
    case "$newline$answer$newline" in
    *"$newline=$mark$newline"*) ;;
    *) say "$speaker: a pane of its window ${mark#* * * * } is missing: ${problem:-tmux does not say why}" ;;
    esac
  done
}

quote_for_tmux() {
  tail=$1 quoted=
  while :; do
    part=${tail%%\'*}
    [ "$part" != "$tail" ] || break
    quoted="$quoted$part'\\''" tail=${tail#*\'}
  done
  quoted="'$quoted$tail'"
}
# ==== units/start-agent-session/windows/side.sh
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
  if [ -n "$4" ]; then exec /bin/sh -c "$4"; else exec "${SHELL:-/bin/sh}"; fi
}

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
