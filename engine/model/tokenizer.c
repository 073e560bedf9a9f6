/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer.c: combines the parts of a tokenizer.json: reads it, sends text
 * through its steps, and converts tokens back.  The post-processor, which adds
 * tokens around a text, is ignored: the templates of a family do that.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"
#include "engine/model/tokenizer.h"

/* The largest known ones have 33 MB.  A parsed file may take eight times its
 * size in memory.  */
#define MAX_BYTES       (64 * 1024 * 1024)

/* The limit for one text; prompts are much shorter.  */
#define MAX_TEXT_BYTES  (1024 * 1024)

/* How often each character is repeated in the text with which a tokenizer is
 * tested.  */
#define RUN_LENGTH      40

struct _PiscesTokenizer
{
  gchar             *path;               /* for messages */
  GPtrArray         *normalizers;
  GPtrArray         *pre_tokenizers;
  GPtrArray         *decoders;
  PiscesBpe         *bpe;
  PiscesAddedTokens *added;
};

/* The data of one call of encode.  */
typedef struct
{
  const PiscesTokenizer *tokenizer;
  PiscesTextWork        *work;
  GArray                *ids;
  gboolean               with_special;
  const gchar           *text;         /* the input of the present step */
  gboolean               at_start;
} Encoding;


static gboolean   try_out           (const PiscesTokenizer *tokenizer,
                                     GError               **error);
static gboolean   encode            (const PiscesTokenizer *tokenizer,
                                     const gchar           *text,
                                     gboolean               with_special,
                                     GArray                *ids,
                                     GCancellable          *cancellable,
                                     GError               **error);
static gboolean   encode_with       (const PiscesTokenizer *tokenizer,
                                     PiscesTextWork        *work,
                                     const gchar           *text,
                                     gboolean               with_special,
                                     GArray                *ids);
static void       encode_segment    (gint32                 id,
                                     gsize                  begin,
                                     gsize                  end,
                                     gpointer               data);
static void       encode_normalized (gint32                 id,
                                     gsize                  begin,
                                     gsize                  end,
                                     gpointer               data);
static void       encode_piece      (const gchar           *piece,
                                     gsize                  n_bytes,
                                     gpointer               data);


/**
 * pisces_tokenizer_load:
 * @path: a tokenizer.json with a BPE model.
 *
 * The steps are tested with a text that has every printable character, because
 * a file can have steps that never end, or that read beyond the text.
 *
 * Returns: (transfer full) (nullable): the tokenizer, or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND, %PISCES_ERROR_MODEL_INVALID, or
 *   %PISCES_ERROR_MODEL_UNSUPPORTED with the name of an unsupported part.
 */
PiscesTokenizer *
pisces_tokenizer_load (const gchar  *path,
                       GError      **error)
{
  g_autoptr (PiscesJsonDocument) document = NULL;

  document = pisces_json_document_load (path, MAX_BYTES, error);

  return document ? pisces_tokenizer_read (document, path, error) : NULL;
}

/**
 * pisces_tokenizer_read:
 * @document: the contents of a tokenizer.json, which are not needed
 *   afterwards.
 * @path: the file's name, for messages.
 *
 * Like pisces_tokenizer_load(), for a file that has already been read.
 */
