/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-live-drafts.c: drawing live in the Generate Layer window: which draft is
 * wanted, whether it is still wanted when it comes, and where it is shown.  The
 * row of the switch (pisces-live-row.h) knows when to draw; the owner of the window
 * draws.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-live-drafts.h"
#include "ui/generate/pisces-place-pane.h"

struct _PiscesLiveDrafts
{
  GObject                parent_instance;

  /* The window and its parts, which live longer.  */
  GtkWidget             *window;
  PiscesPromptPane      *prompt_pane;
  PiscesReferencePane   *reference_pane;
  PiscesResultPane      *result_pane;
  PiscesLiveRow         *row;

  PiscesGenerateRequest *request;   /* (nullable): the last one, or what Generate
                                     * has drawn since                         */
  gboolean               drafting;  /* whether it was not answered yet         */
  gboolean               used;      /* whether Generate has drawn the seed of the
                                     * draft that is shown                     */
};

static void                    pisces_live_drafts_finalize
                                                   (GObject                     *object);
static PiscesGenerateRequest * make_request        (PiscesLiveDrafts            *drafts);
static gboolean                draws_into_image    (PiscesLiveDrafts            *drafts);
static void                    forget_request      (PiscesLiveDrafts            *drafts);
static void                    give_up             (PiscesLiveDrafts            *drafts);
static void                    live_on_due         (PiscesLiveDrafts            *drafts);
static void                    live_on_switched    (PiscesLiveDrafts            *drafts);
static void                    live_on_seen        (PiscesLiveDrafts            *drafts);
static gboolean                live_on_state       (PiscesLiveDrafts            *drafts);
static gboolean                draws_the_same      (const PiscesGenerateRequest *a,
                                                    const PiscesGenerateRequest *b);
static gboolean                has_same_references (const PiscesGenerateRequest *a,
                                                    const PiscesGenerateRequest *b);

static guint requested;

G_DEFINE_FINAL_TYPE (PiscesLiveDrafts, pisces_live_drafts, G_TYPE_OBJECT)

