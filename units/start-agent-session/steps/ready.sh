# shellcheck shell=sh
# The step after a start: waits until the agent is ready.
#
# Call   --after-start NAME.
# In     $MOSAIC_AGENT_READY_EXEC, …OUTPUT, …TITLE or …ACTIVITY, $MOSAIC_AGENT_READY_TIMEOUT and …FAILS.
# Out    success if the agent is ready, or may go on; the files wait, asks and probe.

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

# Succeeds if the agent is in the activity $MOSAIC_AGENT_READY_ACTIVITY. Its hook tells it best, and then its screen: the question,
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
