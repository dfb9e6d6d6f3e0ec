# shellcheck shell=bash
# The session in the sandbox, as an ordinary user: starts the journal and the user manager, then becomes the command.
#
#   session.sh --directory DIR [--pty] [--manager-log] [--env=NAME=VALUE] ... -- COMMAND [ARGUMENT ...]
set -eu
directory='' pty='' environment=() options=()
while [ $# -gt 0 ]; do
  case $1 in
    --directory) directory=$2; shift 2 ;;
    --pty) pty=yes; shift ;;
    --manager-log) options+=(--log-target=journal); shift ;;
    --env=*) environment+=("${1#--env=}"); shift ;;
    --) shift; break ;;
  esac
done
uid=$UID
systemd=/usr/lib/systemd
[ -x "$systemd/systemd" ] || systemd=/lib/systemd # before /usr was merged
unset FLEET_SANDBOX_SESSION OLDPWD SHLVL _
export HOME=/run/home USER=sandbox LOGNAME=sandbox SHELL=/bin/bash LANG=C.UTF-8
export PATH=/run/fleet/bin:/usr/local/bin:/usr/bin:/bin
export XDG_RUNTIME_DIR=/run/user/$uid DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$uid/bus

# Daemons become children of init at once: the command must not find children that it did not start.
daemon() { ("$@" </dev/null >>"$log" 2>&1 3>&- 4>&- 9>&- &); }
manager() { echo "$BASHPID" >"/sys/fs/cgroup/user.slice/user-$uid.slice/user@$uid.service/cgroup.procs" && exec "$systemd/systemd" --user "${options[@]}"; }
exec 9<> <(:) # a pipe without anything to read, for a pause without a program
await() {
  for _ in {1..6000}; do
    [ ! -S "$1" ] || return 0
    read -rt 0.005 -u 9 || :
  done
  echo "$2 did not start within 30 s:"
  cat "$log"
  return 1
} >&2

log=$XDG_RUNTIME_DIR/sandbox.log
daemon "$systemd/systemd-journald"
await /run/systemd/journal/stdout systemd-journald
daemon manager
await "$XDG_RUNTIME_DIR/systemd/private" "systemd --user"
# The socket is there a moment before the manager listens, and a call in between is refused without a state.
for ((until = SECONDS + 20; SECONDS < until; )); do
  exec 8< <(exec systemctl --user is-system-running --wait 2>>"$log" 3>&- 4>&- 9>&-)
  read -rt 20 -u 8 state || kill $! 2>/dev/null || :
  exec 8<&-
  wait $! || : # it is no child of the command
  [ -z "$state" ] || break
  read -rt 0.05 -u 9 || :
done
case $state in
  running | degraded) ;;
  *)
    echo "systemd --user did not get ready: $state" >&2
    cat "$log" >&2
    exit 125
    ;;
esac

cd "$directory"
if [ -n "$pty" ]; then
  # Login shells, such as those of a tmux, set PATH again: /etc/profile does.
  [ -e "$HOME/.profile" ] || echo "PATH=/run/fleet/bin:\$PATH" >"$HOME/.profile"
  # A terminal of its own: job control works across the namespaces, and the caller's comes back as it was.
  set -- script --quiet --return --flush --command "exec ${*@Q}" /dev/null
fi
echo ready >&3
exec 2>&4 3>&- 4>&- 9>&-
# Asynchronous jobs of init ignore some signals; the command gets them back.
exec env --default-signal=HUP,INT,QUIT,TERM "${environment[@]}" "$@"
