# shellcheck shell=sh
# tmux: all calls for an agent, and the guards of the server.
#
# In     name and socket.
# Out    find_pane sets owner, pane, process, dead, viewers, strangers and rest; set_guards sets guards, unguarded,
#        unsealed, attached and to_size.

# fleet_tmux TMUX-COMMAND...
# Makes a call to the fleet's server, as find_pane does. With -N it never starts a server: the
# server would live in this agent's control group and end with it.
fleet_tmux() { tmux -N -L "$socket" "$@"; }

# find_pane [\; TMUX-COMMAND...]
# Sets owner to the unit of the session, pane to the agent's own pane, process to the process in it, and dead to 0 or 1. Each
# is empty if there is none. Sets viewers to the clients in control mode that see the window of that pane or were in this
# session before, and strangers to the other ones in control mode. Sets rest to the output of the other commands. Fails
# without a session.
find_pane() {
  owner='' pane='' process='' dead='' window='' viewers='' strangers=''
  # exec saves the shell a second process.
  panes=$(exec tmux -N -L "$socket" list-panes -s -t "=$name:" -F '#{@mosaic_unit}:#{@mosaic_agent}:#{pane_id}:#{?pane_pid,#{pane_pid},#{pane_dead_time}}:#{pane_dead}:#{window_id}' \; \
    list-clients -F '#{?client_control_mode,:::::#{W:#{window_id} }:#{client_last_session}:#{client_name},}' \; \
    display-message -p end "$@" 2>/dev/null) || return
  rest=${panes#*"${newline}end"}
  rest=${rest#"$newline"}
  while IFS=: read -r session_unit pane_agent id id_process id_dead windows last client; do
    if [ -n "$id" ]; then
      owner=$session_unit # the same in every line
      [ "$pane_agent" != "$name" ] || pane=$id process=$id_process dead=$id_dead window=$windows
    elif [ -n "$client" ]; then
      case " $windows:$last" in
      *" $window "* | *":$name") viewers="$viewers $client" ;;
      *) strangers="$strangers $client" ;;
      esac
    fi
  done <<EOF
${panes%%"${newline}end"*}
EOF
}

# Sets guards to tmux commands against the end of the server, unguarded to a format that is true if they are needed, and
# unsealed and attached to formats for more of them. The end of a tmux server ends every agent. It ends
# - if a client comes to or leaves a dead pane with focus reporting on (tmux/tmux#3776, before 3.5). A sealed pane is safe
#   (see seal_pane). Any other pane is reset when it dies, and shows its last screen in copy mode;
# - if somebody pastes into a dead pane (tmux/tmux#3830, before 3.5). So the dead pane of an agent takes no input;
# - if a window is made while window-size is manual (tmux/tmux pull request 4849, up to 3.6). So manual becomes latest.
# The last two hooks resize windows left behind by a small client, as soon as nobody is attached to them any more.
# Hooks with an index do not replace those of the user's tmux.conf. Each start of an agent sets them again if one is missing,
# because people load their tmux.conf again while the server runs. Otherwise it sets none: for each one, tmux computes the sizes
# of all windows again (0.2 ms with 400 sessions). The word guards-2 marks the present text of the hooks: raise its number with
# each change.
# shellcheck disable=SC2016 # tmux expands the formats
set_guards() {
  unsealed='#{?insert_flag,#{wrap_flag},1}'
  attached='#{?session_grouped,#{session_group_attached},#{session_attached}}'
  to_size='-x #{s/x.*//:@mosaic_size} -y #{s/.*x//:@mosaic_size}'
  # The target is a missing session: with a real one, its values would hide the global ones.
  is_manual='#{&&:#{==:#{window-size},manual},#{m:*3.[0-6]*,#{version}}}'
  unguarded='#{&&:#{after-set-option[3776]},#{&&:#{client-detached[3776]},#{client-session-changed[3776]}}}'
  unguarded="#{?#{&&:#{m:*guards-2*,#{pane-died[3776]}},$unguarded},$is_manual,1}"
  guards="if-shell -F -t =fleet-none: '$is_manual' { set-option -gw window-size latest }"
  guards="$guards
    set-hook -g after-set-option[3776] { $guards }
    set-hook -g pane-died[3776] { if-shell -F '#{&&:guards-2,#{m:*3.[0-4]*,#{version}}}' {
      if-shell -F '#{@mosaic_agent}' { select-pane -d }
      if-shell -F '$unsealed' { send-keys -R ; copy-mode -e ; send-keys -X page-up ; send-keys -X -N 2 scroll-up } } }"
  set -- "resize-window -t #{window_id} $to_size ; set-option -w -u -t #{window_id} window-size ; "
  set -- "#{W:#{?#{||:#{e|<:#{window_width},80},#{e|<:#{window_height},24}},$1,}}"
  set -- "#{S:#{?@mosaic_unit,#{?$attached,,$1},}}"
  guards="$guards
    set-hook -g client-detached[3776] { run-shell -C '$1' }
    set-hook -g client-session-changed[3776] { run-shell -C '$1' }"
}
