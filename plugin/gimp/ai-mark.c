/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ai-mark.c: notes in an image's metadata, which GIMP keeps and exports, that
 * a model has drawn all or a part of it: Iptc4xmpExt:DigitalSourceType.  If an
 * image already says how it was made, this is never changed, because a person
 * may have written it.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/source-type.h"

#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/gexiv2-names.h"
#include "plugin/gimp/provenance.h"
#include "plugin/gimp/settings.h"

#define ARGUMENT "mark-as-ai"
#define TAG      "Xmp.iptcExt.DigitalSourceType"

static gboolean ai_mark_set        (GimpImage    *image,
                                    const gchar  *source,
                                    GError      **error);
static gboolean ai_mark_has_others (GimpImage    *image,
                                    GimpLayer   **drawn,
                                    guint         n_drawn);
static gboolean ai_mark_was_drawn  (GimpItem     *layer);


/*  public functions  */

/* For procedures that add pictures to an image.  */
void
pisces_ai_mark_add_argument (GimpProcedure *procedure)
{
  gimp_procedure_add_boolean_argument (procedure, ARGUMENT,
                                       _("Mark as made with A_I"),
                                       _("Whether the image says in its "
                                         "metadata that a model drew it, or "
                                         "a part of it (IPTC digital source "
                                         "type); never if the user has "
                                         "switched that off"),
                                       TRUE, G_PARAM_READWRITE);
}

/**
 * pisces_ai_mark_get_flag:
 * @config: (nullable): the arguments of a call; %NULL if a person calls, in
 *   which case only their settings count.
 *
 * Returns: %PISCES_CANVAS_MARK if images are to be marked.
 */
PiscesCanvasFlags
pisces_ai_mark_get_flag (GimpProcedureConfig *config)
{
  gboolean wanted = TRUE;

  if (config)
    g_object_get (config, ARGUMENT, &wanted, NULL);

  return wanted && pisces_settings_mark_as_ai () ? PISCES_CANVAS_MARK :
                                                   PISCES_CANVAS_PLAIN;
}

/**
 * pisces_ai_mark_put:
 * @image: an image with an open undo group.
 * @drawn: (array length=n_drawn): its new layers; the caller must have
 *   references to them.
 *
 * Marks it as drawn by a model or, if it has layers of another origin, as a
 * composite.  If that fails, GIMP shows the user a message.
 */
void
pisces_ai_mark_put (GimpImage  *image,
                    GimpLayer **drawn,
                    guint       n_drawn)
{
  const gchar        *source = PISCES_SOURCE_DRAWN;
  g_autoptr (GError)  error  = NULL;

  if (ai_mark_has_others (image, drawn, n_drawn))
    source = PISCES_SOURCE_COMPOSITE;

  if (! ai_mark_set (image, source, &error))
    {
      g_autofree gchar *sentence = NULL;

      sentence = g_strdup_printf (_("The image could not be marked as made "
                                    "with AI: %s"), error->message);
      gimp_message (sentence);
    }
}


/*  private functions  */

static gboolean
ai_mark_set (GimpImage    *image,
             const gchar  *source,
             GError      **error)
{
  g_autoptr (GimpMetadata)  metadata = gimp_image_get_metadata (image);
  g_autofree gchar         *present  = NULL;

  if (! metadata)
    metadata = gimp_metadata_new ();

  present = gexiv2_metadata_get_tag_string (GEXIV2_METADATA (metadata),
                                            TAG, NULL);
  /* An image that says that a model drew all of it is no longer right when it
   * has other layers, so this value is replaced.  */
  if (present && *present &&
      ! (strcmp (present, PISCES_SOURCE_DRAWN) == 0 &&
         strcmp (source, PISCES_SOURCE_COMPOSITE) == 0))
    return TRUE;

  if (! gexiv2_metadata_set_tag_string (GEXIV2_METADATA (metadata), TAG,
                                        source, error))
    return FALSE;

  if (! gimp_image_set_metadata (image, metadata))
    {
      pisces_canvas_set_pdb_error (error, "%s");
      return FALSE;
    }

  return TRUE;
}

/* A layer that a model drew says so in its parasite, unless prompts are kept
 * out of the file; then it counts as one of another origin.
 */
static gboolean
ai_mark_has_others (GimpImage  *image,
                    GimpLayer **drawn,
                    guint       n_drawn)
{
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);
  g_autoptr (GPtrArray)  held   =
    g_ptr_array_new_with_free_func (g_object_unref);
  gboolean               others = FALSE;

  for (guint i = 0; layers && layers[i]; i++)
    g_ptr_array_add (held, g_object_ref (layers[i]));

  for (guint i = 0; i < held->len && ! others; i++)
    {
      gboolean is_drawn = FALSE;

      for (guint j = 0; j < n_drawn && ! is_drawn; j++)
        is_drawn = held->pdata[i] == (gpointer) drawn[j];

      others = ! is_drawn && ! ai_mark_was_drawn (held->pdata[i]);
    }

  return others;
}

static gboolean
ai_mark_was_drawn (GimpItem *layer)
{
  GimpParasite *parasite = gimp_item_get_parasite (layer, PISCES_PROVENANCE);
  gboolean      drawn    = parasite != NULL;

  g_clear_pointer (&parasite, gimp_parasite_free);

  return drawn;
}
