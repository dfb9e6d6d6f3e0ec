# shellcheck shell=sh
# The hooks of an agent, and its worktree, which is made like a hook.
#
# Calls  --make-worktree NAME, --before-start NAME, --after-failure NAME; it also answers those of ready.sh and ask.sh.
# In     $MOSAIC_AGENT_HOOK_…, $MOSAIC_AGENT_WORKTREE_…; the environment of the unit.
# Out    the output of the hook in the journal; no process left by the hook.

# make_worktree NAME
# If this fails, systemd does not start the agent.
make_worktree() {
  enter_step "$1"
  is_before_start=1 said='' keeps_env=1
  # For fleet status: the reason outlives the unit.
  [ -d "$MOSAIC_AGENT_STATE" ] || mkdir -p "$MOSAIC_AGENT_STATE" || :
  [ ! -w "$MOSAIC_AGENT_STATE" ] || failure=$MOSAIC_AGENT_STATE/worktree-failed
  trap ': >"$directory/step-env"' EXIT
  # shellcheck disable=SC2016 # for the shell that runs it
  call='exec "$MOSAIC_AGENT_TOOLS/mosaic-worktree"'
  run_hook worktree "$MOSAIC_AGENT_WORKTREE_TIMEOUT" "$call make" || {
    [ "$status" = 3 ] || fail "not started: ${said:-its worktree cannot be made}"
    said=''
    run_hook setup "$MOSAIC_AGENT_WORKTREE_TIMEOUT" "$MOSAIC_AGENT_WORKTREE_SETUP" ||
      fail "not started, because the setup of its worktree failed (the next start runs it again)${said:+: $said}"
    run_hook worktree "$MOSAIC_AGENT_WORKTREE_TIMEOUT" "$call done" || fail "not started: $said"
  }
  [ ! -e "$failure" ] || rm -f "$failure"
}

# before_start NAME
# If this fails, systemd does not start the agent.
before_start() {
  enter_step "$1"
  is_before_start=1
  run_hook preStart "$MOSAIC_AGENT_HOOK_TIMEOUT" "$MOSAIC_AGENT_HOOK_PRE_START" || fail 'not started, because preStart failed'
}

# after_failure NAME
# Runs the hook once after each run that has failed, and was not ended by a stop or a restart.
after_failure() {
  [ "$SERVICE_RESULT" != success ] || return 0
  enter_step "$1"
  ask_for_job
  case $jobs in *" $unit stop "* | *" $unit restart "*) return 0 ;; esac
  attempt=1
  { read -r attempt <"$directory/restarts"; } 2>/dev/null || :
  run_hook onFailure "$MOSAIC_AGENT_HOOK_TIMEOUT" "$MOSAIC_AGENT_HOOK_ON_FAILURE" || :
}

# enter_step NAME
# A stop ends a step with SIGTERM, and that is no failure.
enter_step() {
  save_environment step-env
  enter_unit "$1"
  find_tree
  trap 'end_leftovers; exit 0' TERM
}

# run_hook NAME MS LINE
# Runs a hook, at most so long, and tells if it fails. Its output goes to the journal line by line. A process that it leaves in
# the background may keep the pipe open, so a last line reports the end of the hook itself.
run_hook() {
  status=137 last="end of the hook $$"
  span=$(seconds "$(($2 / 10))")
  rm -f "$directory/output"
  mkfifo -m 600 "$directory/output"
  {
    ended=0
    run_line "$span" "$3" "$1" || ended=$?
    printf '\n%s %s\n' "$last" "$ended"
  } >"$directory/output" 2>&1 &
  while IFS= read -r text; do
    case $text in
    "$last "*)
      status=${text##* }
      break
      ;;
    '') ;;
    *)
      say "$text" 6
      said=$text
      ;;
    esac
  done <"$directory/output"
  end_leftovers
  [ -n "${keeps_env:-}" ] || : >"$directory/step-env"
  case $1/$status in
  */0) return ;;
  worktree/3) ;;
  */124 | */137) say "$speaker: $1 has not ended within $span s" ;;
  *) say "$speaker: $1 failed (exit status $status)" ;;
  esac
  return 1
}

# run_line SECONDS LINE [HOOK]
# Runs a line for sh in the environment and the workdir of the agent, at most so long. The variables of the agent may have any
# name, so nothing after load_environment may use a variable of this script: see run_pane.
run_line() {
  (
    set -- "$1" "$2" "${3:-}" "$(command -v timeout)" "$directory" "$name" "${EXIT_STATUS:-}" "${attempt:-}" \
      "${SERVICE_RESULT:-}" "${unit%-agent@*}" "${MOSAIC_AGENT_STATE:-}"
    case $3 in
    worktree | setup) load_environment "$5/step-env" "$5/busy" dumb '' '' "$6" worktree ;;
    *) load_environment "$5/step-env" "$5/busy" dumb '' '' "$6" ;;
    esac
    unset SERVICE_RESULT EXIT_CODE EXIT_STATUS MAINPID
    [ -z "$3" ] || export MOSAIC_HOOK="$3"
    [ "$3" != onFailure ] || export MOSAIC_EXIT_STATUS="$7" MOSAIC_ATTEMPT="$8" MOSAIC_RESULT="$9"
    case $3 in
    worktree) export MOSAIC_AGENT_FLEET="${10}" MOSAIC_AGENT_STATE="${11}" && cd / ;;
    setup) cd "$MOSAIC_AGENT_WORKTREE_PATH" ;;
    *) cd "${MOSAIC_AGENT_WORKDIR:-${HOME:-/}}" ;;
    esac || exit 1
    exec "$4" -k 1 "$1" /bin/sh -c "$2"
  ) </dev/null &
  wait "$!"
}

# Ends the leftovers of a hook or a probe: all other processes in the group of this step. Before a start, that is the group
# of the unit (systemd 252), and there is no agent in it.
end_leftovers() {
  pane_process='' place=$group/.control
  [ -z "${is_before_start:-}" ] || place=$group
  for sent in TERM KILL; do
    members=
    [ ! -r "$tree$place/cgroup.procs" ] || add_members "$tree$place"
    [ -n "$members" ] || return 0
    signal "$sent" "$members"
    sleep 0.1
  done
}

case ${1:-} in
--make-worktree) make_worktree "${2:-}" ;;
--before-start) before_start "${2:-}" ;;
--after-start) after_start "${2:-}" ;;
--before-stop) before_stop "${2:-}" ;;
--after-failure) after_failure "${2:-}" ;;
esac
