/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-fill.c: begins to fill a selection, in one way for scripts and for the
 * Generate Layer window; and keeps, for the pictures that the window shows, which
 * part of which image each was drawn for.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-file.h"

#include "plugin/generate/generate-fill.h"

struct _PiscesGenerateFills
{
  GHashTable *places;   /* image and digest of a picture → PiscesCanvasFill */
};

static PiscesModelInfo  * fill_inspect    (PiscesEngine           *engine,
                                           GError                **error);
static PiscesCanvasFill * fill_ask        (PiscesCanvasFill       *fill,
                                           PiscesGenerateRequest  *request,
                                           GError                **error);
static gboolean           fills_is_closed (gpointer                key,
                                           gpointer                fill,
                                           gpointer                open);
static gchar            * fills_make_key  (const gchar            *digest,
                                           gint32                  image_id);


/*  public functions  */

/**
 * pisces_generate_fill_begin:
 * @engine: the engine, of which the chosen model draws.
 * @image: an image with a selection.
 * @layer_id: see pisces_canvas_fill_new().
 * @options: the same.
 * @request: what to draw; it gets what the model sees.
 * @error: set to a sentence if that cannot be done.
 *
 * Returns: (transfer full) (nullable): where the pictures of @request go.
 */
PiscesCanvasFill *
pisces_generate_fill_begin (PiscesEngine             *engine,
                            GimpImage                *image,
                            gint32                    layer_id,
                            const PiscesFillOptions  *options,
                            PiscesGenerateRequest    *request,
                            GError                  **error)
{
  g_autoptr (PiscesModelInfo) model = fill_inspect (engine, error);

  return model ? fill_ask (pisces_canvas_fill_new (image, layer_id, options, model,
                                                   error), request, error) : NULL;
}

/**
 * pisces_generate_fill_begin_changing:
 * @engine: the engine, of which the chosen model draws.
 * @image: an image.
 * @layer_id: see pisces_canvas_fill_new_of_layer().
 * @strength: the same.
 * @request: what to draw; it gets what the model sees.
 * @error: set to a sentence if that cannot be done.
 *
 * Returns: (transfer full) (nullable): where the picture of @request goes.
 */
PiscesCanvasFill *
pisces_generate_fill_begin_changing (PiscesEngine           *engine,
                                     GimpImage              *image,
                                     gint32                  layer_id,
                                     gdouble                 strength,
                                     PiscesGenerateRequest  *request,
                                     GError                **error)
{
  g_autoptr (PiscesModelInfo) model = fill_inspect (engine, error);

  return model ? fill_ask (pisces_canvas_fill_new_of_layer (image, layer_id, strength,
                                                            model, error),
                           request, error) : NULL;
}

/**
 * pisces_generate_fill_begin_extending:
 * @engine: the engine, of which the chosen model draws.
 * @image: an image.
 * @layer_id: see pisces_canvas_extend_new().
 * @source: the same.
 * @borders: the same.
 * @error: set to a sentence if that cannot be done.
 *
 * Returns: (transfer full) (nullable): where the new borders go; see
 *   pisces_generate_steps_async().
 */
PiscesCanvasFill *
pisces_generate_fill_begin_extending (PiscesEngine         *engine,
                                      GimpImage            *image,
                                      gint32                layer_id,
                                      PiscesFillSource      source,
                                      const PiscesBorders  *borders,
                                      GError              **error)
{
  g_autoptr (PiscesModelInfo) model = fill_inspect (engine, error);

  return model ? pisces_canvas_extend_new (image, layer_id, source, borders, model,
                                           error) : NULL;
}

/**
 * pisces_generate_fill_again:
 * @engine: the engine, of which the chosen model draws.
 * @layer: a layer that was drawn to fit a selection.
 * @strength: how much was changed then.
 * @request: what to draw; it gets what the model sees, unless the image was extended.
 * @changed: (out): see pisces_canvas_fill_again().
 * @error: set to a sentence if that cannot be done.
 *
 * Returns: (transfer full) (nullable): where the picture of @request goes.
 */
PiscesCanvasFill *
pisces_generate_fill_again (PiscesEngine           *engine,
                            GimpLayer              *layer,
                            gdouble                 strength,
                            PiscesGenerateRequest  *request,
                            gboolean               *changed,
                            GError                **error)
{
  g_autoptr (GimpLayer)        held  = g_object_ref (layer);
  g_autoptr (PiscesModelInfo)  model = fill_inspect (engine, error);
  PiscesCanvasFill            *fill  = NULL;

  if (model)
    fill = pisces_canvas_fill_again (layer, strength, model, changed, error);
  if (fill && pisces_canvas_fill_get_n_steps (fill) == 0)
    pisces_canvas_fill_set_edit (fill, request);

  return fill;
}

/**
 * pisces_generate_fill_put:
 * @fill: where it goes.
 * @result: what was drawn.
 * @flags: see pisces_canvas_fill_put().
 * @warnings: (out) (transfer full) (array zero-terminated=1): what the user should
 *   know, as sentences.
 * @error: set to a sentence if it cannot be added; then @warnings is not set.
 *
 * Returns: (transfer full) (nullable): the new layer.
 */
GimpLayer *
pisces_generate_fill_put (PiscesCanvasFill            *fill,
                          const PiscesGenerateResult  *result,
                          PiscesCanvasFlags            flags,
                          gchar                     ***warnings,
                          GError                     **error)
{
  g_autoptr (GPtrArray)  told = g_ptr_array_new_with_free_func (g_free);
  GimpLayer             *layer;

  for (guint i = 0; result->warnings && result->warnings[i]; i++)
    g_ptr_array_add (told, g_strdup (result->warnings[i]));

  layer = pisces_canvas_fill_put (fill, result->pictures->pdata[0], flags, told, error);
  if (! layer)
    return NULL;

  g_ptr_array_add (told, NULL);
  *warnings = (gchar **) g_ptr_array_steal (told, NULL);

  return layer;
}

