/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-added.c: tokens that are searched in the text itself, before it is
 * split, such as <|image_start|>.  From left to right, the longest one is
 * taken at each place (tokenizers/src/tokenizer/added_vocabulary.rs).
 */

#include <string.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

#define MAX_ID             (1 << 22)
#define MAX_ADDED          (1 << 18)
#define MAX_TOKEN_BYTES    4096

/* The limit for all search strings together.  */
#define MAX_PATTERN_BYTES  (16 * 1024 * 1024)

typedef struct
{
  gint32    id;
  gchar    *content;                 /* as in the file */
  gchar    *pattern;                 /* the string to search for */
  gsize     n_pattern;
  gboolean  single_word;             /* does not match inside a word */
  gboolean  lstrip, rstrip;          /* includes the white space beside it */
  gboolean  normalized;              /* is searched after normalising */
  gboolean  special;
} Token;

struct _PiscesAddedTokens
{
  GPtrArray   *tokens;               /* Token */
  PiscesVocab *by_content;           /* index in tokens */
  GHashTable  *by_id;
  GPtrArray   *by_byte[2][256];      /* [normalized][first byte], longest
                                      * first; NULL: none */
  gint32       end;                  /* largest id + 1 */
};


static Token       * read_token    (yyjson_val               *json,
                                    const PiscesBpe          *bpe,
                                    const gchar              *path,
                                    GError                  **error);
static gboolean      make_patterns (PiscesAddedTokens        *added,
                                    const GPtrArray          *normalizers,
                                    const gchar              *path,
                                    GError                  **error);
static void          free_token    (gpointer                  data);
static gint          compare       (gconstpointer             a,
                                    gconstpointer             b);
static const Token * match_at      (const PiscesAddedTokens  *added,
                                    PiscesTextWork           *work,
                                    gboolean                  normalized,
                                    const gchar              *at,
                                    const gchar              *end);
static gboolean      is_apart      (const gchar              *text,
                                    const gchar              *begin,
                                    const gchar              *end,
                                    const gchar              *text_end);
static gboolean      is_word_char  (gunichar                  c);


/**
 * pisces_added_tokens_read:
 * @json: (nullable): the "added_tokens" of a tokenizer.json.
 * @bpe: the vocabulary, which may have some of the tokens.
 *
 * Returns: (transfer full) (nullable): the tokens, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID.
 */
PiscesAddedTokens *
pisces_added_tokens_read (yyjson_val       *json,
                          const PiscesBpe  *bpe,
                          const GPtrArray  *normalizers,
                          const gchar      *path,
                          GError          **error)
{
  g_autoptr (PiscesAddedTokens)  added = g_new0 (PiscesAddedTokens, 1);
  yyjson_arr_iter                iter;
  yyjson_val                    *value;
  guint                          i;

  added->tokens     = g_ptr_array_new_with_free_func (free_token);
  added->by_content = pisces_vocab_new ();
  added->by_id      = g_hash_table_new (NULL, NULL);

  yyjson_arr_iter_init (json, &iter);
  while ((value = yyjson_arr_iter_next (&iter)))
    {
      Token *token;

      if (added->tokens->len == MAX_ADDED)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "The tokenizer “%s” has more than %d added tokens.",
                       path, MAX_ADDED);
          return NULL;
        }
      token = read_token (value, bpe, path, error);
      if (! token)
        return NULL;
      g_ptr_array_add (added->tokens, token);
      pisces_vocab_add (added->by_content, token->content, added->tokens->len - 1);
      g_hash_table_insert (added->by_id, GINT_TO_POINTER (token->id), token);
      added->end = MAX (added->end, token->id + 1);
    }

  if (! make_patterns (added, normalizers, path, error))
    return NULL;

  for (i = 0; i < added->tokens->len; i++)
    {
      Token      *token = g_ptr_array_index (added->tokens, i);
      GPtrArray **list  = &added->by_byte[token->normalized]
                                         [(guint8) token->pattern[0]];

      if (token->n_pattern == 0)
        continue;
      if (! *list)
        *list = g_ptr_array_new ();
      g_ptr_array_add (*list, token);
    }
  for (i = 0; i < 512; i++)
    if (added->by_byte[i / 256][i % 256])
      g_ptr_array_sort (added->by_byte[i / 256][i % 256], compare);

  return g_steal_pointer (&added);
}

