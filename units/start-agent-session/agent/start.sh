# shellcheck shell=sh
# The start of an agent.
#
# Call   NAME.
# In     the environment of the unit.
# Out    success if the agent's command runs; the waiter as the unit's main process, and its number in the file pid; the
#        files env, busy, stopping and wait are renewed.

# start_agent NAME
start_agent() {
  : "${RUNTIME_DIRECTORY:?is not set: use systemctl --user start}"
  save_environment # before the first variable is set: a variable of the agent may have the same name
  [ -z "${MOSAIC_AGENT_WINDOWS:-}" ] || save_environment windows-env
  enter_unit "$1"
  need tmux sleep cat
  find_tree
  [ -w "$tree$group/cgroup.procs" ] || fail "cgroup v2 is needed, and there is no writable $tree$group/cgroup.procs"
  # shellcheck disable=SC2016 # tmux expands the format
  size=${MOSAIC_TMUX_SIZE:-'#{?#{==:#{default-size},80x24},200x50,#{default-size}}'}
  set_guards
  [ ! -e "$directory/busy" ] || rm -f "$directory/busy" # from an earlier run
  activity=${directory%/*}-activity
  [ -d "$activity" ] || mkdir -m 700 "$activity" 2>/dev/null || [ -d "$activity" ] # another start may make it
  [ ! -e "$activity/$name" ] || rm -f "$activity/$name"
  begin_count
  [ ! -s "$directory/stopping" ] || : >"$directory/stopping"
  [ ! -s "$directory/wait" ] || : >"$directory/wait"
  find_line
  open_pane
  await_pane
  wait_for_end &
  echo "$!" >"$directory/pid"
  exec 3<&-
  # A window that cannot be opened is no failure of the agent.
  [ -z "${MOSAIC_AGENT_WINDOWS:-}" ] || "$0" --windows "$name" || :
}

# Opens the line as descriptor 3, and a pipe to the pane for “go” as 4. Both are no standard descriptors, because the shell
# redirects these in its own process for a while, for other programs. Sets line to the path of the line (see await_go for the
# other pipe).
#
# A here-document is a pipe without a fork, in dash, busybox and bash 5.1. Anybody may open its writing end in /proc. But
# a process in another user namespace may not (ptrace(2), access mode checking), and the tmux server is in another one if the
# holder's unit has ProtectHome= or the like. Then both are FIFOs. A pane of an earlier start must not find them.
find_line() {
  exec 3<<LINE 4<<GO
empty
LINE
empty
GO
  read -r _ <&3
  read -r _ <&4
  line=/proc/$$/fd/3 server=''
  [ ! -r "${MOSAIC_TMUX_HOLDER:-}/pid" ] || IFS= read -r server <"$MOSAIC_TMUX_HOLDER/pid"
  # shellcheck disable=SC3013 # dash, bash and busybox have -ef
  if [ -p "$line" ] && [ -n "$server" ] && [ /proc/self/ns/user -ef "/proc/$server/ns/user" ]; then
    exec 4>"/proc/$$/fd/4"
    return
  fi
  line=$directory/line.$$
  rm -f "$directory"/line.*
  mkfifo "$line" "$line.go" || fail "cannot make $line"
  exec 4<>"$line" # without a writer, the next line would wait for one
  exec 3<"$line" 4<>"$line.go"
}

# Returns when the pane is ready. The line closes if the pane's process dies after it has opened the line. If it dies
# earlier, nothing closes. So a sleep holds the line open until the pane has it, and this checks the pane every 5 s.
await_pane() {
  is_here='' sleeper='' rounds=0
  while :; do
    while read -r asker text <&3; do
      [ "$asker" = "$$" ] || continue # an error that did not stop tmux
      dismiss_sleeper
      case $text in
      here)
        is_here=1
        echo go >&4 || : # it may have been killed since
        exec 4>&-
        ;;
      ready) return ;;
      *) fail "$text" ;;
      esac
    done
    [ -z "$is_here" ] || fail 'the process in its pane was killed before it was ready'
    if [ -n "$sleeper" ]; then
      dismiss_sleeper
      rounds=$((rounds + 1))
      [ "$rounds" -lt 12 ] || fail 'its pane was not ready within 60 s'
      if ! find_pane || [ "$dead" != 0 ]; then fail 'its pane was closed before it was ready'; fi
    fi
    exec 5>"$line" # before the next read
    sleep 5 >&5 2>/dev/null &
    sleeper=$!
    exec 5>&-
  done
}

dismiss_sleeper() {
  [ -n "$sleeper" ] || return 0
  { kill "$sleeper" || :; wait "$sleeper" || :; } 2>/dev/null
  sleeper=
}

case ${1:-} in
--*) ;;
*)
  start_agent "${1:-}"
  exit
  ;;
esac
