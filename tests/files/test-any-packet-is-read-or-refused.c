/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * XMP packets as programs write them, in all forms that RDF allows, and
 * invalid ones: our texts are found, written and removed, and everything else
 * stays; what is not XMP is refused.
 */

#include <string.h>

#include "engine/metadata/xmp-packet.h"

#define HEAD "<x:xmpmeta xmlns:x='adobe:ns:meta/'>" \
             "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
#define NAMES " xmlns:dc='http://purl.org/dc/elements/1.1/'" \
              " xmlns:i='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/'"
#define TAIL "</rdf:RDF></x:xmpmeta>"

static PiscesXmp *
parse (const gchar *text)
{
  g_autoptr (GBytes)  packet = g_bytes_new (text, strlen (text));
  g_autoptr (GError)  error  = NULL;
  PiscesXmp          *xmp    = pisces_xmp_new (packet, &error);

  g_assert_no_error (error);

  return xmp;
}

static gchar *
print (PiscesXmp *xmp)
{
  g_autoptr (GBytes) packet = pisces_xmp_to_packet (xmp, 0);

  return g_strndup (g_bytes_get_data (packet, NULL), g_bytes_get_size (packet));
}

static void
write_texts (PiscesXmp   *xmp,
             const gchar *language,
             const gchar *short_text)
{
  g_autoptr (PiscesTextFields) fields = pisces_xmp_get_fields (xmp);
  g_autoptr (GError)           error  = NULL;

  pisces_text_fields_write (fields, language, short_text, "");
  pisces_xmp_set_fields (xmp, fields, &error);
  g_assert_no_error (error);
}

static void
assert_description (const gchar *packet,
                    const gchar *language,
                    const gchar *text)
{
  g_autoptr (PiscesXmp)        xmp    = parse (packet);
  g_autoptr (PiscesTextFields) fields = pisces_xmp_get_fields (xmp);

  g_assert_cmpstr (pisces_lang_texts_get (fields->texts[PISCES_FIELD_DESCRIPTION], language),
                   ==, text);
}

static void
test_spellings (void)
{
  /* An array, a bare text, an attribute, a text with a qualifier, an array of
   * another kind, without a language, in a second description.  */
  assert_description (HEAD "<rdf:Description rdf:about=''" NAMES "><dc:description><rdf:Alt>"
                      "<rdf:li xml:lang='x-default'>A</rdf:li><rdf:li xml:lang='de-DE'>B, C</rdf:li>"
                      "</rdf:Alt></dc:description></rdf:Description>" TAIL, "DE-de", "B, C");
  assert_description (HEAD "<rdf:Description rdf:about=''" NAMES "><dc:description> A "
                      "</dc:description></rdf:Description>" TAIL, "x-default", "A");
  assert_description (HEAD "<rdf:Description rdf:about=''" NAMES " dc:description='A'/>" TAIL,
                      "x-default", "A");
  assert_description (HEAD "<rdf:Description rdf:about=''" NAMES "><dc:description><rdf:Alt>"
                      "<rdf:li xml:lang='fr' rdf:parseType='Resource'><rdf:value>A</rdf:value>"
                      "<dc:source>S</dc:source></rdf:li></rdf:Alt></dc:description></rdf:Description>"
                      TAIL, "fr", "A");
  assert_description (HEAD "<rdf:Description rdf:about=''" NAMES "><dc:description><rdf:Bag>"
                      "<rdf:li>A</rdf:li></rdf:Bag></dc:description></rdf:Description>" TAIL,
                      "x-default", "A");
  assert_description (HEAD "<rdf:Description rdf:about=''/>\n<rdf:Description rdf:about=''" NAMES
                      "><dc:description><rdf:Alt><rdf:li xml:lang='x-default'>A&amp;&#x20ac;<![CDATA[<]]>"
                      "</rdf:li></rdf:Alt></dc:description></rdf:Description>" TAIL, "x-default", "A&€<");
  /* Without the outer element; with a zero byte at the end.  */
  assert_description ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
                      "<rdf:Description" NAMES " dc:description='A'/></rdf:RDF>\n\n", "x-default", "A");
  /* The prefix has another meaning here.  */
  assert_description (HEAD "<rdf:Description rdf:about='' xmlns:dc='http://example.org/'"
                      " xmlns:own='http://purl.org/dc/elements/1.1/' dc:description='no'"
                      " own:description='A'/>" TAIL, "x-default", "A");
}

