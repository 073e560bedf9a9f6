/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-bpe.c: byte-pair encoding of one word (arXiv 1508.07909).  It
 * starts with the characters of the word and joins the pair that was learned
 * first, until no pair is left.  It uses a heap of pairs and a linked list, so
 * a word of n characters takes n log n steps.  Knows nothing of how text is
 * split into words.
 */

#include <string.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-merges.h"
#include "engine/model/tokenizer-private.h"

#define MAX_TOKENS       (1 << 22)

/* The longest known tokens have about a hundred bytes.  A decoded text may
 * have this many bytes for each of its tokens.  */
#define MAX_TOKEN_BYTES  4096

struct _PiscesBpe
{
  const gchar   *path;               /* only while reading, for messages */
  GStringChunk  *strings;
  PiscesVocab   *vocab;
  GPtrArray     *tokens;             /* id -> string; NULL for unused ids */
  PiscesMerges  *merges;
  gchar         *prefix;             /* before all characters but the first */
  gchar         *suffix;             /* after the last character */
  gint32         unknown;            /* -1: unknown characters are left out */
  gboolean       fuse_unknown;
  gboolean       byte_fallback;
  gboolean       ignore_merges;      /* a word that is a token is not split */
  gint32         bytes[256];         /* ids of <0x00> and so on, or -1 */
};


static gboolean   read_vocab       (PiscesBpe        *bpe,
                                    yyjson_val       *vocab,
                                    GError          **error);
static gboolean   read_merges      (PiscesBpe        *bpe,
                                    yyjson_val       *merges,
                                    GError          **error);
static gboolean   read_merge       (PiscesBpe        *bpe,
                                    yyjson_val       *merge,
                                    gint32            rank,
                                    GString          *scratch,
                                    GError          **error);
static gboolean   read_options     (PiscesBpe        *bpe,
                                    yyjson_val       *json,
                                    GError          **error);
static void       append_character (const PiscesBpe  *bpe,
                                    const gchar      *token,
                                    GArray           *ids,
                                    gboolean         *after_unknown);
static gint32     find_string      (const PiscesBpe  *bpe,
                                    const gchar      *string);


/**
 * pisces_bpe_read:
 * @json: (nullable): the "model" of a tokenizer.json.
 *
 * Returns: (transfer full) (nullable): the model, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID or %PISCES_ERROR_MODEL_UNSUPPORTED.
 */
PiscesBpe *
pisces_bpe_read (yyjson_val   *json,
                 const gchar  *path,
                 GError      **error)
{
  g_autoptr (PiscesBpe) bpe  = NULL;
  yyjson_val           *type = yyjson_obj_get (json, "type");

  if (type && ! yyjson_equals_str (type, "BPE"))
    {
      pisces_component_refuse (json, "model", path, error);
      return NULL;
    }

  bpe          = g_new0 (PiscesBpe, 1);
  bpe->path    = path;
  bpe->strings = g_string_chunk_new (64 * 1024);
  bpe->vocab   = pisces_vocab_new ();
  bpe->tokens  = g_ptr_array_new ();

  if (! read_vocab (bpe, yyjson_obj_get (json, "vocab"), error) ||
      ! read_options (bpe, json, error)                         ||
      ! read_merges (bpe, yyjson_obj_get (json, "merges"), error))
    return NULL;

  bpe->path = NULL;

  return g_steal_pointer (&bpe);
}

void
pisces_bpe_free (PiscesBpe *bpe)
{
  if (! bpe)
    return;

  pisces_merges_free (bpe->merges);
  pisces_vocab_free (bpe->vocab);
  g_ptr_array_unref (bpe->tokens);
  g_string_chunk_free (bpe->strings);
  g_free (bpe->prefix);
  g_free (bpe->suffix);
  g_free (bpe);
}

/**
 * pisces_bpe_encode:
 * @word: (array length=n_bytes): one piece of text.
 * @ids: an array of #gint32; the tokens are appended.  After a failure, which
 *   @work keeps, they must not be used.
 */
void
pisces_bpe_encode (const PiscesBpe *bpe,
                   PiscesTextWork  *work,
                   const gchar     *word,
                   gsize            n_bytes,
                   GArray          *ids)
{
  g_autoptr (GString) token         = NULL;
  gboolean            after_unknown = FALSE;
  guint               first         = ids->len;
  const gchar        *end           = word + n_bytes;
  const gchar        *c;

  /* Joining takes about this much more work.  */
  if (! pisces_text_work_spend (work, 8 * n_bytes))
    return;

  token = g_string_new_len (word, n_bytes);
  if (bpe->ignore_merges)
    {
      gint32 id = find_string (bpe, token->str);

      if (id >= 0)
        {
          g_array_append_val (ids, id);
          return;
        }
    }

  for (c = word; c < end; c = g_utf8_next_char (c))
    {
      const gchar *next = g_utf8_next_char (c);

      g_string_truncate (token, 0);
      if (c > word && bpe->prefix)
        g_string_append (token, bpe->prefix);
      g_string_append_len (token, c, next - c);
      if (next == end && bpe->suffix)
        g_string_append (token, bpe->suffix);
      append_character (bpe, token->str, ids, &after_unknown);
      if (! pisces_text_work_spend (work, token->len) ||
          ! pisces_text_work_allows (work, ids->len - first))
        return;
    }

  if (! pisces_merges_apply (bpe->merges, ids, first))
    pisces_text_work_fail (work, "There is no memory to read a word of %u tokens.",
                           ids->len - first);
}

