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
  gpointer               pane;
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
 * @pane: for @made; it emits "image-wanted" for a picture that another one began with,
 *   if that is not in @strip.
 */
void
pisces_result_requests_add (GSimpleActionGroup    *actions,
                            PiscesPictureStrip    *strip,
                            PiscesStrengthField   *strength,
                            PiscesRequestMadeFunc  made,
                            gpointer               pane)
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
  requests->pane      = pane;
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
make_variation (PiscesResult *result,
                gdouble       strength)
{
  PiscesPicture         *picture = pisces_result_get_picture (result);
  PiscesGenerateRequest *request = pisces_picture_make_request (picture);

  request->seed = g_random_int ();
  pisces_generate_request_vary (request, picture->image, strength);
  pisces_generate_request_set_begun_with (request, pisces_result_get_digest (result));

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

/* Returns: (transfer full) (nullable): the picture with this digest.  */
static PiscesImage *
find_image (Requests    *requests,
            const gchar *digest)
{
  g_autoptr (GPtrArray)  results = pisces_picture_strip_list (requests->strip);
  PiscesImage           *found   = NULL;

  for (guint i = 0; i < results->len; i++)
    {
      PiscesImage *image = pisces_result_get_picture (results->pdata[i])->image;

      if (image && g_str_equal (pisces_result_get_digest (results->pdata[i]), digest))
        return pisces_image_ref (image);
    }

  g_signal_emit_by_name (requests->pane, "image-wanted", digest, &found);

  return found;
}

/* @request: (transfer full). */
static void
give_request (Requests              *requests,
              PiscesGenerateRequest *request)
{
  request->want_previews = TRUE;
  requests->made (requests->pane, request);
  pisces_generate_request_free (request);
}

static void
on_again (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  Requests                          *requests = data;
  PiscesPicture                     *picture;
  g_autoptr (PiscesGenerateRequest)  request  = NULL;
  g_autoptr (PiscesImage)            image    = NULL;

  picture = pisces_picture_strip_get_picture (requests->strip);
  request = pisces_picture_make_request (picture);
  if (picture->begun_with)
    {
      image = find_image (requests, picture->begun_with);
      if (! image)
        return;
      pisces_picture_begin_request (picture, image, request);
    }

  give_request (requests, g_steal_pointer (&request));
}

static void
on_vary (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  Requests *requests = data;

  give_request (requests,
                make_variation (
                  pisces_picture_strip_get_result (requests->strip),
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