static void
test_written (void)
{
  static const gchar * const packets[] =
  {
    HEAD "<rdf:Description rdf:about=''/>" TAIL,
    HEAD TAIL,
    HEAD "<rdf:Description rdf:about=''" NAMES "><i:AltTextAccessibility>Old"
         "</i:AltTextAccessibility></rdf:Description>" TAIL,
    HEAD "<rdf:Description rdf:about=''" NAMES " i:AltTextAccessibility='Old'/>" TAIL,
    HEAD "<rdf:Description rdf:about='' xmlns:Iptc4xmpCore='http://example.org/'"
         " xmlns:dc='http://example.org/2' Iptc4xmpCore:X='x' dc:y='y'/>" TAIL,
    HEAD "<rdf:Description rdf:about=''" NAMES "><i:AltTextAccessibility><rdf:Alt>"
         "<rdf:li xml:lang='pt-br'>P</rdf:li></rdf:Alt></i:AltTextAccessibility>"
         "</rdf:Description>" TAIL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      g_autoptr (PiscesXmp)        xmp    = parse (packets[i]);
      g_autoptr (PiscesTextFields) before = pisces_xmp_get_fields (xmp);
      g_autofree gchar            *first  = NULL;
      g_autofree gchar            *text   = NULL;
      g_autoptr (PiscesXmp)        again  = NULL;
      g_autoptr (PiscesTextFields) fields = NULL;

      /* Setting the same texts again changes nothing.  */
      first = print (xmp);
      g_assert_true (pisces_xmp_set_fields (xmp, before, NULL));
      text = print (xmp);
      g_assert_cmpstr (text, ==, first);

      write_texts (xmp, "x-default", "A <b> & \"c\", lang=\"fr\" d");
      write_texts (xmp, "PT-BR", "Uma");
      g_free (text);
      text   = print (xmp);
      again  = parse (text);
      fields = pisces_xmp_get_fields (again);
      g_assert_cmpstr (pisces_text_fields_get (fields, PISCES_FIELD_SHORT, NULL), ==,
                       "A <b> & \"c\", lang=\"fr\" d");
      g_assert_cmpstr (pisces_text_fields_get (fields, PISCES_FIELD_SHORT, "pt-BR"), ==, "Uma");
      g_assert_cmpuint (fields->texts[PISCES_FIELD_SHORT]->len, ==, 2);
      g_assert_null (strstr (text, "Old"));

      write_texts (again, "x-default", "");
      write_texts (again, "pt-BR", "");
      g_free (text);
      text = print (again);
      g_assert_null (strstr (text, "AltText"));
      g_assert_null (strstr (text, "description"));
    }
}

/* Some readers use the first text, so this must be the one for everyone.  */
static void
test_default_is_first (void)
{
  g_autoptr (PiscesXmp) xmp    = parse (HEAD "<rdf:Description" NAMES "><i:AltTextAccessibility>"
                                        "<rdf:Alt><rdf:li xml:lang='de-DE'>Ein Stern</rdf:li>"
                                        "</rdf:Alt></i:AltTextAccessibility></rdf:Description>"
                                        TAIL);
  g_autofree gchar     *packet = NULL;
  const gchar          *everybodys, *german, *english;

  write_texts (xmp, "x-default", "A star");
  write_texts (xmp, "en-GB", "The star");
  packet     = print (xmp);
  everybodys = strstr (packet, "A star");
  german     = strstr (packet, "Ein Stern");
  english    = strstr (packet, "The star");
  g_assert_nonnull (everybodys);
  g_assert_nonnull (german);
  g_assert_nonnull (english);
  g_assert_true (everybodys < german);
  g_assert_true (german < english);
}

static void
test_decorative (void)
{
  g_autoptr (PiscesXmp)        xmp    = NULL;
  g_autoptr (PiscesTextFields) fields = NULL;
  g_autofree gchar            *before = NULL;
  g_autofree gchar            *after  = NULL;

  /* A person's own keyword is not treated as our mark.  */
  xmp = parse (HEAD "<rdf:Description rdf:about=''" NAMES "><dc:subject><rdf:Bag>"
               "<rdf:li>ornament</rdf:li><rdf:li>decorative</rdf:li></rdf:Bag></dc:subject>"
               "</rdf:Description>" TAIL);
  before = print (xmp);
  fields = pisces_xmp_get_fields (xmp);
  g_assert_false (fields->decorative);

  pisces_text_fields_set_decorative (fields, TRUE);
  g_assert_true (pisces_xmp_set_fields (xmp, fields, NULL));
  g_clear_pointer (&fields, pisces_text_fields_free);
  fields = pisces_xmp_get_fields (xmp);
  g_assert_true (fields->decorative);

  pisces_text_fields_set_decorative (fields, FALSE);
  g_assert_true (pisces_xmp_set_fields (xmp, fields, NULL));
  after = print (xmp);
  g_assert_cmpstr (after, ==, before);
}

static void
test_padding (void)
{
  g_autoptr (PiscesXmp) xmp   = pisces_xmp_new (NULL, NULL);
  g_autoptr (GBytes)    short_one = pisces_xmp_to_packet (xmp, 0);
  gsize                 length    = g_bytes_get_size (short_one);

  for (gsize wanted = length; wanted < length + 210; wanted++)
    {
      g_autoptr (GBytes)    packet = pisces_xmp_to_packet (xmp, wanted);
      g_autoptr (PiscesXmp) again  = pisces_xmp_new (packet, NULL);

      g_assert_cmpuint (g_bytes_get_size (packet), ==, wanted);
      g_assert_nonnull (again);
    }
}

