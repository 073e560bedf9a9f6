/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-private.h: the parts of a tokenizer, which tokenizer.c combines.
 * Text goes through
 *
 *   added tokens -> normalizers -> added tokens -> pre-tokenizers -> BPE
 *
 * and tokens go back through the decoders.  Each part is read from its section
 * of tokenizer.json; `path` is the file's name, for messages.
 */

#pragma once

#include <gio/gio.h>

#include "engine/model/json-document.h"
#include "engine/model/tokenizer.h"

G_BEGIN_DECLS

/*  the whole  */

PiscesTokenizer *
                pisces_tokenizer_read          (PiscesJsonDocument   *document,
                                                const gchar          *path,
                                                GError              **error);

/* work: the limits for taking one text through the steps */

typedef struct
{
  const gchar    *path;
  GCancellable   *cancellable;
  gint64          end_us;            /* in processor time of the thread */
  gsize           max_bytes;         /* of the text, after any step */
  gsize           n_units;           /* since the time was last checked */
  gsize           n_piece_bytes;     /* output of the last step so far */
  GError         *error;             /* the first failure */
  gpointer        matcher;           /* memory that tokenizer-patterns.c keeps
                                      * for the next search in this text */
  GDestroyNotify  free_matcher;
} PiscesTextWork;

void            pisces_text_work_init          (PiscesTextWork       *work,
                                                const gchar          *path,
                                                gsize                 n_bytes,
                                                GCancellable         *cancellable);
gboolean        pisces_text_work_finish        (PiscesTextWork       *work,
                                                GError              **error);
gboolean        pisces_text_work_spend         (PiscesTextWork       *work,
                                                gsize                 n_units);
gboolean        pisces_text_work_allows        (PiscesTextWork       *work,
                                                gsize                 n_bytes);
void            pisces_text_work_fail_slow     (PiscesTextWork       *work);
void            pisces_text_work_fail          (PiscesTextWork       *work,
                                                const gchar          *format,
                                                ...) G_GNUC_PRINTF (2, 3);

/*  components: what normalizers, pre-tokenizers and decoders have in common  */

gboolean        pisces_components_flatten      (yyjson_val           *json,
                                                const gchar          *list_key,
                                                const gchar          *path,
                                                GPtrArray            *flat,
                                                GError              **error);
gboolean        pisces_component_is            (yyjson_val           *json,
                                                const gchar          *type);
gboolean        pisces_component_flag          (yyjson_val           *json,
                                                const gchar          *key,
                                                gboolean              fallback);
const gchar   * pisces_component_string        (yyjson_val           *json,
                                                const gchar          *key,
                                                const gchar          *path,
                                                GError              **error);
gboolean        pisces_component_check_length  (const gchar          *path,
                                                const gchar          *key,
                                                yyjson_val           *value,
                                                GError              **error);
void            pisces_component_refuse        (yyjson_val           *json,
                                                const gchar          *what,
                                                const gchar          *path,
                                                GError              **error);
gboolean        pisces_unichar_is_space        (gunichar              c);

/*  patterns  */

typedef struct _PiscesPattern PiscesPattern;

/* A part of a text, in bytes.  */
typedef struct
{
  gsize     begin;
  gsize     end;
  gboolean  is_match;
} PiscesRange;

PiscesPattern * pisces_pattern_read            (yyjson_val           *json,
                                                const gchar          *path,
                                                GError              **error);
PiscesPattern * pisces_pattern_new_regex       (const gchar          *regex,
                                                const gchar          *path,
                                                GError              **error);
PiscesPattern * pisces_pattern_new_string      (const gchar          *string);
void            pisces_pattern_free            (PiscesPattern        *pattern);
void            pisces_pattern_find            (const PiscesPattern  *pattern,
                                                PiscesTextWork       *work,
                                                const gchar          *text,
                                                gsize                 n_bytes,
                                                GArray               *ranges);
gchar         * pisces_pattern_replace         (const PiscesPattern  *pattern,
                                                PiscesTextWork       *work,
                                                const gchar          *text,
                                                const gchar          *content);

/* What happens to the matches, with the names of tokenizer.json.  */
typedef enum
{
  PISCES_ISOLATED,
  PISCES_REMOVED,
  PISCES_MERGED_WITH_PREVIOUS,
  PISCES_MERGED_WITH_NEXT,
  PISCES_CONTIGUOUS
} PiscesBehavior;

void            pisces_ranges_find_class       (gboolean          (* is_member) (gunichar c),
                                                const gchar          *text,
                                                gsize                 n_bytes,
                                                GArray               *ranges);
