/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fetch-model.c: downloads the first model of a list, as the plug-in does, and
 * prints for a test how it went:
 *
 *   fetch-model LIST STORE [CANCEL_AFTER_BYTES [verify]]
 *
 *   kept N              bytes from an earlier attempt
 *   progress N SECONDS
 *   folder PATH         or
 *   error DOMAIN CODE MESSAGE
 */

#include <locale.h>
#include <stdlib.h>

#include "engine/pisces.h"
#include "plugin/models/download.h"
#include "plugin/models/download-text.h"

typedef struct
{
  GMainLoop    *loop;
  GAsyncResult *result;
  GCancellable *cancellable;
  guint64       cancel_after;
} Fetch;

static void
finished (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Fetch *fetch = data;

  fetch->result = g_object_ref (result);
  g_main_loop_quit (fetch->loop);
}

static void
progressed (guint64  done_bytes,
            gdouble  seconds_left,
            gpointer data)
{
  Fetch *fetch = data;

  g_print ("progress %" G_GUINT64_FORMAT " %.1f\n", done_bytes, seconds_left);
  if (done_bytes >= fetch->cancel_after)
    g_cancellable_cancel (fetch->cancellable);
}

static int
say_error (GError *error)
{
  g_print ("error %s %d %s\n", g_quark_to_string (error->domain), error->code,
           error->message);

  return 1;
}

static gboolean
is_usable (const gchar  *folder,
           GError      **error)
{
  g_autoptr (PiscesModelInfo) info = pisces_model_verify (folder, error);

  return info != NULL;
}

int
main (int    argc,
      char **argv)
{
  /* Short limits, so that the tests need not wait long.  */
  PiscesDownloadLimits    limits = { 5, 3, 50, NULL };
  Fetch                   fetch  = { .cancel_after = G_MAXUINT64 };
  g_autoptr (GBytes)      text   = NULL;
  g_autoptr (GListModel)  models = NULL;
  g_autoptr (GError)      error  = NULL;
  g_autofree gchar       *folder = NULL;
  g_autoptr (PiscesCatalogModel) model = NULL;

  setlocale (LC_ALL, "");
  if (argc < 3)
    return 2;

  fetch.loop        = g_main_loop_new (NULL, FALSE);
  fetch.cancellable = g_cancellable_new ();
  if (argc > 3)
    fetch.cancel_after = strtoull (argv[3], NULL, 10);
  if (argc > 4)
    limits.verify = is_usable;

  pisces_download_text_async (argv[1], &limits, NULL, finished, &fetch);
  g_main_loop_run (fetch.loop);
  text = pisces_download_text_finish (fetch.result, &error);
  if (! text)
    return say_error (error);

  models = pisces_catalog_parse (text, argv[1], &error);
  if (! models)
    return say_error (error);

  model = g_list_model_get_item (models, 0);
  g_print ("kept %" G_GUINT64_FORMAT "\n",
           pisces_download_model_kept (model, argv[2]));
  pisces_download_model_async (model, argv[2], &limits, progressed, &fetch,
                               fetch.cancellable, finished, &fetch);
  g_main_loop_run (fetch.loop);
  folder = pisces_download_model_finish (fetch.result, &error);
  if (! folder)
    return say_error (error);

  g_print ("folder %s\n", folder);

  return 0;
}
