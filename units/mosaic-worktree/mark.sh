# shellcheck shell=sh
# The owner mark of a worktree, and the lock by which git keeps others from removing it.
#
# In     $admin and $place; the settings.
# Out    $mark, a value of the mark, empty for none; the files mosaic-worktree and locked in $admin.

# read_mark KEY
# Sets mark to a value of the mark.
read_mark() {
  mark=
  [ -r "$admin/mosaic-worktree" ] || return 0
  while IFS= read -r line; do
    case $line in "$1="*) mark=${line#"$1"=} ;; esac
  done <"$admin/mosaic-worktree"
}

# set_mark MADE
# MADE is fleet, or found for a worktree of somebody else.
set_mark() {
  text="fleet=$fleet${newline}agent=$name${newline}repo=$repo${newline}branch=$branch${newline}made=$1"
  [ "$(cat "$admin/mosaic-worktree" 2>/dev/null)" = "$text" ] || {
    printf '%s\n' "$text" >"$admin/mosaic-worktree.new"
    mv "$admin/mosaic-worktree.new" "$admin/mosaic-worktree"
  }
  locked=
  [ ! -e "$admin/locked" ] || IFS= read -r locked <"$admin/locked" || :
  case $locked in
  "$reason") return ;;
  'mosaic-fleet agent '*) run_git -C "$repo" worktree unlock "$place" || : ;; # of an earlier name
  esac
  [ -e "$admin/locked" ] || run_git -C "$repo" worktree lock --reason "$reason" "$place" ||
    fail_by_git 'its worktree cannot be locked'
}
