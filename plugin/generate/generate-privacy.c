/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-privacy.c: keeps prompts out of files if the user wants that.  When
 * the user turns this on, images that are open may already contain prompts.
 * The user is told what each of them contains, and asked whether to remove it.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-privacy-question.h"
#include "ui/generate/pisces-result-actions.h"

#include "plugin/generate/generate-privacy.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/provenance.h"
#include "plugin/gimp/settings.h"

typedef struct
{
  PiscesSession     *session;
  PiscesResultPane  *pane;
  PiscesRemovedFunc  removed;
  gpointer           user_data;
  GtkWidget         *question;   /* NULL while no question is open */
  gint32             asked_id;   /* ID of the image in question */
  GHashTable        *asked;      /* IDs of the images already checked */
} Privacy;

static void privacy_changed  (Privacy *privacy);
static void privacy_ask_next (Privacy *privacy);
static gchar *
            privacy_find_next (Privacy *privacy);
static gchar *
            privacy_look_at  (Privacy *privacy,
                              gint32   image_id);
static void privacy_answered (Privacy *privacy,
                              gint     answer);
static void privacy_remove   (Privacy *privacy);
static void privacy_take_out (Privacy *privacy,
                              gint32   image_id);
static void privacy_save     (Privacy *privacy);


/*  public functions  */

/**
 * pisces_generate_privacy_connect:
 * @session: the session of the window; it and @pane live as long as the
 *   process.
 * @removed: called when the prompts were removed from an image.
 * @user_data: for @removed.
 */
void
pisces_generate_privacy_connect (PiscesSession     *session,
                                 PiscesResultPane  *pane,
                                 PiscesRemovedFunc  removed,
                                 gpointer           user_data)
{
  Privacy *privacy = g_new0 (Privacy, 1);

  privacy->session   = session;
  privacy->pane      = pane;
  privacy->removed   = removed;
  privacy->user_data = user_data;
  privacy->asked     = g_hash_table_new (NULL, NULL);

  g_signal_connect_swapped (pane, "privacy-changed",
                            G_CALLBACK (privacy_changed), privacy);
  g_signal_connect_swapped (pane, "remove-requested",
                            G_CALLBACK (privacy_remove), privacy);
}

/**
 * pisces_generate_privacy_describe:
 * @image_id: an image.
 *
 * Returns: (transfer full) (nullable): which prompts and pictures the image
 *   contains, in sentences; %NULL if none.
 */
gchar *
pisces_generate_privacy_describe (gint32 image_id)
{
  GimpImage           *image     = pisces_canvas_find_image (image_id);
  guint                n_results = 0;
  guint                n_layers  = 0;
  g_autoptr (GString)  text      = NULL;

  if (! image || ! pisces_provenance_find (image, &n_results, &n_layers))
    return NULL;

  text = g_string_new (NULL);

  if (n_results > 0)
    g_string_append_printf (text,
                            g_dngettext (GETTEXT_PACKAGE,
                                         "The image holds the prompt of %u "
                                         "picture that was made for it.",
                                         "The image holds the prompts of %u "
                                         "pictures that were made for it.",
                                         n_results), n_results);
  if (n_results > 0 && n_layers > 0)
    g_string_append_c (text, '\n');
  if (n_layers > 0)
    g_string_append_printf (text,
                            g_dngettext (GETTEXT_PACKAGE,
                                         "%u of its layers says from which "
                                         "prompt it was drawn.",
                                         "%u of its layers say from which "
                                         "prompts they were drawn.",
                                         n_layers), n_layers);
  if (text->len == 0)
    g_string_append (text, _("The image contains the prompts and questions that were written in it."));

  return g_string_free_and_steal (g_steal_pointer (&text));
}


/*  private functions  */

static void
privacy_changed (Privacy *privacy)
{
  /* Saves at once, because a procedure that is called now has to obey it.  */
  privacy_save (privacy);

  g_hash_table_remove_all (privacy->asked);
  privacy_ask_next (privacy);
}

static void
privacy_ask_next (Privacy *privacy)
{
  g_autofree gchar *held = NULL;

  if (! pisces_result_pane_keeps_out (privacy->pane) || privacy->question)
    return;

  held = privacy_find_next (privacy);
  if (! held)
    return;

  privacy->question = pisces_privacy_question_new (privacy->session->window,
                                                   held);
  g_signal_connect_swapped (privacy->question, "response",
                            G_CALLBACK (privacy_answered), privacy);
  gtk_window_present (GTK_WINDOW (privacy->question));
}

/* Returns: (transfer full) (nullable): what the next image contains.  The
 *   window's image comes first; for other images the text includes their
 *   names.
 */
static gchar *
privacy_find_next (Privacy *privacy)
{
  g_autofree GimpImage **images = NULL;
  gchar                 *held   = privacy_look_at (privacy, privacy->session->image_id);
  g_autoptr (GArray)     ids    = g_array_new (FALSE, FALSE, sizeof (gint32));

  if (held)
    return held;

  images = gimp_get_images ();
  for (guint i = 0; images && images[i]; i++)
    {
      gint32 image_id = gimp_image_get_id (images[i]);

      g_array_append_val (ids, image_id);
    }

  for (guint i = 0; i < ids->len; i++)
    {
      gint32            image_id = g_array_index (ids, gint32, i);
      g_autofree gchar *others   = privacy_look_at (privacy, image_id);
      GimpImage        *image    = pisces_canvas_find_image (image_id);
      g_autofree gchar *name     = NULL;

      if (! others || ! image)
        continue;

      name = gimp_image_get_name (image);
      return g_strconcat (name, "\n", others, NULL);
    }

  return NULL;
}

static gchar *
privacy_look_at (Privacy *privacy,
                 gint32   image_id)
{
  if (! g_hash_table_add (privacy->asked, GINT_TO_POINTER (image_id)))
    return NULL;

  privacy->asked_id = image_id;

  return pisces_generate_privacy_describe (image_id);
}

static void
privacy_answered (Privacy *privacy,
                  gint     answer)
{
  g_clear_pointer (&privacy->question, gtk_widget_destroy);

  if (answer == PISCES_PRIVACY_REMOVE)
    privacy_take_out (privacy, privacy->asked_id);
  privacy_ask_next (privacy);
}

/* The user pressed the button of the bar that says what the image contains.  */
static void
privacy_remove (Privacy *privacy)
{
  privacy_take_out (privacy, privacy->session->image_id);
}

static void
privacy_take_out (Privacy *privacy,
                  gint32   image_id)
{
  GimpImage *image = pisces_canvas_find_image (image_id);

  if (! image)
    return;

  pisces_provenance_remove (image);
  privacy->removed (image_id, privacy->user_data);
  pisces_session_show_message (privacy->session, GTK_MESSAGE_INFO,
                               _("The prompts are out of the image. Save it "
                                 "to have them out of its file too; older "
                                 "copies of the file still have them. "
                                 "Edit ▸ Undo brings them back."));
}

static void
privacy_save (Privacy *privacy)
{
  g_autoptr (GKeyFile) settings = pisces_settings_load ();
  g_autoptr (GError)   error    = NULL;

  g_key_file_set_boolean (settings, "generate", PISCES_KEEP_PROMPTS_OUT,
                          pisces_result_pane_keeps_out (privacy->pane));

  if (! pisces_settings_save (settings, &error))
    pisces_session_show_error (privacy->session, error);
}