static void
pisces_live_drafts_class_init (PiscesLiveDraftsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_live_drafts_finalize;

  requested =
    g_signal_new ("requested", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
pisces_live_drafts_init (PiscesLiveDrafts *drafts)
{
}

/**
 * pisces_live_drafts_new:
 * @window: the window, which must live longer than the object, as its panes do.
 *
 * Returns: (transfer full): a new object.
 */
PiscesLiveDrafts *
pisces_live_drafts_new (GtkWidget           *window,
                        PiscesPromptPane    *prompt_pane,
                        PiscesReferencePane *reference_pane,
                        PiscesResultPane    *result_pane)
{
  PiscesLiveDrafts *drafts = g_object_new (PISCES_TYPE_LIVE_DRAFTS, NULL);

  drafts->window         = window;
  drafts->prompt_pane    = prompt_pane;
  drafts->reference_pane = reference_pane;
  drafts->result_pane    = result_pane;
  drafts->row            = pisces_prompt_pane_get_live_row (prompt_pane);

  g_signal_connect_object (drafts->row, "due", G_CALLBACK (live_on_due), drafts,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (drafts->row, "switched", G_CALLBACK (live_on_switched),
                           drafts, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "map", G_CALLBACK (live_on_seen), drafts,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "unmap", G_CALLBACK (live_on_seen), drafts,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "window-state-event", G_CALLBACK (live_on_state),
                           drafts, G_CONNECT_SWAPPED);

  return drafts;
}

/* Something was written or set.  This is called for each key, so it does next to
 * nothing.  */
void
pisces_live_drafts_changed (PiscesLiveDrafts *drafts)
{
  give_up (drafts);
  if (! pisces_live_row_is_on (drafts->row))
    return;

  pisces_live_row_wait (drafts->row);
  pisces_result_pane_select_draft (drafts->result_pane);
}

/* What is written now is being drawn properly, so it needs no draft.  */
void
pisces_live_drafts_settle (PiscesLiveDrafts *drafts)
{
  give_up (drafts);
  pisces_live_row_rest (drafts->row);
  forget_request (drafts);
  drafts->request = make_request (drafts);
  drafts->used    = TRUE;
}

/* Returns whether the user has seen a draft with the present seed, and expects to
 * get the same picture from Generate.  */
gboolean
pisces_live_drafts_keeps_seed (PiscesLiveDrafts *drafts)
{
  return ! drafts->used && ! draws_into_image (drafts) &&
         pisces_result_pane_get_draft (drafts->result_pane);
}

/* The part of an image that the model would have to see may be large, and has to be
 * fetched from GIMP.  */
void
pisces_live_drafts_show_place (PiscesLiveDrafts *drafts)
{
  GtkWidget   *place = pisces_result_pane_get_place_pane (drafts->result_pane);
  const gchar *why   = NULL;

  if (draws_into_image (drafts))
    why = pisces_place_pane_is_filling (PISCES_PLACE_PANE (place)) ?
          _("A selection is not filled live. Choose Generate.") :
          _("A layer is not changed live. Choose Generate.");

  pisces_live_row_set_obstacle (drafts->row, PISCES_LIVE_PLACE, why);
  if (why)
    give_up (drafts);
}

/**
 * pisces_live_drafts_show:
 * @picture: (transfer none): the draft that was requested last.
 * @image_id: the image that is shown; 0: none.
 */
void
pisces_live_drafts_show (PiscesLiveDrafts *drafts,
                         PiscesPicture    *picture,
                         gint32            image_id)
{
  g_return_if_fail (PISCES_IS_LIVE_DRAFTS (drafts));
  g_return_if_fail (picture != NULL && picture->image != NULL);

  if (! drafts->drafting)
    return;

  drafts->drafting = FALSE;
  drafts->used     = FALSE;
  pisces_live_row_say (drafts->row, NULL);
  pisces_result_pane_set_draft (drafts->result_pane, picture, image_id);
}

/**
 * pisces_live_drafts_refuse:
 * @sentence: why the draft that was requested last cannot be drawn.  It is said
 *   quietly, because most words are not finished when they are drawn.
 */
void
pisces_live_drafts_refuse (PiscesLiveDrafts *drafts,
                           const gchar      *sentence)
{
  g_return_if_fail (PISCES_IS_LIVE_DRAFTS (drafts));

  if (! drafts->drafting)
    return;

  drafts->drafting = FALSE;
  pisces_live_row_say (drafts->row, sentence);
}

/**
 * pisces_live_drafts_set_obstacle:
 * @why: (nullable): why the model cannot draw live, as a sentence; %NULL: it can.
 */
void
pisces_live_drafts_set_obstacle (PiscesLiveDrafts *drafts,
                                 const gchar      *why)
{
  g_return_if_fail (PISCES_IS_LIVE_DRAFTS (drafts));

  pisces_live_row_set_obstacle (drafts->row, PISCES_LIVE_MODEL, why);
  if (why)
    give_up (drafts);
}

static void
pisces_live_drafts_finalize (GObject *object)
{
  forget_request (PISCES_LIVE_DRAFTS (object));

  G_OBJECT_CLASS (pisces_live_drafts_parent_class)->finalize (object);
}

/* Returns: (transfer full) (nullable): %NULL if nothing is written.  */
static PiscesGenerateRequest *
make_request (PiscesLiveDrafts *drafts)
{
  PiscesGenerateRequest *request;

  request = pisces_prompt_pane_make_draft_request (drafts->prompt_pane);
  if (request)
    pisces_reference_pane_apply (drafts->reference_pane, request);

  return request;
}

static gboolean
draws_into_image (PiscesLiveDrafts *drafts)
{
  GtkWidget       *widget = pisces_result_pane_get_place_pane (drafts->result_pane);
  PiscesPlacePane *pane   = PISCES_PLACE_PANE (widget);

  return pisces_place_pane_is_filling (pane) || pisces_place_pane_is_changing (pane);
}

static void
forget_request (PiscesLiveDrafts *drafts)
{
  g_clear_pointer (&drafts->request, pisces_generate_request_free);
  drafts->drafting = FALSE;
}

static void
give_up (PiscesLiveDrafts *drafts)
{
  if (! drafts->drafting)
    return;

  forget_request (drafts);
  g_signal_emit (drafts, requested, 0, NULL);
}

/* Much of what can be changed in the window changes nothing in a draft.  */
static void
live_on_due (PiscesLiveDrafts *drafts)
{
  g_autoptr (PiscesGenerateRequest) request = make_request (drafts);

  if (! request)
    {
      pisces_live_row_say (drafts->row, NULL);
      return;
    }
  if (drafts->request && draws_the_same (drafts->request, request))
    return;

  forget_request (drafts);
  drafts->request  = pisces_generate_request_copy (request);
  drafts->drafting = TRUE;
  g_signal_emit (drafts, requested, 0, request);
}

/* What was drawn before is forgotten, so that switching it on always draws.  */
static void
live_on_switched (PiscesLiveDrafts *drafts)
{
  give_up (drafts);
  forget_request (drafts);
  pisces_live_row_wait (drafts->row);
}

/* The window was shown or hidden, minimised or brought back.  */
static void
live_on_seen (PiscesLiveDrafts *drafts)
{
  GdkWindow *surface = gtk_widget_get_window (drafts->window);
  gboolean   seen    = gtk_widget_get_mapped (drafts->window) && surface &&
                       ! (gdk_window_get_state (surface) & GDK_WINDOW_STATE_ICONIFIED);

  pisces_live_row_set_awake (drafts->row, seen);
  if (! seen && drafts->drafting)
    {
      give_up (drafts);
      pisces_live_row_wait (drafts->row);
    }
}

static gboolean
live_on_state (PiscesLiveDrafts *drafts)
{
  live_on_seen (drafts);

  return GDK_EVENT_PROPAGATE;
}

static gboolean
draws_the_same (const PiscesGenerateRequest *a,
                const PiscesGenerateRequest *b)
{
  return g_strcmp0 (a->prompt, b->prompt) == 0 &&
         g_strcmp0 (a->negative_prompt, b->negative_prompt) == 0 &&
         g_strcmp0 (a->plan, b->plan) == 0 &&
         a->width == b->width && a->height == b->height &&
         a->seed == b->seed && a->steps == b->steps &&
         a->guidance_scale == b->guidance_scale && has_same_references (a, b);
}

static gboolean
has_same_references (const PiscesGenerateRequest *a,
                     const PiscesGenerateRequest *b)
{
  guint n = a->references ? a->references->len : 0;

  if (n != (b->references ? b->references->len : 0))
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      const PiscesReference *first  = a->references->pdata[i];
      const PiscesReference *second = b->references->pdata[i];

      if (first->image != second->image || first->weight != second->weight)
        return FALSE;
    }

  return TRUE;
}