PiscesTokenizer *
pisces_tokenizer_read (PiscesJsonDocument  *document,
                       const gchar         *path,
                       GError             **error)
{
  g_autoptr (PiscesTokenizer)  tokenizer = NULL;
  yyjson_val                  *root      = yyjson_doc_get_root (document);

  tokenizer       = g_new0 (PiscesTokenizer, 1);
  tokenizer->path = g_strdup (path);

  tokenizer->normalizers = pisces_normalizers_read (yyjson_obj_get (root, "normalizer"),
                                                    path, error);
  if (! tokenizer->normalizers)
    return NULL;

  tokenizer->pre_tokenizers =
    pisces_pre_tokenizers_read (yyjson_obj_get (root, "pre_tokenizer"), path, error);
  if (! tokenizer->pre_tokenizers)
    return NULL;

  tokenizer->decoders = pisces_decoders_read (yyjson_obj_get (root, "decoder"),
                                              path, error);
  if (! tokenizer->decoders)
    return NULL;

  tokenizer->bpe = pisces_bpe_read (yyjson_obj_get (root, "model"), path, error);
  if (! tokenizer->bpe)
    return NULL;

  tokenizer->added = pisces_added_tokens_read (yyjson_obj_get (root, "added_tokens"),
                                               tokenizer->bpe,
                                               tokenizer->normalizers, path, error);
  if (! tokenizer->added || ! try_out (tokenizer, error))
    return NULL;

  return g_steal_pointer (&tokenizer);
}

void
pisces_tokenizer_free (PiscesTokenizer *tokenizer)
{
  if (! tokenizer)
    return;

  g_clear_pointer (&tokenizer->normalizers,    g_ptr_array_unref);
  g_clear_pointer (&tokenizer->pre_tokenizers, g_ptr_array_unref);
  g_clear_pointer (&tokenizer->decoders,       g_ptr_array_unref);
  pisces_bpe_free (tokenizer->bpe);
  pisces_added_tokens_free (tokenizer->added);
  g_free (tokenizer->path);
  g_free (tokenizer);
}

/**
 * pisces_tokenizer_encode:
 * @text: any text; bytes that are not UTF-8 are read as U+FFFD.
 * @ids: an array of #gint32; the tokens are appended, or nothing after a
 *   failure.
 * @cancellable: (nullable): stops the work when it is cancelled.
 *
 * If @text contains the names of special tokens, these become special tokens.
 * So use this for templates, and pisces_tokenizer_encode_plain() for what a
 * user wrote.
 *
 * Returns: whether the text could be encoded.  Errors: %G_IO_ERROR_CANCELLED;
 *   %PISCES_ERROR_MODEL_INVALID if the tokenizer takes too long or its output
 *   is too long; %PISCES_ERROR_INVALID_REQUEST if the text is too long.
 */
gboolean
pisces_tokenizer_encode (const PiscesTokenizer  *tokenizer,
                         const gchar            *text,
                         GArray                 *ids,
                         GCancellable           *cancellable,
                         GError                **error)
{
  return encode (tokenizer, text, TRUE, ids, cancellable, error);
}

/**
 * pisces_tokenizer_encode_plain:
 *
 * Like pisces_tokenizer_encode(), but the names of special tokens are ordinary
 * text, so that nobody can put a template's special tokens into a prompt.
 */
gboolean
pisces_tokenizer_encode_plain (const PiscesTokenizer  *tokenizer,
                               const gchar            *text,
                               GArray                 *ids,
                               GCancellable           *cancellable,
                               GError                **error)
{
  return encode (tokenizer, text, FALSE, ids, cancellable, error);
}

/**
 * pisces_tokenizer_split:
 * @text: valid UTF-8, a template for example.
 * @func: called for each special token and for each stretch of text between
 *   two of them.
 * @user_data: for @func.
 *
 * For those that put something between the stretches and encode them together,
 * by pisces_tokenizer_encode_plain(): words at the seam are not torn apart then.
 *
 * Returns: whether the text could be read; errors as pisces_tokenizer_encode().
 **/
gboolean
pisces_tokenizer_split (const PiscesTokenizer  *tokenizer,
                        const gchar            *text,
                        PiscesStretchFunc       func,
                        gpointer                user_data,
                        GError                **error)
{
  const gsize    n_bytes = strlen (text);
  PiscesTextWork work;

  pisces_text_work_init (&work, tokenizer->path, n_bytes, NULL);
  pisces_added_tokens_split (tokenizer->added, &work, FALSE, TRUE, text, n_bytes,
                             func, user_data);

  return pisces_text_work_finish (&work, error);
}

