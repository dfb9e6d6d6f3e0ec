# shellcheck shell=sh
# The main process of an agent's unit: it waits for the end of the pane's process, and ends as the command has ended.
#
# Call   --ended NAME UNIT STARTER, for agents of an older version: their main process is a flock. It waits for the lock
#        and then makes this call. STARTER is the process of the start.
# In     descriptor 3 is the line; the exit status in the file lock.
# Out    the same exit status; the files status and left, and NAME.memory.

# Waits for the end of the pane's process, as the main process of the unit. It closes the line.
wait_for_end() {
  count_memory_kills
  kills_before=$kills limits_before=$limits
  while read -r _ <&3; do :; done
  end_as_command "$$"
}

# end_as_command STARTER
# Exits with the status of the command. Runs when the pane's process has ended.
end_as_command() {
  # systemd accepts a main process only if that is alive when the start ends, and reaps the start afterwards.
  while kill -0 "$1" 2>/dev/null; do sleep 0.01; done
  if read -r status <"$directory/lock"; then
    if [ "$status" = 0 ]; then tell_background; else say "$speaker: $(describe "$status")"; fi
  else
    status=129 # as after a hangup
    say "$speaker: the process in its pane was killed, or its session closed"
  fi
  # 137 is the status of a command that SIGKILL has ended.
  case $status/${kills_before:-} in
  137/?*) keep_memory_end "$kills_before" "${limits_before:-0}" ;;
  *) forget_memory_end ;;
  esac
  echo "$status" >"$directory/status"
  exit "$status"
}

# Names the background processes of a successful command, as daemons do. systemd ends them with the unit.
tell_background() {
  [ ! -e "$directory/left" ] || rm -f "$directory/left"
  find_unit
  find_tree
  find_background
  [ -n "$background" ] || return 0
  sleep 0.3 # for processes about to end
  find_background
  [ -n "$background" ] || return 0
  echo "$background" >"$directory/left"
  say "$speaker: its command went to the background: it ended with exit status 0 and left $background, which ends now too; have it run in the foreground"
}

# Sets background to the names of up to three processes of the agent, without this one and its flock.
find_background() {
  background='' count=0
  read -r self _ </proc/self/stat # $$ is the process of the start
  while read -r pid && [ "$count" -lt 3 ]; do
    case $pid in "$self" | "$PPID") continue ;; esac
    read -r comm 2>/dev/null <"/proc/$pid/comm" || continue
    case $comm in '' | *[!A-Za-z0-9._+:-]*) comm=process ;; esac
    background="${background:+$background, }$comm" count=$((count + 1))
  done <"$tree$group/cgroup.procs"
}

case ${1:-} in
--ended)
  speaker="agent $2" unit=$3 directory=${RUNTIME_DIRECTORY%%:*}
  end_as_command "$4"
  ;;
esac
