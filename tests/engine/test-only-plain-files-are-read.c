/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If a file of a model is a device, a pipe, a socket, a folder, a file of
 * absurd size or a pointer of Git LFS, this is reported at once: nothing waits
 * for it, and nothing reads it without end.
 */

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/model/plain-file.h"
#include "tests/engine/model-copy.h"

/* Long enough for any machine to show that something waits.  */
#define PATIENCE_S 60

#define POINTER \
  "version https://git-lfs.github.com/spec/v1\n" \
  "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n" \
  "size 12345\n"

typedef enum { ENDLESS, PIPE, SOCKET, FOLDER, HUGE_FILE, LFS_POINTER, N_KINDS } Kind;

static const gchar *const says[N_KINDS] =
{
  [ENDLESS]     = "a device, a pipe or a socket",
  [PIPE]        = "a device, a pipe or a socket",
  [SOCKET]      = "a device, a pipe or a socket",
  [FOLDER]      = "is a folder",
  [HUGE_FILE]   = NULL,                     /* weight files may be large */
  [LFS_POINTER] = "a pointer of Git LFS",
};

static void
put (const gchar *path,
     Kind         kind)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gint               fd;

  g_assert_cmpint (g_unlink (path), ==, 0);
  switch (kind)
    {
    case ENDLESS:
      g_assert_cmpint (symlink ("/dev/zero", path), ==, 0);
      break;
    case PIPE:
      g_assert_cmpint (mkfifo (path, 0600), ==, 0);
      break;
    case SOCKET:
      fd = socket (AF_UNIX, SOCK_STREAM, 0);
      g_strlcpy (address.sun_path, path, sizeof (address.sun_path));
      g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof (address)), ==, 0);
      close (fd);
      break;
    case FOLDER:
      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      break;
    case HUGE_FILE:
      fd = g_open (path, O_CREAT | O_WRONLY, 0600);
      g_assert_cmpint (ftruncate (fd, (off_t) 1 << 40), ==, 0);
      close (fd);
      break;
    case LFS_POINTER:
      g_assert_true (g_file_set_contents (path, POINTER, -1, NULL));
      break;
    case N_KINDS:
      g_assert_not_reached ();
    }
}

static void
assert_said (const GError *error,
             const gchar  *name,
             Kind          kind)
{
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_cmpint (error->domain, ==, PISCES_ERROR);
  g_assert_nonnull (strstr (error->message, name));
  if (says[kind])
    g_assert_nonnull (strstr (error->message, says[kind]));
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static void
test_refused (gconstpointer data)
{
  const Kind kind = GPOINTER_TO_INT (data);

  for (guint i = 0; i < G_N_ELEMENTS (model_files); i++)
    {
      gchar                            *folder   = copy_model ();
      g_autofree gchar                 *path     = g_build_filename (folder, model_files[i], NULL);
      g_autofree gchar                 *name     = g_path_get_basename (path);
      g_autoptr (GError)                verified = NULL;
      g_autoptr (GError)                looked   = NULL;
      g_autoptr (GError)                drawn    = NULL;
      g_autoptr (PiscesEngine)          engine   = pisces_engine_new (folder, "cpu");
      g_autoptr (PiscesGenerateRequest) request  = small_request ();
      g_autoptr (PiscesModelInfo)       info     = NULL;
      g_autoptr (PiscesModelInfo)       seen     = NULL;

      put (path, kind);

      info = pisces_model_verify (folder, &verified);
      g_assert_null (info);
      assert_said (verified, name, kind);

      g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &drawn));
      assert_said (drawn, name, kind);

      /* The first inspection does not need all files, but it must end.  */
      seen = pisces_model_inspect (folder, &looked);
      if (looked)
        assert_said (looked, name, kind);

      g_rmdir (path);
      remove_model (folder);
    }
}

/* A file that another program has written into is noticed, even if its length
 * is the same and the change was within the same second.  */
static void
test_changed_at_once (void)
{
  gchar                      *folder = copy_model ();
  g_autofree gchar           *path   = g_build_filename (folder, "config.json", NULL);
  g_autoptr (PiscesPlainFile) file   = NULL;
  g_autoptr (GError)          error  = NULL;
  struct timespec             times[2] = { { 1700000000, 100 }, { 1700000000, 100 } };
  gchar                       bytes[4];

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  file = pisces_plain_file_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (pisces_plain_file_read (file, 0, bytes, sizeof (bytes), &error));
  g_assert_no_error (error);

  times[1].tv_nsec = 200;
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  g_assert_false (pisces_plain_file_read (file, 0, bytes, sizeof (bytes), &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_assert_nonnull (strstr (error->message, path));
  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  static const gchar *const names[N_KINDS] =
  {
    "endless-device", "pipe", "socket", "folder", "huge-file", "lfs-pointer",
  };

  g_test_init (&argc, &argv, NULL);
  alarm (PATIENCE_S);

  for (guint i = 0; i < N_KINDS; i++)
    {
      g_autofree gchar *path = g_strconcat ("/plain-files/", names[i], NULL);

      g_test_add_data_func (path, GINT_TO_POINTER (i), test_refused);
    }
  g_test_add_func ("/plain-files/changed-at-once", test_changed_at_once);

  return g_test_run ();
}