void            pisces_ranges_apply            (GArray               *ranges,
                                                PiscesBehavior        behavior,
                                                gboolean              invert);

/* writing bytes as printable characters */

void            pisces_byte_level_append       (GString              *out,
                                                const gchar          *bytes,
                                                gsize                 n_bytes);
gboolean        pisces_byte_level_append_bytes (GString              *out,
                                                const gchar          *token);

/*  normalizers  */

GPtrArray     * pisces_normalizers_read        (yyjson_val           *json,
                                                const gchar          *path,
                                                GError              **error);
gchar         * pisces_normalizers_run         (const GPtrArray      *normalizers,
                                                PiscesTextWork       *work,
                                                const gchar          *text,
                                                gsize                 n_bytes);

/*  pre-tokenizers  */

typedef void (* PiscesPieceFunc)               (const gchar          *piece,
                                                gsize                 n_bytes,
                                                gpointer              data);

GPtrArray     * pisces_pre_tokenizers_read     (yyjson_val           *json,
                                                const gchar          *path,
                                                GError              **error);
void            pisces_pre_tokenizers_run      (const GPtrArray      *steps,
                                                PiscesTextWork       *work,
                                                const gchar          *text,
                                                gsize                 n_bytes,
                                                gboolean              at_start,
                                                PiscesPieceFunc       func,
                                                gpointer              data);

/*  vocabulary: strings and their numbers  */

typedef struct _PiscesVocab PiscesVocab;

PiscesVocab   * pisces_vocab_new               (void);
void            pisces_vocab_free              (PiscesVocab          *vocab);
void            pisces_vocab_add               (PiscesVocab          *vocab,
                                                const gchar          *string,
                                                gint32                id);
gint32          pisces_vocab_find              (const PiscesVocab    *vocab,
                                                const gchar          *string);

/*  byte-pair encoding  */

typedef struct _PiscesBpe PiscesBpe;

PiscesBpe     * pisces_bpe_read                (yyjson_val           *json,
                                                const gchar          *path,
                                                GError              **error);
void            pisces_bpe_free                (PiscesBpe            *bpe);
void            pisces_bpe_encode              (const PiscesBpe      *bpe,
                                                PiscesTextWork       *work,
                                                const gchar          *word,
                                                gsize                 n_bytes,
                                                GArray               *ids);
gint32          pisces_bpe_find                (const PiscesBpe      *bpe,
                                                const gchar          *token);
const gchar   * pisces_bpe_get_token           (const PiscesBpe      *bpe,
                                                gint32                id);
gint32          pisces_bpe_n_tokens            (const PiscesBpe      *bpe);

/* added tokens: searched in the text itself, never split */

typedef struct _PiscesAddedTokens PiscesAddedTokens;

typedef void (* PiscesSegmentFunc)             (gint32                id,
                                                gsize                 begin,
                                                gsize                 end,
                                                gpointer              data);

PiscesAddedTokens *
                pisces_added_tokens_read       (yyjson_val           *json,
                                                const PiscesBpe      *bpe,
                                                const GPtrArray      *normalizers,
                                                const gchar          *path,
                                                GError              **error);
void            pisces_added_tokens_free       (PiscesAddedTokens    *added);
void            pisces_added_tokens_split      (const PiscesAddedTokens
                                                                     *added,
                                                PiscesTextWork       *work,
                                                gboolean              normalized,
                                                gboolean              with_special,
                                                const gchar          *text,
                                                gsize                 n_bytes,
                                                PiscesSegmentFunc     func,
                                                gpointer              data);
gint32          pisces_added_tokens_find       (const PiscesAddedTokens
                                                                     *added,
                                                const gchar          *content);
const gchar   * pisces_added_tokens_get        (const PiscesAddedTokens
                                                                     *added,
                                                gint32                id,
                                                gboolean             *special);
gint32          pisces_added_tokens_end        (const PiscesAddedTokens
                                                                     *added);

/*  decoders  */

GPtrArray     * pisces_decoders_read           (yyjson_val           *json,
                                                const gchar          *path,
                                                GError              **error);
gchar         * pisces_decoders_run            (const GPtrArray      *decoders,
                                                PiscesTextWork       *work,
                                                GPtrArray            *tokens);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesPattern,     pisces_pattern_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesVocab,       pisces_vocab_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesBpe,         pisces_bpe_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesAddedTokens, pisces_added_tokens_free)

G_END_DECLS
