/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Texts that are not saved in their image survive the end of GIMP, with their
 * language and their image, and are offered until somebody saves or deletes
 * them.  Needs no display.
 */

#include <string.h>

#include <glib/gstdio.h>

#include "ui/describe/pisces-text-drafts.h"

typedef struct
{
  gchar *folder;
  gchar *path;
} Place;

static void
set_up (Place         *place,
        gconstpointer  data)
{
  place->folder = g_dir_make_tmp ("pisces-drafts-XXXXXX", NULL);
  place->path   = g_build_filename (place->folder, "drafts.ini", NULL);
}

static void
tear_down (Place         *place,
           gconstpointer  data)
{
  g_autoptr (GDir)  folder = g_dir_open (place->folder, 0, NULL);
  const gchar      *name;

  while ((name = g_dir_read_name (folder)))
    {
      g_autofree gchar *path = g_build_filename (place->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (place->folder);
  g_free (place->folder);
  g_free (place->path);
}

static const gchar * const none[] = { NULL };

static PiscesTextDraft *
add (PiscesTextDrafts *drafts,
     const gchar      *name,
     const gchar      *uri,
     const gchar      *language,
     const gchar      *short_text)
{
  PiscesTextDraft       *draft = pisces_text_drafts_add (drafts);
  const gchar           *uris[] = { uri, NULL };
  g_autoptr (GPtrArray)  texts = pisces_alt_texts_new ();

  pisces_alt_texts_add (texts, language, short_text, NULL);
  pisces_text_drafts_set_image (drafts, draft, name, uris);
  pisces_text_drafts_set_texts (drafts, draft, texts, none, none);

  return draft;
}

static PiscesTextDraft *
find (PiscesTextDrafts *drafts,
      const gchar      *uri)
{
  return pisces_text_drafts_find (drafts, (const gchar *[]) { "file:///none",
                                                              uri, NULL });
}

static guint
count_free (PiscesTextDrafts *drafts)
{
  g_autoptr (GPtrArray) list = pisces_text_drafts_list_free (drafts);

  return list->len;
}

/* Through a file, with names and texts that are difficult to store in one.  */
static void
test_outlive (Place         *place,
              gconstpointer  data)
{
  g_autoptr (PiscesTextDrafts)  drafts = pisces_text_drafts_new (place->path, NULL);
  g_autoptr (PiscesTextDrafts)  later  = NULL;
  g_autoptr (GPtrArray)         texts  = pisces_alt_texts_new ();
  g_autoptr (GPtrArray)         empty  = pisces_alt_texts_new ();
  const gchar                  *uris[] = { "file:///a;b/%FF.xcf", "file:///c.jpg", NULL };
  const gchar * const           added[]   = { "Paris; France", "été", NULL };
  const gchar * const           removed[] = { "old", NULL };
  PiscesTextDraft              *draft, *words;
  PiscesAltText                *text;

  text = pisces_alt_texts_add (texts, "de", "Mein; Text = \n ", "Zwei\nZeilen");
  text->long_machine_made = TRUE;
  pisces_alt_texts_add (texts, PISCES_ALT_TEXT_DEFAULT, "", "日本語");
  draft = pisces_text_drafts_add (drafts);
  pisces_text_drafts_set_image (drafts, draft, "[größe]=1; a", uris);
  pisces_text_drafts_set_texts (drafts, draft, texts, added, removed);
  add (drafts, "Untitled", NULL, "fr", "À moi");
  words = pisces_text_drafts_add (drafts);
  pisces_text_drafts_set_image (drafts, words, "words.jpg", (const gchar *[]) { "file:///w.jpg", NULL });
  pisces_text_drafts_set_texts (drafts, words, empty, none, removed);
  g_assert_true (pisces_text_drafts_store (drafts, NULL));

  later = pisces_text_drafts_new (place->path, NULL);
  draft = find (later, "file:///c.jpg");
  g_assert_nonnull (draft);
  g_assert_true (draft == find (later, "file:///a;b/%FF.xcf"));
  g_assert_cmpstr (draft->name, ==, "[größe]=1; a");
  g_assert_cmpint (draft->time, >, 0);
  g_assert_cmpuint (draft->texts->len, ==, 2);
  text = pisces_alt_texts_get (draft->texts, "de");
  g_assert_cmpstr (text->short_text, ==, "Mein; Text = \n ");
  g_assert_cmpstr (text->long_text, ==, "Zwei\nZeilen");
  g_assert_false (text->short_machine_made);
  g_assert_true (text->long_machine_made);
  text = pisces_alt_texts_get (draft->texts, PISCES_ALT_TEXT_DEFAULT);
  g_assert_cmpstr (text->short_text, ==, "");
  g_assert_cmpstr (text->long_text, ==, "日本語");

  /* A draft of an image without a file can only be found by a person.  */
  g_assert_null (find (later, NULL));
  g_assert_cmpuint (count_free (later), ==, 3);

  g_assert_cmpstrv (draft->added, added);
  g_assert_cmpstrv (draft->removed, removed);
  words = find (later, "file:///w.jpg");
  g_assert_nonnull (words);
  g_assert_cmpuint (words->texts->len, ==, 0);
  g_assert_cmpstrv (words->added, none);
  g_assert_cmpstrv (words->removed, removed);
}

/* Two windows of the same file do not share a draft.  */
static void
test_taken (Place         *place,
            gconstpointer  data)
{
  g_autoptr (PiscesTextDrafts)  drafts = pisces_text_drafts_new (place->path, NULL);
  PiscesTextDraft              *draft;

  draft = add (drafts, "a", "file:///a.xcf", "de", "Mein");
  g_assert_cmpuint (count_free (drafts), ==, 0);
  g_assert_null (find (drafts, "file:///a.xcf"));

  pisces_text_drafts_set_shown (drafts, draft, FALSE);
  g_assert_cmpuint (count_free (drafts), ==, 1);
  g_assert_true (find (drafts, "file:///a.xcf") == draft);

  pisces_text_drafts_remove (drafts, draft);
  g_assert_null (find (drafts, "file:///a.xcf"));
}

/* A damaged part is not overwritten; the rest is found.  */
static void
test_damaged (Place         *place,
              gconstpointer  data)
{
  g_autoptr (GError)            error = NULL;
  g_autoptr (PiscesTextDrafts)  drafts = NULL;
  g_autoptr (PiscesTextDrafts)  partly = NULL;
  g_autofree gchar             *aside = g_strconcat (place->path, ".damaged-1", NULL);
  g_autofree gchar             *contents = NULL;

  g_assert_true (g_file_set_contents (place->path, "short=mine\n\377", -1, NULL));
  drafts = pisces_text_drafts_new (place->path, &error);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, aside));
  add (drafts, "a", "file:///a.xcf", "de", "Mein");
  g_assert_true (pisces_text_drafts_store (drafts, NULL));
  g_assert_true (g_file_get_contents (aside, &contents, NULL, NULL));
  g_assert_nonnull (strstr (contents, "mine"));

  g_assert_true (g_file_set_contents (place->path,
                                      "[0]\nimage=no text\n"
                                      "[1]\nshort=Mine\ntime=now\n"
                                      "[2]\ndraft=7\nlong=Ours\nfiles=file:///b.xcf;\n",
                                      -1, NULL));
  partly = pisces_text_drafts_new (place->path, NULL);
  g_assert_cmpuint (count_free (partly), ==, 2);
  g_assert_nonnull (find (partly, "file:///b.xcf"));
}

