# shellcheck shell=sh
# A new worktree.
#
# In     $place, free or an empty folder; $branch, which may exist; $from, its beginning otherwise.
# Out    the worktree with our mark, as $admin; its line in $MOSAIC_AGENT_STATE/worktrees.

# Sets elsewhere to the worktree that has the branch checked out.
find_branch() {
  elsewhere='' entry=''
  while IFS= read -r line; do
    case $line in
    'worktree '*) entry=${line#worktree } ;;
    "branch refs/heads/$branch") elsewhere=$entry ;;
    esac
  done <<END
$(git -C "$repo" worktree list --porcelain 9>&-)
END
}

# Says why the branch has no beginning.
refuse_start() {
  git -C "$repo" rev-parse --verify --quiet HEAD >/dev/null 9>&- || git -C "$repo" rev-list -n 1 --all 2>/dev/null 9>&- | grep -q . ||
    fail "its repository has no commits yet: $repo"
  fail "its branch $branch cannot begin at $from, which is unknown in $repo${fetched:+; git fetch failed: $fetched}$([ -n "$fetch" ] || echo ': git fetch, or worktree: { fetch: true }')"
}

# Makes the worktree in a free folder.
add() {
  if git -C "$repo" show-ref --verify --quiet "refs/heads/$branch" 9>&-; then
    find_branch
    [ -z "$elsewhere" ] || fail "its branch $branch is checked out at $elsewhere: choose another branch, or switch there"
    set -- "$place" "$branch"
  else
    if [ -n "$fetch" ]; then
      run_git -C "$repo" -c gc.auto=0 -c maintenance.auto=false fetch --quiet || fetched=$said
    fi
    run_git -C "$repo" rev-parse --verify --quiet "$from^{commit}" || refuse_start
    [ -z "${fetched:-}" ] || printf 'git fetch failed, so its worktree begins at %s as known here: %s\n' "$from" "$fetched"
    set -- --no-track -b "$branch" "$place" "$from"
  fi
  mkdir -p "$MOSAIC_AGENT_STATE"
  grep -qxF "$repo$tab$path" "$MOSAIC_AGENT_STATE/worktrees" 2>/dev/null ||
    printf '%s\n' "$repo$tab$path" >>"$MOSAIC_AGENT_STATE/worktrees"
  run_git -C "$repo" worktree add "$@" || fail_by_git 'its worktree cannot be made'
  find_admin
  [ -n "$admin" ] || fail "git has made its worktree in another place than $place"
  set_mark fleet
  printf 'made worktree %s of branch %s\n' "$path" "$branch"
}
