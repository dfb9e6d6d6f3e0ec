# shellcheck shell=sh
# A worktree that is there.
#
# In     $path, a folder with files, of which git knows as $admin.
# Out    the same worktree with our mark, in the state in which it was. Fails if it is of somebody else, or for another branch.

lost_repository() {
  fail "the worktree $path has lost its repository, which may have been moved: git -C $repo worktree repair $path"
}

# Takes the worktree as it is, in any state.
reuse() {
  back=
  IFS= read -r back <"$path/.git" || :
  back=${back#gitdir: }
  case $back in /*) ;; *) back=$path/$back ;; esac
  # shellcheck disable=SC3013 # dash, bash and busybox have -ef
  [ "$back" -ef "$admin" ] || lost_repository
  read_head
  read_mark fleet
  if [ -n "$mark" ]; then
    [ "$mark" = "$fleet" ] || fail "its worktree belongs to fleet $mark: $path"
    read_mark branch
    if [ "$mark" != "$branch" ] && [ "$head" != "$branch" ]; then
      fail "its worktree $path was made for branch $mark, not $branch, and stays so; to replace it: fleet stop $name, then fleet worktree prune $name"
    fi
    read_mark made
    set_mark "$mark"
    return
  fi
  [ "$head" = "$branch" ] ||
    fail "its worktree $path has ${head:+branch }${head:-a detached HEAD}, not branch $branch, and stays so; choose another path"
  # git writes the index when the files are complete. Without one, git was killed before that.
  if [ ! -e "$admin/index" ]; then
    rm -f "$admin/index.lock"
    run_git -C "$path" reset --hard || fail_by_git "the files of its worktree cannot be written"
    [ "$(cat "$admin/locked" 2>/dev/null)" != initializing ] || rm -f "$admin/locked"
    set_mark fleet
    return
  fi
  set_mark found
}
