/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How well a picture shows what a prompt asks for.
 *
 * UAE, arXiv 2509.09666, has a picture described and the description compared;
 * here the model compares within itself.
 */

#include <math.h>

#include "engine/families/pisces-model.h"

/**
 * pisces_family_score:
 *
 * The family's `score`.
 */
gboolean
pisces_family_score (gpointer       data,
                     PiscesImage   *image,
                     const gchar   *prompt,
                     PiscesJob     *job,
                     PiscesScore   *score,
                     GError       **error)
{
  PiscesModel                     *model   = data;
  PiscesBackend                   *backend = model->backend;
  gsize                            mark    = pisces_backend_mark (backend);
  gint64                           m       = model->settings.num_gen_vectors;
  gint64                           width   = model->settings.gen_vector_size;
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  told    = g_new0 (PiscesDescribeResult, 1);
  g_autoptr (GArray)               seen    = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autofree gfloat               *meant   = g_new0 (gfloat, m * width);
  g_autofree gchar                *text    = NULL;
  g_autofree gchar                *plan    = NULL;
  gdouble                          dot = 0.0, aa = 0.0, bb = 0.0;
  PiscesTensor                     vectors;

  text = pisces_prompt_clean_text (model, prompt, FALSE, job, error);
  if (text == NULL || ! pisces_model_check_gen_vision (model, error))
    return FALSE;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  if (! pisces_family_describe (model, request, job, told, error) ||
      ! pisces_family_embed (model, image, job, seen, error))
    return FALSE;

  vectors = pisces_backend_alloc (backend, 2, m, width);
  plan    = pisces_plan_write (model, text, 0, 0.0, NULL, NULL);
  pisces_imagine (model, text, plan, vectors);
  pisces_download (backend, meant, vectors);
  pisces_backend_release (backend, mark);
  if (! pisces_backend_finish (backend, error))
    return FALSE;

  for (gint64 i = 0; i < m * width; i++)
    {
      gdouble x = g_array_index (seen, gfloat, i);

      dot += x * meant[i];
      aa  += x * x;
      bb  += (gdouble) meant[i] * meant[i];
    }
  score->match       = CLAMP (dot / sqrt (MAX (aa * bb, 1e-30)), 0.0, 1.0);
  score->description = g_steal_pointer (&told->short_text);

  return TRUE;
}
