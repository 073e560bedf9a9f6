/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the header of a weight file with 64 bytes of data: it is
 * refused with a sentence, or its tensors are inside the data, one after
 * another.
 */

#include "engine/pisces.h"
#include "engine/model/safetensors.h"

#include "fuzz.h"

#define N_DATA 64

static void
clear_entry (gpointer data)
{
  g_free (((PiscesSafetensorsEntry *) data)->name);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         n_bytes)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (PiscesSafetensorsEntry));
  g_autoptr (GError) error   = NULL;
  guint64            at      = 0;

  g_array_set_clear_func (entries, clear_entry);
  if (! pisces_safetensors_read_header ("model.safetensors", (const gchar *) data, n_bytes,
                                        N_DATA, entries, &error))
    {
      g_assert_nonnull (error);
      g_assert_cmpint (error->domain, ==, PISCES_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_true (g_str_has_suffix (error->message, "."));
      return 0;
    }

  for (guint i = 0; i < entries->len; i++)
    {
      const PiscesSafetensorsEntry *entry = &g_array_index (entries, PiscesSafetensorsEntry, i);

      g_assert_cmpuint (entry->begin, ==, at);
      g_assert_cmpuint (entry->end, >=, entry->begin);
      at = entry->end;
      if (entry->readable && pisces_dtype_size (entry->tensor.dtype) > 0)
        g_assert_cmpuint (pisces_host_tensor_n_bytes (&entry->tensor), ==, entry->end - entry->begin);
    }
  g_assert_cmpuint (at, ==, N_DATA);

  return 0;
}