void
pisces_added_tokens_free (PiscesAddedTokens *added)
{
  guint  i;

  if (! added)
    return;

  for (i = 0; i < 512; i++)
    g_clear_pointer (&added->by_byte[i / 256][i % 256], g_ptr_array_unref);
  pisces_vocab_free (added->by_content);
  g_hash_table_unref (added->by_id);
  g_ptr_array_unref (added->tokens);
  g_free (added);
}

/**
 * pisces_added_tokens_split:
 * @normalized: which of the two kinds to search for.
 * @with_special: whether to search for special tokens too.
 * @text: (array length=n_bytes): valid UTF-8.
 * @func: called for each part in order: with the id of a token, or with -1 and
 *   the position of the text between tokens.  It is no longer called after a
 *   failure, which @work keeps.
 */
void
pisces_added_tokens_split (const PiscesAddedTokens *added,
                           PiscesTextWork          *work,
                           gboolean                 normalized,
                           gboolean                 with_special,
                           const gchar             *text,
                           gsize                    n_bytes,
                           PiscesSegmentFunc        func,
                           gpointer                 data)
{
  const gchar *end  = text + n_bytes;
  const gchar *done = text;
  const gchar *at   = text;

  while (at < end)
    {
      const Token *token = match_at (added, work, normalized, at, end);
      const gchar *begin = at;

      if (work->error)
        return;

      at += token ? token->n_pattern : 1;
      if (! token ||
          (token->special && ! with_special) ||
          (token->single_word && ! is_apart (text, begin, at, end)))
        continue;

      /* White space that belongs to the token before is not used again.  */
      begin = MAX (begin, done);
      while (token->lstrip && begin > done &&
             pisces_unichar_is_space (g_utf8_get_char (g_utf8_prev_char (begin))))
        begin = g_utf8_prev_char (begin);
      if (begin > done)
        func (-1, done - text, begin - text, data);

      done = at;
      while (token->rstrip && done < end &&
             pisces_unichar_is_space (g_utf8_get_char (done)))
        done = g_utf8_next_char (done);
      func (token->id, begin - text, done - text, data);
    }

  if (done < end && ! work->error)
    func (-1, done - text, n_bytes, data);
}

/**
 * pisces_added_tokens_find:
 *
 * Returns: the id, or -1.
 */
gint32
pisces_added_tokens_find (const PiscesAddedTokens *added,
                          const gchar             *content)
{
  const gint32  place = pisces_vocab_find (added->by_content, content);
  const Token  *token;

  if (place < 0)
    return -1;

  token = g_ptr_array_index (added->tokens, place);
  return token->id;
}

/**
 * pisces_added_tokens_get:
 * @special: (out): whether it is a special token.
 *
 * Returns: (nullable): the token's text, or %NULL if no added token has this
 *   id.
 */
const gchar *
pisces_added_tokens_get (const PiscesAddedTokens *added,
                         gint32                   id,
                         gboolean                *special)
{
  const Token *token = g_hash_table_lookup (added->by_id, GINT_TO_POINTER (id));

  *special = token && token->special;

  return token ? token->content : NULL;
}

gint32
pisces_added_tokens_end (const PiscesAddedTokens *added)
{
  return added->end;
}


/*  private functions  */

