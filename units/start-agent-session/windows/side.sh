# shellcheck shell=sh
# The process of a pane in a declared window.
#
# Call   --side NAME DIRECTORY HASH.
# In     the files windows and windows-env of the agent.
# Out    the process joins the unit's control group, and becomes the command of the pane.

# run_side NAME DIRECTORY HASH
# Becomes the command of a pane. The declaration calls window and pane; the first pane with this digest is the one. The variables
# of the agent may have any names, so nothing after load_environment may use a variable of this script.
run_side() {
  echo mosaic-window >/proc/self/comm 2>/dev/null || : # the end of the agent looks for the name of this script: see classify
  name=$1 directory=$2 wanted=$3 is_found=''
  window() { :; }
  pane() {
    if [ -n "$is_found" ] || [ "$1" != "$wanted" ]; then return 0; fi
    is_found=1 workdir=$4 command=$5 variables=$6
  }
  if [ ! -r "$directory/windows" ] || [ ! -r "$directory/windows-env" ]; then refuse_side 'the agent does not run'; fi
  eval "$(cat "$directory/windows")"
  [ -n "$is_found" ] || refuse_side 'this pane is no longer declared'
  join_side || refuse_side 'cannot join the control group of the agent'
  set -- "$1" "$2" "$workdir" "$command" "$variables"
  load_environment "$2/windows-env" "$2/busy" "$TERM" "${TERM_PROGRAM:-tmux}" "${TERM_PROGRAM_VERSION:-}" "$1"
  eval "$5"
  cd "$3" 2>/dev/null || { show "$1" "its workdir does not exist: $3" && exit 1; }
  # tmux gives its own shell to a window without a command.
  if [ -n "$4" ]; then exec /bin/sh -c "$4"; else exec "${SHELL:-/bin/sh}"; fi
}

# Joins a control group of this pane in that of the agent, so the agent's limits count it, and its end ends it. A group
# of its own tells what the agent does from what this pane does.
join_side() {
  read -r pid <"$directory/pid" || return
  find_tree
  group=
  while IFS= read -r line; do
    case $line in 0::*) group=${line#0::} ;; esac
  done <"/proc/$pid/cgroup"
  case $group in *"@$name.service") ;; *) return 1 ;; esac
  place=$tree$group/windows
  for folder in "$place" "$place/$wanted"; do
    [ -d "$folder" ] || mkdir "$folder" 2>/dev/null || [ -d "$folder" ] || return
  done
  { echo 0 >"$place/$wanted/cgroup.procs"; } 2>/dev/null
}

# refuse_side REASON
refuse_side() {
  show "$name" "$1"
  exit 1
}

case ${1:-} in
--windows)
  quote_for_tmux "$0"
  script=$quoted
  quote_for_tmux "${RUNTIME_DIRECTORY%%:*}"
  runtime=$quoted
  open_windows "${2:-}"
  ;;
--side)
  shift
  run_side "$@"
  ;;
esac
