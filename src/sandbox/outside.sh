# shellcheck shell=bash
# Outside the sandbox, as the caller: makes the control group, enters the namespaces, and tidies up after them.
#
#   outside.sh root|user TREE [--pty] [OPTION of inside.sh ...] -- [OPTION of session.sh ...] -- COMMAND ...
#
# Descriptors: 0 and 1 are COMMAND's, 2 takes what goes wrong before COMMAND starts, 3 is the line to the caller (see
# inside.sh), 4 is COMMAND's standard error. TREE is where cgroup v2 is mounted. The other two scripts come in the
# environment as text.
set -u
way=$1 tree=$2
shift 2

# Frees the control group once nobody holds the pipe on its standard input: outside.sh, unshare or the sandbox's init.
# It has a session of its own, so it outlives a kill of the whole process group.
# shellcheck disable=SC2317 # another shell runs it: see declare -f
janitor() {
  trap '' HUP INT TERM
  read -r _
  for _ in {1..500}; do
    read -rd '' events <"$1/cgroup.events"
    [[ $events != *'populated 0'* ]] || break
    echo 1 >"$1/cgroup.kill"
    sleep 0.02
  done
  find "$1" -depth -type d -delete
}

case $way in
  user) # in a scope of its own already, which systemd removes
    group=$tree$(sed -n 's/^0:://p' /proc/self/cgroup)
    namespaces=(--user --map-root-user)
    mkdir "$group/outside" || exit 125
    ;;
  root)
    group=$tree/fleet-sandbox.$$
    namespaces=()
    for left in "$tree"/fleet-sandbox.*; do # by a janitor that was killed too
      [ ! -d "$left" ] || [ -e "/proc/${left##*.}" ] || find "$left" -depth -type d -delete 2>/dev/null
    done
    read -r enabled <"$tree/cgroup.subtree_control"
    for controller in memory cpu pids; do # for limits; not every one is to be had everywhere
      case " $enabled " in
        *" $controller "*) ;;
        *) echo "+$controller" >"$tree/cgroup.subtree_control" ;;
      esac
    done 2>/dev/null
    mkdir "$group" "$group/outside" || exit 125
    exec 5> >(exec setsid bash --norc -c "$(declare -f janitor); janitor \"\$1\"" janitor "$group" >/dev/null 2>&1 3>&- 4>&-)
    janitor=$!
    ;;
esac

modes=
if [ "$1" = --pty ]; then
  shift
  modes=$(stty -g)
fi

trap : HUP INT TERM # the caller passes them on through the line; this shell has to last until the end
exec 6>&2 2>/dev/null # for what bash says of killed children
# shellcheck disable=SC2016 # the inner shells expand it
(
  exec 2>&6 6>&-
  # The processes out here need a group of their own: controllers can only be handed down from an empty one.
  echo 0 >"$group/outside/cgroup.procs" || exit 125
  exec unshare "${namespaces[@]}" --mount --mount-proc --pid --fork --kill-child \
    bash --norc -c 'echo 0 >"$1/cgroup.procs" && shift && exec unshare --cgroup bash --norc -c "eval \"\$FLEET_SANDBOX_INSIDE\"" fleet-sandbox "$@"' \
    fleet-sandbox "$group" "$@"
)
code=$?
trap '' TTOU # a terminal taken back in that time would stop this shell
[ -z "$modes" ] || stty "$modes"
if [ "$way" = root ]; then
  exec 5>&-
  wait "$janitor"
fi
exit "$code"
