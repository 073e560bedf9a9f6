/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-stage.c: says in words what a job is doing.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-stage.h"

static const gchar * stage_of_one  (PiscesStage stage);
static const gchar * stage_of_many (PiscesStage stage);

/**
 * pisces_stage_to_words:
 * @stage: what is being done.
 * @index: for which picture, from 0.
 * @count: how many pictures there are.
 *
 * Returns: (transfer full): words for the user, such as "Drawing picture 2 of
 *   4".
 */
gchar *
pisces_stage_to_words (PiscesStage stage,
                       guint       index,
                       guint       count)
{
  const gchar *format = stage_of_many (stage);

  if (count < 2 || index >= count || format == NULL)
    return g_strdup (stage_of_one (stage));

  return g_strdup_printf (format, index + 1, count);
}

static const gchar *
stage_of_one (PiscesStage stage)
{
  switch (stage)
    {
    case PISCES_STAGE_WAITING:
      return _("Waiting for another job");
    case PISCES_STAGE_LOADING:
      return _("Loading the model");
    case PISCES_STAGE_LOOKING:
      return _("Looking at the image");
    case PISCES_STAGE_WRITING:
      return _("Writing");
    case PISCES_STAGE_PLANNING:
      return _("Planning the picture");
    case PISCES_STAGE_IMAGINING:
      return _("Imagining the picture");
    case PISCES_STAGE_DRAWING:
      return _("Drawing the picture");
    case PISCES_STAGE_DEVELOPING:
      return _("Finishing the picture");
    }

  return _("Working");
}

/* Returns the words for the stages that are repeated for each picture; %NULL
 * for other stages.  */
static const gchar *
stage_of_many (PiscesStage stage)
{
  switch (stage)
    {
    case PISCES_STAGE_PLANNING:
      /* Translators: which picture, of how many. */
      return _("Planning picture %u of %u");
    case PISCES_STAGE_IMAGINING:
      return _("Imagining picture %u of %u");
    case PISCES_STAGE_DRAWING:
      return _("Drawing picture %u of %u");
    case PISCES_STAGE_DEVELOPING:
      return _("Finishing picture %u of %u");
    default:
      return NULL;
    }
}
