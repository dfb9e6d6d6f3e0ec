# shellcheck shell=sh
# The session: makes it, or reuses the agent's pane in it, and marks both.
#
# In     name, directory, socket, unit, tree, group, line and size; guards, unguarded, attached and to_size of set_guards.
# Out    open_pane returns when the pane's process has been started, or fails with the reason.

# Makes the session. If it is still there, runs the agent in its old pane, so people stay attached to it.
open_pane() {
  copy='' # set if the pane begins with the copy of an old screen
  is_reused=''
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
  is_reused=1
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
  # Agents of earlier versions have a size of their own.
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
