# shellcheck shell=sh
# The end of a limit of the agent's account, as the agent has reported it, or as its screen tells.
#
# In     $MOSAIC_AGENT_LIMIT_ROWS; the report of the activity; the screen of the agent.
# Out    the file limit.

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
