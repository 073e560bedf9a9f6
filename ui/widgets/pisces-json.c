/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-json.c: strictly reads one JSON value, and takes members from it only
 * if they have the right type; writes JSON that any reader accepts.  Knows
 * nothing of what the values mean.
 */

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-json.h"

/**
 * pisces_json_read:
 * @text: (array length=length): what may be JSON.
 * @max_bytes: a longer text is refused.
 * @reason: (out) (optional) (transfer full): if this returns %NULL, what is
 *   wrong, to be put at the end of a sentence: without a capital letter and a
 *   full stop.
 *
 * Reads JSON as in RFC 8259: one value, in UTF-8, and nothing after it.  The
 * reader is not recursive, so deep nesting cannot overflow the stack.  It
 * needs a few times @max_bytes of memory.
 *
 * Returns: (transfer full) (nullable): the document, whose root may be of any
 *   type.
 */
yyjson_doc *
pisces_json_read (const gchar  *text,
                  gsize         length,
                  gsize         max_bytes,
                  gchar       **reason)
{
  yyjson_read_err  problem;
  yyjson_doc      *document;

  if (length == 0)
    {
      if (reason)
        *reason = g_strdup (_("the text is empty"));
      return NULL;
    }

  if (length > max_bytes)
    {
      g_autofree gchar *size = g_format_size (length);
      g_autofree gchar *most = g_format_size (max_bytes);

      /* Translators: two sizes such as "20 MB".  */
      if (reason)
        *reason = g_strdup_printf (_("it has %s, and at most %s are read"),
                                   size, most);
      return NULL;
    }

  /* The cast is safe: yyjson only writes to the text with
   * YYJSON_READ_INSITU.  */
  document = yyjson_read_opts ((gchar *) text, length, YYJSON_READ_NOFLAG,
                               NULL, &problem);

  if (! document && reason)
    {
      g_autofree gchar *position = g_strdup_printf ("%" G_GSIZE_FORMAT, problem.pos);

      /* Translators: what is wrong, in English, and the number of a byte.  */
      *reason = g_strdup_printf (_("%s, at byte %s"), problem.msg, position);
    }

  return document;
}

/**
 * pisces_json_get_text:
 * @object: (nullable): a value of any type.
 *
 * Returns: (transfer none) (nullable): the text of a member, valid UTF-8,
 *   owned by the document. %NULL if there is no such member or it is not a
 *   text.  Also %NULL if it contains a zero byte, at which C code would cut it
 *   off without notice.
 */
const gchar *
pisces_json_get_text (yyjson_val  *object,
                      const gchar *member)
{
  yyjson_val  *value = yyjson_obj_get (object, member);
  const gchar *text  = yyjson_get_str (value);

  return text && strlen (text) == yyjson_get_len (value) ? text : NULL;
}

/**
 * pisces_json_get_number:
 * @object: (nullable): a value of any type.
 *
 * Returns: the number of a member; @otherwise if there is none, or if it is
 *   not between @smallest and @largest.
 */
gdouble
pisces_json_get_number (yyjson_val  *object,
                        const gchar *member,
                        gdouble      smallest,
                        gdouble      largest,
                        gdouble      otherwise)
{
  yyjson_val *value  = yyjson_obj_get (object, member);
  gdouble     number = yyjson_get_num (value);

  return yyjson_is_num (value) && number >= smallest && number <= largest ?
         number : otherwise;
}

/**
 * pisces_json_add_text:
 * @object: an object of @document.
 * @member: the name of the member; a constant, which is not copied.
 * @text: (nullable): the text, which is copied; %NULL becomes an empty text.
 *   Invalid UTF-8 in it is replaced, as JSON must be valid UTF-8.
 */
void
pisces_json_add_text (yyjson_mut_doc *document,
                      yyjson_mut_val *object,
                      const gchar    *member,
                      const gchar    *text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text ? text : "", -1);

  yyjson_mut_obj_add_strcpy (document, object, member, valid);
}

/**
 * pisces_json_write:
 * @document: a document with a root.
 * @in_lines: whether to put each member on its own line, for people to read.
 *
 * Returns: (transfer full): the text.
 */
gchar *
pisces_json_write (yyjson_mut_doc *document,
                   gboolean        in_lines)
{
  yyjson_write_flag  flags = YYJSON_WRITE_INF_AND_NAN_AS_NULL;
  gchar             *json;
  gchar             *text;

  if (in_lines)
    flags |= YYJSON_WRITE_PRETTY_TWO_SPACES;

  json = yyjson_mut_write (document, flags, NULL);
  text = g_strdup (json);
  free (json);

  return text;
}
