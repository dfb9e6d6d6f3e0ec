# shellcheck shell=sh
# The beginning of the script, and the words and variables of all parts.
#
# The script makes the git worktree of an agent before its start, or finds it. The start script makes these calls in the
# environment of the agent, with the settings as $MOSAIC_AGENT_WORKTREE_*. If one fails, its last line says why.
#
#   mosaic-worktree make    makes or finds the worktree, with the copied and linked files; exits with 3 if the setup is due
#   mosaic-worktree done    notes that the setup has succeeded
#
# It makes a worktree only in a free or empty folder. It takes an existing one in any state if that belongs to this agent and
# was made for the declared branch. It touches nothing else, and never switches a branch.
#
# The parts are joined to one file, units/mosaic-worktree.sh, in this order:
#
#   head.sh         the settings, the errors, and the calls of git
#   repository.sh   the repository, and what git keeps for a worktree of it
#   mark.sh         the owner mark of a worktree, and its lock against removal
#   reuse.sh        takes a worktree that is there, in any state
#   forget.sh       removes the entry of a worktree whose folder somebody has deleted
#   add.sh          makes a worktree with its branch
#   ensure.sh       decides between these, by what is in the place of the worktree
#   files.sh        copies and links files of the repository
#   setup.sh        the settings that were set up, and the files that the setup has made
#   calls.sh        the two calls
#
# In the folder that git keeps for the worktree (git rev-parse --git-dir) it leaves these files. git removes them with the
# worktree, and moves them with it:
#
#   mosaic-worktree   the fleet, the agent, the repository and the branch, and who has made the worktree
#   mosaic-setup      the digest of the settings whose setup has succeeded
#   mosaic-ignored    the ignored files after the first setup, which the agent has not made, in the form of git status -z
#   mosaic-copies     the digests of copied files, and of ignored files that the setup has made, as by sha256sum
#
# $MOSAIC_AGENT_STATE/worktrees names each worktree of the agent: its repository, a tab, and its path.
#
# One worktree of a repository is made at a time. The lock is the file mosaic-worktree.lock in the folder of git. Descriptor 9
# holds it, and no program inherits it.
#
# The comment above a part names its input and output, and the comment above a function shows its parameters first, if it has
# any. Variables are global: those for other parts are in its comment.
set -eu
unset CDPATH
export GIT_TERMINAL_PROMPT=0
newline='
'
tab=$(printf '\t')
name=$MOSAIC_AGENT_NAME fleet=$MOSAIC_AGENT_FLEET
repo=$MOSAIC_AGENT_WORKTREE_REPO branch=$MOSAIC_AGENT_WORKTREE_BRANCH path=$MOSAIC_AGENT_WORKTREE_PATH
from=${MOSAIC_AGENT_WORKTREE_FROM:-HEAD} fetch=${MOSAIC_AGENT_WORKTREE_FETCH:-}
copy=${MOSAIC_AGENT_WORKTREE_COPY:-} link=${MOSAIC_AGENT_WORKTREE_LINK:-} setup=${MOSAIC_AGENT_WORKTREE_SETUP:-}
reason="mosaic-fleet agent $name"

# fail REASON
fail() {
  printf '%s\n' "$1"
  exit 1
}

# fail_by_git REASON
# Fails with the last error of git.
fail_by_git() {
  why=$(printf '%s\n' "$said" | sed -n 's/^fatal: //p; s/^error: //p' | tail -n 1)
  fail "$1: ${why:-$said}"
}

# run_git ARGUMENT...
# Sets said to the output and the errors.
run_git() {
  said=$(LC_ALL=C git "$@" 2>&1 9>&-)
}
