/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-requests.c: makes requests for new pictures from existing
 * ones: the same one again, a variation of the selected one, and a blend of
 * two.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-result-requests.h"

#define BLEND_WEIGHT 0.5   /* of each of the two, see pisces.h */

/* At this strength, variants differ visibly, and everybody sees what they are variants
 * of; from 0.6 on, nano sometimes draws shapes that are half of this and half of that.
 * At the ends there would be nothing new, or nothing of the picture.  */
#define VARY_DEFAULT 0.5
#define VARY_LEAST   0.1
#define VARY_MOST    0.9

#define REQUESTS_KEY "pisces-result-requests"

typedef struct
{
  PiscesPictureStrip    *strip;
  PiscesStrengthField   *strength;
  PiscesRequestMadeFunc  made;
  gpointer               user_data;
} Requests;

static void on_again (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       data);
static void on_vary  (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       data);
static void on_blend (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       data);

/**
 * pisces_result_requests_add:
 * @actions: the group that gets "again", "vary" and "blend".
 * @strip: the row with the pictures that they start from; it must live as long
 *   as the group is used.
 * @strength: how far variations may go; the same.
 * @made: called with each request; it must copy the request to keep it.
 * @user_data: for @made.
 */
void
pisces_result_requests_add (GSimpleActionGroup    *actions,
                            PiscesPictureStrip    *strip,
                            PiscesStrengthField   *strength,
                            PiscesRequestMadeFunc  made,
                            gpointer               user_data)
{
  static const GActionEntry entries[] =
  {
    { .name = "again", .activate = on_again },
    { .name = "vary",  .activate = on_vary  },
    { .name = "blend", .activate = on_blend }
  };
  Requests *requests = g_new0 (Requests, 1);

  requests->strip     = strip;
  requests->strength  = strength;
  requests->made      = made;
  requests->user_data = user_data;
  pisces_strength_field_set_range (strength, VARY_LEAST, VARY_MOST, VARY_DEFAULT);
  pisces_strength_field_set_words (strength, _("How far variants go from the picture"),
                                   _("A little changes details; much changes what "
                                     "is where."));
  g_object_set_data_full (G_OBJECT (actions), REQUESTS_KEY, requests, g_free);

  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries,
                                   G_N_ELEMENTS (entries), requests);
}

/* Returns: (transfer full): a request with a new seed.  */
static PiscesGenerateRequest *
make_variation (PiscesPicture *picture,
                gdouble        strength)
{
  PiscesGenerateRequest *request = pisces_picture_make_request (picture);

  request->seed = g_random_int ();
  pisces_generate_request_vary (request, picture->image, strength);

  /* With the plan of the picture there would be hardly any difference.  Without words,
   * nothing else says what to draw.  */
  if (*request->prompt)
    g_clear_pointer (&request->plan, g_free);

  return request;
}

/* Returns: (transfer full): a request with a new seed.  */
static PiscesGenerateRequest *
make_blend (PiscesPicture *picture,
            PiscesPicture *second)
{
  PiscesGenerateRequest *request = pisces_picture_make_request (picture);

  request->seed = g_random_int ();
  pisces_generate_request_add_reference (request, picture->image, BLEND_WEIGHT);
  pisces_generate_request_add_reference (request, second->image, BLEND_WEIGHT);

  /* The words have no weight in a blend, so the plan of one picture would be
   * misleading.  */
  g_clear_pointer (&request->plan, g_free);

  return request;
}

/* @request: (transfer full). */
static void
give_request (Requests              *requests,
              PiscesGenerateRequest *request)
{
  request->want_previews = TRUE;
  requests->made (requests->user_data, request);
  pisces_generate_request_free (request);
}

static void
on_again (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  Requests *requests = data;

  give_request (requests,
                pisces_picture_make_request (
                  pisces_picture_strip_get_picture (requests->strip)));
}

static void
on_vary (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  Requests *requests = data;

  give_request (requests,
                make_variation (
                  pisces_picture_strip_get_picture (requests->strip),
                  pisces_strength_field_get_value (requests->strength)));
}

static void
on_blend (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  Requests     *requests = data;
  PiscesResult *second   = pisces_picture_strip_get_second (requests->strip);

  give_request (requests,
                make_blend (
                  pisces_picture_strip_get_picture (requests->strip),
                  pisces_result_get_picture (second)));
}