/**
 * pisces_bpe_find:
 *
 * Returns: the id of a token, written as in the file; or -1.
 */
gint32
pisces_bpe_find (const PiscesBpe *bpe,
                 const gchar     *token)
{
  return find_string (bpe, token);
}

/**
 * pisces_bpe_get_token:
 *
 * Returns: (nullable): the token as written in the file; %NULL if no token has
 *   this id.
 */
const gchar *
pisces_bpe_get_token (const PiscesBpe *bpe,
                      gint32           id)
{
  if (id < 0 || id >= (gint32) bpe->tokens->len)
    return NULL;

  return g_ptr_array_index (bpe->tokens, id);
}

/**
 * pisces_bpe_n_tokens:
 *
 * Returns: the largest id + 1.
 */
gint32
pisces_bpe_n_tokens (const PiscesBpe *bpe)
{
  return bpe->tokens->len;
}


/*  private functions  */

static gboolean
read_vocab (PiscesBpe   *bpe,
            yyjson_val  *vocab,
            GError     **error)
{
  yyjson_obj_iter  iter;
  yyjson_val      *key;

  if (yyjson_obj_size (vocab) == 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The tokenizer “%s” has no vocabulary.", bpe->path);
      return FALSE;
    }

  yyjson_obj_iter_init (vocab, &iter);
  while ((key = yyjson_obj_iter_next (&iter)))
    {
      yyjson_val  *id     = yyjson_obj_iter_get_val (key);
      const gchar *string = yyjson_get_str (key);
      guint64      number = yyjson_get_uint (id);

      if (yyjson_get_len (key) > MAX_TOKEN_BYTES)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "In the tokenizer “%s” a token has %" G_GSIZE_FORMAT " bytes; "
                       "%d are the most that the engine takes.",
                       bpe->path, yyjson_get_len (key), MAX_TOKEN_BYTES);
          return FALSE;
        }
      if (! yyjson_is_uint (id) || number >= MAX_TOKENS)
        {
          g_autofree gchar *shown = pisces_json_excerpt (string);

          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "In the tokenizer “%s” the id of token “%s” is no "
                       "number below %d.",
                       bpe->path, shown, MAX_TOKENS);
          return FALSE;
        }
      /* The token contains a zero byte, which no text here can have.  */
      if (strlen (string) != yyjson_get_len (key))
        continue;

      if (number >= bpe->tokens->len)
        g_ptr_array_set_size (bpe->tokens, number + 1);
      if (g_ptr_array_index (bpe->tokens, number))
        {
          g_autofree gchar *one   = pisces_json_excerpt (g_ptr_array_index (bpe->tokens, number));
          g_autofree gchar *other = pisces_json_excerpt (string);

          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "In the tokenizer “%s” the tokens “%s” and “%s” have the "
                       "same id %" G_GUINT64_FORMAT ".",
                       bpe->path, one, other, number);
          return FALSE;
        }

      string = g_string_chunk_insert (bpe->strings, string);
      g_ptr_array_index (bpe->tokens, number) = (gpointer) string;
      pisces_vocab_add (bpe->vocab, string, number);
    }

  return TRUE;
}

static gboolean
read_options (PiscesBpe   *bpe,
              yyjson_val  *json,
              GError     **error)
{
  const gchar *prefix  = yyjson_get_str (yyjson_obj_get (json, "continuing_subword_prefix"));
  const gchar *suffix  = yyjson_get_str (yyjson_obj_get (json, "end_of_word_suffix"));
  const gchar *unknown = yyjson_get_str (yyjson_obj_get (json, "unk_token"));
  gint         i;

  bpe->prefix        = prefix && *prefix ? g_strdup (prefix) : NULL;
  bpe->suffix        = suffix && *suffix ? g_strdup (suffix) : NULL;
  bpe->fuse_unknown  = pisces_component_flag (json, "fuse_unk", FALSE);
  bpe->byte_fallback = pisces_component_flag (json, "byte_fallback", FALSE);
  bpe->ignore_merges = pisces_component_flag (json, "ignore_merges", FALSE);
  bpe->unknown       = unknown ? find_string (bpe, unknown) : -1;

  if (! pisces_component_check_length (bpe->path, "continuing_subword_prefix",
                                       yyjson_obj_get (json, "continuing_subword_prefix"), error) ||
      ! pisces_component_check_length (bpe->path, "end_of_word_suffix",
                                       yyjson_obj_get (json, "end_of_word_suffix"), error))
    return FALSE;

  if (yyjson_get_num (yyjson_obj_get (json, "dropout")) != 0.0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                   "The tokenizer “%s” has a “dropout”, with which the tokens of a "
                   "text are drawn by chance; the engine does not do that.",
                   bpe->path);
      return FALSE;
    }

  if (unknown && bpe->unknown < 0)
    {
      g_autofree gchar *shown = pisces_json_excerpt (unknown);

      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the tokenizer “%s” the unknown token “%s” is not in the "
                   "vocabulary.",
                   bpe->path, shown);
      return FALSE;
    }

  for (i = 0; i < 256; i++)
    {
      gchar name[8];

      g_snprintf (name, sizeof (name), "<0x%02X>", i);
      bpe->bytes[i] = find_string (bpe, name);
    }

  return TRUE;
}

