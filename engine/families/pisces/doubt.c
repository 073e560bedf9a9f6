/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * doubt.c: finds out whether a model that knows only a small world knows what is
 * in a picture.  It describes every other picture with the words it has, and sounds
 * just as certain, so such a picture gets a warning.
 *
 * Two numbers tell: how much of the picture is flat (engine/model/flatness.c), and
 * how far the understanding encoder's tokens are from those of the model's world.
 * The distance of one token is Mahalanobis', divided by the width; that of a picture
 * is the mean of its four farthest tokens, because the border of a foreign picture
 * is often nothing but white.  Doubtful is what has
 *
 *   log (distance) − w · flatness > limit.
 *
 * With nano the area under the ROC curve, of own scenes against clip art and
 * photographs, is in its card; models/nano/evaluate/fit_doubt.py measures these two
 * and the others that were tried.
 */

#include <glib/gi18n-lib.h>

#include <math.h>

#include "engine/backend/finite.h"
#include "engine/families/pisces/model.h"
#include "engine/model/flatness.h"

#define N_FARTHEST 4


/*  public functions  */

/**
 * pisces_doubt_measure:
 * @model: the model.
 * @tokens: `[n, hidden]`: the understanding encoder's tokens of a picture.
 *
 * Returns: how far they are from what the model knows; 0 if the model does not say
 *   what that is.
 */
gdouble
pisces_doubt_measure (PiscesModel  *model,
                      PiscesTensor  tokens)
{
  PiscesBackend     *backend = model->backend;
  const gsize        mark    = pisces_backend_mark (backend);
  const gint64       width   = pisces_vit_get_config (model->vision_tower)->hidden_size;
  const gint64       n       = pisces_tensor_n_rows (tokens);
  gdouble            farthest[N_FARTHEST] = { 0.0 };
  gdouble            sum = 0.0;
  g_autofree gfloat *values = NULL;
  PiscesTensor       whitened;

  if (model->known_weight == NULL)
    return 0.0;

  whitened = pisces_backend_alloc (backend, 2, n, width);
  pisces_linear (backend, whitened, tokens, model->known_weight, model->known_bias,
                 PISCES_ACT_NONE, FALSE);
  values = g_new0 (gfloat, n * width);
  pisces_download_finite (backend, values, whitened);
  pisces_backend_release (backend, mark);

  for (gint64 i = 0; i < n; i++)
    {
      gdouble distance = 0.0;

      for (gint64 c = 0; c < width; c++)
        distance += (gdouble) values[i * width + c] * values[i * width + c];

      /* The list is sorted, the farthest first.  */
      for (gint f = 0; f < N_FARTHEST; f++)
        if (distance > farthest[f])
          {
            gdouble nearer = farthest[f];

            farthest[f] = distance;
            distance    = nearer;
          }
    }
  for (gint f = 0; f < N_FARTHEST; f++)
    sum += farthest[f];

  return sum / MIN (N_FARTHEST, n) / width;
}

/**
 * pisces_doubt_picture:
 * @model: the model.
 * @image: the picture.
 * @distance: from pisces_doubt_measure().
 * @job: gets a warning if there is doubt.
 * @result: gets the doubt, if there is one.
 * @error: return location for an error.
 *
 * Returns: whether the picture could be measured.
 */
gboolean
pisces_doubt_picture (PiscesModel           *model,
                      PiscesImage           *image,
                      gdouble                distance,
                      PiscesJob             *job,
                      PiscesDescribeResult  *result,
                      GError               **error)
{
  const PiscesSettings *settings = &model->settings;
  gboolean              is_known;
  gdouble               flatness;

  if (! settings->flat_pictures_only)
    return TRUE;

  if (! pisces_flatness_measure (image, &flatness, error))
    return FALSE;

  is_known = model->known_weight
               ? log (distance) - settings->known_flatness * flatness <= settings->known_limit
               : pisces_flatness_is_flat (flatness);

  if (pisces_flatness_is_empty (flatness))
    result->doubt = g_strdup (_("There is nothing drawn in this picture, and "
                                "the model knows no empty ones, so its text is "
                                "probably wrong."));
  else if (! is_known)
    result->doubt = g_strdup (_("This picture is outside what the model "
                                "knows, which is simple drawings in flat "
                                "colours, so its text is probably wrong."));

  if (result->doubt)
    g_ptr_array_add (job->warnings, g_strdup (result->doubt));

  return TRUE;
}

/**
 * pisces_doubt_words:
 * @model: the model.
 * @job: gets a warning if there is doubt.
 * @result: a description.
 *
 * A picture that looks like the model's world may still show nothing that the model
 * knows.  In this case the text names no thing, and is only "a", for example.
 */
void
pisces_doubt_words (PiscesModel          *model,
                    PiscesJob            *job,
                    PiscesDescribeResult *result)
{
  const gchar *text = result->short_text ? result->short_text : result->long_text;

  if (result->doubt || ! text || pisces_words_name_thing (model, text, job->cancellable))
    return;

  result->doubt = g_strdup (_("The model found nothing in this picture that it "
                              "could name, so its text is probably wrong."));
  g_ptr_array_add (job->warnings, g_strdup (result->doubt));
}
