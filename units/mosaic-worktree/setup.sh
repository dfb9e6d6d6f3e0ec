# shellcheck shell=sh
# The memory of a setup.
#
# In     $copy, $link and $setup; $admin.
# Out    $wanted and $known, the digests of the settings and of those that were set up; the files mosaic-setup,
#        mosaic-ignored and mosaic-copies.

# Sets wanted to the digest of the settings, and known to the digest of those that have been done.
read_setup() {
  wanted=$(printf '%s\n' "$copy" -- "$link" -- "$setup" | sha256sum)
  wanted=${wanted%% *} known=
  [ ! -r "$admin/mosaic-setup" ] || IFS= read -r known <"$admin/mosaic-setup" || :
}

# Notes the success of the setup. The first time, also what it has made: later, the work of the agent is among the
# ignored files. Their names may have line feeds: until xargs, NUL takes their place.
note_setup() {
  read_mark made
  if [ "$mark" = fleet ] && [ ! -e "$admin/mosaic-ignored" ]; then
    git -C "$path" status --porcelain -z --untracked-files=normal --ignored >"$admin/mosaic-ignored.new"
    LC_ALL=C tr '\n\0' '\0\n' <"$admin/mosaic-ignored.new" | LC_ALL=C sed -n 's/^!! //p' | LC_ALL=C sed '/\/$/d' |
      LC_ALL=C tr '\n\0' '\0\n' | (cd "$path" && xargs -0 -r sha256sum --) >>"$admin/mosaic-copies" 2>/dev/null || :
    mv "$admin/mosaic-ignored.new" "$admin/mosaic-ignored"
  fi
  printf '%s\n' "$wanted" >"$admin/mosaic-setup.new"
  mv "$admin/mosaic-setup.new" "$admin/mosaic-setup"
}
