/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-kept.c: keeps the unsaved texts of Describe Files.  GIMP ends this
 * process without a question, so unsaved texts are also written to a file in
 * the profile, a second after they changed, each with its language.  They are
 * in the list again when the window is next opened.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-user-file.h"

#include "plugin/files/files-kept.h"

#define KEPT_KEY     "pisces-files-kept"
#define KEEP_SECONDS 1

typedef struct
{
  PiscesSession     *session;
  PiscesFileList    *list;      /* the list whose texts are kept */
  PiscesFilesWindow *window;
  gchar             *path;
  GHashTable        *known;     /* names of the file's groups that were read
                                 * before */
  guint              timer;
} Kept;

static void     kept_free          (Kept      *kept);
static void     kept_changed       (Kept      *kept);
static gboolean kept_store         (gpointer   data);
static void     kept_call_back     (Kept      *kept);
static void     kept_show_language (Kept      *kept,
                                    GPtrArray *items);


/*  public functions  */

/**
 * pisces_files_kept_attach:
 * @session: the session of the window; it must live longer than @list.
 * @list: the list whose texts are kept from now on.
 * @window: the window that shows the list; it must live longer than @list.
 *
 * Adds the texts that were kept before to @list.
 */
void
pisces_files_kept_attach (PiscesSession     *session,
                          PiscesFileList    *list,
                          PiscesFilesWindow *window)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->session = session;
  kept->list    = list;
  kept->window  = window;
  kept->known   = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  kept->path    = g_build_filename (gimp_directory (), "pisces",
                                    "unsaved-texts.ini", NULL);
  g_object_set_data_full (G_OBJECT (list), KEPT_KEY, kept,
                          (GDestroyNotify) kept_free);

  kept_call_back (kept);
  g_signal_connect_swapped (list, "changed", G_CALLBACK (kept_changed), kept);
  g_signal_connect_swapped (list, "items-changed",
                            G_CALLBACK (kept_changed), kept);
}


/*  private functions  */

static void
kept_free (Kept *kept)
{
  g_clear_handle_id (&kept->timer, g_source_remove);
  g_hash_table_unref (kept->known);
  g_free (kept->path);
  g_free (kept);
}

static void
kept_changed (Kept *kept)
{
  if (! kept->timer)
    kept->timer = g_timeout_add_seconds (KEEP_SECONDS, kept_store, kept);
}

static gboolean
kept_store (gpointer data)
{
  Kept                 *kept  = data;
  g_autoptr (GKeyFile)  file  = g_key_file_new ();
  g_autoptr (GError)    error = NULL;

  kept->timer = 0;

  pisces_file_list_keep (kept->list, file);
  pisces_user_file_merge_keys (kept->path, file, kept->known);
  if (! pisces_user_file_store_keys (kept->path, file, &error))
    pisces_session_show_error (kept->session, error);

  return G_SOURCE_REMOVE;
}

static void
kept_call_back (Kept *kept)
{
  g_autoptr (GError)    error   = NULL;
  g_autoptr (GKeyFile)  file    = pisces_user_file_load_keys (kept->path, &error);
  g_autoptr (GPtrArray) unsaved = NULL;

  pisces_file_list_call_back (kept->list, file);
  pisces_user_file_merge_keys (kept->path, file, kept->known);
  unsaved = pisces_file_list_get_unsaved (kept->list);
  if (unsaved->len > 0)
    {
      kept_show_language (kept, unsaved);
      pisces_session_show_message (kept->session, GTK_MESSAGE_INFO,
                                   _("These texts were not saved last time."));
    }

  if (error)
    pisces_session_show_error (kept->session, error);
}

/* Shows a language in which there are texts, so that the user sees them.  */
static void
kept_show_language (Kept      *kept,
                    GPtrArray *items)
{
  const gchar           *language = pisces_files_window_get_language (kept->window);
  g_autoptr (GPtrArray)  texts    = NULL;

  for (guint i = 0; i < items->len; i++)
    if (pisces_file_item_get_unsaved_text (items->pdata[i], language))
      return;

  texts = pisces_file_item_get_unsaved_texts (items->pdata[0]);
  pisces_files_window_set_language (kept->window,
                                    ((PiscesFileText *) texts->pdata[0])->language);
}
