/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-pane.c: the results: one picture large, with what it was made
 * from, and all of them small; and how one gets into the image.
 *
 * Longer than 500 lines, as the pane handles each of its controls here; what
 * needs more code is in pisces-result-*.c, and how it looks in
 * pisces-result-show.c.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-keys.h"
#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-place-pane.h"
#include "ui/generate/pisces-result-actions.h"
#include "ui/generate/pisces-result-bar.h"
#include "ui/generate/pisces-result-give.h"
#include "ui/generate/pisces-result-list.h"
#include "ui/generate/pisces-result-pane-private.h"
#include "ui/generate/pisces-result-requests.h"
#include "ui/generate/pisces-result-view.h"
#include "ui/widgets/pisces-large-view.h"
#include "ui/widgets/pisces-ui.h"

enum
{
  SELECTED,
  ADD_REQUESTED,
  REPLACE_REQUESTED,
  USE_REQUESTED,
  REQUEST_MADE,
  LIST_CHANGED,
  CHECK_REQUESTED,
  EARLIER_REQUESTED,
  PRIVACY_CHANGED,
  REMOVE_REQUESTED,
  N_SIGNALS
};

static void     pisces_result_pane_dispose  (GObject          *object);
static void     pisces_result_pane_finalize (GObject          *object);
static void     add_result                  (PiscesResultPane *pane,
                                             PiscesResult     *result);
static void     keep_draft                  (PiscesResultPane *pane);
static gboolean is_draft_of                 (PiscesPicture    *draft,
                                             PiscesPicture    *picture);
static void     emit_picture                (PiscesResultPane *pane,
                                             guint             signal);
static void     on_result_scored            (PiscesResultPane *pane,
                                             PiscesResult     *result);
static void     result_pane_on_selected     (PiscesResultPane *pane);
static void     result_pane_on_add          (PiscesResultPane *pane);
static void     on_replace                  (PiscesResultPane *pane);
static void     result_pane_on_use          (PiscesResultPane *pane);
static void     on_request_made             (gpointer               pane,
                                             PiscesGenerateRequest *request);
static void     on_second                   (PiscesResultPane *pane);
static void     on_delete                   (PiscesResultPane *pane);
static void     on_earlier                  (PiscesResultPane *pane);
static void     on_check                    (PiscesResultPane *pane);
static void     on_keep_out                 (PiscesResultPane *pane);
static void     on_brought_back             (PiscesResultPane *pane,
                                             PiscesResult     *result,
                                             gint              place);
static void     result_pane_on_remove       (PiscesResultPane *pane);
static void     on_view_requested           (PiscesResultPane *pane);
static void     on_menu_requested           (PiscesResultPane *pane,
                                             GdkEvent         *event);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesResultPane, pisces_result_pane, GTK_TYPE_BOX)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesResultPane, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_result_pane_class_init (PiscesResultPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose  = pisces_result_pane_dispose;
  G_OBJECT_CLASS (class)->finalize = pisces_result_pane_finalize;

  signals[SELECTED]          = SIGNAL ("selected", 0);
  signals[ADD_REQUESTED]     = SIGNAL ("add-requested", 1, G_TYPE_POINTER);
  signals[REPLACE_REQUESTED] = SIGNAL ("replace-requested", 1, G_TYPE_POINTER);
  signals[USE_REQUESTED]     = SIGNAL ("use-requested", 1, G_TYPE_POINTER);
  signals[REQUEST_MADE]      = SIGNAL ("request-made", 1, G_TYPE_POINTER);
  signals[LIST_CHANGED]      = SIGNAL ("list-changed", 0);
  signals[CHECK_REQUESTED]   = SIGNAL ("check-requested", 1, G_TYPE_POINTER);
  signals[EARLIER_REQUESTED] = SIGNAL ("earlier-requested", 0);
  signals[PRIVACY_CHANGED]   = SIGNAL ("privacy-changed", 0);
  signals[REMOVE_REQUESTED]  = SIGNAL ("remove-requested", 0);
  g_signal_new ("image-wanted", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                NULL, NULL, G_TYPE_POINTER, 1, G_TYPE_STRING);

  g_type_ensure (PISCES_TYPE_PICTURE_STRIP);
  g_type_ensure (PISCES_TYPE_PLACE_PANE);
  g_type_ensure (PISCES_TYPE_RESULT_BAR);
  g_type_ensure (PISCES_TYPE_RESULT_VIEW);
  g_type_ensure (PISCES_TYPE_STRENGTH_FIELD);
  g_type_ensure (PISCES_TYPE_TARGET_COMBO);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-result-pane.ui");
  BIND (bar);
  BIND (stack);
  BIND (filled);
  BIND (prompt);
  BIND (details);
  BIND (strip);
  BIND (place_pane);
  BIND (target);
  BIND (replace);
  BIND (add);
  BIND (vary_strength);
  BIND (menu);
  CALLBACK (result_pane_on_selected);
  CALLBACK (result_pane_on_add);
  CALLBACK (on_delete);
  CALLBACK (on_brought_back);
  CALLBACK (result_pane_on_remove);
  CALLBACK (on_view_requested);
  CALLBACK (on_menu_requested);
}

