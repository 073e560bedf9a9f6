/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-kept.c: keeps the unsaved texts of Describe Image.  An image can be
 * closed, and GIMP ends this process, without a question, so texts that are
 * not saved in their image are also written to a file in the profile, a second
 * after they changed.  They come back when an image of the same file is
 * described.  Those of images that have no file, or whose file is gone, are
 * offered in every window.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/describe/describe-kept.h"
#include "plugin/gimp/canvas.h"

#define DRAFTS_KEY   "pisces-text-drafts"
#define KEEP_SECONDS 1

struct _PiscesDescribeKept
{
  PiscesSession         *session;
  PiscesDescribeWindow  *window;
  PiscesTextsPane       *pane;     /* the window's pane */
  PiscesTextDrafts      *drafts;   /* shared by all windows */
  PiscesTextDraft       *draft;    /* NULL while everything is saved */
  gchar                 *name;     /* of the image, when it was last open */
  gchar                **uris;
  guint                  timer;
};

static PiscesTextDrafts * kept_get_drafts (PiscesSession        *session);
static void               kept_see_image  (PiscesDescribeKept   *kept,
                                           GimpImage            *image);
static void               kept_add_uri    (GPtrArray            *uris,
                                           GFile                *file);
static void               kept_changed    (PiscesDescribeKept   *kept);
static gboolean           kept_on_timer   (gpointer              data);
static void               kept_on_use     (PiscesDescribeKept   *kept,
                                           PiscesTextDraft      *draft);
static void               kept_restore    (PiscesDescribeKept   *kept,
                                           GPtrArray            *texts,
                                           gchar               **added,
                                           gchar               **removed);
static void               kept_on_delete  (PiscesDescribeKept   *kept,
                                           PiscesTextDraft      *draft);
static gboolean           kept_is_offered (PiscesDescribeKept   *kept,
                                           PiscesTextDraft      *draft);
static void               kept_write      (PiscesDescribeKept   *kept);


/*  public functions  */

/**
 * pisces_describe_kept_new:
 * @session: the session of the window.
 * @window: the window whose texts are kept from now on.
 * @image: the image that the texts describe.
 *
 * Returns: (transfer full): free it before the window is destroyed.
 */
PiscesDescribeKept *
pisces_describe_kept_new (PiscesSession        *session,
                          PiscesDescribeWindow *window,
                          GimpImage            *image)
{
  PiscesDescribeKept *kept = g_new0 (PiscesDescribeKept, 1);

  kept->session = session;
  kept->window  = window;
  kept->pane    = pisces_describe_window_get_texts_pane (window);
  kept->drafts  = kept_get_drafts (session);
  kept_see_image (kept, image);

  pisces_texts_pane_set_drafts (kept->pane, kept->drafts);
  g_signal_connect_swapped (kept->pane, "changed",
                            G_CALLBACK (kept_changed), kept);
  g_signal_connect_swapped (kept->pane, "use-draft",
                            G_CALLBACK (kept_on_use), kept);
  g_signal_connect_swapped (window, "delete-draft",
                            G_CALLBACK (kept_on_delete), kept);

  return kept;
}

/**
 * pisces_describe_kept_free:
 * @kept: the kept texts of a window that is no longer needed.
 *
 * Unsaved texts stay in the file, and are offered in other windows.
 */
void
pisces_describe_kept_free (PiscesDescribeKept *kept)
{
  pisces_describe_kept_store (kept);
  if (kept->draft)
    pisces_text_drafts_set_shown (kept->drafts, kept->draft, FALSE);

  g_signal_handlers_disconnect_by_data (kept->window, kept);
  g_signal_handlers_disconnect_by_data (kept->pane, kept);
  g_object_unref (kept->drafts);
  g_strfreev (kept->uris);
  g_free (kept->name);
  g_free (kept);
}

/**
 * pisces_describe_kept_list_uris:
 * @image: an image.
 *
 * Returns: (transfer full): the URIs of the files that it was loaded from,
 *   saved to or exported to.
 */
gchar **
pisces_describe_kept_list_uris (GimpImage *image)
{
  GPtrArray *uris = g_ptr_array_new ();

  kept_add_uri (uris, gimp_image_get_xcf_file (image));
  kept_add_uri (uris, gimp_image_get_imported_file (image));
  kept_add_uri (uris, gimp_image_get_exported_file (image));
  g_ptr_array_add (uris, NULL);

  return (gchar **) g_ptr_array_free (uris, FALSE);
}

/**
 * pisces_describe_kept_is_of:
 * @uris: the files of another image.
 *
 * Returns: whether one of them is also a file of the window's image.
 */
gboolean
pisces_describe_kept_is_of (PiscesDescribeKept  *kept,
                            const gchar * const *uris)
{
  for (guint i = 0; uris[i]; i++)
    if (g_strv_contains ((const gchar * const *) kept->uris, uris[i]))
      return TRUE;

  return FALSE;
}

/* Returns whether the image has a file by which the texts can be found
 * later.  */
gboolean
pisces_describe_kept_has_file (PiscesDescribeKept *kept)
{
  return kept->uris[0] != NULL;
}

/**
 * pisces_describe_kept_call_back:
 *
 * Puts the texts that were kept for an image of the same file into the window.
 */
void
pisces_describe_kept_call_back (PiscesDescribeKept *kept)
{
  kept->draft = pisces_text_drafts_find (kept->drafts,
                                         (const gchar * const *) kept->uris);
  if (! kept->draft)
    return;

  pisces_text_drafts_set_shown (kept->drafts, kept->draft, TRUE);
  kept_restore (kept, kept->draft->texts, kept->draft->added, kept->draft->removed);
  if (pisces_describe_window_has_unsaved_texts (kept->window))
    pisces_session_show_message (kept->session, GTK_MESSAGE_INFO,
                                 _("These texts were not saved in the image "
                                   "the last time."));
}