static Token *
read_token (yyjson_val       *json,
            const PiscesBpe  *bpe,
            const gchar      *path,
            GError          **error)
{
  yyjson_val  *content = yyjson_obj_get (json, "content");
  yyjson_val  *id      = yyjson_obj_get (json, "id");
  const gchar *string  = yyjson_get_str (content);
  gint32       known;
  Token       *token;

  if (! string || strlen (string) != yyjson_get_len (content) ||
      yyjson_get_len (content) > MAX_TOKEN_BYTES ||
      ! yyjson_is_uint (id) || yyjson_get_uint (id) >= MAX_ID)
    {
      g_autofree gchar *shown = pisces_json_excerpt (string ? string : "?");

      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the tokenizer “%s” the added token “%s” lacks a sound "
                   "content or id.",
                   path, shown);
      return NULL;
    }

  token              = g_new0 (Token, 1);
  known              = pisces_bpe_find (bpe, string);
  token->id          = known >= 0 ? known : (gint32) yyjson_get_uint (id);
  token->content     = g_strdup (string);
  token->single_word = pisces_component_flag (json, "single_word", FALSE);
  token->lstrip      = pisces_component_flag (json, "lstrip", FALSE);
  token->rstrip      = pisces_component_flag (json, "rstrip", FALSE);
  token->special     = pisces_component_flag (json, "special", FALSE);
  token->normalized  = pisces_component_flag (json, "normalized",
                                              ! token->special);

  return token;
}

/* Makes the search strings.  Their total size is limited, because there may be
 * many, and the normalizers may make each of them longer.  */
static gboolean
make_patterns (PiscesAddedTokens  *added,
               const GPtrArray    *normalizers,
               const gchar        *path,
               GError            **error)
{
  gsize          n_bytes = 0;
  PiscesTextWork work;
  guint          i;

  for (i = 0; i < added->tokens->len; i++)
    {
      const Token *token = g_ptr_array_index (added->tokens, i);

      n_bytes += strlen (token->content);
    }
  pisces_text_work_init (&work, path, n_bytes, NULL);
  work.max_bytes = MIN (work.max_bytes, MAX_PATTERN_BYTES);

  n_bytes = 0;
  for (i = 0; i < added->tokens->len; i++)
    {
      Token *token = g_ptr_array_index (added->tokens, i);

      token->pattern = token->normalized ?
                       pisces_normalizers_run (normalizers, &work, token->content,
                                               strlen (token->content)) :
                       g_strdup (token->content);
      if (token->pattern)
        token->n_pattern = strlen (token->pattern);
      n_bytes += token->n_pattern;
      if (! pisces_text_work_allows (&work, n_bytes))
        break;
    }

  return pisces_text_work_finish (&work, error);
}

static void
free_token (gpointer data)
{
  Token *token = data;

  g_free (token->content);
  g_free (token->pattern);
  g_free (token);
}

static gint
compare (gconstpointer a,
         gconstpointer b)
{
  const Token *left  = *(const Token * const *) a;
  const Token *right = *(const Token * const *) b;

  if (left->n_pattern != right->n_pattern)
    return left->n_pattern > right->n_pattern ? -1 : 1;
  return left->id - right->id;
}

static const Token *
match_at (const PiscesAddedTokens *added,
          PiscesTextWork          *work,
          gboolean                 normalized,
          const gchar             *at,
          const gchar             *end)
{
  const GPtrArray *list = added->by_byte[normalized][(guint8) *at];
  gsize            left = end - at;
  guint            i;

  if (! pisces_text_work_spend (work, list ? list->len : 1))
    return NULL;

  for (i = 0; list && i < list->len; i++)
    {
      const Token *token = g_ptr_array_index (list, i);

      if (token->n_pattern <= left &&
          memcmp (token->pattern, at, token->n_pattern) == 0)
        return token;
    }

  return NULL;
}

/* Returns whether there is no letter or digit on either side.  */
static gboolean
is_apart (const gchar *text,
          const gchar *begin,
          const gchar *end,
          const gchar *text_end)
{
  return (begin == text ||
          ! is_word_char (g_utf8_get_char (g_utf8_prev_char (begin)))) &&
         (end == text_end || ! is_word_char (g_utf8_get_char (end)));
}

/* \w of Unicode regular expressions.  */
static gboolean
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) ||
         g_unichar_type (c) == G_UNICODE_CONNECT_PUNCTUATION ||
         c == 0x200c || c == 0x200d;
}