static void
pisces_result_pane_init (PiscesResultPane *pane)
{
  static const PiscesResultAction actions[] =
  {
    { "add",     result_pane_on_add, FALSE },
    { "open",    result_pane_on_add, FALSE },
    { "replace", on_replace,         FALSE },
    { "use",     result_pane_on_use, FALSE },
    { "second",  on_second,          FALSE },
    { "large",   on_view_requested,  FALSE },
    { "delete",  on_delete,          FALSE },
    { "earlier", on_earlier,         FALSE },
    { "compare", result_pane_on_selected, TRUE },
    { "check",   on_check,           TRUE  },
    { PISCES_KEEP_PROMPTS_OUT, on_keep_out, TRUE },
    { PISCES_MARK_AS_AI, NULL, TRUE, TRUE }
  };

  pane->actions = pisces_result_actions_new (actions, G_N_ELEMENTS (actions),
                                             pane);
  gtk_widget_init_template (GTK_WIDGET (pane));
  gtk_widget_insert_action_group (GTK_WIDGET (pane), "results",
                                  G_ACTION_GROUP (pane->actions));

  pane->large = pisces_large_view_new ();
  g_signal_connect_swapped (pane->large, "step",
                            G_CALLBACK (pisces_picture_strip_step),
                            pane->strip);
  pisces_picture_keys_connect (PISCES_PICTURE_STRIP (pane->strip));
  pisces_result_requests_add (pane->actions, PISCES_PICTURE_STRIP (pane->strip),
                              PISCES_STRENGTH_FIELD (pane->vary_strength),
                              on_request_made, pane);
  pisces_result_give_add (pane->actions, PISCES_PICTURE_STRIP (pane->strip),
                          PISCES_RESULT_VIEW (pane->stack), PISCES_RESULT_BAR (pane->bar));

  pisces_ui_name_combo (pane->target, _("Goes into"));
  pisces_result_pane_set_has_target (pane, FALSE);
}

/* Sets whether pictures become layers of an image, or new images.  */
void
pisces_result_pane_set_has_target (PiscesResultPane *pane,
                                   gboolean          has_target)
{
  pane->has_target = has_target;
  gtk_button_set_label (GTK_BUTTON (pane->add), has_target ?
                        _("_Add as Layer") : _("Open _as Image"));
  pisces_result_show (pane);
}

/* Returns the choice of the image that pictures go into.  */
PiscesTargetCombo *
pisces_result_pane_get_target_combo (PiscesResultPane *pane)
{
  return PISCES_TARGET_COMBO (pane->target);
}

/* Returns the choice of how far variants go.  */
PiscesStrengthField *
pisces_result_pane_get_vary_strength (PiscesResultPane *pane)
{
  return PISCES_STRENGTH_FIELD (pane->vary_strength);
}

/* Returns the choice of the place in the image.  */
GtkWidget *
pisces_result_pane_get_place_pane (PiscesResultPane *pane)
{
  return pane->place_pane;
}

/**
 * pisces_result_pane_set_running:
 * @prompt: (nullable): the prompt of the running job; %NULL: no job is
 *   running.
 */
void
pisces_result_pane_set_running (PiscesResultPane *pane,
                                const gchar      *prompt)
{
  g_free (pane->running_prompt);
  pane->running_prompt = g_strdup (prompt);

  pisces_picture_strip_set_making (PISCES_PICTURE_STRIP (pane->strip),
                                   prompt != NULL);
  pisces_result_show (pane);
}

void
pisces_result_pane_set_preview (PiscesResultPane *pane,
                                PiscesImage      *preview)
{
  pisces_picture_strip_set_preview (PISCES_PICTURE_STRIP (pane->strip),
                                    preview);
}