/* The newest comes first, wherever it is in the file.  */
static void
test_order (Place         *place,
            gconstpointer  data)
{
  g_autoptr (PiscesTextDrafts) drafts = NULL;
  g_autoptr (GPtrArray)        list   = NULL;
  GString                     *names  = g_string_new (NULL);

  g_assert_true (g_file_set_contents (place->path,
                                      "[0]\nimage=b\nshort=B\ntime=2000\n"
                                      "[1]\nimage=a\nshort=A\ntime=3000\n"
                                      "[2]\nimage=c\nshort=C\ntime=1000\n",
                                      -1, NULL));
  drafts = pisces_text_drafts_new (place->path, NULL);
  list   = pisces_text_drafts_list_free (drafts);
  for (guint i = 0; i < list->len; i++)
    g_string_append (names, ((PiscesTextDraft *) list->pdata[i])->name);
  g_assert_cmpstr (names->str, ==, "abc");
  g_string_free (names, TRUE);
}

/* Everything that differs from the image is unsaved, including deleted
 * texts.  */
static void
test_differ (void)
{
  g_autoptr (GPtrArray) texts    = pisces_alt_texts_new ();
  g_autoptr (GPtrArray) in_image = pisces_alt_texts_new ();
  g_autoptr (GPtrArray) unsaved  = NULL;

  pisces_alt_texts_add (in_image, "en", "A star", NULL);
  pisces_alt_texts_add (in_image, "fr", "Une étoile", NULL);
  pisces_alt_texts_add (texts, "EN", "A star", "");
  pisces_alt_texts_add (texts, "fr", "", "");
  pisces_alt_texts_add (texts, "de", "", "");
  pisces_alt_texts_add (texts, "es", "", "Una estrella");

  unsaved = pisces_alt_texts_differ (texts, in_image);
  g_assert_cmpuint (unsaved->len, ==, 2);
  g_assert_nonnull (pisces_alt_texts_get (unsaved, "fr"));
  g_assert_nonnull (pisces_alt_texts_get (unsaved, "es"));
}

