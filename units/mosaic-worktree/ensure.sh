# shellcheck shell=sh
# The worktree, there or made.
#
# In     $path; find_repository has run.
# Out    $place and $admin of a worktree that belongs to this agent. Fails if something else is there.

# Says what is in the place of the worktree.
refuse_folder() {
  [ "$place" != "$real" ] || fail "its worktree would be the repository itself: $path"
  [ -e "$path/.git" ] || fail "the folder of its worktree is not empty: $path; move its files away, or choose another path"
  if other=$(git -C "$path" rev-parse --git-common-dir 2>/dev/null); then
    other=$(cd "$path" && cd "$other" && pwd -P)
    [ "$other" != "$common" ] ||
      fail "git does not know the worktree $path by this path: git -C $repo worktree repair $path"
    fail "the place of its worktree holds another repository, $other: $path; choose another path"
  fi
  lost_repository
}

# Makes the worktree, or succeeds if it is there.
ensure() {
  place=$path
  if [ -d "$path" ]; then
    place=$(cd "$path" 2>/dev/null && pwd -P) || fail "its worktree is in a folder that it may not enter: $path"
  else
    if [ -e "$path" ] || [ -L "$path" ]; then fail "the place of its worktree is no folder: $path"; fi
    parent=${path%/*}
    mkdir -p "${parent:-/}" || fail "the folder of its worktree cannot be made: ${parent:-/}"
    place=$(cd "${parent:-/}" && pwd -P)
    place=${place%/}/${path##*/}
  fi
  find_admin
  if [ ! -d "$path" ] || [ -z "$(ls -A "$path")" ]; then
    if [ -n "$admin" ]; then forget_deleted; fi
    add
  elif [ -n "$admin" ] && [ -f "$path/.git" ]; then
    reuse
  else
    refuse_folder
  fi
}
