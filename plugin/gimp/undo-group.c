/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * undo-group.c: groups of changes to an image that are undone together.
 *
 * GIMP notes, with each of its calls to a plug-in, which undo groups were
 * opened during it.  It assumes that a request belongs to the newest call,
 * even if the plug-in has not started to handle that call yet.  So a group
 * that is opened while a call is waiting would be closed when that call
 * returns.  And a group that was opened before the call would stay open
 * forever, because GIMP does not find it in the newest call; after that,
 * nothing can be undone.  Therefore the waiting calls are run first.
 */

#include "plugin/gimp/undo-group.h"
#include "plugin/gimp/wire.h"


/*  public functions  */

/**
 * pisces_undo_group_start:
 * @image: an image.
 *
 * Runs waiting calls first, so @image may be closed afterwards.
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
 * @image: as for pisces_undo_group_start().
 *
 * Runs waiting calls first, if there are any.
 */
void
pisces_undo_group_end (GimpImage *image)
{
  while (! gimp_image_undo_group_end (image) && pisces_wire_has_calls ())
    pisces_wire_run_calls ();
}
