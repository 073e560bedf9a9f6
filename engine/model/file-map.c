/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-map.c: maps an open file into memory; see the header.
 *
 * If a process reads a mapped page that is no longer in the file, or that the
 * disk cannot read, it gets the signal SIGBUS, which ends the process.  Here a
 * handler replaces that page and all later ones by zeros, and notes that the
 * map is torn.  The read continues with the zeros, and code that calls
 * pisces_file_map_is_torn() before it uses a result knows that the result is
 * worthless.  Wayland's library treats buffers that it shares with strangers
 * in the same way.
 *
 * A handler belongs to the whole process, and may be called at any point.  So
 * this file has global variables: a list of maps of fixed length that is read
 * without a lock.  Signals for addresses outside these maps go to the handler
 * that was there before, for example GIMP's, which writes a backtrace.
 *
 * Environment variable: with PISCES_MAP=no, files are not mapped but read (for
 * tests and measurements).
 */

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/model/file-map.h"


/* A large model has about 30 files.  Files beyond this number are not mapped
 * but read.  */
#define MAX_MAPS 256

struct _PiscesFileMap
{
  atomic_uintptr_t  begin;           /* 0: the slot is free */
  atomic_uintptr_t  end;             /* the end of the last page */
  atomic_bool       is_torn;
};

static PiscesFileMap     maps[MAX_MAPS];
static GMutex            maps_lock;     /* taken to add and to remove maps */
static struct sigaction  earlier;       /* the previous handler */
static uintptr_t         page_bytes;


static gboolean   may_map         (void);
static void       set_handler     (void);
static void       handle_bus_error
                                  (gint             number,
                                   siginfo_t       *info,
                                   gpointer         context);
static void       pass_on         (gint             number,
                                   siginfo_t       *info,
                                   gpointer         context);


/**
 * pisces_file_map_new:
 * @fd: a regular file that is open for reading; it may be closed afterwards.
 * @n_bytes: the size of the file.
 *
 * Does not read the file yet.
 *
 * Returns: (transfer full) (nullable): the map, or %NULL if the file cannot be
 *   mapped and has to be read.
 */
PiscesFileMap *
pisces_file_map_new (gint  fd,
                     gsize n_bytes)
{
  PiscesFileMap *map = NULL;
  gpointer       bytes;

  if (n_bytes == 0 || ! may_map ())
    return NULL;

  set_handler ();
  bytes = mmap (NULL, n_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED)
    return NULL;

  g_mutex_lock (&maps_lock);
  for (gint i = 0; i < MAX_MAPS && ! map; i++)
    if (! atomic_load (&maps[i].begin))
      map = &maps[i];
  if (map)
    {
      atomic_store (&map->is_torn, FALSE);
      atomic_store (&map->end, ((uintptr_t) bytes + n_bytes + page_bytes - 1) &
                               ~(page_bytes - 1));
      /* Set last, because for the handler a map with a beginning is
       * complete.  */
      atomic_store (&map->begin, (uintptr_t) bytes);
    }
  g_mutex_unlock (&maps_lock);

  if (! map)
    munmap (bytes, n_bytes);
  return map;
}

/**
 * pisces_file_map_free:
 * @map: (nullable) (transfer full): a map that is no longer read.
 */
void
pisces_file_map_free (PiscesFileMap *map)
{
  uintptr_t begin, end;

  if (! map)
    return;

  g_mutex_lock (&maps_lock);
  begin = atomic_load (&map->begin);
  end   = atomic_load (&map->end);
  atomic_store (&map->begin, 0);
  g_mutex_unlock (&maps_lock);
  munmap ((gpointer) begin, end - begin);
}

/**
 * pisces_file_map_bytes:
 *
 * Returns: (transfer none): the address of the file's first byte; the others
 *   follow.
 */
const guint8 *
pisces_file_map_bytes (const PiscesFileMap *map)
{
  return (const guint8 *) atomic_load (&map->begin);
}

/**
 * pisces_file_map_is_torn:
 *
 * Returns: whether zeros were read instead of the file's bytes, because these
 *   were no longer there.  A torn map stays torn.
 */
gboolean
pisces_file_map_is_torn (const PiscesFileMap *map)
{
  return atomic_load (&map->is_torn);
}


/*  private functions  */

static gboolean
may_map (void)
{
  return g_strcmp0 (g_getenv ("PISCES_MAP"), "no") != 0;
}

/* The handler stays until the process ends, because a handler that is set
 * later may pass signals on to it.  */
static void
set_handler (void)
{
  static gsize     is_set = 0;
  struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK };

  if (! g_once_init_enter (&is_set))
    return;

  page_bytes          = sysconf (_SC_PAGESIZE);
  action.sa_sigaction = handle_bus_error;
  sigemptyset (&action.sa_mask);
  sigaction (SIGBUS, &action, &earlier);
  g_once_init_leave (&is_set, 1);
}

/* Only calls functions that are safe in a signal handler.  No standard says
 * this about mmap(), but on Linux it is nothing but a system call.  */
static void
handle_bus_error (gint       number,
                  siginfo_t *info,
                  gpointer   context)
{
  const uintptr_t at    = (uintptr_t) info->si_addr;
  const gint      saved = errno;

  for (gint i = 0; i < MAX_MAPS; i++)
    {
      const uintptr_t begin = atomic_load (&maps[i].begin);
      const uintptr_t end   = atomic_load (&maps[i].end);
      const uintptr_t page  = at & ~(page_bytes - 1);

      if (! begin || at < begin || at >= end)
        continue;

      atomic_store (&maps[i].is_torn, TRUE);
      if (mmap ((gpointer) page, end - page, PROT_READ,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        break;
      errno = saved;
      return;
    }

  pass_on (number, info, context);
}

static void
pass_on (gint       number,
         siginfo_t *info,
         gpointer   context)
{
  if (earlier.sa_flags & SA_SIGINFO)
    {
      earlier.sa_sigaction (number, info, context);
    }
  else if (earlier.sa_handler != SIG_DFL && earlier.sa_handler != SIG_IGN)
    {
      earlier.sa_handler (number);
    }
  else
    {
      /* The read is tried again after this, and ends the process as it would
       * have done without this handler.  A signal that somebody sent has to be
       * sent again.  */
      signal (SIGBUS, SIG_DFL);
      if (info->si_code <= 0)
        raise (SIGBUS);
    }
}
