/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download-text.c: reads a short text, such as a list of models, from a server
 * or from a local file.  Knows nothing of GIMP.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "plugin/models/download-text.h"

typedef struct
{
  gchar                *address;
  PiscesDownloadLimits  limits;
} TextRequest;

static void     text_request_free  (gpointer       data);
static void     text_thread        (GTask         *task,
                                    gpointer       source,
                                    gpointer       data,
                                    GCancellable  *cancellable);
static GBytes * read_text          (TextRequest   *request,
                                    GCancellable  *cancellable,
                                    GError       **error);
static PiscesHttpResponse
              * ask_for_text       (SoupSession   *session,
                                    const gchar   *address,
                                    GCancellable  *cancellable,
                                    GError       **error);
static GInputStream
              * open_text          (const gchar   *address,
                                    GCancellable  *cancellable,
                                    GError       **error);


/*  public functions  */

/**
 * pisces_download_text_async:
 * @address: an https address, an http address of this machine, or the path of
 *   a local file.
 *
 * Reads a short text, such as a list of models.
 */
void
pisces_download_text_async (const gchar                 *address,
                            const PiscesDownloadLimits  *limits,
                            GCancellable                *cancellable,
                            GAsyncReadyCallback          callback,
                            gpointer                     user_data)
{
  g_autoptr (GTask)  task    = g_task_new (NULL, cancellable, callback, user_data);
  TextRequest       *request = g_new0 (TextRequest, 1);

  request->address = g_strdup (address);
  request->limits  = limits ? *limits : pisces_download_default_limits;

  g_task_set_source_tag (task, pisces_download_text_async);
  g_task_set_task_data (task, request, text_request_free);
  g_task_run_in_thread (task, text_thread);
}

/**
 * pisces_download_text_finish:
 *
 * Returns: (transfer full) (nullable): the text.
 */
GBytes *
pisces_download_text_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}


/*  private functions  */

static void
text_request_free (gpointer data)
{
  TextRequest *request = data;

  g_free (request->address);
  g_free (request);
}

static void
text_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  GError                   *error = NULL;
  g_autoptr (GMainContext)  own   = g_main_context_new ();
  GBytes                   *text;

  g_main_context_push_thread_default (own);
  text = read_text (data, cancellable, &error);
  g_main_context_pop_thread_default (own);

  if (text)
    g_task_return_pointer (task, text, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static GBytes *
read_text (TextRequest   *request,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (SoupSession)         session  = NULL;
  g_autoptr (PiscesHttpResponse)  response = NULL;
  g_autoptr (GInputStream)        body     = NULL;
  g_autoptr (GError)              local    = NULL;
  g_autofree gchar               *text     = NULL;
  g_autofree gchar               *scheme   = g_uri_parse_scheme (request->address);
  gsize                           length;

  if (g_strcmp0 (scheme, "http") == 0 || g_strcmp0 (scheme, "https") == 0)
    {
      session  = pisces_http_session_new (request->limits.timeout_seconds);
      response = ask_for_text (session, request->address, cancellable, error);
      if (response)
        body = g_object_ref (response->body);
    }
  else
    {
      body = open_text (request->address, cancellable, error);
    }
  if (! body)
    return NULL;

  /* Reads one byte more than allowed, to notice a text that is too long.  */
  text = g_malloc (PISCES_CATALOG_MAX_BYTES + 2);
  if (! g_input_stream_read_all (body, text, PISCES_CATALOG_MAX_BYTES + 1, &length,
                                 cancellable, &local))
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error (error, PISCES_DOWNLOAD_ERROR,
                     PISCES_DOWNLOAD_ERROR_INTERRUPTED,
                     _("The list of models could not be read from %s to its "
                       "end: %s. Try again."), request->address, local->message);
      return NULL;
    }

  text[length] = '\0';

  /* Some servers do not say that they send HTML, but no list begins with this
   * character.  */
  if (response && text[strspn (text, " \t\r\n")] == '<')
    {
      pisces_http_fail_of_page (request->address, error);
      return NULL;
    }

  if (length > PISCES_CATALOG_MAX_BYTES)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_WRONG_BYTES,
                   _("%s is too long to be a list of models."),
                   request->address);
      return NULL;
    }

  return g_bytes_new (text, length);
}

/* The digests of all files are in the list, so nobody may be able to change it
 * on the way.
 */
static PiscesHttpResponse *
ask_for_text (SoupSession   *session,
              const gchar   *address,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (PiscesHttpResponse) response = NULL;

  if (! pisces_http_is_safe (address))
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("%s is fetched without encryption, so that anybody between could change the list. Use its "
                     "address with https, or save the list and give the path "
                     "of the file."), address);
      return NULL;
    }

  response = pisces_http_get (session, address, 0, NULL, cancellable, error);
  if (response && response->is_page)
    {
      pisces_http_fail_of_page (address, error);
      return NULL;
    }

  return g_steal_pointer (&response);
}

/* Opens only local, regular files: GIO would open other addresses with any
 * program, and reading a device or a pipe may never end.
 */
static GInputStream *
open_text (const gchar   *address,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GFile)     file   = g_file_new_for_commandline_arg (address);
  g_autoptr (GFileInfo) info   = NULL;
  g_autoptr (GError)    local  = NULL;
  GInputStream         *stream = NULL;

  if (! g_file_has_uri_scheme (file, "file"))
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("“%s” is neither an address with https nor the path of a "
                     "file on this machine."), address);
      return NULL;
    }

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE,
                            G_FILE_QUERY_INFO_NONE, cancellable, &local);
  if (info && g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("“%s” is not a file, so it is no list of models."), address);
      return NULL;
    }

  if (info)
    stream = G_INPUT_STREAM (g_file_read (file, cancellable, &local));
  if (! stream)
    g_set_error (error, G_IO_ERROR, local->code,
                 _("The list of models “%s” could not be read: %s."), address,
                 local->message);

  return stream;
}
