# shellcheck shell=sh
# A service: a command without a pane.
#
# Calls  --before-service NAME, --service NAME, --service-ended NAME.
# In     the environment of the unit; $SERVICE_RESULT, $EXIT_CODE and $EXIT_STATUS at the end.
# Out    the process becomes the command; the files lock, kills, config, pid, status and restarts, and NAME.memory.

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
  begin_count
  find_tree
  count_memory_kills
  printf '%s\n' "$kills $limits" >"$directory/kills"
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
  find_tree
  # The kernel tells systemd of such a kill after the end of the process, so the result may be “signal” (seen with 257).
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
