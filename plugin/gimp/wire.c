/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wire.c: answers of GIMP reach the one who asked.
 *
 * GIMP can call a procedure of a resident plug-in at any time, so also when it
 * has not yet read what the plug-in is just asking of it.  libgimp (3.0 and
 * 3.2) waits for the answer, finds the call instead, and runs the procedure
 * then and there.  If that asks GIMP something too, and libgimp itself does for
 * every image procedure, the next answer that arrives is the one to the first
 * question: each gets the other's.  A layer is then said to have failed, or
 * what comes next is a tile where an answer is due, and libgimp ends the
 * plug-in ("unexpected message").  A script that called in a loop did that
 * within a minute while layers were added.
 *
 * So libgimp is shown no call while an answer is due.  The call waits until the
 * main loop runs again, and until then nothing that was begun can find the
 * image, the layer or the window changed under its hands, either.  GIMP takes
 * what returns first for the end of the call that it made last; so of the calls
 * that wait the last one is run first, and a procedure returns only when those
 * have returned that were called after it.
 *
 * libgimpbase exports what that needs, the functions and the hooks of its wire
 * protocol, but its headers are not installed.  Where they are not there any
 * more, or GIMP is newer than those that were read, nothing is changed.
 */

#include <string.h>

#include <gmodule.h>
#include <libgimp/gimp.h>

#include "plugin/gimp/wire.h"

/* The last version whose protocol was read, and found as in 3.0.  */
#define WIRE_MAJOR_VERSION 3
#define WIRE_MINOR_VERSION 2

/* Of libgimpbase/gimpprotocol.h.  */
enum
{
  WIRE_TILE_REQ         = 2,
  WIRE_TILE_DATA        = 4,
  WIRE_PROC_RUN         = 5,
  WIRE_TEMP_PROC_RUN    = 7,
  WIRE_TEMP_PROC_RETURN = 8
};

/* Of libgimpbase/gimpwire.h.  */
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

/* A call that runs.  */
typedef struct
{
  guint        n_before;  /* of the calls that wait, those made before it */
  WireMessage *answer;    /* to the question in which it runs; or NULL    */
} WireCall;

/* The hooks of the wire protocol are given nothing of ours, so this is one of
 * the few things that the process has once.
 */
static struct
{
  void         (* register_type) (guint32 type, WireReadFunc read,
                                  WireReadFunc write, WireDestroyFunc destroy);
  gboolean     (* read_message)  (GIOChannel *channel, WireMessage *message,
                                  gpointer user_data);
  void         (* destroy)       (WireMessage *message);

  GByteArray   *out;            /* a message that is being written            */
  guint32       out_type;       /* of it                                      */
  gboolean      is_asking;      /* an answer is due, of which nothing is read */
  gboolean      is_type;        /* what is read next is the type of a message */
  guint32       injected;       /* a type to be read in place of one; or 0    */

  GQueue        calls;          /* WireCall, the one that was made last first */
  GQueue        waiting;        /* WireMessage of calls, likewise             */
  guint         deliver_source; /* or 0                                       */
  gboolean      is_delivering;  /* the question is asked that runs a call     */
  WireMessage  *answer;         /* what is read next, of a call that ended    */
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
 * To be called once, when the plug-in has been connected and before it offers
 * procedures.
 *
 * Returns: whether answers are looked after now.
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

  /* No plug-in ever writes such a message.  */
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
 * Returns: whether a call waits.  GIMP takes what it is asked meanwhile for a
 *   part of that call; see undo-group.c for where that matters.
 */
gboolean
pisces_wire_has_calls (void)
{
  const WireCall *call = g_queue_peek_head (&wire.calls);

  /* Those that were made before the one that runs return after it.  */
  return g_queue_get_length (&wire.waiting) > (call ? call->n_before : 0);
}

/**
 * pisces_wire_run_calls:
 *
 * Runs the calls that wait; images may be closed and windows be turned to
 * others by them.
 */
void
pisces_wire_run_calls (void)
{
  while (pisces_wire_has_calls ())
    wire_deliver ();
}


/*  private functions  */

/* A call has arrived, or wire_read() said so: then one that waited is run, or
 * the answer is handed out that was read before it.
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

      /* With it come the calls that GIMP has made meanwhile.  */
      wire.is_delivering = FALSE;
      if (! wire.read_message (channel, &answer, user_data))
        return;

      last     = g_queue_pop_head (&wire.waiting);
      *message = *last;
      wire_call_begins (g_memdup2 (&answer, sizeof answer));
      return;
    }

  /* It is laid out as the call of a main procedure is.  */
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

/* @answer: (transfer full) (nullable): to be handed out when it has ended.  */
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

/* Runs the call that was made last.  libgimp does so when it finds one where it
 * waits for an answer; so it is made to wait for one that nobody needs, which
 * wire_read_call() reads before the call is run.
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

/* As soon as a main loop runs, be it that of a procedure that waits.  */
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

      /* GIMP has ended, and libgimp ends the plug-in.  */
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
