/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-clip.c: CLIP's tokenizer, which is mostly published as two files,
 * vocab.json and merges.txt, without a tokenizer.json.  They are put together into
 * what transformers would write there, and read like any other.
 */

#include <string.h>

#include "engine/pisces.h"

#include "engine/model/plain-file.h"
#include "engine/model/tokenizer-private.h"
#include "engine/model/tokenizer.h"

/* Those of CLIP have 1 MB and 0.5 MB.  */
#define MAX_BYTES (16 * 1024 * 1024)

/* What transformers' CLIPConverter writes besides the two files.  */
static const gchar steps[] =
  "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": ["
  "   {\"type\": \"NFC\"},"
  "   {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"\\\\s+\"}, \"content\": \" \"},"
  "   {\"type\": \"Lowercase\"}]},"
  " \"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": ["
  "   {\"type\": \"Split\", \"behavior\": \"Removed\", \"invert\": true, \"pattern\": {\"Regex\":"
  "    \"'s|'t|'re|'ve|'m|'ll|'d|[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+\"}},"
  "   {\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true,"
  "    \"use_regex\": true}]},"
  " \"decoder\": {\"type\": \"ByteLevel\"},"
  " \"model\": {\"type\": \"BPE\", \"continuing_subword_prefix\": \"\","
  "   \"end_of_word_suffix\": \"</w>\", \"fuse_unk\": false,"
  "   \"unk_token\": \"<|endoftext|>\"}}";


static PiscesJsonDocument * put_together (const gchar         *vocab_path,
                                          const gchar         *merges_path,
                                          GError             **error);
static void                 add_special  (yyjson_mut_doc      *document,
                                          yyjson_val          *vocab);
static gboolean             add_merges   (yyjson_mut_doc      *document,
                                          yyjson_mut_val      *model,
                                          const gchar         *path,
                                          GError             **error);


/*  public functions  */

/**
 * pisces_tokenizer_load_clip:
 * @folder: a folder with a tokenizer.json, or with vocab.json and merges.txt.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the tokenizer; %NULL as from
 *   pisces_tokenizer_load().
 */
PiscesTokenizer *
pisces_tokenizer_load_clip (const gchar  *folder,
                            GError      **error)
{
  g_autofree gchar               *whole    = g_build_filename (folder, "tokenizer.json", NULL);
  g_autofree gchar               *vocab    = g_build_filename (folder, "vocab.json", NULL);
  g_autofree gchar               *merges   = g_build_filename (folder, "merges.txt", NULL);
  g_autoptr (PiscesJsonDocument)  document = NULL;

  if (g_file_test (whole, G_FILE_TEST_EXISTS))
    return pisces_tokenizer_load (whole, error);

  document = put_together (vocab, merges, error);

  return document ? pisces_tokenizer_read (document, vocab, error) : NULL;
}


/*  private functions  */

static PiscesJsonDocument *
put_together (const gchar  *vocab_path,
              const gchar  *merges_path,
              GError      **error)
{
  g_autoptr (PiscesJsonDocument) vocab = pisces_json_document_load (vocab_path, MAX_BYTES, error);
  g_autoptr (PiscesJsonDocument) frame = NULL;
  PiscesJsonDocument            *whole = NULL;
  yyjson_mut_doc                *document;
  yyjson_mut_val                *model;

  if (vocab == NULL ||
      ! (frame = pisces_json_document_parse (vocab_path, steps, strlen (steps), error)))
    return NULL;

  document = yyjson_doc_mut_copy (frame, NULL);
  model    = document ? yyjson_mut_obj_get (yyjson_mut_doc_get_root (document), "model") : NULL;
  if (model &&
      yyjson_mut_obj_add_val (document, model, "vocab",
                              yyjson_val_mut_copy (document, yyjson_doc_get_root (vocab))) &&
      ! add_merges (document, model, merges_path, error))
    {
      yyjson_mut_doc_free (document);
      return NULL;
    }

  if (document)
    add_special (document, yyjson_doc_get_root (vocab));
  if (document)
    whole = yyjson_mut_doc_imut_copy (document, NULL);
  yyjson_mut_doc_free (document);
  if (whole == NULL)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                 "There is no memory to read the tokenizer “%s”.", vocab_path);

  return whole;
}

/* The beginning and the end of a text.  They are left out when tokens are shown.  */
static void
add_special (yyjson_mut_doc *document,
             yyjson_val     *vocab)
{
  static const gchar *const names[] = { "<|startoftext|>", "<|endoftext|>" };
  yyjson_mut_val           *list    = yyjson_mut_arr (document);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      yyjson_mut_val *id    = yyjson_val_mut_copy (document, yyjson_obj_get (vocab, names[i]));
      yyjson_mut_val *token = yyjson_mut_arr_add_obj (document, id ? list : NULL);

      if (token)
        {
          yyjson_mut_obj_add_val (document, token, "id", id);
          yyjson_mut_obj_add_str (document, token, "content", names[i]);
          yyjson_mut_obj_add_bool (document, token, "special", TRUE);
        }
    }
  yyjson_mut_obj_add_val (document, yyjson_mut_doc_get_root (document), "added_tokens", list);
}

/* Each line is "left right"; the first may say a version.  */
static gboolean
add_merges (yyjson_mut_doc  *document,
            yyjson_mut_val  *model,
            const gchar     *path,
            GError         **error)
{
  yyjson_mut_val   *merges = yyjson_mut_arr (document);
  g_autofree gchar *text   = NULL;
  const gchar      *line;
  gsize             n_bytes;

  text = pisces_plain_file_contents (path, MAX_BYTES, &n_bytes, error);
  if (text == NULL)
    return FALSE;
  if (! g_utf8_validate (text, n_bytes, NULL))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The merges in “%s” are not UTF-8 text.", path);
      return FALSE;
    }

  for (line = text; *line; )
    {
      const gsize length = strcspn (line, "\r\n");

      if (length > 0 && ! (line == text && g_str_has_prefix (line, "#version")))
        yyjson_mut_arr_add_strncpy (document, merges, line, length);
      line += length + strspn (line + length, "\r\n");
    }
  yyjson_mut_obj_add_val (document, model, "merges", merges);

  return TRUE;
}