/**
 * pisces_tokenizer_decode:
 * @ids: (array length=n_ids): tokens; unknown ids are ignored.
 * @skip_special: whether to leave out special tokens too.
 * @cancellable: (nullable): stops the work when it is cancelled.
 *
 * If the list ends inside a character, the incomplete character becomes
 * U+FFFD.
 *
 * Returns: (transfer full) (nullable): the text, valid UTF-8; or %NULL with an
 *   error as from pisces_tokenizer_encode().
 */
gchar *
pisces_tokenizer_decode (const PiscesTokenizer  *tokenizer,
                         const gint32           *ids,
                         gsize                   n_ids,
                         gboolean                skip_special,
                         GCancellable           *cancellable,
                         GError                **error)
{
  GPtrArray        *tokens  = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *text    = NULL;
  gsize             n_bytes = 0;
  PiscesTextWork    work;
  gsize             i;

  for (i = 0; i < n_ids; i++)
    {
      gboolean     special;
      const gchar *token = pisces_added_tokens_get (tokenizer->added, ids[i],
                                                    &special);

      if (! token)
        token = pisces_bpe_get_token (tokenizer->bpe, ids[i]);
      if (token && ! (special && skip_special))
        {
          g_ptr_array_add (tokens, g_strdup (token));
          n_bytes += strlen (token);
        }
    }

  pisces_text_work_init (&work, tokenizer->path, n_bytes, cancellable);
  text = pisces_decoders_run (tokenizer->decoders, &work, tokens);

  return pisces_text_work_finish (&work, error) ? g_steal_pointer (&text) : NULL;
}

/**
 * pisces_tokenizer_find:
 * @token: the token as written in the file: `<|image|>`, or `Ġred` for " red"
 *   in byte-level vocabularies.
 *
 * Returns: the id, or -1.
 */
gint32
pisces_tokenizer_find (const PiscesTokenizer *tokenizer,
                       const gchar           *token)
{
  gint32  id = pisces_added_tokens_find (tokenizer->added, token);

  return id >= 0 ? id : pisces_bpe_find (tokenizer->bpe, token);
}

/**
 * pisces_tokenizer_n_tokens:
 *
 * Returns: the largest id + 1; an embedding table has at least this many rows.
 */
gint32
pisces_tokenizer_n_tokens (const PiscesTokenizer *tokenizer)
{
  return MAX (pisces_bpe_n_tokens (tokenizer->bpe),
              pisces_added_tokens_end (tokenizer->added));
}

/**
 * pisces_tokenizer_normalize:
 * @text: what a user wrote.
 * @cancellable: (nullable): stops the work when it is cancelled.
 *
 * Returns: (transfer full) (nullable): the normalised text, which is split
 *   into tokens when @text is encoded; or %NULL with an error as from
 *   pisces_tokenizer_encode().
 */
gchar *
pisces_tokenizer_normalize (const PiscesTokenizer  *tokenizer,
                            const gchar            *text,
                            GCancellable           *cancellable,
                            GError                **error)
{
  g_autofree gchar *valid  = g_utf8_make_valid (text, -1);
  g_autofree gchar *normal = NULL;
  PiscesTextWork    work;

  pisces_text_work_init (&work, tokenizer->path, strlen (valid), cancellable);
  normal = pisces_normalizers_run (tokenizer->normalizers, &work, valid, strlen (valid));

  return pisces_text_work_finish (&work, error) ? g_steal_pointer (&normal) : NULL;
}


/*  private functions  */

