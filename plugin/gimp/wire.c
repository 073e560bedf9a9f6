/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wire.c: makes sure that each answer from GIMP reaches the code that asked
 * for it.
 *
 * GIMP can call a procedure of a resident plug-in at any time, even while the
 * plug-in is sending GIMP a question. libgimp (3.0 and 3.2) then waits for the
 * answer, receives the call instead, and runs the procedure at once.  If that
 * procedure asks GIMP something too, which libgimp itself does for every image
 * procedure, the next answer that arrives belongs to the first question: the
 * two answers are swapped.  Then a layer is said to have failed; or libgimp
 * receives a tile instead of an answer, and ends the plug-in ("unexpected
 * message").  A script that called procedures in a loop caused this within a
 * minute while layers were being added.
 *
 * So this file hides calls from libgimp while an answer is due.  A call waits
 * until the main loop runs again, so that running code also never finds that
 * the image, the layer or the window has changed in between.  GIMP assumes
 * that the first call to return is the one that it made last.  Therefore, of
 * the waiting calls, the last one is run first, and a procedure only returns
 * after those that were called later have returned.
 *
 * libgimpbase exports the functions and the hooks of its wire protocol that
 * this needs, but its headers are not installed.  If these symbols are
 * missing, or GIMP is newer than the versions whose source was read, nothing
 * is changed.
 */

#include <string.h>

#include <gmodule.h>
#include <libgimp/gimp.h>

#include "plugin/gimp/wire.h"

/* The newest version whose protocol was compared with that of 3.0 and found to
 * be the same.  */
#define WIRE_MAJOR_VERSION 3
#define WIRE_MINOR_VERSION 2

/* From libgimpbase/gimpprotocol.h.  */
enum
{
  WIRE_TILE_REQ         = 2,
  WIRE_TILE_DATA        = 4,
  WIRE_PROC_RUN         = 5,
  WIRE_TEMP_PROC_RUN    = 7,
  WIRE_TEMP_PROC_RETURN = 8
};

/* From libgimpbase/gimpwire.h.  */
typedef struct
{
  guint32  type;
  gpointer data;
} WireMessage;

typedef void     (* WireReadFunc)    (GIOChannel    *channel,
                                      WireMessage   *message,
                                      gpointer       user_data);
typedef void     (* WireDestroyFunc) (WireMessage   *message);
typedef gboolean (* WireIOFunc)      (GIOChannel    *channel,
                                      const guint8  *buf,
                                      gulong         count,
                                      gpointer       user_data);
typedef gboolean (* WireFlushFunc)   (GIOChannel    *channel,
                                      gpointer       user_data);

/* A call that is running.  */
typedef struct
{
  guint        n_before;  /* how many of the waiting calls were made before
                           * it */
  WireMessage *answer;    /* to the question during which it runs, or NULL */
} WireCall;

/* The hooks of the wire protocol have no user data, so this has to be a global
 * variable.
 */
static struct
{
  void         (* register_type) (guint32 type, WireReadFunc read,
                                  WireReadFunc write, WireDestroyFunc destroy);
  gboolean     (* read_message)  (GIOChannel *channel, WireMessage *message,
                                  gpointer user_data);
  void         (* destroy)       (WireMessage *message);

  GByteArray   *out;            /* a message that is being written            */
  guint32       out_type;       /* its type                                   */
  gboolean      is_asking;      /* an answer is due and none of it was read */
  gboolean      is_type;        /* the next thing to read is a message type */
  guint32       injected;       /* a type to return instead of reading one, or
                                 * 0                                          */

  GQueue        calls;          /* WireCall, the newest call first */
  GQueue        waiting;        /* WireMessage of calls, the newest first     */
  guint         deliver_source; /* or 0                                       */
  gboolean      is_delivering;  /* the question is sent that runs a call      */
  WireMessage  *answer;         /* to be read next, of a call that ended      */
} wire;

static void     wire_read_call     (GIOChannel   *channel,
                                    WireMessage  *message,
                                    gpointer      user_data);
static void     wire_destroy_call  (WireMessage  *message);
static void     wire_call_begins   (WireMessage  *answer);
static void     wire_call_ends     (void);
static void     wire_deliver       (void);
static gboolean wire_deliver_now   (gpointer      data);
static void     wire_deliver_later (void);
static gboolean wire_read          (GIOChannel   *channel,
                                    const guint8 *buf,
                                    gulong        count,
                                    gpointer      user_data);
static gboolean wire_write         (GIOChannel   *channel,
                                    const guint8 *buf,
                                    gulong        count,
                                    gpointer      user_data);
static gboolean wire_flush         (GIOChannel   *channel,
                                    gpointer      user_data);


/*  public functions  */

/**
 * pisces_wire_guard:
 *
 * Call this once, after the plug-in has been connected and before it offers
 * procedures.
 *
 * Returns: whether answers are protected from now on.
 */
gboolean
pisces_wire_guard (void)
{
  GModule *all            = g_module_open (NULL, 0);
  void  (* set_reader)  (WireIOFunc    read)  = NULL;
  void  (* set_writer)  (WireIOFunc    write) = NULL;
  void  (* set_flusher) (WireFlushFunc flush) = NULL;
  const struct
  {
    const gchar *name;
    gpointer    *symbol;
  } symbols[] =
  {
    { "gimp_wire_register",    (gpointer *) &wire.register_type },
    { "gimp_wire_read_msg",    (gpointer *) &wire.read_message  },
    { "gimp_wire_destroy",     (gpointer *) &wire.destroy       },
    { "gimp_wire_set_reader",  (gpointer *) &set_reader         },
    { "gimp_wire_set_writer",  (gpointer *) &set_writer         },
    { "gimp_wire_set_flusher", (gpointer *) &set_flusher        }
  };

  if (gimp_major_version != WIRE_MAJOR_VERSION ||
      gimp_minor_version > WIRE_MINOR_VERSION || ! all)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (! g_module_symbol (all, symbols[i].name, symbols[i].symbol) ||
        ! *symbols[i].symbol)
      return FALSE;

  wire.out = g_byte_array_new ();
  g_queue_init (&wire.calls);
  g_queue_init (&wire.waiting);

  /* A plug-in never sends such a message, so no function to write it is
   * needed.  */
  wire.register_type (WIRE_TEMP_PROC_RUN, wire_read_call, NULL,
                      wire_destroy_call);
  set_reader (wire_read);
  set_writer (wire_write);
  set_flusher (wire_flush);

  return TRUE;
}

/**
 * pisces_wire_has_calls:
 *
 * Returns: whether a call is waiting.  GIMP treats requests in the meantime as
 *   a part of that call; undo-group.c explains where this matters.
 */
gboolean
pisces_wire_has_calls (void)
{
  const WireCall *call = g_queue_peek_head (&wire.calls);

  /* Calls that were made before the running one return after it.  */
  return g_queue_get_length (&wire.waiting) > (call ? call->n_before : 0);
}

/**
 * pisces_wire_run_calls:
 *
 * Runs the waiting calls.  They may close images, and switch windows to other
 * images.
 */
void
pisces_wire_run_calls (void)
{
  while (pisces_wire_has_calls ())
    wire_deliver ();
}


/*  private functions  */

/* Called when a call has arrived, or when wire_read() pretended so.  In the
 * second case, it runs a waiting call, or returns an answer that was read
 * earlier.
 */
static void
wire_read_call (GIOChannel  *channel,
                WireMessage *message,
                gpointer     user_data)
{
  WireMessage call = { 0, NULL };

  if (wire.answer)
    {
      *message = *wire.answer;
      g_clear_pointer (&wire.answer, g_free);
      return;
    }

  if (wire.is_delivering)
    {
      WireMessage             answer = { 0, NULL };
      g_autofree WireMessage *last   = NULL;

      /* Calls that GIMP has made in the meantime arrive before the answer.  */
      wire.is_delivering = FALSE;
      if (! wire.read_message (channel, &answer, user_data))
        return;

      last     = g_queue_pop_head (&wire.waiting);
      *message = *last;
      wire_call_begins (g_memdup2 (&answer, sizeof answer));
      return;
    }

  /* The message has the same layout as the call of a main procedure.  */
  wire.injected = WIRE_PROC_RUN;
  if (! wire.read_message (channel, &call, user_data))
    return;
  call.type = WIRE_TEMP_PROC_RUN;

  if (! wire.is_asking)
    {
      *message = call;
      wire_call_begins (NULL);
      return;
    }

  g_queue_push_head (&wire.waiting, g_memdup2 (&call, sizeof call));
  wire_deliver_later ();

  wire.is_type = TRUE;
  wire.read_message (channel, message, user_data);
}

static void
wire_destroy_call (WireMessage *message)
{
  WireMessage run = { WIRE_PROC_RUN, message->data };

  wire.destroy (&run);
}

/* @answer: (transfer full) (nullable): the answer to return when the call has
 *   ended.  */
static void
wire_call_begins (WireMessage *answer)
{
  WireCall *call = g_new0 (WireCall, 1);

  call->n_before = g_queue_get_length (&wire.waiting);
  call->answer   = answer;
  g_queue_push_head (&wire.calls, call);
}

static void
wire_call_ends (void)
{
  g_autofree WireCall *call = g_queue_pop_head (&wire.calls);

  if (! call)
    return;

  wire.answer = call->answer;
  wire_deliver_later ();
}

/* Runs the newest call. libgimp runs a call that arrives while it waits for an
 * answer.  So this asks a question whose answer nobody needs; wire_read_call()
 * reads that answer before the call is run.
 */
static void
wire_deliver (void)
{
  wire.is_delivering = TRUE;
  gimp_getpid ();
}

static gboolean
wire_deliver_now (gpointer data)
{
  wire.deliver_source = 0;

  if (pisces_wire_has_calls ())
    wire_deliver ();

  return G_SOURCE_REMOVE;
}

/* Runs them as soon as a main loop runs, also that of a procedure that is
 * waiting for a job.  */
static void
wire_deliver_later (void)
{
  if (! wire.deliver_source && pisces_wire_has_calls ())
    wire.deliver_source = g_idle_add_full (G_PRIORITY_DEFAULT,
                                           wire_deliver_now, NULL, NULL);
}

static gboolean
wire_read (GIOChannel   *channel,
           const guint8 *buf,
           gulong        count,
           gpointer      user_data)
{
  guint8   *to      = (guint8 *) buf;
  gulong    n_read  = 0;
  guint32   type    = wire.injected;
  gboolean  is_type = wire.is_type && type == 0;

  if (type == 0 && (wire.answer || (is_type && wire.is_delivering)))
    type = WIRE_TEMP_PROC_RUN;

  if (type != 0)
    {
      guint32 number = GUINT32_TO_BE (type);

      g_return_val_if_fail (count == sizeof number, FALSE);
      memcpy (to, &number, sizeof number);
      wire.injected = 0;
      return TRUE;
    }

  while (n_read < count)
    {
      gsize              n_bytes = 0;
      g_autoptr (GError) error   = NULL;
      GIOStatus          status;

      status = g_io_channel_read_chars (channel, (gchar *) to + n_read,
                                        count - n_read, &n_bytes, &error);
      n_read += n_bytes;

      /* GIMP has ended, and libgimp will end the plug-in.  */
      if (status != G_IO_STATUS_NORMAL && status != G_IO_STATUS_AGAIN)
        return FALSE;
    }

  if (is_type && count == sizeof type)
    {
      memcpy (&type, to, sizeof type);
      wire.is_type   = FALSE;
      wire.is_asking = GUINT32_FROM_BE (type) == WIRE_TEMP_PROC_RUN;
    }

  return TRUE;
}

/* A message begins with its type and ends with a flush.  */
static gboolean
wire_write (GIOChannel   *channel,
            const guint8 *buf,
            gulong        count,
            gpointer      user_data)
{
  if (wire.out->len == 0 && count == sizeof wire.out_type)
    {
      memcpy (&wire.out_type, buf, sizeof wire.out_type);
      wire.out_type = GUINT32_FROM_BE (wire.out_type);
    }

  g_byte_array_append (wire.out, buf, count);

  return TRUE;
}

static gboolean
wire_flush (GIOChannel *channel,
            gpointer    user_data)
{
  g_autoptr (GByteArray) out       = wire.out;
  guint32                out_type  = wire.out_type;
  gsize                  n_written = 0;

  wire.out = g_byte_array_new ();
  if (out->len == 0)
    return TRUE;

  if (out_type == WIRE_TEMP_PROC_RETURN)
    pisces_wire_run_calls ();

  while (n_written < out->len)
    {
      gsize              n_bytes = 0;
      g_autoptr (GError) error   = NULL;
      GIOStatus          status;

      status = g_io_channel_write_chars (channel,
                                         (gchar *) out->data + n_written,
                                         out->len - n_written, &n_bytes,
                                         &error);
      n_written += n_bytes;

      if (status != G_IO_STATUS_NORMAL && status != G_IO_STATUS_AGAIN)
        return FALSE;
    }

  switch (out_type)
    {
    case WIRE_PROC_RUN:
    case WIRE_TILE_REQ:
    case WIRE_TILE_DATA:
      wire.is_asking = TRUE;
      wire.is_type   = TRUE;
      break;

    case WIRE_TEMP_PROC_RETURN:
      wire_call_ends ();
      break;

    default:
      break;
    }

  return TRUE;
}