/**
 * pisces_result_pane_add_picture:
 * @picture: (transfer none): a finished picture; one that is already there is
 *   not added again.  If a result has lost these pixels, it gets them back.  If
 *   there is a draft of it, that one has done its duty, and goes.
 * @before: (nullable): what it was drawn into, see pisces_result_set_before().
 * @owner: see pisces_result_set_owner().
 */
void
pisces_result_pane_add_picture (PiscesResultPane *pane,
                                PiscesPicture    *picture,
                                PiscesImage      *before,
                                gint32            owner)
{
  PiscesPictureStrip      *strip   = PISCES_PICTURE_STRIP (pane->strip);
  g_autoptr (GPtrArray)    results = pisces_picture_strip_list (strip);
  g_autoptr (PiscesResult) result  = NULL;
  PiscesResult            *lost;

  for (guint i = 0; i < results->len; i++)
    if (pisces_result_get_picture (results->pdata[i]) == picture)
      return;

  result = pisces_result_new (picture, NULL);

  lost   = pisces_result_list_find_lost (results, result);
  if (lost)
    {
      pisces_result_set_image (lost, picture->image);
      pisces_result_set_before (lost, before);
      pisces_picture_strip_select (strip, lost);
      g_signal_emit (pane, signals[LIST_CHANGED], 0);
      return;
    }

  pisces_result_set_before (result, before);
  pisces_result_set_owner (result, owner);
  pisces_result_set_batch (result,
                           pisces_result_list_find_batch (results, picture));
  add_result (pane, result);
  if (is_draft_of (pisces_result_pane_get_draft (pane), picture))
    pisces_picture_strip_set_draft (strip, NULL);
}

/**
 * pisces_result_pane_set_draft:
 * @picture: (nullable): a picture that was drawn quickly.  It takes the place of
 *   the draft before it, and is in no list before the user adds it to an image.
 * @owner: see pisces_result_set_owner().
 */
void
pisces_result_pane_set_draft (PiscesResultPane *pane,
                              PiscesPicture    *picture,
                              gint32            owner)
{
  g_autoptr (PiscesResult) draft = picture ? pisces_result_new (picture, NULL) : NULL;

  if (draft)
    pisces_result_set_owner (draft, owner);
  pisces_picture_strip_set_draft (PISCES_PICTURE_STRIP (pane->strip), draft);
}

/* Returns: (nullable) (transfer none): the draft.  */
PiscesPicture *
pisces_result_pane_get_draft (PiscesResultPane *pane)
{
  PiscesResult *draft =
    pisces_picture_strip_get_draft (PISCES_PICTURE_STRIP (pane->strip));

  return draft ? pisces_result_get_picture (draft) : NULL;
}

/* The user is writing again, so the draft is of more interest than the picture
 * that was selected meanwhile.  */
void
pisces_result_pane_select_draft (PiscesResultPane *pane)
{
  pisces_picture_strip_select_draft (PISCES_PICTURE_STRIP (pane->strip));
}

/* Returns: (transfer full) (element-type PiscesResult): all results.  */
GPtrArray *
pisces_result_pane_list (PiscesResultPane *pane)
{
  return pisces_picture_strip_list (PISCES_PICTURE_STRIP (pane->strip));
}

/**
 * pisces_result_pane_add_results:
 * @results: (element-type PiscesResult): earlier results, newest first; they
 *   are added after the present ones.  No "list-changed" is emitted.
 */
void
pisces_result_pane_add_results (PiscesResultPane *pane,
                                GPtrArray        *results)
{
  for (guint i = 0; i < results->len; i++)
    {
      g_signal_connect_object (results->pdata[i], "scored",
                               G_CALLBACK (on_result_scored), pane,
                               G_CONNECT_SWAPPED);
      pisces_picture_strip_add (PISCES_PICTURE_STRIP (pane->strip),
                                results->pdata[i], -1);
    }

  pisces_result_show (pane);
}

/* Removes all results, so that those of another image can be shown.  */
void
pisces_result_pane_clear (PiscesResultPane *pane)
{
  g_autoptr (GPtrArray) results = pisces_result_pane_list (pane);

  for (guint i = 0; i < results->len; i++)
    g_signal_handlers_disconnect_by_func (results->pdata[i],
                                          on_result_scored, pane);
  pisces_result_bar_clear (PISCES_RESULT_BAR (pane->bar));
  pisces_picture_strip_clear (PISCES_PICTURE_STRIP (pane->strip));
  pisces_result_show (pane);
}

/* Sets whether there is a layer that a picture can replace.  */
void
pisces_result_pane_set_replaceable (PiscesResultPane *pane,
                                    gboolean          replaceable)
{
  pane->replaceable = replaceable;
  pisces_result_show_actions (pane);
}

