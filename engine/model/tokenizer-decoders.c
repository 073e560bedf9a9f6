/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-decoders.c: the steps that make text from tokens, the same as in
 * Hugging Face's tokenizers (tokenizers/src/decoders).  Each step changes the
 * list of tokens; at the end they are joined.
 */

#include <string.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

typedef struct _Decoder Decoder;

struct _Decoder
{
  GPtrArray     * (* run) (const Decoder  *decoder,
                           PiscesTextWork *work,
                           GPtrArray      *tokens);
  PiscesPattern    *pattern;
  gchar            *content;
  gint              n_start, n_stop;
  gboolean          prepends;        /* Metaspace: the first space is
                                      * removed */
};


static gboolean    read_step      (yyjson_val     *json,
                                   const gchar    *path,
                                   Decoder        *decoder,
                                   GError        **error);
static void        free_step      (gpointer        data);
static GPtrArray * run_byte_level (const Decoder  *decoder,
                                   PiscesTextWork *work,
                                   GPtrArray      *tokens);
static GPtrArray * run_fallback   (const Decoder  *decoder,
                                   PiscesTextWork *work,
                                   GPtrArray      *tokens);
static GPtrArray * run_fuse       (const Decoder  *decoder,
                                   PiscesTextWork *work,
                                   GPtrArray      *tokens);
static GPtrArray * run_replace    (const Decoder  *decoder,
                                   PiscesTextWork *work,
                                   GPtrArray      *tokens);
static GPtrArray * run_strip      (const Decoder  *decoder,
                                   PiscesTextWork *work,
                                   GPtrArray      *tokens);
static GPtrArray * run_metaspace  (const Decoder  *decoder,
                                   PiscesTextWork *work,
                                   GPtrArray      *tokens);
static gboolean    length_is_allowed
                                  (PiscesTextWork *work,
                                   const GPtrArray
                                                  *tokens);
static void        flush_bytes    (GString        *bytes,
                                   GPtrArray      *out);
static gint        byte_of_token  (const gchar    *token);
static gchar     * make_utf8      (const GString  *bytes);
static gsize       sequence_end   (const guint8   *bytes,
                                   gsize           n,
                                   gboolean       *valid);


/**
 * pisces_decoders_read:
 * @json: (nullable): the "decoder" of a tokenizer.json.
 *
 * Returns: (transfer full) (nullable): the steps; empty if @json is null.
 *   %NULL with an error, which is %PISCES_ERROR_MODEL_UNSUPPORTED for an
 *   unknown step.
 */
GPtrArray *
pisces_decoders_read (yyjson_val   *json,
                      const gchar  *path,
                      GError      **error)
{
  g_autoptr (GPtrArray) flat  = g_ptr_array_new ();
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (free_step);
  guint                 i;

  if (! pisces_components_flatten (json, "decoders", path, flat, error))
    return NULL;

  for (i = 0; i < flat->len; i++)
    {
      Decoder *decoder = g_new0 (Decoder, 1);

      g_ptr_array_add (steps, decoder);
      if (! read_step (g_ptr_array_index (flat, i), path, decoder, error))
        return NULL;
    }

  return g_steal_pointer (&steps);
}

/**
 * pisces_decoders_run:
 * @tokens: (transfer full): the tokens as written in the vocabulary, with
 *   g_free() as their free function.
 *
 * Returns: (transfer full) (nullable): the text in valid UTF-8, with U+FFFD
 *   for invalid bytes. %NULL after a failure, which @work keeps.
 */
gchar *
pisces_decoders_run (const GPtrArray *decoders,
                     PiscesTextWork  *work,
                     GPtrArray       *tokens)
{
  const gchar *separator = decoders->len > 0 ? "" : " ";
  GString     *text      = g_string_new (NULL);
  guint        i;

  for (i = 0; i < decoders->len && length_is_allowed (work, tokens); i++)
    {
      const Decoder *decoder = g_ptr_array_index (decoders, i);
      GPtrArray     *next    = decoder->run (decoder, work, tokens);

      if (next != tokens)
        g_ptr_array_unref (tokens);
      tokens = next;
    }

  for (i = 0; i < tokens->len; i++)
    {
      if (i > 0)
        g_string_append (text, separator);
      g_string_append (text, g_ptr_array_index (tokens, i));
    }
  g_ptr_array_unref (tokens);

  return g_string_free (text, ! pisces_text_work_allows (work, text->len));
}


