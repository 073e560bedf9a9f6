# SPDX-License-Identifier: GPL-3.0-or-later
#
# A file in which a text is saved keeps its owner, group, permissions, access
# control list and extended attributes, and at no moment can anybody read it
# who could not before.  If something cannot be kept, or if the file has a
# second name, it is left unchanged, with a sentence.

. "$(dirname "$0")/cli-test.sh"
needs exiv2 magick strace setfacl getfacl setfattr getfattr

umask 022
picture base.jpg

# Prints owner, group, permissions, access control list and attributes, without the
# file's name.
rights ()
{
  stat -c '%u %g %a' "$1"
  getfacl -cp "$1" 2>/dev/null
  getfattr -d -m - --absolute-names "$1" 2>/dev/null | sed 1d
}

has_acl=false
cp base.jpg x.jpg
setfacl -m u:nobody:rw x.jpg 2>/dev/null && has_acl=true
has_xattr=false
setfattr -n user.xdg.tags -v holiday x.jpg 2>/dev/null && has_xattr=true

for mode in 600 640 644 660 664 400 4711; do
  cp base.jpg mode.jpg
  chmod $mode mode.jpg
  if [ $mode = 400 ]; then
    claim "a file of mode $mode is refused" refuses "is read-only" mode.jpg
  else
    claim "a file of mode $mode is saved in" save mode.jpg
    claim "and has its text"                has_text mode.jpg
  fi
  claim "and keeps its mode"                equal "$(stat -c %a mode.jpg)" $mode
done

if $has_xattr; then
  cp base.jpg tags.jpg
  setfattr -n user.xdg.tags -v holiday tags.jpg
  setfattr -n user.binary -v 0x000102ff00 tags.jpg
  setfattr -n user.empty tags.jpg
  setfattr -n user.large -v "$(head -c 2000 /dev/zero | tr '\0' x)" tags.jpg
  before=$(rights tags.jpg)
  claim "a file with attributes is saved in" save tags.jpg
  claim "and has its text"                   has_text tags.jpg
  claim "and its attributes"                 equal "$(rights tags.jpg)" "$before"
else
  without "attributes are kept" "the file system has none"
fi

if $has_acl; then
  for mode in 600 640 660; do
    cp base.jpg list.jpg
    chmod $mode list.jpg
    setfacl -m u:nobody:rw list.jpg
    before=$(rights list.jpg)
    claim "a file of mode $mode with a list is saved in" save list.jpg
    claim "and has its text"                 has_text list.jpg
    claim "and its list"                     equal "$(rights list.jpg)" "$before"
  done

  # In this folder each new file gets an access control list.
  mkdir given && setfacl -d -m u:nobody:rw given
  cp base.jpg given/x.jpg && setfacl -b given/x.jpg && chmod 644 given/x.jpg
  before=$(rights given/x.jpg)
  claim "a file without a list, in such a folder" save given/x.jpg
  claim "gets none"                          equal "$(rights given/x.jpg)" "$before"

  # From the first byte to the last step, rights may only become narrower.  So the
  # list must be set before the permissions, because its mask replaces the
  # permissions of the group.
  cp base.jpg list.jpg && chmod 600 list.jpg && setfacl -m u:nobody:rw list.jpg
  strace -f -o calls -e trace=chmod,fchmod,fchmodat,fchmodat2,setxattr,lsetxattr,fsetxattr,openat,open \
    "$PISCES_TOOL" describe --save --model "$MODEL" list.jpg >/dev/null 2>&1
  claim "the new file is its owner's alone when it is made" \
    sh -c 'grep "\.unfinished.*O_CREAT" calls | grep -q ", 0600)"'
  claim "and gets the list before the permissions" \
    sh -c '[ "$(grep -oE "posix_acl_access|fchmod\(" calls | head -n 1)" = posix_acl_access ]'
else
  without "lists are kept" "the file system has none"
fi

# A file that belongs to somebody else.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  chmod 755 "$work"
  mkdir shared && chmod 777 shared
  cp base.jpg shared/x.jpg && chown nobody:nogroup shared/x.jpg && chmod 640 shared/x.jpg
  before=$(rights shared/x.jpg)
  claim "root saves in another one's file"   save shared/x.jpg
  claim "which stays that one's"             equal "$(rights shared/x.jpg)" "$before"

  cp base.jpg shared/y.jpg && chmod 666 shared/y.jpg
  cp shared/y.jpg y-before.jpg
  as_nobody () { setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent "$PISCES_TOOL" describe --save --model "$MODEL" "$1" >out 2>err; }
  claim "a user is refused in root's file"   not as_nobody shared/y.jpg
  claim "in a sentence"                      grep -q "owner and the group.*could not be kept.*\.$" err
  claim "and it is as it was"                cmp shared/y.jpg y-before.jpg
  claim "with nothing beside it"             nothing_beside shared

  mkdir closed && cp base.jpg closed/x.jpg && chown nobody closed/x.jpg && chmod 755 closed
  claim "in a folder that is read-only"      not as_nobody closed/x.jpg
  claim "not the room is missing"            not grep -q "room" err
  claim "and the sentence says so"           grep -q "folder.*read-only" err
  claim "and the file is as it was"          cmp closed/x.jpg base.jpg
else
  without "the owner is kept" "it needs root"
fi

# A file that has a second name.
cp base.jpg x.jpg && ln x.jpg album.jpg
claim "a file with a second name is refused" refuses "hard link" x.jpg
claim "and is as it was"                     cmp x.jpg base.jpg
claim "and still has both names"             equal "$(stat -c %h x.jpg)" 2

# The modification time.
cp base.jpg t.jpg && touch -d '2001-02-03 04:05:06.789' t.jpg
claim "the time of change moves"             save t.jpg
claim "as for any edit"                      differ "$(stat -c %y t.jpg | cut -c 1-4)" 2001
cp base.jpg t.jpg && touch -d '2001-02-03 04:05:06.789' t.jpg
before=$(stat -c %y t.jpg)
claim "if wished"                            save --keep-time t.jpg
claim "it stays"                             equal "$(stat -c %y t.jpg)" "$before"
claim "with the text saved"                  has_text t.jpg

# A drawn picture replaces an older file.
cp base.jpg drawn.png && chmod 600 drawn.png
claim "a drawn picture replaces an older"    "$PISCES_TOOL" generate -p star --steps 2 -o drawn.png
claim "with its permissions"                 equal "$(stat -c %a drawn.png)" 600
chmod 400 drawn.png && cp drawn.png drawn-before.png
claim "but not one that is read-only"        not "$PISCES_TOOL" generate -p star --steps 2 -o drawn.png
claim "which is as it was"                   cmp drawn.png drawn-before.png
mkfifo pipe.png
claim "nor what is no file"                  not "$PISCES_TOOL" generate -p star --steps 2 -o pipe.png
claim "which stays a pipe"                   [ -p pipe.png ]

claim "nothing is left beside the files"     nothing_beside
finish