static void
test_refused (void)
{
  g_autofree gchar *deep = g_strnfill (3 * 5000, ' ');
  const gchar      *bad[] =
  {
    "", " ", "no XML", "<a>", "<a/>", "<x:xmpmeta/>", HEAD, HEAD TAIL "<more/>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>" HEAD "<rdf:Description/>" TAIL,
    "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" HEAD TAIL,
    "\xff\xfe", deep,
  };

  for (guint i = 0; i < 5000; i++)
    memcpy (deep + 3 * i, "<a>", 3);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes)    packet = g_bytes_new (bad[i], strlen (bad[i]));
      g_autoptr (GError)    error  = NULL;
      g_autoptr (PiscesXmp) xmp    = pisces_xmp_new (packet, &error);

      g_assert_null (xmp);
      g_assert_nonnull (error);
    }
}

static void
test_twice (void)
{
  g_autoptr (PiscesXmp)        xmp    = NULL;
  g_autoptr (PiscesTextFields) fields = NULL;
  g_autoptr (GError)           error  = NULL;

  xmp = parse (HEAD "<rdf:Description rdf:about=''" NAMES " i:AltTextAccessibility='A'>"
               "<i:AltTextAccessibility>B</i:AltTextAccessibility></rdf:Description>" TAIL);
  fields = pisces_xmp_get_fields (xmp);
  pisces_text_fields_write (fields, NULL, "C", "");
  g_assert_false (pisces_xmp_set_fields (xmp, fields, &error));
  g_assert_nonnull (error);
}

static void
test_control_characters (void)
{
  g_autoptr (PiscesXmp)        xmp    = pisces_xmp_new (NULL, NULL);
  g_autoptr (PiscesTextFields) fields = pisces_xmp_get_fields (xmp);
  g_autoptr (GError)           error  = NULL;

  pisces_text_fields_write (fields, NULL, "a\001b", "");
  g_assert_false (pisces_xmp_set_fields (xmp, fields, &error));
  g_assert_nonnull (error);
}

static void
test_encodings (void)
{
  static const gchar text[] = HEAD "<rdf:Description" NAMES " dc:description='Größe, 日本'/>" TAIL;
  const gchar       *names[] = { "UTF-16LE", "UTF-16BE", "UTF-8" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar            *marked = g_strconcat ("\xef\xbb\xbf", text, NULL);
      g_autofree gchar            *bytes  = NULL;
      g_autoptr (GBytes)           packet = NULL;
      g_autoptr (PiscesXmp)        xmp    = NULL;
      g_autoptr (PiscesTextFields) fields = NULL;
      g_autofree gchar            *after  = NULL;
      gsize                        n_bytes;

      bytes  = g_convert (marked, -1, names[i], "UTF-8", NULL, &n_bytes, NULL);
      packet = g_bytes_new (bytes, n_bytes);
      xmp    = pisces_xmp_new (packet, NULL);
      g_assert_nonnull (xmp);
      fields = pisces_xmp_get_fields (xmp);
      g_assert_cmpstr (pisces_text_fields_get (fields, PISCES_FIELD_DESCRIPTION, NULL), ==, "Größe, 日本");
      after = print (xmp);
      g_assert_nonnull (strstr (after, "Größe, 日本"));
    }
}

/* Many languages are read fast, and those above the limit stay in the file.  */
static void
test_many (void)
{
  g_autoptr (GString)          text   = g_string_new (HEAD "<rdf:Description rdf:about=''" NAMES
                                                      "><i:AltTextAccessibility><rdf:Alt>");
  g_autoptr (PiscesXmp)        xmp    = NULL;
  g_autoptr (PiscesTextFields) fields = NULL;
  g_autofree gchar            *after  = NULL;
  g_autoptr (GTimer)           timer  = g_timer_new ();

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "<rdf:li xml:lang='de-x-%u'>T</rdf:li>", i);
  g_string_append (text, "</rdf:Alt></i:AltTextAccessibility></rdf:Description>" TAIL);

  xmp    = parse (text->str);
  fields = pisces_xmp_get_fields (xmp);
  g_assert_cmpuint (fields->texts[PISCES_FIELD_SHORT]->len, ==, PISCES_LANGUAGES_MAX);
  write_texts (xmp, "en", "A star");
  after = print (xmp);
  g_assert_nonnull (strstr (after, "de-x-19999"));
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 5.0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/xmp/spellings", test_spellings);
  g_test_add_func ("/xmp/written", test_written);
  g_test_add_func ("/xmp/default-is-first", test_default_is_first);
  g_test_add_func ("/xmp/decorative", test_decorative);
  g_test_add_func ("/xmp/padding", test_padding);
  g_test_add_func ("/xmp/refused", test_refused);
  g_test_add_func ("/xmp/twice", test_twice);
  g_test_add_func ("/xmp/control-characters", test_control_characters);
  g_test_add_func ("/xmp/encodings", test_encodings);
  g_test_add_func ("/xmp/many", test_many);

  return g_test_run ();
}
