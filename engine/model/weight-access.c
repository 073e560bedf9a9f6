/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-access.c: reads and checks the values of tensors in safetensors
 * files, or says where they are in a mapped file.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/weight-access.h"


/* A part of the second-level cache of most processors.  */
#define CHECKED_BYTES ((gsize) 256 << 10)


static gboolean   read_tensor   (const PiscesHostTensor
                                                    *tensor,
                                 gpointer            data,
                                 gpointer            scales,
                                 GError            **error);
static gboolean   map_tensor    (const PiscesHostTensor
                                                    *tensor,
                                 gconstpointer      *data,
                                 gconstpointer      *scales);
static void       blame_values  (const PiscesHostTensor
                                                    *tensor,
                                 GError            **error);
static gboolean   is_same       (gconstpointer       source,
                                 GError            **error);
static gboolean   read_checked  (const PiscesSafetensorsEntry
                                                    *entry,
                                 PiscesDType         dtype,
                                 guint8             *data,
                                 const gchar        *name,
                                 GError            **error);
static void       set_not_finite
                                (const PiscesSafetensorsEntry
                                                    *entry,
                                 const gchar        *name,
                                 GError            **error);
static gboolean   is_float      (PiscesDType         dtype);


const PiscesTensorAccess pisces_weight_access =
{
  .read    = read_tensor,
  .map     = map_tensor,
  .blame   = blame_values,
  .is_same = is_same
};


/**
 * pisces_weight_files_entry:
 * @name: the name as written in a file.
 *
 * Returns: (transfer none) (nullable): the file's entry of this name.
 */
const PiscesSafetensorsEntry *
pisces_weight_files_entry (const PiscesWeightFiles *files,
                           const gchar             *name)
{
  gsize low  = 0;
  gsize high = files->entries->len;

  while (low < high)
    {
      const gsize                   middle = low + (high - low) / 2;
      const PiscesSafetensorsEntry *entry  = g_ptr_array_index (files->entries, middle);
      const gint                    order  = strcmp (name, entry->name);

      if (order == 0)
        return entry;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }

  return NULL;
}


/*  private functions  */

/* Finds the entries of a tensor; @scales is NULL if it is not quantised.  */
static void
find_entries (const PiscesHostTensor        *tensor,
              const PiscesSafetensorsEntry **values,
              const PiscesSafetensorsEntry **scales)
{
  const PiscesWeightFiles *files = tensor->source;

  *scales = NULL;
  if (pisces_dtype_bits (tensor->dtype))
    {
      g_autofree gchar *quants_name = g_strdup_printf ("%s.%s", tensor->name,
                                                       pisces_dtype_name (tensor->dtype));
      g_autofree gchar *scales_name = g_strconcat (tensor->name, ".scales", NULL);

      *values = pisces_weight_files_entry (files, quants_name);
      *scales = pisces_weight_files_entry (files, scales_name);
    }
  else
    {
      *values = pisces_weight_files_entry (files, tensor->name);
    }
}

/* PiscesTensorAccess describes this and the next three functions.  */
static gboolean
read_tensor (const PiscesHostTensor  *tensor,
             gpointer                 data,
             gpointer                 scales,
             GError                 **error)
{
  const PiscesSafetensorsEntry *values, *marks;

  find_entries (tensor, &values, &marks);

  /* Quants are always finite, but scales may not be.  */
  if (marks)
    return pisces_safetensors_read (values->file, values, 0, data,
                                    values->end - values->begin, error) &&
           read_checked (marks, PISCES_F16, scales, tensor->name, error);

  return read_checked (values, tensor->dtype, data, tensor->name, error);
}

static gboolean
map_tensor (const PiscesHostTensor *tensor,
            gconstpointer          *data,
            gconstpointer          *scales)
{
  const PiscesSafetensorsEntry *values, *marks;

  find_entries (tensor, &values, &marks);
  *data   = pisces_safetensors_map (values->file, values);
  *scales = marks ? pisces_safetensors_map (marks->file, marks) : NULL;

  return *data && (*scales || ! marks);
}

static void
blame_values (const PiscesHostTensor  *tensor,
              GError                 **error)
{
  const PiscesSafetensorsEntry *values, *marks;

  find_entries (tensor, &values, &marks);
  set_not_finite (marks ? marks : values, tensor->name, error);
}

static gboolean
is_same (gconstpointer   source,
         GError        **error)
{
  const PiscesWeightFiles *files = source;

  for (guint i = 0; i < files->shards->len; i++)
    if (! pisces_safetensors_check (g_ptr_array_index (files->shards, i), error))
      return FALSE;

  return TRUE;
}

/* Reads one block at a time, and checks it while it is in the cache.  */
static gboolean
read_checked (const PiscesSafetensorsEntry  *entry,
              PiscesDType                    dtype,
              guint8                        *data,
              const gchar                   *name,
              GError                       **error)
{
  const gsize n_bytes   = entry->end - entry->begin;
  gboolean    is_finite = TRUE;

  for (gsize first = 0; first < n_bytes && is_finite; first += CHECKED_BYTES)
    {
      const gsize            n    = MIN (CHECKED_BYTES, n_bytes - first);
      const PiscesHostTensor some =
        {
          .dtype = dtype, .n_dims = 1, .dims = { n / MAX (pisces_dtype_size (dtype), 1) },
          .data = data + first
        };

      if (! pisces_safetensors_read (entry->file, entry, first, data + first, n, error))
        return FALSE;
      if (is_float (dtype))
        is_finite = pisces_host_tensor_is_finite (&some);
    }
  if (! is_finite)
    set_not_finite (entry, name, error);
  return is_finite;
}

static void
set_not_finite (const PiscesSafetensorsEntry  *entry,
                const gchar                   *name,
                GError                       **error)
{
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               _("In “%s” the weight “%s” has values that are not finite numbers "
                 "(NaN or infinity); the file is damaged. Download the model again."),
               pisces_safetensors_get_path (entry->file), name);
}

static gboolean
is_float (PiscesDType dtype)
{
  return dtype == PISCES_F32 || dtype == PISCES_F16 || dtype == PISCES_BF16 ||
         pisces_dtype_bits (dtype) > 0;
}
