/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * undo-group.c: changes of an image that one undo takes back.
 *
 * GIMP keeps with each of its calls which groups were opened in it, and takes
 * what it is asked for a part of the call that it made last, even where that
 * has not been run yet.  So a group that is opened while a call waits is closed
 * when that returns, and one that was opened before stays open for ever, as
 * GIMP does not find it in that call; then nothing can be undone any more.
 */

#include "plugin/gimp/undo-group.h"
#include "plugin/gimp/wire.h"


/*  public functions  */

/**
 * pisces_undo_group_start:
 * @image: an image.
 *
 * Runs calls that wait, so @image may be closed afterwards.
 */
void
pisces_undo_group_start (GimpImage *image)
{
  do
    {
      pisces_wire_run_calls ();
      gimp_image_undo_group_start (image);
    }
  while (pisces_wire_has_calls ());
}

/**
 * pisces_undo_group_end:
 * @image: of pisces_undo_group_start().
 *
 * Runs calls that wait, if there are any.
 */
void
pisces_undo_group_end (GimpImage *image)
{
  while (! gimp_image_undo_group_end (image) && pisces_wire_has_calls ())
    pisces_wire_run_calls ();
}