/* Returns: (transfer full): an object that lives as long as the window, which
 *   lives as long as the process.
 */
PiscesGenerateFills *
pisces_generate_fills_new (void)
{
  PiscesGenerateFills *fills = g_new0 (PiscesGenerateFills, 1);

  fills->places =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                           (GDestroyNotify) pisces_canvas_fill_unref);

  return fills;
}

/**
 * pisces_generate_fills_keep:
 * @picture: a finished picture.
 * @fill: where it goes.
 *
 * The picture is known by its pixels, because it may be read again from a file.
 * Places in images that were closed are forgotten.
 */
void
pisces_generate_fills_keep (PiscesGenerateFills *fills,
                            const PiscesPicture *picture,
                            PiscesCanvasFill    *fill)
{
  g_autofree GimpImage  **images = gimp_get_images ();
  g_autoptr (GHashTable)  open   = g_hash_table_new (NULL, NULL);
  g_autofree gchar       *digest = pisces_image_compute_digest (picture->image);

  for (guint i = 0; images && images[i]; i++)
    g_hash_table_add (open, GINT_TO_POINTER (gimp_image_get_id (images[i])));
  g_hash_table_foreach_remove (fills->places, fills_is_closed, open);

  g_hash_table_insert (fills->places,
                       fills_make_key (digest,
                                       pisces_canvas_fill_get_image_id (fill)),
                       pisces_canvas_fill_ref (fill));
}

/**
 * pisces_generate_fills_find:
 * @picture: any picture, with its image or without it.
 * @image_id: the image that is shown.
 *
 * Returns: (transfer none) (nullable): where the picture goes in that image, if it
 *   was drawn for a selection of it.
 */
PiscesCanvasFill *
pisces_generate_fills_find (PiscesGenerateFills *fills,
                            const PiscesPicture *picture,
                            gint32               image_id)
{
  g_autofree gchar *digest = NULL;

  if (! picture->image || picture->strength == 0.0)
    return NULL;

  digest = pisces_image_compute_digest (picture->image);

  return pisces_generate_fills_find_digest (fills, digest, image_id);
}

/* The same for a picture with this digest.  */
PiscesCanvasFill *
pisces_generate_fills_find_digest (PiscesGenerateFills *fills,
                                   const gchar         *digest,
                                   gint32               image_id)
{
  g_autofree gchar *key = fills_make_key (digest, image_id);

  return g_hash_table_lookup (fills->places, key);
}

/* Sets @error if the place of a picture was not found.  */
void
pisces_generate_fills_set_unknown (GError **error)
{
  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("This picture was drawn to fit its place in an image that was "
                         "closed since, or in another one, so its place is not known "
                         "here. Draw it there again."));
}

/**
 * pisces_generate_fills_add:
 * @picture: a picture that was drawn for a selection.
 * @image_id: the image that is shown.
 * @flags: see pisces_canvas_fill_put().
 * @warnings: (out) (transfer full) (array zero-terminated=1): sentences for the
 *   user.
 * @error: set to a sentence if it cannot be added.
 *
 * Returns: (transfer full) (nullable): the new layer.
 */
GimpLayer *
pisces_generate_fills_add (PiscesGenerateFills  *fills,
                           const PiscesPicture  *picture,
                           gint32                image_id,
                           PiscesCanvasFlags     flags,
                           gchar              ***warnings,
                           GError              **error)
{
  PiscesCanvasFill             *found = pisces_generate_fills_find (fills, picture,
                                                                    image_id);
  g_autoptr (PiscesCanvasFill)  fill  = NULL;
  g_autoptr (GPtrArray)         told  = g_ptr_array_new ();
  GimpLayer                    *layer;

  if (! found)
    {
      pisces_generate_fills_set_unknown (error);
      return NULL;
    }

  /* While GIMP is asked, another call may draw the same picture again.  */
  fill  = pisces_canvas_fill_ref (found);
  layer = pisces_canvas_fill_put (fill, picture, flags, told, error);

  g_ptr_array_add (told, NULL);
  *warnings = (gchar **) g_ptr_array_free (g_steal_pointer (&told), FALSE);

  return layer;
}


/*  private functions  */

/* Returns: (transfer full) (nullable): the chosen model that draws.  */
static PiscesModelInfo *
fill_inspect (PiscesEngine  *engine,
              GError       **error)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

  return pisces_model_inspect (pisces_status_get_model (status,
                                                        PISCES_ROLE_DRAW)->folder,
                               error);
}

/* @fill: (transfer full) (nullable): where it goes.
 * @request: gets what the model sees.
 *
 * Returns: (transfer full) (nullable): @fill, if the request can be drawn.
 */
static PiscesCanvasFill *
fill_ask (PiscesCanvasFill       *fill,
          PiscesGenerateRequest  *request,
          GError                **error)
{
  if (! fill)
    return NULL;

  pisces_canvas_fill_set_edit (fill, request);
  if (! pisces_generate_request_check (request, error))
    g_clear_pointer (&fill, pisces_canvas_fill_unref);

  return fill;
}

static gboolean
fills_is_closed (gpointer key,
                 gpointer fill,
                 gpointer open)
{
  return ! g_hash_table_contains (open, GINT_TO_POINTER (
                                          pisces_canvas_fill_get_image_id (fill)));
}

static gchar *
fills_make_key (const gchar *digest,
                gint32       image_id)
{
  return g_strdup_printf ("%d %s", image_id, digest);
}
