# shellcheck shell=sh
# The unit: facts about the unit of this call, and its messages.
#
# In     $RUNTIME_DIRECTORY, $MOSAIC_TMUX_SOCKET and $MOSAIC_TMUX_HOLDER of the unit, /proc/self/cgroup.
# Out    enter_unit sets name, speaker, unit, group, directory and socket; find_tree sets tree; say and fail write to the
#        journal.

# say TEXT [PRIORITY]
# Writes to the journal, as a warning by default. The journal cannot tell the unit of a line whose writer ends right after it, so the line names
# the unit itself (USER_UNIT). Falls back to stderr.
say() {
  if [ -n "$unit" ]; then
    printf '%s\n' "MESSAGE=$1" "USER_UNIT=$unit" "SYSLOG_IDENTIFIER=${unit%.service}" "PRIORITY=${2:-4}" |
      logger --journald 2>/dev/null && return
  fi
  printf '%s\n' "$1" >&2
}

# fail REASON
# Says the reason and exits. Keeps it in the file $failure too, if $failure is set.
fail() {
  say "$speaker: $1"
  [ -z "${failure:-}" ] || printf '%s\n' "$1" >"$failure"
  exit 1
}

# need PROGRAM...
need() {
  for program; do
    command -v "$program" >/dev/null || fail "$program is not installed, or not on this PATH: $PATH"
  done
}

# Sets group to the control group of this unit, and unit to its name. unit is empty outside of a unit.
find_unit() {
  group=''
  while IFS= read -r line; do
    case $line in 0::*) group=${line#0::} ;; esac
  done </proc/self/cgroup
  group=${group%/.control} # with Delegate=, a unit's commands run in a child group
  unit=${group##*/}
  case $unit in *.service) ;; *) unit='' ;; esac
}

# enter_unit NAME
# Sets name, speaker, unit, group, directory (the agent's runtime directory) and socket, and the environment for the
# programs run by this script.
enter_unit() {
  name=$1 speaker="agent $1" failure=''
  [ -z "${MOSAIC_AGENT_SERVICE:-}" ] || speaker="service $1"
  find_unit
  case $name in
  '' | [-_]* | *[!A-Za-z0-9_-]*) fail 'the name of an agent is made of letters, digits, - and _' ;;
  esac
  case $unit in
  *"@$name.service") ;;
  *) fail "this runs in control group '$group', not in a unit of its own: use systemctl --user start" ;;
  esac
  directory=${RUNTIME_DIRECTORY%%:*} # the second one is tmux/
  socket=${MOSAIC_TMUX_SOCKET:?is not set}
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  [ ! -r "${MOSAIC_TMUX_HOLDER:-}/path" ] || IFS= read -r PATH <"$MOSAIC_TMUX_HOLDER/path"
  XDG_RUNTIME_DIR=${directory%/*/*}
  export PATH XDG_RUNTIME_DIR
  unset TMUX TMUX_PANE TMUX_TMPDIR
}

# Sets tree to the mount point of the cgroup v2 tree.
find_tree() {
  tree=/sys/fs/cgroup
  [ ! -e "$tree/unified/cgroup.procs" ] || tree=$tree/unified # a hybrid hierarchy
}

# Writes this process's environment to the file env, because a pane has that of the tmux server. The number of open files is
# the only limit that needs this: the holder's number is not meant for agents. A step has a file of its own.
save_environment() {
  umask 077
  {
    export -p
    printf 'ulimit -Sn '
    # shellcheck disable=SC3045 # dash, bash and busybox all have -S
    ulimit -Sn
  } >"${RUNTIME_DIRECTORY%%:*}/${1:-env}"
}

# Sets now to the time since the boot, in hundredths of a second.
set_now() {
  read -r now _ </proc/uptime
  now=${now%.*}${now#*.}
}

# seconds HUNDREDTHS
# Prints the time in seconds, without zeros at its end.
seconds() {
  part=$(($1 % 100))
  case $part in
  0) echo "$(($1 / 100))" ;;
  ?) echo "$(($1 / 100)).0$part" ;;
  *) echo "$(($1 / 100)).${part%0}" ;;
  esac
}
