# shellcheck shell=sh
# The declared windows next to an agent: opens them.
#
# Call   --windows NAME.
# In     $MOSAIC_AGENT_WINDOWS, calls of the functions window and pane below; the marked panes in tmux.
# Out    a pane for each declared one; the file windows.

# open_windows NAME
# Starts the declared panes next to the agent: again in the dead panes of the last run, and the others in new ones. One call
# to tmux lists the panes, and another one does everything. $MOSAIC_AGENT_WINDOWS calls window and pane, below. Panes without
# the mark of this agent, and living ones, stay as they are.
open_windows() {
  enter_unit "$1"
  owner="${MOSAIC_AGENT_CONFIG%% *} $name"
  (
    umask 077
    printf '%s\n' "$MOSAIC_AGENT_WINDOWS" >"$directory/windows"
  )
  list_sides || return 0
  set_guards
  lines='' marks='' number=0 is_open=''
  is_first=1
  [ -z "$sides" ] || is_first=
  eval "$MOSAIC_AGENT_WINDOWS"
  arrange_window
  close_sides
  lines="$lines${newline}list-panes -a -f '#{m:$owner *,#{@mosaic_pane}}' -F '=#{@mosaic_pane}'"
  answer=$(printf '%s\n' "$lines" | fleet_tmux source-file - 2>&1) || :
  tell_missing
}

# Sets session and own_window to ids, clients to the clients in control mode, and sides to lines about the marked panes of this
# agent. Fails without a session.
list_sides() {
  session='' own_window='' clients='' sides=''
  found=$(fleet_tmux list-panes -s -t "=$name:" -F "#{?#{==:#{@mosaic_agent},$name},own #{session_id} #{window_id},}" \; \
    list-panes -a -f "#{m:$owner *,#{@mosaic_pane}}" -F 'side #{pane_id} #{pane_dead} #{window_id} #{@mosaic_pane}' \; \
    list-clients -F '#{?client_control_mode,client #{client_name},}' 2>/dev/null) || [ -n "$found" ] || return
  while read -r kind first rest; do
    case $kind in
    own) session=$first own_window=$rest ;;
    client) clients="$clients $first" ;;
    side) sides="$sides$first $rest$newline" ;;
    esac
  done <<EOF
$found
EOF
  [ -n "$session" ]
}

# window NAME ARRANGEMENT FOCUS LAYOUT MAIN TITLE
# Begins a window. MAIN is an option of tmux with its value, or empty. TITLE is a name for tmux, or empty.
window() {
  arrange_window
  number=$((number + 1)) is_open=1 is_new='' is_changed='' place='' sizes=''
  window=$1 arrangement=$2 focus=$3 layout=$4 main=$5 title=$6
  if [ "$window" = main ]; then place=$own_window is_new=$is_first; fi
}

# pane HASH SIZE TITLE WORKDIR COMMAND VARIABLES FOCUS
pane() {
  mark="$owner $1 $arrangement $window"
  marks="$marks$mark$newline"
  words="$script --side $name $runtime $1"
  take_side
  if [ -n "$id" ]; then
    [ -n "$place" ] || place=$side_window
    [ "$side_arrangement" = "$arrangement" ] || is_changed=1
    if [ "$dead" = 1 ]; then
      for client in $clients; do
        lines="$lines${newline}refresh-client -t '$client' -A '$id:pause' ; refresh-client -t '$client' -A '$id:continue'"
      done
      add_line "respawn-pane -t $id $words" "$id" "$3"
    fi
  elif [ -z "$place" ]; then
    is_new=1 is_changed=1 place="$session:=mosaic-new-$number"
    add_line "new-window -d -n mosaic-new-$number -t '$session:' $words" "$place" "$3"
    # tmux gives a new window its default size, and not that of the session.
    resize="run-shell -C -t '$place' \"resize-window -t '$place' $to_size\" ; set-option -w -u -t '$place' window-size"
    lines="$lines${newline}if-shell -F -t '$place' '$attached' '' { $resize }"
  else
    # tmux halves a pane at each split: without the layout, it soon finds no space.
    is_changed=1
    lines="$lines${newline}select-layout -t '$place' tiled"
    add_line "split-window -d -t '$place.{bottom-right}' $words" "$place.{bottom-right}" "$3"
  fi
  if [ -n "$7" ] && [ -n "$is_new" ] && [ -z "$id" ]; then lines="$lines ; select-pane -t '$target'"; fi
  [ -z "$2" ] || sizes="$sizes${newline}run-shell -C -t '$place' \"#{P:#{?#{==:#{@mosaic_pane},$mark},resize-pane -t #{pane_id} $2 ;,}}\""
}

# add_line TMUX-COMMAND TARGET TITLE
# Adds a line for a new or reused pane, and its mark. tmux goes on with the next line after an error.
add_line() {
  target=$2
  line="$1 ; set-option -p -t '$2' @mosaic_pane '$mark' ; set-option -p -t '$2' remain-on-exit on"
  if [ -n "$3" ]; then
    quote_for_tmux "$3"
    line="$line ; select-pane -t '$2' -T $quoted"
  fi
  lines="$lines$newline$line"
}

# Takes the first pane of this window from sides. Sets id, dead, side_window and side_arrangement; id is empty if there is none.
take_side() {
  id='' left=''
  while read -r other_id other_dead other_window _ _ _ other_arrangement other; do
    if [ -z "$id" ] && [ "$other" = "$window" ]; then
      id=$other_id dead=$other_dead side_window=$other_window side_arrangement=$other_arrangement
    elif [ -n "$other_id" ]; then
      left="$left$other_id $other_dead $other_window - - - $other_arrangement $other$newline"
    fi
  done <<EOF
$sides
EOF
  sides=$left
}

# Ends a window: its layout comes after all panes.
arrange_window() {
  [ -n "$is_open" ] || return 0
  if [ -n "$is_changed" ]; then
    [ -z "$main" ] || lines="$lines${newline}set-option -w -t '$place' $main"
    lines="$lines${newline}select-layout -t '$place' '$layout'$sizes"
  fi
  if [ -n "$focus" ] && [ -n "$is_first" ]; then lines="$lines${newline}select-window -t '$place'"; fi
  [ -n "$title" ] || [ "$window" = main ] || title=$window
  if [ -n "$is_new" ] && [ -n "$title" ]; then
    quote_for_tmux "$title"
    lines="$lines${newline}rename-window -t '$place' $quoted"
  fi
}

# Closes the dead panes without a declaration. See set_guards for the reset.
close_sides() {
  while read -r id dead _; do
    [ "$dead" != 1 ] ||
      lines="$lines${newline}if-shell -F -t $id '#{pane_dead}' 'send-keys -R -t $id ; kill-pane -t $id'"
  done <<EOF
$sides
EOF
}

# Tells of the missing panes.
tell_missing() {
  problem=$(printf '%s\n' "$answer" | grep -v '^=' | tail -n 1) || :
  printf '%s' "$marks" | while IFS= read -r mark; do
    case "$newline$answer$newline" in
    *"$newline=$mark$newline"*) ;;
    *) say "$speaker: a pane of its window ${mark#* * * * } is missing: ${problem:-tmux does not say why}" ;;
    esac
  done
}

# quote_for_tmux WORD
# Sets quoted to one word of a tmux command.
quote_for_tmux() {
  tail=$1 quoted=
  while :; do
    part=${tail%%\'*}
    [ "$part" != "$tail" ] || break
    quoted="$quoted$part'\\''" tail=${tail#*\'}
  done
  quoted="'$quoted$tail'"
}