/**
 * pisces_describe_kept_store:
 *
 * Writes the unsaved texts to the file now, without the delay.
 */
void
pisces_describe_kept_store (PiscesDescribeKept *kept)
{
  g_autoptr (GPtrArray)  unsaved = NULL;
  g_auto (GStrv)         added   = NULL;
  g_auto (GStrv)         removed = NULL;
  GimpImage             *image   = NULL;
  gboolean               any;

  g_clear_handle_id (&kept->timer, g_source_remove);

  unsaved = pisces_texts_pane_get_unsaved (kept->pane);
  any     = pisces_keywords_field_get_changes (pisces_texts_pane_get_keywords (kept->pane),
                                               &added, &removed) || unsaved->len > 0;
  if (! any && ! kept->draft)
    return;

  if (! any)
    {
      pisces_text_drafts_remove (kept->drafts, kept->draft);
      kept->draft = NULL;
    }
  else
    {
      /* The image may have been saved to a file since.  */
      image = pisces_canvas_find_image (kept->session->image_id);
      if (image)
        kept_see_image (kept, image);

      if (! kept->draft)
        kept->draft = pisces_text_drafts_add (kept->drafts);
      pisces_text_drafts_set_image (kept->drafts, kept->draft, kept->name,
                                    (const gchar * const *) kept->uris);
      pisces_text_drafts_set_texts (kept->drafts, kept->draft, unsaved,
                                    (const gchar * const *) added,
                                    (const gchar * const *) removed);
    }

  kept_write (kept);
}


/*  private functions  */

static PiscesTextDrafts *
kept_get_drafts (PiscesSession *session)
{
  GObject            *extension = G_OBJECT (session->extension);
  PiscesTextDrafts   *drafts    = g_object_get_data (extension, DRAFTS_KEY);
  g_autofree gchar   *path      = NULL;
  g_autoptr (GError)  error     = NULL;

  if (drafts)
    return g_object_ref (drafts);

  path   = g_build_filename (gimp_directory (), "pisces",
                             "unsaved-descriptions.ini", NULL);
  drafts = pisces_text_drafts_new (path, &error);
  if (error)
    pisces_session_show_error (session, error);
  g_object_set_data_full (extension, DRAFTS_KEY, drafts, g_object_unref);

  return g_object_ref (drafts);
}

static void
kept_see_image (PiscesDescribeKept *kept,
                GimpImage          *image)
{
  g_autoptr (GimpImage) held = g_object_ref (image);

  g_strfreev (kept->uris);
  g_free (kept->name);
  kept->uris = pisces_describe_kept_list_uris (image);
  kept->name = gimp_image_get_name (image);
}

/* @file: (transfer full) (nullable) */
static void
kept_add_uri (GPtrArray *uris,
              GFile     *file)
{
  g_autoptr (GFile) owned = file;
  g_autofree gchar *uri   = file ? g_file_get_uri (file) : NULL;

  if (uri && ! g_ptr_array_find_with_equal_func (uris, uri, g_str_equal, NULL))
    g_ptr_array_add (uris, g_steal_pointer (&uri));
}

static void
kept_changed (PiscesDescribeKept *kept)
{
  if (! kept->timer)
    kept->timer = g_timeout_add_seconds (KEEP_SECONDS, kept_on_timer, kept);
}

static gboolean
kept_on_timer (gpointer data)
{
  PiscesDescribeKept *kept = data;

  kept->timer = 0;
  pisces_describe_kept_store (kept);

  return G_SOURCE_REMOVE;
}

/* Unsaved texts in the window become a draft, in exchange for the used one.  */
static void
kept_on_use (PiscesDescribeKept *kept,
             PiscesTextDraft    *draft)
{
  g_autoptr (GPtrArray) texts   = NULL;
  g_auto (GStrv)        added   = NULL;
  g_auto (GStrv)        removed = NULL;

  if (! kept_is_offered (kept, draft))
    return;

  texts   = pisces_alt_texts_copy (draft->texts);
  added   = g_strdupv (draft->added);
  removed = g_strdupv (draft->removed);
  pisces_describe_kept_store (kept);
  if (kept->draft)
    pisces_text_drafts_set_shown (kept->drafts, kept->draft, FALSE);
  kept->draft = draft;
  pisces_text_drafts_set_shown (kept->drafts, draft, TRUE);

  kept_restore (kept, texts, added, removed);
  pisces_describe_kept_store (kept);
}

static void
kept_restore (PiscesDescribeKept  *kept,
              GPtrArray           *texts,
              gchar              **added,
              gchar              **removed)
{
  pisces_texts_pane_restore (kept->pane, texts);
  pisces_keywords_field_change (pisces_texts_pane_get_keywords (kept->pane),
                                (const gchar * const *) added,
                                (const gchar * const *) removed);
}

static void
kept_on_delete (PiscesDescribeKept *kept,
                PiscesTextDraft    *draft)
{
  if (! kept_is_offered (kept, draft))
    return;

  pisces_text_drafts_remove (kept->drafts, draft);
  kept_write (kept);
}

/* Another window may have taken the draft while the question was open.  */
static gboolean
kept_is_offered (PiscesDescribeKept *kept,
                 PiscesTextDraft    *draft)
{
  g_autoptr (GPtrArray) offered = pisces_text_drafts_list_free (kept->drafts);

  return g_ptr_array_find (offered, draft, NULL);
}

static void
kept_write (PiscesDescribeKept *kept)
{
  g_autoptr (GError) error = NULL;

  if (! pisces_text_drafts_store (kept->drafts, &error))
    pisces_session_show_error (kept->session, error);
}
