/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * safetensors-header.c: reads the header of a safetensors file, and compares
 * everything in it with the size of the data before any of it is used.  The
 * checks are those of the reference (github.com/huggingface/safetensors,
 * tensor.rs) and a few more.  It does not read the file, only the header's
 * text.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/json-document.h"
#include "engine/model/safetensors.h"

#define MAX_FILE_DIMS   64
#define MAX_NAME_BYTES  1024

typedef struct
{
  const gchar *name;
  gint         n_bits;
  gint         dtype;                /* PiscesDType; -1: known, but not
                                      * supported */
} ElementType;

static const ElementType element_types[] =
{
  { "F32",  32, PISCES_F32  }, { "F16",     16, PISCES_F16 },
  { "BF16", 16, PISCES_BF16 }, { "I32",     32, PISCES_I32 },
  { "I64",  64, PISCES_I64  }, { "U8",       8, PISCES_U8  },
  { "F64",  64, -1 },          { "I16",     16, -1 },
  { "I8",    8, PISCES_I8  }, { "U16",     16, -1 },
  { "U32",  32, -1 },          { "U64",     64, -1 },
  { "BOOL",  8, -1 },          { "C64",     64, -1 },
  { "F8_E4M3", 8, -1 },        { "F8_E5M2",  8, -1 },
  { "F8_E8M0", 8, -1 },        { "F6_E2M3",  6, -1 },
  { "F6_E3M2", 6, -1 },        { "F4",       4, -1 }
};

typedef struct
{
  const gchar *path;                 /* for messages */
  guint64      n_data;
  GArray      *entries;
} Header;


static gboolean   read_entry      (Header                  *header,
                                   yyjson_val              *key,
                                   yyjson_val              *value,
                                   GError                 **error);
static gboolean   check_name      (Header                  *header,
                                   yyjson_val              *key,
                                   GError                 **error);
static gboolean   read_shape      (Header                  *header,
                                   PiscesSafetensorsEntry  *entry,
                                   yyjson_val              *shape,
                                   GError                 **error);
static gboolean   check_layout    (Header                  *header,
                                   GError                 **error);
static gint       compare_offsets (gconstpointer            a,
                                   gconstpointer            b);


/**
 * pisces_safetensors_read_header:
 * @path: the file's name, for messages.
 * @json: (array length=n_json): the header's text.
 * @n_data: how many bytes follow the header.
 * @entries: of #PiscesSafetensorsEntry; the tensors are appended, in the order
 *   of their data.  Their data pointers are not set.
 *
 * Returns: %FALSE with %PISCES_ERROR_MODEL_INVALID if the header is invalid;
 *   then nothing in @entries may be used.
 */
gboolean
pisces_safetensors_read_header (const gchar  *path,
                                const gchar  *json,
                                gsize         n_json,
                                guint64       n_data,
                                GArray       *entries,
                                GError      **error)
{
  Header                         header   = { path, n_data, entries };
  g_autoptr (PiscesJsonDocument) document = NULL;
  yyjson_obj_iter                iter;
  yyjson_val                    *key;

  document = pisces_json_document_parse (path, json, n_json, error);
  if (! document)
    return FALSE;
  if (! yyjson_is_obj (yyjson_doc_get_root (document)))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The header of the weight file “%s” is not a JSON object.",
                   path);
      return FALSE;
    }

  yyjson_obj_iter_init (yyjson_doc_get_root (document), &iter);
  while ((key = yyjson_obj_iter_next (&iter)))
    {
      yyjson_val *value = yyjson_obj_iter_get_val (key);

      if (yyjson_equals_str (key, "__metadata__"))
        continue;
      if (! read_entry (&header, key, value, error))
        return FALSE;
    }

  return check_layout (&header, error);
}


/*  private functions  */

static gboolean
read_entry (Header             *header,
            yyjson_val         *key,
            yyjson_val         *value,
            GError            **error)
{
  PiscesSafetensorsEntry  entry   = { 0 };
  const gchar            *name    = yyjson_get_str (key);
  const gchar            *dtype   = yyjson_get_str (yyjson_obj_get (value, "dtype"));
  yyjson_val             *shape   = yyjson_obj_get (value, "shape");
  yyjson_val             *offsets = yyjson_obj_get (value, "data_offsets");
  yyjson_val             *begin   = yyjson_arr_get (offsets, 0);
  yyjson_val             *end     = yyjson_arr_get (offsets, 1);
  guint64                 n_bits;
  guint                   i;

  if (! check_name (header, key, error))
    return FALSE;
  if (strlen (name) != yyjson_get_len (key) || ! dtype ||
      ! yyjson_is_arr (shape) || yyjson_arr_size (offsets) != 2 ||
      ! yyjson_is_uint (begin) || ! yyjson_is_uint (end))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the weight file “%s” the entry of tensor “%s” lacks a "
                   "sound dtype, shape or data_offsets.",
                   header->path, name);
      return FALSE;
    }

  for (i = 0; i < G_N_ELEMENTS (element_types); i++)
    if (g_str_equal (element_types[i].name, dtype))
      break;
  if (i == G_N_ELEMENTS (element_types))
    {
      g_autofree gchar *shown = pisces_json_excerpt (dtype);

      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the weight file “%s” tensor “%s” has the element type "
                   "“%s”, which this version has never heard of.",
                   header->path, name, shown);
      return FALSE;
    }

  entry.dtype_name = element_types[i].name;
  entry.begin      = yyjson_get_uint (begin);
  entry.end        = yyjson_get_uint (end);
  if (entry.begin > entry.end || entry.end > header->n_data)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   _("The weight file “%s” is cut off or damaged: its tensor “%s” "
                     "lies at bytes %lu to %lu of the data, but there are %lu. "
                     "Download the model again."),
                   header->path, name, (gulong) entry.begin, (gulong) entry.end,
                   (gulong) header->n_data);
      return FALSE;
    }

  entry.tensor.name  = name;
  entry.tensor.dtype = MAX (element_types[i].dtype, 0);
  if (! read_shape (header, &entry, shape, error))
    return FALSE;

  if (! g_uint64_checked_mul (&n_bits, entry.n_elements, element_types[i].n_bits) ||
      n_bits % 8 != 0 || n_bits / 8 != entry.end - entry.begin)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the weight file “%s” tensor “%s” has %" G_GUINT64_FORMAT
                   " elements of type %s, but %" G_GUINT64_FORMAT " bytes.",
                   header->path, name, entry.n_elements, dtype,
                   entry.end - entry.begin);
      return FALSE;
    }

  entry.readable = element_types[i].dtype >= 0 && entry.n_dims <= PISCES_MAX_DIMS;
  entry.name     = g_strdup (name);
  g_array_append_val (header->entries, entry);

  return TRUE;
}

