# shellcheck shell=sh
# The entry of a worktree whose folder somebody has deleted.
#
# In     $admin, an entry without a folder.
# Out    no entry, so the worktree can be made again. Fails if only the entry knows of some work.

# keep_deleted REASON
keep_deleted() {
  fail "somebody has deleted the folder of its worktree, and $1; to bring it back: mkdir $path; echo 'gitdir: $admin' >$path/.git; git -C $path checkout-index -a"
}

# Removes git's entry of a worktree whose folder somebody has deleted, if nothing is lost by that.
forget_deleted() {
  for each in rebase-merge rebase-apply sequencer MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD BISECT_LOG modules; do
    [ ! -e "$admin/$each" ] || keep_deleted "it was in the middle of an operation ($each)"
  done
  read_head
  git -C "$repo" show-ref --verify --quiet "refs/heads/$head" 9>&- ||
    keep_deleted 'its HEAD was detached, and may have commits that no branch has'
  if [ -e "$admin/index" ]; then
    git --git-dir="$admin" diff-index --cached --quiet "refs/heads/$head" -- 9>&- ||
      keep_deleted 'it had staged changes'
  fi
  [ ! -e "$admin/locked" ] || run_git -C "$repo" worktree unlock "$place" || fail_by_git 'its worktree cannot be unlocked'
  [ ! -d "$place" ] || rmdir "$place"
  run_git -C "$repo" worktree remove "$place" || fail_by_git 'the entry of its deleted worktree cannot be removed'
}