/* Returns whether new results are checked against their prompts.  */
gboolean
pisces_result_pane_get_checking (PiscesResultPane *pane)
{
  return pisces_result_actions_is_checking (pane->actions);
}

/* Returns whether prompts and pictures are kept out of the image's file.  */
gboolean
pisces_result_pane_keeps_out (PiscesResultPane *pane)
{
  return pisces_result_actions_is_on (pane->actions, PISCES_KEEP_PROMPTS_OUT);
}

/* Returns what a picture's file should say about it.  */
PiscesPictureFileFlags
pisces_result_pane_get_file_flags (PiscesResultPane *pane)
{
  return pisces_result_actions_get_file_flags (pane->actions);
}

/* Shows an error that concerns the results, in the bar above the picture.  */
void
pisces_result_pane_show_error (PiscesResultPane *pane,
                               const gchar      *sentence)
{
  pisces_result_bar_show_error (PISCES_RESULT_BAR (pane->bar), sentence);
}

/**
 * pisces_result_pane_show_notes:
 * @notes: sentences, one on each line, that the user should know about the
 *   results.
 * @removable: whether the image's file has prompts that it should not have.
 *   The bar then offers to remove them, and emits "remove-requested".
 */
void
pisces_result_pane_show_notes (PiscesResultPane *pane,
                               const gchar      *notes,
                               gboolean          removable)
{
  pisces_result_bar_show_notes (PISCES_RESULT_BAR (pane->bar), notes,
                                removable);
}

/**
 * pisces_result_pane_is_following:
 *
 * Returns: whether the picture that is being made is selected.
 */
gboolean
pisces_result_pane_is_following (PiscesResultPane *pane)
{
  return pisces_picture_strip_get_making_selected (
           PISCES_PICTURE_STRIP (pane->strip));
}

/**
 * pisces_result_pane_get_picture:
 *
 * Returns: (nullable) (transfer none): the selected finished picture; its
 *   image is %NULL if its file is gone.
 */
PiscesPicture *
pisces_result_pane_get_picture (PiscesResultPane *pane)
{
  return pisces_picture_strip_get_picture (PISCES_PICTURE_STRIP (pane->strip));
}

static void
pisces_result_pane_dispose (GObject *object)
{
  PiscesResultPane *pane = PISCES_RESULT_PANE (object);

  G_OBJECT_CLASS (pisces_result_pane_parent_class)->dispose (object);

  /* While the parts of the pane are destroyed, they still update this one.  */
  g_clear_pointer (&pane->large, gtk_widget_destroy);
}

static void
pisces_result_pane_finalize (GObject *object)
{
  PiscesResultPane *pane = PISCES_RESULT_PANE (object);

  g_clear_object (&pane->actions);
  g_free (pane->running_prompt);

  G_OBJECT_CLASS (pisces_result_pane_parent_class)->finalize (object);
}

static void
add_result (PiscesResultPane *pane,
            PiscesResult     *result)
{
  pisces_result_set_private (result, pisces_result_pane_keeps_out (pane));
  g_signal_connect_object (result, "scored", G_CALLBACK (on_result_scored),
                           pane, G_CONNECT_SWAPPED);
  pisces_picture_strip_add (PISCES_PICTURE_STRIP (pane->strip), result, 0);
  g_signal_emit (pane, signals[LIST_CHANGED], 0);

  if (pisces_result_pane_get_checking (pane))
    g_signal_emit (pane, signals[CHECK_REQUESTED], 0, result);
}

/* If the draft is selected, it becomes a picture like the others.  */
static void
keep_draft (PiscesResultPane *pane)
{
  PiscesPictureStrip       *strip = PISCES_PICTURE_STRIP (pane->strip);
  PiscesResult             *draft = pisces_picture_strip_get_draft (strip);
  g_autoptr (PiscesResult)  kept  = NULL;

  if (! draft || draft != pisces_picture_strip_get_result (strip))
    return;

  kept = g_object_ref (draft);
  pisces_picture_strip_set_draft (strip, NULL);
  add_result (pane, kept);
  pisces_picture_strip_select (strip, kept);
}

static gboolean
is_draft_of (PiscesPicture *draft,
             PiscesPicture *picture)
{
  return draft && draft->seed == picture->seed &&
         g_strcmp0 (draft->prompt, picture->prompt) == 0;
}

