# What PANEL_FILES does in the pod that serves a server's files: sh -c 'eval "$PANEL_FILES"' panel-files VERB ROOT ARGUMENT...
# Nothing in a volume is trusted. Folders are entered one by one, links are refused, and once inside only ./NAME is touched: the
# working directory cannot be swapped for another. Wants a POSIX shell, GNU coreutils, findutils, tar and grep.
LC_ALL=C
export LC_ALL
# arguments with bytes that no text has come in the notation of printf %b; all of them, the verb too
if [ "$1" = odd ]; then
  shift
  left=$#
  while [ "$left" -gt 0 ]; do
    plain=$(printf '%b.' "$1")
    set -- "$@" "${plain%.}"
    shift
    left=$((left - 1))
  done
fi
verb=$1 root=$2
shift 2

fail() {
  [ $# -lt 2 ] || printf '%s' "$2" >&2
  exit "$1"
}


# into PATH [make]
into() {
  cd -P -- "$root" 2>/dev/null || fail 10
  rest=$1
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
    [ -n "$part" ] || continue
    [ ! -L "./$part" ] || fail 14
    # another run may be making it too
    if [ ! -e "./$part" ] && [ "${2-}" = make ]; then mkdir -- "./$part" 2>/dev/null || [ -d "./$part" ] || try mkdir -- "./$part"; fi
    [ -e "./$part" ] || fail 10
    [ -d "./$part" ] || fail 13
    # cd -P asks the system where it came to
    before=$PWD
    cd -P -- "./$part" 2>/dev/null || fail 18
    [ "$PWD" = "${before%/}/$part" ] || fail 14
  done
}

# runs a program and turns its complaint into a code
try() {
  said=$("$@" 2>&1 >/dev/null) && return
  case $said in
    *'No space left on device'* | *'Disk quota exceeded'*) fail 16 ;;
    *'Permission denied'* | *'Read-only file system'* | *'Operation not permitted'*) fail 18 ;;
    *'File exists'*) fail 11 ;;
    *'itself'* | *'will not create hard link'*) fail 21 ;;
    *) fail 19 "$said" ;;
  esac
}

# a regular file of that name, or why not
regular() {
  [ ! -L "./$1" ] || fail 14
  [ -e "./$1" ] || fail 10
  [ ! -d "./$1" ] || fail 12
  [ -f "./$1" ] || fail 19 'It is no regular file.'
}

# the panel's own folder in the volume: what was deleted, what the editor saved over, and what is on its way
own=.panel
kept=20
upload_minutes=1440

take() { dd if="./$1" iflag=nofollow,fullblock,count_bytes bs=256K count="$2" status=none 2>/dev/null; }

# so many bytes of the input into a new file
fill() {
  set -C # never into something that stands there already
  said=$( { head -c "$2" >"./$1"; } 2>&1) || case $said in
    *'No space left on device'* | *'Disk quota exceeded'*) fail 16 ;;
    *) fail 18 ;;
  esac
  [ "$(stat -c %s -- "./$1")" = "$2" ] || fail 20
}

# uploads that nobody went on with
sweep() {
  (into "$own/uploads") 2>/dev/null || return 0
  (into "$own/uploads" && find . -mindepth 1 -maxdepth 1 -mmin "+$upload_minutes" -exec rm -rf --one-file-system -- {} + 2>/dev/null) || :
}

# what came of an upload: bytes, or "done" when it is in its place
came() { if [ -f ./part ]; then stat -c %s -- ./part; else echo done; fi; }

# FOLDER NAME EXPECTED SHA256: an upload that is whole goes to its place
finish() {
  if [ -n "$4" ]; then
    now=$(take part 1T | sha256sum)
    if [ "${now%% *}" != "$4" ]; then
      rm -f -- ./part ./about
      fail 22
    fi
  fi
  try sync -- ./part
  exec 3<.
  into "$1" make
  part=/proc/self/fd/3/part
  [ ! -L "./$2" ] || fail 14
  [ ! -d "./$2" ] || fail 12
  if [ "$3" = absent ]; then
    mv -nT -- "$part" "./$2" 2>/dev/null || :
    [ ! -e "$part" ] || fail 11
    return
  fi
  if [ -f "./$2" ]; then chmod --reference="./$2" -- "$part" 2>/dev/null || :; fi
  try mv -fT -- "$part" "./$2"
}

