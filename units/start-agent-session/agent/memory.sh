# shellcheck shell=sh
# The end of a run because memory ran out, by the numbers of the kernel.
#
# In     tree and group of the unit's control group; directory.
# Out    count_memory_kills sets kills and limits; keep_memory_end writes NAME.memory; begin_count renews the file restarts.

# Sets kills to the number of processes of this control group that the kernel has killed because memory ran out, and limits to
# how often its own limit was the reason (cgroup v2, memory.events). Both are empty without the controller.
count_memory_kills() {
  kills='' limits=''
  {
    while read -r key number; do
      case $key in
      oom) limits=$number ;;
      oom_kill) kills=$number ;;
      esac
    done <"$tree$group/memory.events"
  } 2>/dev/null || :
}

# keep_memory_end KILLS LIMITS
# Keeps that memory ran out, if the kernel has killed a process of the agent since these numbers: the limit of the agent in
# bytes, or “max” if it was the memory of the machine, or of a group above.
keep_memory_end() {
  count_memory_kills
  if [ "${kills:-0}" -le "$1" ]; then
    forget_memory_end
    return
  fi
  limit=max
  if [ "${limits:-0}" -gt "$2" ]; then { read -r limit <"$tree$group/memory.max"; } 2>/dev/null || :; fi
  echo "$limit" >"$directory.memory"
  say "$speaker: the kernel killed a process of it, because memory ran out"
}

# Begins a new count of restarts if fleet has asked for this start: the end of the run before may have counted one since. If no
# restart is counted, memory has not run out either.
begin_count() {
  if [ -s "$directory/fresh" ]; then
    [ ! -e "$directory/restarts" ] || rm -f "$directory/restarts"
    : >"$directory/fresh"
  fi
  [ -e "$directory/restarts" ] || forget_memory_end
}

forget_memory_end() { [ ! -e "$directory.memory" ] || rm -f "$directory.memory"; }
