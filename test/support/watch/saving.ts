/**
 * A way to save fleet.yaml. Its scripts are bash, run in the folder of fleet.yaml; `$NEW` is a file elsewhere with the
 * new text. It differs from the old text in the value of `MODEL: ` alone: `$MODEL`.
 */
export interface WayToSave {
  /** The end of a sentence beginning with “when it is saved”. */
  readonly title: string;
  /** Lays the file out so that it can be saved this way. Its text stays as it is. */
  readonly before?: string;
  readonly script: string;
}

/** Runs the program, or its system calls as strace shows them if it is not installed. */
const either = (program: string, script: string, calls: string): string =>
  `if command -v ${program} >/dev/null; then\n${script}\nelse\n${calls}\nfi`;

const vim = (backupCopy: string): string =>
  `vim -N -u NONE -i NONE -es -c 'set backupcopy=${backupCopy}' -c "%s/MODEL: .*/MODEL: $MODEL/" -c wq fleet.yaml`;

const asVim = `mv fleet.yaml fleet.yaml~; cat "$NEW" >fleet.yaml; sync fleet.yaml; rm fleet.yaml~`;

const git = `
  as() { git -c user.name=me -c user.email=me@example.org -c advice.detachedHead=false "$@"; }
  rm -rf .git; git init -q .; as add fleet.yaml; as commit -qm before
  git clone -q . "$NEW.clone"; cp "$NEW" "$NEW.clone/fleet.yaml"; as -C "$NEW.clone" commit -qam after
  git fetch -q "$NEW.clone" HEAD; rm -rf "$NEW.clone"
  as checkout -q FETCH_HEAD`;

/** Puts the text into a folder, with a link to it in the place of fleet.yaml. */
const linkTo = (folder: string, link = folder): string =>
  `mkdir -m 755 ${folder}; cp fleet.yaml ${folder}/; ln -s ${link}/fleet.yaml temporary; mv -T temporary fleet.yaml`;

/** Each way in which people and their programs save a file. The ways with links come last. */
export const waysToSave: readonly WayToSave[] = [
  { title: "in place", script: `cat "$NEW" >fleet.yaml` },
  { title: "next to it and renamed", script: `cp "$NEW" .fleet.yaml.1; mv .fleet.yaml.1 fleet.yaml` },
  { title: "by sed -i", script: `sed -i "s/MODEL: .*/MODEL: $MODEL/" fleet.yaml` },
  { title: "by vim, with the old one as a backup", script: either("vim", vim("auto"), asVim) },
  { title: "by vim, in place", script: either("vim", vim("yes"), `cat "$NEW" >fleet.yaml; sync fleet.yaml`) },
  {
    title: "as emacs does it, which keeps a backup",
    script: `mv fleet.yaml fleet.yaml~; cat "$NEW" >fleet.yaml`,
  },
  { title: "by a checkout of git", script: either("git", git, `rm fleet.yaml; cat "$NEW" >fleet.yaml`) },
  {
    title: "under another name that is linked to it",
    script: `cp "$NEW" other; ln -f other fleet.yaml; rm other`,
  },
  { title: "through another hard link to it", before: "ln -f fleet.yaml hard", script: `cat "$NEW" >hard` },
  {
    title: "by another link in its place",
    before: linkTo("first"),
    script: `mkdir -m 755 second; cp "$NEW" second/fleet.yaml; ln -s second/fleet.yaml temporary; mv -T temporary fleet.yaml`,
  },
  {
    title: "in the folder that it links to",
    before: linkTo("third"),
    script: `cp "$NEW" third/temporary; mv third/temporary third/fleet.yaml`,
  },
  {
    title: "as kubernetes does it, by another link in the place of a folder",
    before: `ln -s ..1 ..data; ${linkTo("..1", "..data")}`,
    script: `
      mkdir -m 755 ..2; cp "$NEW" ..2/fleet.yaml
      ln -s ..2 ..temporary; mv -T ..temporary ..data; rm -r ..1`,
  },
  {
    title: "by another folder in the place of its own",
    script: `
      mkdir -m 755 "$PWD.new"; cp "$NEW" "$PWD.new/fleet.yaml"
      mv "$PWD" "$PWD.old"; mv "$PWD.new" "$PWD"; rm -r "$PWD.old"`,
  },
  {
    title: "into a folder that is deleted and made anew",
    script: `rm -r "$PWD"; mkdir -m 755 "$PWD"; cp "$NEW" "$PWD/fleet.yaml"`,
  },
];

/** A script that makes a file of fleet.yaml again if it is a link. */
export const unlinked = "cp fleet.yaml plain; mv -T plain fleet.yaml";
