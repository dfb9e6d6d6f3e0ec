# shellcheck shell=sh
# The step before a stop: asks the agent to end, by a text or by keys.
#
# Call   --before-stop NAME.
# In     $MOSAIC_AGENT_STOP_SEND or $MOSAIC_AGENT_STOP_KEYS, $MOSAIC_AGENT_STOP_TIMEOUT; the screen of the agent.
# Out    “asked” in the file stopping; the file wait while it waits.
# For    other steps: see_rows, find_row.

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

# Sets rows to the last rows of the agent's screen, without empty ones. Fails if there is no living pane of this unit.
see_rows() {
  find_pane \; run-shell -C -t "=$name:" "#{W:#{P:#{?#{==:#{@mosaic_agent},$name},capture-pane -p -t #{pane_id},}}}" || return
  if [ "$owner" != "$unit" ] || [ "$dead" != 0 ]; then return 1; fi
  rows=$(printf '%s\n' "$rest" | grep -v '^[[:space:]]*$' | tail -n 15)
}

# find_row PATTERN
# Sets row to the first fitting one of rows, without the frame around it. Fails if there is none.
find_row() {
  row=
  [ -n "$1" ] || return 1
  row=$(printf '%s\n' "$rows" | grep -iE -e "$1" | head -n 1 | LC_ALL=C sed 's/^[^[:alnum:]]*//; s/[^][:alnum:].?!:)]*$//')
  [ -n "$row" ]
}

# Succeeds if the screen has a question for a person: a text would be the answer. Then says so.
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
