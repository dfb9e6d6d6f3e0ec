# shellcheck shell=sh
# The step after a run of an agent that starts in groups, and the answer to its calls.
#
# Call   --after-run NAME, and --await-turn NAME of turn.sh.
# In     $MOSAIC_AGENT_START, $SERVICE_RESULT, $EXIT_STATUS; the file turn.
# Out    the file limit by limit.sh; failures-GROUP and held-GROUP by failures.sh.

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