static void
on_result_scored (PiscesResultPane *pane,
                  PiscesResult     *result)
{
  g_autoptr (GPtrArray) results = pisces_result_pane_list (pane);
  guint                 batch   = pisces_result_get_batch (result);

  if (pisces_result_list_is_scored (results, batch))
    pisces_picture_strip_sort_batch (PISCES_PICTURE_STRIP (pane->strip), batch);
  g_signal_emit (pane, signals[LIST_CHANGED], 0);
}

static void
result_pane_on_selected (PiscesResultPane *pane)
{
  pisces_result_show (pane);
  g_signal_emit (pane, signals[SELECTED], 0);
}

static void
result_pane_on_add (PiscesResultPane *pane)
{
  PiscesPicture *picture = pisces_result_pane_get_picture (pane);

  if (! picture || ! picture->image)
    return;

  keep_draft (pane);
  emit_picture (pane, ADD_REQUESTED);
}

static void
on_replace (PiscesResultPane *pane)
{
  keep_draft (pane);
  emit_picture (pane, REPLACE_REQUESTED);
}

static void
result_pane_on_use (PiscesResultPane *pane)
{
  emit_picture (pane, USE_REQUESTED);
}

/* Keeps a reference to the selected picture, because the handler may switch to
 * another image.
 */
static void
emit_picture (PiscesResultPane *pane,
              guint             signal)
{
  g_autoptr (PiscesPicture) picture =
    pisces_picture_ref (pisces_result_pane_get_picture (pane));

  g_signal_emit (pane, signals[signal], 0, picture);
}

static void
on_request_made (gpointer               pane,
                 PiscesGenerateRequest *request)
{
  g_signal_emit (pane, signals[REQUEST_MADE], 0, request);
}

static void
on_second (PiscesResultPane *pane)
{
  PiscesPictureStrip *strip = PISCES_PICTURE_STRIP (pane->strip);

  pisces_picture_strip_set_second (strip,
                                   pisces_picture_strip_get_result (strip));
}

/* No question is asked, because the bar offers to undo this.  */
static void
on_delete (PiscesResultPane *pane)
{
  PiscesPictureStrip *strip  = PISCES_PICTURE_STRIP (pane->strip);
  PiscesResult       *result = pisces_picture_strip_get_result (strip);
  gint                place;

  if (! result)
    return;

  g_object_ref (result);
  place = pisces_picture_strip_remove (strip, result);
  g_signal_handlers_disconnect_by_func (result, on_result_scored, pane);
  pisces_result_bar_show_deleted (PISCES_RESULT_BAR (pane->bar), result, place);
  g_object_unref (result);

  g_signal_emit (pane, signals[LIST_CHANGED], 0);
}

static void
on_brought_back (PiscesResultPane *pane,
                 PiscesResult     *result,
                 gint              place)
{
  PiscesPictureStrip *strip = PISCES_PICTURE_STRIP (pane->strip);

  g_signal_connect_object (result, "scored", G_CALLBACK (on_result_scored),
                           pane, G_CONNECT_SWAPPED);
  pisces_picture_strip_add (strip, result, MAX (place, 0));
  pisces_picture_strip_select (strip, result);
  g_signal_emit (pane, signals[LIST_CHANGED], 0);
}

static void
result_pane_on_remove (PiscesResultPane *pane)
{
  g_signal_emit (pane, signals[REMOVE_REQUESTED], 0);
}

static void
on_earlier (PiscesResultPane *pane)
{
  g_signal_emit (pane, signals[EARLIER_REQUESTED], 0);
}

/* Checking starts with the selected picture, among those from before.  */
static void
on_check (PiscesResultPane *pane)
{
  PiscesResult *result =
    pisces_picture_strip_get_result (PISCES_PICTURE_STRIP (pane->strip));

  if (pisces_result_pane_get_checking (pane) && result &&
      pisces_result_get_picture (result)->image &&
      pisces_result_get_match (result) < 0)
    g_signal_emit (pane, signals[CHECK_REQUESTED], 0, result);
}

static void
on_keep_out (PiscesResultPane *pane)
{
  g_signal_emit (pane, signals[PRIVACY_CHANGED], 0);
}

static void
on_view_requested (PiscesResultPane *pane)
{
  PiscesPicture *picture = pisces_result_pane_get_picture (pane);

  if (picture && picture->image)
    pisces_large_view_present (
      PISCES_LARGE_VIEW (pane->large),
      GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (pane))));
}

static void
on_menu_requested (PiscesResultPane *pane,
                   GdkEvent         *event)
{
  pisces_result_actions_pop_up (pane->menu, GTK_WIDGET (pane), pane->strip,
                                event);
}