/*  private functions  */

static gboolean
read_step (yyjson_val   *json,
           const gchar  *path,
           Decoder      *decoder,
           GError      **error)
{
  if (pisces_component_is (json, "ByteLevel"))
    {
      decoder->run = run_byte_level;
    }
  else if (pisces_component_is (json, "ByteFallback"))
    {
      decoder->run = run_fallback;
    }
  else if (pisces_component_is (json, "Fuse"))
    {
      decoder->run = run_fuse;
    }
  else if (pisces_component_is (json, "Replace"))
    {
      decoder->run     = run_replace;
      decoder->content = g_strdup (pisces_component_string (json, "content", path, error));
      if (! decoder->content)
        return FALSE;
      decoder->pattern = pisces_pattern_read (yyjson_obj_get (json, "pattern"),
                                              path, error);
      return decoder->pattern != NULL;
    }
  else if (pisces_component_is (json, "Strip"))
    {
      decoder->run     = run_strip;
      decoder->content = g_strdup (pisces_component_string (json, "content", path, error));
      decoder->n_start = yyjson_get_int (yyjson_obj_get (json, "start"));
      decoder->n_stop  = yyjson_get_int (yyjson_obj_get (json, "stop"));
      return decoder->content != NULL;
    }
  else if (pisces_component_is (json, "Metaspace"))
    {
      decoder->run      = run_metaspace;
      decoder->content  = g_strdup (pisces_component_string (json, "replacement", path, error));
      decoder->prepends = pisces_component_flag (json, "add_prefix_space", TRUE) &&
                          ! yyjson_equals_str (yyjson_obj_get (json, "prepend_scheme"),
                                               "never");
      return decoder->content != NULL;
    }
  else
    {
      pisces_component_refuse (json, "decoder", path, error);
      return FALSE;
    }

  return TRUE;
}

static void
free_step (gpointer data)
{
  Decoder *decoder = data;

  pisces_pattern_free (decoder->pattern);
  g_free (decoder->content);
  g_free (decoder);
}

/* Checks the total length of the tokens before a step makes them longer.  */
static gboolean
length_is_allowed (PiscesTextWork  *work,
                   const GPtrArray *tokens)
{
  gsize n_bytes = 0;
  guint i;

  for (i = 0; i < tokens->len; i++)
    n_bytes += strlen (g_ptr_array_index (tokens, i));

  return pisces_text_work_spend (work, n_bytes) && pisces_text_work_allows (work, n_bytes);
}

static GPtrArray *
run_byte_level (const Decoder  *decoder,
                PiscesTextWork *work,
                GPtrArray      *tokens)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  GPtrArray          *out   = g_ptr_array_new_with_free_func (g_free);
  guint               i;

  for (i = 0; i < tokens->len; i++)
    if (! pisces_byte_level_append_bytes (bytes, g_ptr_array_index (tokens, i)))
      g_string_append (bytes, g_ptr_array_index (tokens, i));
  g_ptr_array_add (out, make_utf8 (bytes));

  return out;
}

/* Sequences such as <0xE2> are converted to characters; bytes that do not form
 * a character become U+FFFD each.  */
static GPtrArray *
run_fallback (const Decoder  *decoder,
              PiscesTextWork *work,
              GPtrArray      *tokens)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  GPtrArray          *out   = g_ptr_array_new_with_free_func (g_free);
  guint               i;

  for (i = 0; i < tokens->len; i++)
    {
      const gchar *token = g_ptr_array_index (tokens, i);
      gint         byte  = byte_of_token (token);

      if (byte >= 0)
        {
          g_string_append_c (bytes, byte);
          continue;
        }
      flush_bytes (bytes, out);
      g_ptr_array_add (out, g_strdup (token));
    }
  flush_bytes (bytes, out);

  return out;
}

static void
flush_bytes (GString   *bytes,
             GPtrArray *out)
{
  gsize  i;

  if (g_utf8_validate (bytes->str, bytes->len, NULL))
    g_ptr_array_add (out, g_strdup (bytes->str));
  else
    for (i = 0; i < bytes->len; i++)
      g_ptr_array_add (out, g_strdup ("\357\277\275"));
  g_string_truncate (bytes, 0);
}

