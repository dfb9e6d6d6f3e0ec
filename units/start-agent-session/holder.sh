# shellcheck shell=sh
# The holder: starts the tmux server of the fleet.
#
# Call   --holder.
# In     $MOSAIC_TMUX_SOCKET, $MOSAIC_TMUX_CONFIG.
# Out    a server, tried with a session; the files pid, path, config-errors, failure and ended in its directory.

start_server() {
  speaker='tmux holder' socket=${MOSAIC_TMUX_SOCKET:?is not set}
  find_unit
  need tmux timeout mkfifo
  # A server of this unit would have ended with the unit.
  if pid=$(tmux -N -L "$socket" display-message -p '#{pid}' 2>/dev/null); then
    fail "socket $socket belongs to a tmux server that is not this unit's, process $pid: end that, or use another socket"
  fi
  directory=${RUNTIME_DIRECTORY:?is not set}
  config=${MOSAIC_TMUX_CONFIG:-}
  activity=${directory%-tmux-holder}-agent-activity # for the agents, so that their starts need no program for it
  [ -d "$activity" ] || mkdir -m 700 "$activity" || :
  # These variables would mislead programs in people's own windows.
  unset RUNTIME_DIRECTORY PIDFILE INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET MOSAIC_TMUX_CONFIG
  # systemd keeps this directory when it starts the unit again.
  failure=$directory/failure
  [ ! -e "$directory/path" ] || : >"$directory/ended"
  rm -f "$directory/answer"
  mkfifo "$directory/answer"
  set_guards
  # tmux since 3.4 has systemd move each pane into a scope of its own, by the session bus, and does not wait for it. On a busy
  # machine that would happen after the pane has joined its agent's unit, and take it out again. So the server has an address
  # without a bus. Programs in its panes get the real one.
  if [ -n "${DBUS_SESSION_BUS_ADDRESS:-}" ]; then
    set -- set-environment -g DBUS_SESSION_BUS_ADDRESS "$DBUS_SESSION_BUS_ADDRESS"
  else
    set -- set-environment -g -u DBUS_SESSION_BUS_ADDRESS
  fi
  # These options come after the user's tmux.conf, which may contain other values. An error in that file stops nothing:
  # source-file prints the errors.
  set -- "$@" \; set-option -s exit-empty off \; set-option -s exit-unattached off \; if-shell -F 1 "$guards" \; \
    display-message -p '#{pid} #{config_files}' \; source-file -nq /dev/null
  DBUS_SESSION_BUS_ADDRESS=unix:path=/dev/null tmux -L "$socket" ${config:+-f "$config"} start-server \; "$@" \
    >"$directory/answer" 2>&1 &
  # A command in that file may never end. tmux serves other clients in the meantime, but only while the first one lives.
  answer=$(timeout 10 cat "$directory/answer") || {
    say "$speaker: a command in the tmux configuration has not ended after 10 s: going on without"
    answer=$(tmux -N -L "$socket" "$@" 2>&1)
  }
  read_answer "$answer"
  try_session
  # Starts and ends of agents look for their programs where this unit found them.
  printf '%s\n' "$PATH" >"$directory/path"
  : >"$failure"
  echo "$pid" >"$directory/pid"
}

# read_answer TEXT
# Sets pid to the server, and files to the loaded configuration. Keeps the errors of the configuration, one a
# line, in config-errors.
read_answer() {
  pid='' files=''
  : >"$directory/config-errors"
  while IFS= read -r line; do
    case $line in
    'server exited'* | 'lost server'* | 'no server'*) ;;
    [0-9]*' '*) [ -n "$pid" ] || pid=${line%% *} files=${line#* } ;;
    *[!\ ]*)
      say "$speaker: $line"
      printf '%s\n' "$line" >>"$directory/config-errors"
      ;;
    esac
  done <<EOF
$1
EOF
}

# Makes a session for a moment. If a server did not survive this, it would end agents again and again.
try_session() {
  if error=$(fleet_tmux new-session -d -s fleet-trial sleep 60 \; set-option -t '=fleet-trial:' destroy-unattached off 2>&1) &&
    error=$(fleet_tmux kill-session -t '=fleet-trial:' 2>&1); then return; fi
  case $error in
  "can't find "* | 'no such '* | 'no current '*) suspect_config 'ends or renames each new session' ;;
  *) suspect_config 'ended as it made a session' ;;
  esac
}

# suspect_config DEED
# Fails with the deed of the server, and with the first line of its configuration that may be the cause.
suspect_config() {
  deed=$1
  set -f
  IFS=,
  # shellcheck disable=SC2086 # these are several files
  set -- ${files:-${config:-/etc/tmux.conf,${HOME:-}/.tmux.conf,${XDG_CONFIG_HOME:-${HOME:-}/.config}/tmux/tmux.conf}}
  line=$(grep -nE '^[^#]*(kill-(server|session|window|pane)|rename-session|window-size +manual)' "$@" /dev/null 2>/dev/null | head -n 1) || :
  fail "the tmux server on socket $socket $deed: the cause is probably in its configuration, ${line:-$*}"
}

case ${1:-} in
--holder)
  start_server
  exit
  ;;
esac