# the bytes of one content: their number in a line, then they, again and again until the number is 0. What broke off never says 0
frames() {
  while IFS= read -r length; do
    case $length in '' | *[!0-9]*) return 1 ;; esac
    [ "$length" != 0 ] || return 0
    head -c "$length" || return 1
  done
  return 1
}

# into a folder of one's own in the volume, where things are made that nobody is to see half done; it goes with the program
work() { # ID
  id=$1
  trap 'unwork' EXIT
  trap 'exit 1' HUP INT TERM
  tidy
  into "$own/work/$id" make
  echo ready # from here on there is something to clear up
}

# what programs left that were killed: nothing in it has changed for longer than a program rests
tidy() (
  (into "$own/work") 2>/dev/null || exit 0
  into "$own/work"
  for place in *; do
    [ -d "./$place" ] && [ ! -L "./$place" ] || continue
    [ -n "$(find "./$place" -mmin -30 -print -quit 2>/dev/null)" ] || rm -rf --one-file-system -- "./$place"
  done
)

unwork() { (into "$own/work" && rm -rf --one-file-system -- "./$id") 2>/dev/null || :; }

# what was unpacked goes to where it belongs, by renaming: HOW is "look" to name what is there already, "replace" or "keep"
settle() ( # HOW FROM TO INSIDE
  how=$1 from=$2 to=$3 inside=$4
  if [ "$how" = look ]; then
    (into "$to/$inside") || { code=$?; [ "$code" = 10 ] && exit 0; exit "$code"; }
  fi
  into "$from/$inside"
  exec 3<.
  into "$to/$inside" make
  set --
  for path in /proc/self/fd/3/* /proc/self/fd/3/.[!.]* /proc/self/fd/3/..?*; do
    [ -e "$path" ] || [ -L "$path" ] || continue
    name=${path#/proc/self/fd/3/}
    if [ ! -e "./$name" ] && [ ! -L "./$name" ]; then
      [ "$how" != look ] || continue
      set -- "$@" "$path"
      [ $# -lt 200 ] && continue
      try mv -n -t . -- "$@"
      set --
    elif [ -d "$path" ] && [ ! -L "$path" ] && [ -d "./$name" ] && [ ! -L "./$name" ]; then
      settle "$how" "$from" "$to" "${inside:+$inside/}$name" || exit
    elif [ "$how" = look ]; then
      printf '%s\0' "${inside:+$inside/}$name"
    elif [ "$how" = replace ]; then
      [ ! -d "./$name" ] || [ -L "./$name" ] || fail 12 "$name"
      [ ! -d "$path" ] || [ -L "$path" ] || fail 13 "$name"
      try mv -fT -- "$path" "./$name"
    fi
  done
  [ $# -eq 0 ] || try mv -n -t . -- "$@"
)

case $verb in
  list) # FOLDER MOST
    [ "$1" != / ] || { sweep; tidy; }
    into "$1"
    find . -mindepth 1 -maxdepth 1 -printf '%y\t%s\t%T@\t%m\t%f\0' 2>/dev/null | head -z -n "$2"
    ;;
  read) # FOLDER NAME MOST: the size, a line break, the bytes
    into "$1"
    regular "$2"
    size=$(stat -c %s -- "./$2") || fail 10
    [ "$size" -le "$3" ] || fail 15 "$size"
    printf '%s\n' "$size"
    take "$2" "$size" || fail 18
    ;;
  look) # FOLDER NAME: what "list" tells of one entry; a dot names the folder
    into "$1"
    [ -e "./$2" ] || [ -L "./$2" ] || fail 10
    find "./$2" -maxdepth 0 -printf '%y\t%s\t%T@\t%m\t%f\0' 2>/dev/null
    ;;
  fetch) # FOLDER NAME: the size, the time of the last change and the inode on a line; then, of an offset and a number of bytes on a line of its input, those bytes
    into "$1"
    regular "$2"
    stat -c '%s %.9Y %i' -- "./$2" || fail 10
    read -r offset count
    [ "${count:-0}" -gt 0 ] || exit 0
    dd if="./$2" iflag=nofollow,fullblock,skip_bytes,count_bytes bs=256K skip="$offset" count="$count" status=none 2>/dev/null || fail 18
    ;;
  pack) # FOLDER BYTES, and on its input so many bytes of names, a NUL behind each: an archive of them
    into "$1"
    head -c "$2" | tar -cz --one-file-system --null --verbatim-files-from -T - 2>/dev/null
    # 1: a file changed while it was read, as files of a running game do
    [ $? -lt 2 ] || fail 18
    ;;
  bundle) # FOLDER BYTES, and on its input so many bytes of names, a NUL behind each: they and all that is in them, as a tar
    into "$1"
    [ "$1" = / ] && spare=./$own || spare=./..
    head -c "$2" | tar -c --one-file-system --hard-dereference --anchored --exclude="$spare" --null --verbatim-files-from -T - 2>/dev/null
    # 1: a file changed while it was read, as files of a running game do
    [ $? -lt 2 ] || fail 18
    ;;
  tree) # DEEP BYTES, and on its input so many bytes: of each thing its folder and its name, a line each, in the notation of printf %b.
    # Of each that is there, and of all that it holds when DEEP is "deep": its number, a tab, its kind, a tab, its path from there, a NUL, what it says as a link, a NUL
    [ "$1" = deep ] && depth= || depth='-maxdepth 0'
    number=-1
    head -c "$2" | while IFS= read -r folder && IFS= read -r name; do
      number=$((number + 1))
      folder=$(printf '%b.' "$folder") name=$(printf '%b.' "$name")
      folder=${folder%.} name=${name%.}
      (into "$folder") || { code=$?; [ "$code" = 10 ] && continue; exit "$code"; }
      into "$folder"
      [ -e "./$name" ] || [ -L "./$name" ] || continue
      # a folder that cannot be looked into is one of which nobody can say what it holds
      find "./$name" -ignore_readdir_race -xdev $depth -printf "$number\t%y\t%P\0%l\0" 2>/dev/null || fail 18
    done
    ;;
  chmod) # FOLDER MODE DEEP NAME...: DEEP is the mode of folders when all that they hold changes too, else "-"
    folder=$1 mode=$2 deep=$3
    shift 3
    into "$folder"
    for name in "$@"; do
      [ ! -L "./$name" ] || fail 14
      [ -e "./$name" ] || fail 10
      if [ "$deep" = - ] || [ ! -d "./$name" ]; then
        try chmod -- "$mode" "./$name"
      else
        try find "./$name" -depth -xdev '(' -type d -execdir chmod -- "$deep" '{}' + ')' -o '(' -type f -execdir chmod -- "$mode" '{}' + ')'
      fi
    done
    ;;
  names) # FOLDER GLOB CASE: of all below it what is called so: its kind, a tab, its path, a NUL
    into "$1"
    [ "$1" = / ] && spare=./$own || spare=.//
    [ "$3" = same ] && how=-name || how=-iname
    # each as it is found, where the image has what that takes
    now='stdbuf -o0'
    $now true 2>/dev/null || now=
    LC_ALL=C.UTF-8 timeout 60 $now find . -mindepth 1 -xdev -path "$spare" -prune -o "$how" "$2" -printf '%y\t%P\0' 2>/dev/null
    case $? in 124) fail 24 ;; 12[5-7]) fail 19 'Its image has no find or no timeout.' ;; esac
    ;;
  words) # FOLDER TEXT KIND CASE MOST LARGEST: of files below it that are no larger, each line that has it: its path, a NUL, its number, a colon, the line
    into "$1"
    [ "$1" = / ] && spare=./$own || spare=.//
    text=$2 most=$5 largest=$6
    [ "$3" = regex ] && kind=-E || kind=-F
    [ "$4" = same ] && how=-n || how=-i
    # what some expressions take of memory is without end
    ulimit -v 524288 2>/dev/null || :
    grep "$kind" -e "$text" /dev/null >/dev/null 2>&1
    [ $? -lt 2 ] || fail 23
    timeout 60 find . -xdev -path "$spare" -prune -o -type f -size "-$largest"c -exec grep "$kind" "$how" -nHIZs -D skip -m "$most" --line-buffered -e "$text" -- '{}' + 2>/dev/null
    case $? in 124) fail 24 ;; 12[5-7]) fail 19 'Its image has no find or no timeout.' ;; esac
    ;;
  unwork) # ID: what "store" or "unpack" left, which were ended from outside
    id=$1
    unwork
    ;;
  store) # FOLDER NAME HOW ID, and on its input frames, then "done": HOW is "new" or "replace"
    (into "$1") || { code=$?; [ "$code" = 10 ] || exit "$code"; }
    if [ "$3" = new ] && (into "$1" && { [ -e "./$2" ] || [ -L "./$2" ]; }) 2>/dev/null; then fail 11; fi
    work "$4"
    exec 3<.
    set -C
    said=$( { frames >./item; } 2>&1) || case $said in
      *'No space left on device'* | *'Disk quota exceeded'*) fail 16 ;;
      *) fail 20 ;;
    esac
    IFS= read -r word && [ "$word" = done ] || fail 20
    try sync -- ./item
    into "$1" make
    [ ! -L "./$2" ] || fail 14
    [ ! -d "./$2" ] || fail 12
    item=/proc/self/fd/3/item
    if [ "$3" = new ]; then
      mv -nT -- "$item" "./$2" 2>/dev/null || :
      [ ! -e "$item" ] || fail 11
    else
      try mv -fT -- "$item" "./$2"
    fi
    ;;
  unpack) # FOLDER ID, and on its input: "/FOLDER" makes one, "+FOLDER" and frames of a tar of files with plain names fill one, "." is the end.
    # On its output then what exists already, a NUL behind each and one more; it waits for "replace" or "keep"
    (into "$1") || { code=$?; [ "$code" = 10 ] || exit "$code"; }
    work "$2"
    place=$own/work/$2
    while IFS= read -r line; do
      case $line in
        .) break ;;
        /*) into "$place$line" make ;;
        +*)
          into "$place/${line#+}" make
          said=$(frames 2>/dev/null | { tar -x -f - --no-same-owner 2>&1 >/dev/null || exit 1; cat >/dev/null; }) || case $said in
            *'No space left on device'* | *'Disk quota exceeded'*) fail 16 ;;
            *) fail 19 "${said:-it broke off}" ;;
          esac
          ;;
        *) fail 20 ;;
      esac
    done
    [ "${line-}" = . ] || fail 20
    into "$place"
    try sync -f -- .
    settle look "$place" "$1" '' || exit
    printf '\0'
    IFS= read -r how && case $how in replace | keep) ;; *) fail 20 ;; esac || fail 20
    settle "$how" "$place" "$1" '' || exit
    ;;
  write) # FOLDER NAME BYTES EXPECTED TEMPORARY [HISTORY ID]: EXPECTED is a hash, "absent" for a new file, "-" for whatever is there
    into "$1" make
    if [ "$4" = absent ] && { [ -e "./$2" ] || [ -L "./$2" ]; }; then fail 11; fi
    [ ! -L "./$2" ] || fail 14
    [ ! -d "./$2" ] || fail 12
    trap 'rm -f -- "./$5"' EXIT
    trap 'exit 1' HUP INT TERM
    fill "$5" "$3"
    if [ -f "./$2" ]; then chmod --reference="./$2" -- "./$5" 2>/dev/null || :; fi
    if [ "$4" != - ] && [ "$4" != absent ]; then
      now=$(take "$2" 1T | sha256sum)
      [ "${now%% *}" = "$4" ] && [ -f "./$2" ] || fail 17
    fi
    try sync -- "./$5"
    if [ "$4" = absent ]; then
      # some mv say nothing of what stands in the way, others fail with words of their own: what counts is whether it moved
      mv -nT -- "./$5" "./$2" 2>/dev/null || :
      [ ! -e "./$5" ] || fail 11
      exit
    fi
    if [ -n "${7-}" ] && [ -f "./$2" ]; then
      exec 3<.
      # what cannot be kept is no reason not to save
      (
        into "$own/history/$6" make
        ln -PT -- "/proc/self/fd/3/$2" "./$7" 2>/dev/null
        set -- *
        while [ $# -gt "$kept" ]; do
          rm -f -- "./$1"
          shift
        done
      ) || :
    fi
    try mv -fT -- "./$5" "./$2"
    ;;
  begin) # ID BYTES FOLDER NAME EXPECTED, and on its input so many bytes that say what the upload is
    if (into "$3"); then
      into "$3"
      [ ! -L "./$4" ] || fail 14
      [ ! -d "./$4" ] || fail 12
      [ "$5" != absent ] || [ ! -e "./$4" ] || fail 11
    else
      code=$?
      [ "$code" = 10 ] || exit "$code"
    fi
    sweep
    into "$own/uploads/$1" make
    set -C
    : >./part
    fill about "$2"
    ;;
  upload) # ID: what came of it, when that was in seconds, a line break, what it is
    into "$own/uploads/$1"
    regular about
    printf '%s %s\n' "$(came)" "$(stat -c %Y -- .)"
    take about 64K
    ;;
  uploads) # MOST: of each its id, what came of it, when that was in seconds, and in base64 what it is
    (into "$own/uploads") || exit 0
    into "$own/uploads"
    left=$1
    for place in *; do
      case $place in *[!0-9a-f-]*) continue ;; esac
      [ "$left" -gt 0 ] || break
      left=$((left - 1))
      (into "$own/uploads/$place" && regular about && [ ! -L ./part ] && printf '%s %s %s %s\n' "$place" "$(came)" "$(stat -c %Y -- .)" "$(take about 64K | base64 -w 0)") || :
    done
    ;;
  append) # ID OFFSET LENGTH FOLDER NAME EXPECTED SHA256 CHECK: says what came so far, takes bytes, and says what came then
    # its input is a number, a line break and so many bytes, as often as there are some, and a 0; CHECK is empty or a program's name, a colon and a hash
    into "$own/uploads/$1"
    regular about
    [ ! -L ./part ] || fail 14
    at=$(came)
    printf '%s\n' "$at"
    [ "$at" != done ] || exit 0
    begun=$at ended= flusher=
    trap '[ -z "$flusher" ] || kill "$flusher" 2>/dev/null' EXIT
    trap 'exit 1' HUP INT TERM
    while IFS= read -r frame; do
      if [ "$frame" = 0 ]; then
        ended=yes
        break
      fi
      if [ "$frame" -gt 33554432 ]; then
        # to the disk while more comes: waiting for all of it at the end takes longer than it came
        while sleep 1 && sync -d -- ./part; do :; done >/dev/null 2>&1 </dev/null &
        flusher=$!
      fi
      said=$(dd of=./part oflag=nofollow,seek_bytes seek="$at" conv=notrunc,nocreat iflag=fullblock,count_bytes bs=256K count="$frame" status=none 2>&1) || case $said in
        *'No space left on device'* | *'Disk quota exceeded'*) fail 16 ;;
        *) fail 18 ;;
      esac
      [ -z "$flusher" ] || kill "$flusher" 2>/dev/null
      flusher=
      at=$((at + frame))
    done
    touch -- .
    now=$(came)
    if [ -n "${8-}" ]; then
      sum=$(dd if=./part iflag=nofollow,fullblock,skip_bytes skip="$begun" bs=256K status=none 2>/dev/null | "${8%%:*}sum")
      if [ -z "$ended" ] || [ "${sum%% *}" != "${8#*:}" ]; then
        dd of=./part oflag=nofollow,seek_bytes seek="$begun" conv=nocreat count=0 status=none 2>/dev/null </dev/null
        echo wrong
        exit
      fi
    fi
    if [ "$now" = "$3" ]; then
      finish "$4" "$5" "$6" "$7"
      now=done
    fi
    printf '%s\n' "$now"
    ;;
  saves) # HISTORY: the name, a tab, the size, a NUL
    (into "$own/history/$1") || exit 0
    into "$own/history/$1"
    find . -mindepth 1 -maxdepth 1 -type f -printf '%f\t%s\0' 2>/dev/null
    ;;
  folder) # FOLDER NAME
    into "$1" make
    [ ! -e "./$2" ] && [ ! -L "./$2" ] || fail 11
    try mkdir -- "./$2"
    ;;
  move) # FOLDER NAME TO-FOLDER TO-NAME
    into "$3" make
    exec 3<.
    into "$1"
    [ -e "./$2" ] || [ -L "./$2" ] || fail 10
    to=/proc/self/fd/3/$4
    [ ! -e "$to" ] && [ ! -L "$to" ] || fail 11
    try mv -nT -- "./$2" "$to"
    [ ! -e "./$2" ] && [ ! -L "./$2" ] || fail 11
    ;;
  copy) # FOLDER NAME TO-FOLDER TO-NAME TEMPORARY
    into "$3" make
    exec 3<.
    into "$1"
    [ -e "./$2" ] || [ -L "./$2" ] || fail 10
    to=/proc/self/fd/3/$4 temporary=/proc/self/fd/3/$5
    [ ! -e "$to" ] && [ ! -L "$to" ] || fail 11
    trap 'rm -rf -- "$temporary"' EXIT
    trap 'exit 1' HUP INT TERM
    try cp -a --no-preserve=ownership -T -- "./$2" "$temporary"
    mv -nT -- "$temporary" "$to" 2>/dev/null || :
    [ ! -e "$temporary" ] && [ ! -L "$temporary" ] || fail 11
    ;;
  measure) # FOLDER NAME: the bytes of all that it holds
    into "$1"
    [ -e "./$2" ] || [ -L "./$2" ] || fail 10
    size=$(du -sxb -- "./$2" 2>/dev/null) || :
    printf '%s' "${size%%[!0-9]*}"
    ;;
  discard) # (ID FOLDER NAME)...: into the bin; where it was is the text of a link, which nothing follows
    while [ $# -ge 3 ]; do
      id=$1 folder=$2 name=$3
      shift 3
      [ -n "$name" ] || continue
      (into "$folder") || { code=$?; [ "$code" = 10 ] && continue; exit "$code"; }
      into "$folder"
      [ -e "./$name" ] || [ -L "./$name" ] || continue
      exec 3<.
      into "$own/bin/$id" make
      was=${folder#/}
      try ln -s -- "${was:+$was/}$name" ./from
      try mv -nT -- "/proc/self/fd/3/$name" ./item
    done
    ;;
  bin) # ID/from and ID/item, the kind, the size, what a link says, each behind a tab but the last, then a NUL
    (into "$own/bin") || exit 0
    into "$own/bin"
    find . -mindepth 2 -maxdepth 2 -printf '%P\t%y\t%s\t%l\0' 2>/dev/null | head -z -n "$1"
    ;;
  restore) # ID: where it is now
    into "$own/bin/$1"
    exec 3<.
    was=$(readlink -n -- ./from && echo .) || fail 10
    was=${was%.}
    name=${was##*/}
    folder=${was%"$name"}
    case $name in '' | . | ..) fail 10 ;; esac
    into "$folder" make
    [ ! -e "./$name" ] && [ ! -L "./$name" ] || fail 11 "$was"
    try mv -nT -- /proc/self/fd/3/item "./$name"
    printf '%s' "$was"
    into "$own/bin"
    rm -rf --one-file-system -- "./$1"
    ;;
  delete) # (FOLDER NAME)...
    while [ $# -ge 2 ]; do
      folder=$1 name=$2
      shift 2
      [ -n "$name" ] || continue
      (into "$folder") || { code=$?; [ "$code" = 10 ] && continue; exit "$code"; }
      into "$folder"
      try rm -rf --one-file-system -- "./$name"
    done
    ;;
  *) fail 19 "There is no verb $verb." ;;
esac
