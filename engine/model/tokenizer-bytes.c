/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-bytes.c: writes bytes as printable characters, and back, as GPT-2
 * does (encoder.py, bytes_to_unicode): a byte that is a printable character in
 * Latin-1 becomes that character; the other 68 become characters from U+0100
 * on.
 */

#include "engine/model/tokenizer-private.h"


static gunichar   char_of_byte (guint8    byte);
static gint       byte_of_char (gunichar  c);


/**
 * pisces_byte_level_append:
 * @out: one character for each byte is appended to it.
 */
void
pisces_byte_level_append (GString     *out,
                          const gchar *bytes,
                          gsize        n_bytes)
{
  gsize  i;

  for (i = 0; i < n_bytes; i++)
    g_string_append_unichar (out, char_of_byte (bytes[i]));
}

/**
 * pisces_byte_level_append_bytes:
 * @out: one byte for each character is appended to it.
 *
 * Returns: %FALSE if @token has a character that stands for no byte; then
 *   nothing is appended.
 */
gboolean
pisces_byte_level_append_bytes (GString     *out,
                                const gchar *token)
{
  gsize        before = out->len;
  const gchar *c;

  for (c = token; *c; c = g_utf8_next_char (c))
    {
      gint  byte = byte_of_char (g_utf8_get_char (c));

      if (byte < 0)
        {
          g_string_truncate (out, before);
          return FALSE;
        }
      g_string_append_c (out, byte);
    }

  return TRUE;
}


/*  private functions  */

static gunichar
char_of_byte (guint8 byte)
{
  if (byte <= 32)
    return 256 + byte;
  if (byte >= 127 && byte <= 160)
    return 256 + 33 + byte - 127;
  if (byte == 173)
    return 256 + 33 + 34;
  return byte;
}

static gint
byte_of_char (gunichar c)
{
  if (c < 256)
    return char_of_byte (c) == c ? (gint) c : -1;
  if (c <= 256 + 32)
    return c - 256;
  if (c <= 256 + 33 + 33)
    return c - 256 - 33 + 127;
  if (c == 256 + 33 + 34)
    return 173;
  return -1;
}
