# shellcheck shell=sh
# The end of an agent: the rest of its processes, its session, and the records of the run.
#
# Call   --stopped NAME, when the main process has ended or the start has failed.
# In     $SERVICE_RESULT, $EXIT_CODE and $EXIT_STATUS of systemd; the file stopping.
# Out    no process of the agent; no session if this is a deliberate stop; the files restarts, NAME.killed, last-screen and
#        NAME.completed.

# after_end NAME
# systemd sets SERVICE_RESULT, EXIT_CODE and EXIT_STATUS, see systemd.exec(5).
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
  # Dead panes, the agent's own and others in its session, are reset before a client leaves them: see set_guards.
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
  # After a hangup, the pane's process could not seal the pane.
  [ "${EXIT_STATUS:-}" != 129 ] || fleet_tmux if-shell -F -t "=$name:" "#{==:#{@mosaic_unit},$unit}" "$reset" 2>/dev/null || :
}

# Tells tmux a second time that the pane's process has ended. libutempter takes this signal while tmux closes the terminal
# (tmux issue 4559), in one run of twenty on a busy machine. The pane would have no exit status until another process ends.
tell_tmux() {
  { read -r _ && read -r process server && read -r _ _ state parent _ <"/proc/$process/stat"; } 2>/dev/null <"$directory/lock" ||
    return 0
  [ "$state $parent" != "Z $server" ] || kill -s CHLD "$server" 2>/dev/null || :
}

# Sets jobs to systemd's job for this unit, or to nothing if the agent has ended by itself. Sets unsure if systemd does not say.
ask_for_job() {
  jobs='' unsure=''
  jobs=$(SYSTEMD_COLORS=0 systemctl --user list-jobs --no-legend --plain --full "$unit" 2>&1) || {
    say "$speaker: its session is left, because it is not known whether this is a stop or a restart: $jobs"
    unsure=1
  }
}

# Makes systemd forget the failure of a run that a stop has ended. A stop during a start kills that, and this counts as a failure.
forgive_end() {
  [ "$SERVICE_RESULT" = success ] || systemctl --user reset-failed "$unit" || :
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
  ) || {
    say "$speaker: cannot keep that its work is done: $MOSAIC_AGENT_COMPLETION"
    return 0
  }
  start_dependents
}

# Starts the agents that wait for this job. systemd has skipped their starts so far. It leaves out suspended ones, because a
# person may have stopped them. This does not wait: they start after the end of this unit.
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
