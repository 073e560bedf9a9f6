/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json-document.c: reads a JSON file into a yyjson document.  If that fails,
 * the error says in a sentence what is wrong.  Knows nothing of what the
 * document means.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/json-document.h"
#include "engine/model/plain-file.h"

#define MAX_EXCERPT  60              /* in characters */


/**
 * pisces_json_document_load:
 * @path: a JSON file.
 * @max_bytes: how long the file may be.
 *
 * The document owns its strings, so the file is not needed afterwards.
 *
 * Returns: (transfer full) (nullable): the document, or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND, %PISCES_ERROR_MODEL_INVALID or
 *   %PISCES_ERROR_OUT_OF_MEMORY.
 */
PiscesJsonDocument *
pisces_json_document_load (const gchar  *path,
                           gsize         max_bytes,
                           GError      **error)
{
  g_autofree gchar *contents = NULL;
  gsize             n_bytes;

  contents = pisces_plain_file_contents (path, max_bytes, &n_bytes, error);
  if (! contents)
    return NULL;

  return pisces_json_document_parse (path, contents, n_bytes, error);
}

/**
 * pisces_json_document_parse:
 * @path: the file that @json is from, for messages.
 * @json: (array length=n_json): the text.
 *
 * Returns: (transfer full) (nullable): the document, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID.
 */
PiscesJsonDocument *
pisces_json_document_parse (const gchar  *path,
                            const gchar  *json,
                            gsize         n_json,
                            GError      **error)
{
  PiscesJsonDocument *document;
  yyjson_read_err     reason;

  if (n_json == 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   _("The JSON text of “%s” is empty."), path);
      return NULL;
    }

  /* The cast is safe: yyjson only writes to the text with
   * YYJSON_READ_INSITU.  */
  document = yyjson_read_opts ((gchar *) json, n_json, YYJSON_READ_NOFLAG,
                               NULL, &reason);
  if (! document)
    g_set_error (error, PISCES_ERROR,
                 reason.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION ?
                 PISCES_ERROR_OUT_OF_MEMORY : PISCES_ERROR_MODEL_INVALID,
                 "The JSON text of “%s” cannot be read: %s at its byte %"
                 G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT ".",
                 path, reason.msg, reason.pos, n_json);

  return document;
}

void
pisces_json_document_free (PiscesJsonDocument *document)
{
  yyjson_doc_free (document);
}

/**
 * pisces_json_excerpt:
 * @string: a string from a stranger's file, of any length.
 *
 * Returns: (transfer full): its beginning, for a message: valid UTF-8 on one
 *   line, with U+FFFD instead of control characters, which a terminal would
 *   obey.
 */
gchar *
pisces_json_excerpt (const gchar *string)
{
  const gsize         n_bytes = strnlen (string, 4 * MAX_EXCERPT + 4);
  g_autofree gchar   *valid   = g_utf8_make_valid (string, n_bytes);
  GString            *out     = g_string_new (NULL);
  const gchar        *c       = valid;
  gint                n;

  for (n = 0; *c && n < MAX_EXCERPT; n++, c = g_utf8_next_char (c))
    {
      const gunichar     ch   = g_utf8_get_char (c);
      const GUnicodeType type = g_unichar_type (ch);

      g_string_append_unichar (out, type == G_UNICODE_CONTROL ||
                                    type == G_UNICODE_FORMAT ||
                                    type == G_UNICODE_LINE_SEPARATOR ||
                                    type == G_UNICODE_PARAGRAPH_SEPARATOR ? 0xfffd : ch);
    }
  if (*c)
    g_string_append (out, "…");

  return g_string_free (out, FALSE);
}
