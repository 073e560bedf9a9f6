/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-requests.c: new pictures from those that are there: the same
 * again, one that is like the selected one, and one between two.
 */

#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-result-requests.h"

#define VARIATION_WEIGHT 0.6   /* of the picture, see pisces.h */
#define BLEND_WEIGHT     0.5   /* of each of two               */

static PiscesGenerateRequest *
            make_variation (PiscesPicture         *picture,
                            PiscesPicture         *second);
static void emit_request   (PiscesResultPane      *pane,
                            PiscesGenerateRequest *request);

/* What was made from the words of the selected one, which has lost its picture. */
void
pisces_result_request_again (PiscesResultPane *pane)
{
  emit_request (pane, pisces_picture_make_request (
                        pisces_result_pane_get_picture (pane)));
}

/* One that stays near the selected one. */
void
pisces_result_request_variation (PiscesResultPane *pane)
{
  emit_request (pane, make_variation (pisces_result_pane_get_picture (pane),
                                      NULL));
}

/* One between the selected one and the second of two. */
void
pisces_result_request_blend (PiscesResultPane *pane)
{
  emit_request (pane, make_variation (pisces_result_pane_get_picture (pane),
                                      pisces_result_pane_get_second (pane)));
}

/* @second: (nullable): another one with its image, to be blended with.
 *
 * Returns: (transfer full): a request with a new seed.
 */
static PiscesGenerateRequest *
make_variation (PiscesPicture *picture,
                PiscesPicture *second)
{
  PiscesGenerateRequest *request = pisces_picture_make_request (picture);

  request->seed = g_random_int ();

  pisces_generate_request_add_reference (request, picture->image,
                                         second ? BLEND_WEIGHT :
                                                  VARIATION_WEIGHT);
  if (second)
    {
      pisces_generate_request_add_reference (request, second->image,
                                             BLEND_WEIGHT);
      /* The words have no share; a plan of one alone would mislead. */
      g_clear_pointer (&request->plan, g_free);
    }

  return request;
}

/* @request: (transfer full). */
static void
emit_request (PiscesResultPane      *pane,
              PiscesGenerateRequest *request)
{
  request->want_previews = TRUE;
  g_signal_emit_by_name (pane, "request-made", request);
  pisces_generate_request_free (request);
}
