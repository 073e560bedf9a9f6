/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as an XMP packet: it is refused, or it accepts texts and gives
 * them back, with everything that it contained before.
 */

#include "engine/metadata/xmp-packet.h"

#include "fuzz.h"

#define TEXT "A star, lang=\"fr\" <é> & more"

static PiscesTextFields *
read_again (PiscesXmp *xmp)
{
  g_autoptr (GBytes)    packet = pisces_xmp_to_packet (xmp, 2000);
  g_autoptr (GError)    error  = NULL;
  g_autoptr (PiscesXmp) again  = pisces_xmp_new (packet, &error);

  g_assert_no_error (error);

  return pisces_xmp_get_fields (again);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         n_bytes)
{
  g_autoptr (GBytes)           packet = g_bytes_new (data, n_bytes);
  g_autoptr (PiscesXmp)        xmp    = pisces_xmp_new (packet, NULL);
  g_autoptr (PiscesTextFields) fields = NULL;
  g_autoptr (PiscesTextFields) again  = NULL;

  if (! xmp)
    return 0;

  fields = pisces_xmp_get_fields (xmp);
  again  = read_again (xmp);
  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    g_assert_true (pisces_lang_texts_equal (fields->texts[i], again->texts[i]));

  pisces_text_fields_write (fields, "pt-BR", TEXT, TEXT "\nin two lines");
  if (! pisces_xmp_set_fields (xmp, fields, NULL))
    return 0;

  g_clear_pointer (&again, pisces_text_fields_free);
  again = read_again (xmp);
  g_assert_cmpstr (pisces_text_fields_get (again, PISCES_FIELD_SHORT, "pt-BR"), ==, TEXT);
  g_assert_false (again->decorative);

  pisces_text_fields_set_decorative (fields, TRUE);
  if (pisces_xmp_set_fields (xmp, fields, NULL))
    {
      g_clear_pointer (&again, pisces_text_fields_free);
      again = read_again (xmp);
      g_assert_true (again->decorative);
    }

  return 0;
}