static gboolean
read_merges (PiscesBpe   *bpe,
             yyjson_val  *merges,
             GError     **error)
{
  g_autoptr (GString)  scratch = g_string_new (NULL);
  yyjson_arr_iter      iter;
  yyjson_val          *merge;
  gint32               rank    = 0;

  if (! yyjson_is_arr (merges) || yyjson_arr_size (merges) > MAX_TOKENS)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The tokenizer “%s” has no list of merges, or one of more "
                   "than %d.",
                   bpe->path, MAX_TOKENS);
      return FALSE;
    }

  bpe->merges = pisces_merges_new (yyjson_arr_size (merges));
  if (! bpe->merges)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for the %" G_GSIZE_FORMAT " merges of the "
                   "tokenizer “%s”.", yyjson_arr_size (merges), bpe->path);
      return FALSE;
    }

  yyjson_arr_iter_init (merges, &iter);
  while ((merge = yyjson_arr_iter_next (&iter)))
    if (! read_merge (bpe, merge, rank++, scratch, error))
      return FALSE;

  return TRUE;
}

/* A merge is "left right" in older files, and ["left", "right"] in newer
 * ones.  */
static gboolean
read_merge (PiscesBpe   *bpe,
            yyjson_val  *merge,
            gint32       rank,
            GString     *scratch,
            GError     **error)
{
  const gchar *left     = yyjson_get_str (yyjson_arr_get (merge, 0));
  const gchar *right    = yyjson_get_str (yyjson_arr_get (merge, 1));
  const gchar *line     = yyjson_get_str (merge);
  const gchar *space    = line ? strchr (line, ' ') : NULL;
  gsize        n_prefix = bpe->prefix ? strlen (bpe->prefix) : 0;
  gint32       left_id  = -1;
  gint32       right_id = -1;
  gint32       joined   = -1;

  g_string_truncate (scratch, 0);
  if (space)
    {
      g_string_append_len (scratch, line, space - line);
      left  = scratch->str;
      right = space + 1;
    }
  if (left && right)
    {
      left_id  = find_string (bpe, left);
      right_id = find_string (bpe, right);
    }
  if (left_id >= 0 && right_id >= 0 && strlen (right) >= n_prefix)
    {
      if (! space)
        g_string_append (scratch, left);
      g_string_append (scratch, right + n_prefix);
      joined = find_string (bpe, scratch->str);
    }

  if (joined < 0)
    {
      g_autofree gchar *one   = pisces_json_excerpt (left ? left : line ? line : "?");
      g_autofree gchar *other = pisces_json_excerpt (right ? right : "?");

      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the tokenizer “%s” merge %d (“%s”, “%s”) names a token that "
                   "is not in the vocabulary.",
                   bpe->path, rank, one, other);
      return FALSE;
    }

  pisces_merges_add (bpe->merges, left_id, right_id, rank, joined);

  return TRUE;
}

static void
append_character (const PiscesBpe *bpe,
                  const gchar     *token,
                  GArray          *ids,
                  gboolean        *after_unknown)
{
  gint32        id    = find_string (bpe, token);
  gboolean      spell = id < 0 && bpe->byte_fallback;
  const guint8 *byte;

  for (byte = (const guint8 *) token; spell && *byte; byte++)
    spell = bpe->bytes[*byte] >= 0;

  if (spell)
    {
      for (byte = (const guint8 *) token; *byte; byte++)
        g_array_append_val (ids, bpe->bytes[*byte]);
      *after_unknown = FALSE;
      return;
    }

  if (id < 0 && bpe->unknown >= 0 && ! (*after_unknown && bpe->fuse_unknown))
    g_array_append_val (ids, bpe->unknown);
  else if (id >= 0)
    g_array_append_val (ids, id);
  *after_unknown = id < 0;
}

static gint32
find_string (const PiscesBpe *bpe,
             const gchar     *string)
{
  return pisces_vocab_find (bpe->vocab, string);
}