static gint
byte_of_token (const gchar *token)
{
  if (strlen (token) != 6 || strncmp (token, "<0x", 3) != 0 || token[5] != '>' ||
      ! g_ascii_isxdigit (token[3]) || ! g_ascii_isxdigit (token[4]))
    return -1;

  return g_ascii_xdigit_value (token[3]) * 16 + g_ascii_xdigit_value (token[4]);
}

static GPtrArray *
run_fuse (const Decoder  *decoder,
          PiscesTextWork *work,
          GPtrArray      *tokens)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (tokens, NULL);
  g_ptr_array_add (out, g_strjoinv ("", (gchar **) tokens->pdata));

  return out;
}

static GPtrArray *
run_replace (const Decoder  *decoder,
             PiscesTextWork *work,
             GPtrArray      *tokens)
{
  guint i;

  for (i = 0; i < tokens->len; i++)
    {
      g_autofree gchar *token = g_ptr_array_index (tokens, i);
      gchar            *next  = pisces_pattern_replace (decoder->pattern, work, token,
                                                        decoder->content);

      g_ptr_array_index (tokens, i) = next ? next : g_strdup ("");
    }

  return tokens;
}

static GPtrArray *
run_strip (const Decoder  *decoder,
           PiscesTextWork *work,
           GPtrArray      *tokens)
{
  gsize  n_content = strlen (decoder->content);
  guint  i;
  gint   j;

  for (i = 0; n_content > 0 && i < tokens->len; i++)
    {
      gchar       *token = g_ptr_array_index (tokens, i);
      const gchar *begin = token;
      gsize        n;

      for (j = 0; j < decoder->n_start && g_str_has_prefix (begin, decoder->content); j++)
        begin += n_content;
      n = strlen (begin);
      for (j = 0; j < decoder->n_stop && n >= n_content &&
                  memcmp (begin + n - n_content, decoder->content, n_content) == 0; j++)
        n -= n_content;

      g_ptr_array_index (tokens, i) = g_strndup (begin, n);
      g_free (token);
    }

  return tokens;
}

static GPtrArray *
run_metaspace (const Decoder  *decoder,
               PiscesTextWork *work,
               GPtrArray      *tokens)
{
  guint  i;

  for (i = 0; i < tokens->len; i++)
    {
      GString *token = g_string_new (g_ptr_array_index (tokens, i));

      if (*decoder->content)
        g_string_replace (token, decoder->content,
                          i == 0 && decoder->prepends ? "" : " ", 0);
      g_free (g_ptr_array_index (tokens, i));
      g_ptr_array_index (tokens, i) = g_string_free (token, FALSE);
    }

  return tokens;
}

/* Each part that can only be a broken character becomes one U+FFFD, as in
 * Rust's from_utf8_lossy() and the Unicode Standard (section 3.9).  So does a
 * zero byte, which would end a C string.  */
static gchar *
make_utf8 (const GString *bytes)
{
  GString *text = g_string_sized_new (bytes->len);
  gsize    at   = 0;

  while (at < bytes->len)
    {
      const guint8 *here  = (const guint8 *) bytes->str + at;
      gboolean      valid = FALSE;
      gsize         n     = sequence_end (here, bytes->len - at, &valid);

      if (valid)
        g_string_append_len (text, (const gchar *) here, n);
      else
        g_string_append (text, "\357\277\275");
      at += n;
    }

  return g_string_free (text, FALSE);
}

/* Returns how many bytes belong to the character that begins here, or could
 * belong to it.  */
static gsize
sequence_end (const guint8 *bytes,
              gsize         n,
              gboolean     *valid)
{
  guint8  lead  = bytes[0];
  guint8  low   = 0x80;
  guint8  high  = 0xbf;
  gsize   total = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  gsize   i;

  if (lead < 0x80 || lead < 0xc2 || lead > 0xf4)
    {
      *valid = lead > 0 && lead < 0x80;
      return 1;
    }

  if (lead == 0xe0)
    low = 0xa0;
  else if (lead == 0xed)
    high = 0x9f;
  else if (lead == 0xf0)
    low = 0x90;
  else if (lead == 0xf4)
    high = 0x8f;

  for (i = 1; i < total; i++)
    {
      if (i >= n || bytes[i] < low || bytes[i] > high)
        return i;
      low  = 0x80;
      high = 0xbf;
    }
  *valid = TRUE;

  return total;
}
