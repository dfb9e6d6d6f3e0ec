# shellcheck shell=sh
# The step after a run in groups: counts agents that end alike, and keeps the end of a limit of the agent's account.
#
# Call   --after-run NAME.
# In     $MOSAIC_AGENT_START, $MOSAIC_AGENT_LIMIT_ROWS, $SERVICE_RESULT, $EXIT_STATUS; the file turn; the screen of the agent.
# Out    the file limit; failures-GROUP and held-GROUP of the holder.

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
# $MOSAIC_AGENT_LIMIT_ROWS has the number of a group, and a pattern in which that group is the end; or the word prompt or empty,
# and a pattern for prompts. Fails if there is none.
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

# Succeeds if a prompt of a person stands below the row that matches told: the work went on after that limit. The pane's script
# tells the end of the command behind the last prompt.
went_on() {
  [ -n "$prompt" ] || return 1
  line=$(printf '%s\n' "$rows" | grep -niE -e "$told" | tail -n 1)
  printf '%s\n' "$rows" | tail -n "+$((${line%%:*} + 1))" | sed "s/agent $name: .*//" | grep -iE -e "$prompt" | grep -viE -e "$empty" |
    grep -qvE "($(printf '\342\235\257|\342\200\272|>'))[[:space:]]*[0-9]+[.)]"
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