/* Two GIMPs may use the same profile.  */
static void
test_two_processes (Place         *place,
                    gconstpointer  data)
{
  g_autoptr (PiscesTextDrafts)  one   = pisces_text_drafts_new (place->path, NULL);
  g_autoptr (PiscesTextDrafts)  two   = pisces_text_drafts_new (place->path, NULL);
  g_autoptr (PiscesTextDrafts)  next  = NULL;
  g_autoptr (PiscesTextDrafts)  last  = NULL;
  g_autoptr (GPtrArray)         found = NULL;
  g_autoptr (GPtrArray)         left  = NULL;
  PiscesTextDraft              *ours;

  ours = add (one, "one.png", "file:///one.png", "x-default", "Of the first");
  g_assert_true (pisces_text_drafts_store (one, NULL));
  add (two, "two.png", "file:///two.png", "de", "Vom zweiten");
  g_assert_true (pisces_text_drafts_store (two, NULL));
  add (one, "three.png", "file:///three.png", "x-default", "More of the first");
  g_assert_true (pisces_text_drafts_store (one, NULL));

  next  = pisces_text_drafts_new (place->path, NULL);
  found = pisces_text_drafts_list_free (next);
  g_assert_cmpuint (found->len, ==, 3);

  /* What one of them has saved does not come back in the other.  */
  pisces_text_drafts_remove (one, ours);
  g_assert_true (pisces_text_drafts_store (one, NULL));
  last = pisces_text_drafts_new (place->path, NULL);
  left = pisces_text_drafts_list_free (last);
  g_assert_cmpuint (left->len, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/ui/text-drafts/outlive-gimp", Place, NULL,
              set_up, test_outlive, tear_down);
  g_test_add ("/ui/text-drafts/are-of-one-window", Place, NULL,
              set_up, test_taken, tear_down);
  g_test_add ("/ui/text-drafts/a-damaged-file-loses-no-more", Place, NULL,
              set_up, test_damaged, tear_down);
  g_test_add ("/ui/text-drafts/the-youngest-comes-first", Place, NULL,
              set_up, test_order, tear_down);
  g_test_add ("/ui/text-drafts/two-processes-keep-theirs", Place, NULL,
              set_up, test_two_processes, tear_down);
  g_test_add_func ("/ui/text-drafts/what-differs-is-not-saved", test_differ);

  return g_test_run ();
}
