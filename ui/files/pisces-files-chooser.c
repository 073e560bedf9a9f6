/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-chooser.c: how a user chooses picture files: in the desktop's
 * file dialog, or by dropping them on the window.
 */

#include <glib/gi18n-lib.h>

#include "ui/files/pisces-files-chooser.h"

/**
 * pisces_files_chooser_new:
 * @window: the window that the dialog belongs to.
 * @action: whether files or folders are chosen; several can be chosen at once.
 *
 * Returns: (transfer full): a dialog, not yet shown.
 */
GtkFileChooserNative *
pisces_files_chooser_new (GtkWindow            *window,
                          GtkFileChooserAction  action)
{
  gboolean              files = action == GTK_FILE_CHOOSER_ACTION_OPEN;
  GtkFileChooserNative *chooser;

  chooser = gtk_file_chooser_native_new (files ? _("Add Picture Files") :
                                                 _("Add the Pictures of a Folder"),
                                         window, action, _("_Add"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);

  if (files)
    {
      GtkFileFilter *pictures = gtk_file_filter_new ();
      GtkFileFilter *all      = gtk_file_filter_new ();

      gtk_file_filter_set_name (pictures, _("Pictures"));
      gtk_file_filter_add_pixbuf_formats (pictures);
      gtk_file_filter_set_name (all, _("All files"));
      gtk_file_filter_add_pattern (all, "*");
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), pictures);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);
    }

  return chooser;
}

/**
 * pisces_files_chooser_get_paths:
 *
 * Returns: (transfer full): the paths of the chosen files; may be empty.
 */
gchar **
pisces_files_chooser_get_paths (GtkFileChooserNative *chooser)
{
  g_autoptr (GStrvBuilder)  builder = g_strv_builder_new ();
  GSList                   *names;

  names = gtk_file_chooser_get_filenames (GTK_FILE_CHOOSER (chooser));
  for (GSList *name = names; name; name = name->next)
    g_strv_builder_add (builder, name->data);
  g_slist_free_full (names, g_free);

  return g_strv_builder_end (builder);
}

/**
 * pisces_files_chooser_paths_from_uris:
 * @uris: (nullable): %NULL-terminated.
 *
 * Returns: (transfer full): the paths of those that are local files; may be
 *   empty.
 */
gchar **
pisces_files_chooser_paths_from_uris (gchar **uris)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; uris && uris[i]; i++)
    {
      g_autofree gchar *path = g_filename_from_uri (uris[i], NULL, NULL);

      if (path)
        g_strv_builder_add (builder, path);
    }

  return g_strv_builder_end (builder);
}
