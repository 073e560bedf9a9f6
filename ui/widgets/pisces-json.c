/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-json.c: reads one JSON value strictly, and takes members out of it
 * only where they are of the right type; writes JSON that any reader takes.
 * Knows nothing of what the values mean.
 */

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-json.h"

/**
 * pisces_json_read:
 * @text: (array length=length): what may be JSON.
 * @max_bytes: a longer text is not looked at.
 * @reason: (out) (optional) (transfer full): where this returns %NULL, what is
 *   wrong, for the end of a sentence: it has no capital and no full stop.
 *
 * JSON as RFC 8259 has it: one value, UTF-8, nothing behind it.  The reader
 * does not recurse, so depth does no harm; memory is a few times @max_bytes.
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

  /* Without YYJSON_READ_INSITU the text is not written to.  */
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
 * Returns: (transfer none) (nullable): a member's text, valid UTF-8, of the
 *   document; %NULL where there is none, or something that is no text, or one
 *   with a NUL in it, which would be cut there unseen.
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
 * Returns: a member's number; @otherwise where there is none or where it is
 *   not from @smallest to @largest.
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
 * @member: a constant.
 * @text: (nullable): copied; %NULL becomes an empty text.  What is not UTF-8
 *   in it is replaced, for JSON has no other.
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
 * @in_lines: one member a line, for people.
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
