# shellcheck shell=sh
# The processes of an agent: asks them to end, gives them time for that, and kills the rest.
#
# In     tree, group, unit, directory and speaker.
# Out    ask_to_end sets pane_process and asked, and returns at once; await_end returns when all have ended, and sets killed.
# For    the steps: signal, add_members.

# Sends SIGTERM to all processes of the agent except the pane's own one, which keeps the terminal. Repeats this, as systemd
# does, until there is no new process: one may have started another just before the signal. A program may start a child
# because of the signal, in order to save: this child gets no signal. Sets
#   pane_process   the pane's own process
#   asked          processes with the signal sent
#   ignoring       those of them with SIGTERM ignored
#   handling       those of them with a handler for it
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
# Includes the groups in it: the agent may have made some. This script runs in the group .control, and * does not match it.
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
# daemon-reload that this may take longer than TimeoutStopSec=, and would kill this process, too: so it asks for that time
# again each second, and there is time for the kill and for the session.
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
  # In the meantime, somebody may have asked for something else.
  [ "$((now - began))" -lt 20 ] || ask_for_job
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
  extend_time "$limit" || limit=$((limit - limit / 10))
}

# extend_time HUNDREDTHS: asks systemd to wait for so long, and 5 s more.
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