/* Encodes the text and decodes it again.  */
static gboolean
try_out (const PiscesTokenizer  *tokenizer,
         GError                **error)
{
  g_autoptr (GString)  text = g_string_new (" \n\n A person's 2nd word: naïve, 漢字. 👍🏽\t¡");
  g_autoptr (GArray)   ids  = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autofree gchar    *back = NULL;
  gchar                c;
  gint                 i;

  for (c = ' '; c <= '~'; c++)
    {
      for (i = 0; i < RUN_LENGTH; i++)
        g_string_append_c (text, c);
      g_string_append_c (text, ' ');
      g_string_append_c (text, c);
    }
  /* PCRE2 searches ahead for a character that every match must contain, so the
   * text has all of them.  */
  for (c = ' '; c <= '~'; c++)
    g_string_append_c (text, c);

  if (! encode (tokenizer, text->str, FALSE, ids, NULL, error))
    return FALSE;

  back = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data, ids->len, TRUE,
                                  NULL, error);

  return back != NULL;
}

static gboolean
encode (const PiscesTokenizer  *tokenizer,
        const gchar            *text,
        gboolean                with_special,
        GArray                 *ids,
        GCancellable           *cancellable,
        GError                **error)
{
  const gsize    n_bytes = strlen (text);
  const guint    n_ids   = ids->len;
  PiscesTextWork work;

  if (n_bytes > MAX_TEXT_BYTES)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   g_dngettext (GETTEXT_PACKAGE,
                                "The text has %lu byte; no more than %d can be read. "
                                "Shorten it.",
                                "The text has %lu bytes; no more than %d can be read. "
                                "Shorten it.", n_bytes),
                   (gulong) n_bytes, MAX_TEXT_BYTES);
      return FALSE;
    }

  pisces_text_work_init (&work, tokenizer->path, n_bytes, cancellable);
  if (! encode_with (tokenizer, &work, text, with_special, ids))
    g_array_set_size (ids, n_ids);

  return pisces_text_work_finish (&work, error);
}

static gboolean
encode_with (const PiscesTokenizer *tokenizer,
             PiscesTextWork        *work,
             const gchar           *text,
             gboolean               with_special,
             GArray                *ids)
{
  g_autofree gchar *valid    = NULL;
  Encoding          encoding = { tokenizer, work, ids, with_special, text, TRUE };

  if (! g_utf8_validate (text, -1, NULL))
    encoding.text = valid = g_utf8_make_valid (text, -1);

  work->n_piece_bytes = 0;
  pisces_added_tokens_split (tokenizer->added, work, FALSE, with_special,
                             encoding.text, strlen (encoding.text),
                             encode_segment, &encoding);

  return work->error == NULL;
}

/* The text between tokens is normalised, and then searched for the tokens that
 * are found after normalising.  */
static void
encode_segment (gint32   id,
                gsize    begin,
                gsize    end,
                gpointer data)
{
  Encoding         *encoding   = data;
  g_autofree gchar *normalized = NULL;
  Encoding          inner      = *encoding;

  if (id >= 0)
    {
      g_array_append_val (encoding->ids, id);
      return;
    }

  normalized = pisces_normalizers_run (encoding->tokenizer->normalizers, encoding->work,
                                       encoding->text + begin, end - begin);
  if (! normalized)
    return;

  inner.text     = normalized;
  inner.at_start = begin == 0;
  pisces_added_tokens_split (encoding->tokenizer->added, encoding->work, TRUE,
                             encoding->with_special,
                             normalized, strlen (normalized),
                             encode_normalized, &inner);
}

static void
encode_normalized (gint32   id,
                   gsize    begin,
                   gsize    end,
                   gpointer data)
{
  Encoding *encoding = data;

  if (id >= 0)
    g_array_append_val (encoding->ids, id);
  else
    pisces_pre_tokenizers_run (encoding->tokenizer->pre_tokenizers, encoding->work,
                               encoding->text + begin, end - begin,
                               encoding->at_start && begin == 0,
                               encode_piece, encoding);
}

static void
encode_piece (const gchar *piece,
              gsize        n_bytes,
              gpointer     data)
{
  Encoding *encoding = data;

  pisces_bpe_encode (encoding->tokenizer->bpe, encoding->work, piece, n_bytes,
                     encoding->ids);
}
