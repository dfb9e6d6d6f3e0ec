# shellcheck shell=sh
# The step before a start in groups: waits for the turn of the agent.
#
# Call   --await-turn NAME.
# In     $MOSAIC_AGENT_START; the file limit; turn-GROUP and held-GROUP of the holder.
# Out    the files turn and wait; a new start in turn-GROUP.
# For    the failures: write_hold, group_words and the times below.

# await_turn NAME
# Waits until the agent may start. $MOSAIC_AGENT_START has five words for each group of the agent, its runtime and the fleet:
# the name, the number of agents that may start within a time, this time, the longest further wait at random (both in
# hundredths of a second), and the number of failures that hold the group, or 0.
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
#   COUNT STATUS UNTIL PAUSE TRIAL
#
# how many, their exit status, the time of the next trial, the pause before it, and the number of the start that is this trial, or 0.
# One agent starts then. If it does not fail soon, the others follow: they wait twice as long as a failure may take, because
# the end of a run takes time, too. fleet removes the file when a person starts agents.
await_release() {
  held=$MOSAIC_TMUX_HOLDER/held-$1
  while { read -r count status until pause trial <"$held"; } 2>/dev/null; do
    set_now
    # A time too far away is one of another boot.
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