/* Names appear in messages, so they must not contain control characters, which
 * a terminal would obey.  */
static gboolean
check_name (Header      *header,
            yyjson_val  *key,
            GError     **error)
{
  const gchar      *name  = yyjson_get_str (key);
  g_autofree gchar *shown = pisces_json_excerpt (name);
  const gchar      *c;

  if (yyjson_get_len (key) > MAX_NAME_BYTES)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the weight file “%s” the name of tensor “%s” has %"
                   G_GSIZE_FORMAT " bytes; %d are the most that the engine takes.",
                   header->path, shown, yyjson_get_len (key), MAX_NAME_BYTES);
      return FALSE;
    }

  for (c = name; *c; c = g_utf8_next_char (c))
    if (! g_unichar_isprint (g_utf8_get_char (c)))
      {
        g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                     "In the weight file “%s” the name of tensor “%s” has a "
                     "character that cannot be printed.",
                     header->path, shown);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_shape (Header                  *header,
            PiscesSafetensorsEntry  *entry,
            yyjson_val              *shape,
            GError                 **error)
{
  yyjson_arr_iter  iter;
  yyjson_val      *dim;
  guint64          n_elements = 1;
  gsize            n_dims     = yyjson_arr_size (shape);
  gsize            i          = 0;

  if (n_dims > MAX_FILE_DIMS)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the weight file “%s” tensor “%s” has %" G_GSIZE_FORMAT
                   " dimensions.",
                   header->path, entry->tensor.name, n_dims);
      return FALSE;
    }

  yyjson_arr_iter_init (shape, &iter);
  while ((dim = yyjson_arr_iter_next (&iter)))
    {
      if (! yyjson_is_uint (dim) || yyjson_get_uint (dim) > G_MAXINT64 ||
          ! g_uint64_checked_mul (&n_elements, n_elements, yyjson_get_uint (dim)))
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "In the weight file “%s” the shape of tensor “%s” is "
                       "no shape: dimension %" G_GSIZE_FORMAT " is not a "
                       "number, or too large.",
                       header->path, entry->tensor.name, i);
          return FALSE;
        }
      if (i < PISCES_MAX_DIMS)
        entry->tensor.dims[i] = yyjson_get_uint (dim);
      i++;
    }

  entry->n_dims        = n_dims;
  entry->tensor.n_dims = MIN (n_dims, PISCES_MAX_DIMS);
  entry->n_elements    = n_elements;

  return TRUE;
}

/* Tensors must follow each other without gaps and fill the data: overlaps and
 * gaps could hide data that the header does not show.  */
static gboolean
check_layout (Header             *header,
              GError            **error)
{
  guint64  at     = 0;
  guint    i;

  g_array_sort (header->entries, compare_offsets);

  for (i = 0; i < header->entries->len; i++)
    {
      const PiscesSafetensorsEntry *entry =
        &g_array_index (header->entries, PiscesSafetensorsEntry, i);

      if (entry->begin != at)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "In the weight file “%s” tensor “%s” begins at byte %"
                       G_GUINT64_FORMAT " of the data, but the one before it "
                       "ends at %" G_GUINT64_FORMAT ".",
                       header->path, entry->name, entry->begin, at);
          return FALSE;
        }
      at = entry->end;
    }

  if (at != header->n_data)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The weight file “%s” has %" G_GUINT64_FORMAT " bytes of "
                   "data, but its tensors have %" G_GUINT64_FORMAT ".",
                   header->path, header->n_data, at);
      return FALSE;
    }

  return TRUE;
}

static gint
compare_offsets (gconstpointer a,
                 gconstpointer b)
{
  const PiscesSafetensorsEntry *left  = a;
  const PiscesSafetensorsEntry *right = b;

  if (left->begin != right->begin)
    return left->begin < right->begin ? -1 : 1;
  if (left->end != right->end)
    return left->end < right->end ? -1 : 1;
  return 0;
}
