/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wire.c: answers of GIMP reach the one who asked.
 *
 * GIMP can call a procedure of a resident plug-in at any time, so also when it
 * has not yet read what the plug-in is just asking of it.  libgimp (3.0.4)
 * waits for the answer, finds the call instead, and runs the procedure then and
 * there.  If that asks GIMP something too, and libgimp itself does for every
 * image procedure, the next answer that arrives is the one to the first
 * question: each gets the other's.  A layer is then said to have failed, or
 * what comes next is a tile where an answer is due, and libgimp ends the
 * plug-in ("unexpected message").  A script that called in a loop did that
 * within a minute while layers were added.
 *
 * So a call that comes in the midst of a question waits until the plug-in is
 * back in its main loop; then nothing that was begun can find the image, the
 * layer or the window changed under its hands, either.  Where the plug-in is
 * doing what another call asked of it, GIMP wants the later call to return
 * first: there the answer that is due is read, the call is run, and the answer
 * handed out afterwards.  GIMP answers in the order in which it is asked.
 *
 * libgimpbase exports what that needs, the functions and the hooks of its wire
 * protocol, but its headers are not installed; where they are not there any
 * more, nothing is changed.
 */

#include <string.h>

#include <gmodule.h>

#include "wire.h"

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

/* Messages that are due when a call has returned: an answer, and before it
 * calls that GIMP made earlier.  GIMP takes what returns first for the end of
 * the call that it made last.
 */
typedef struct
{
  GQueue due;   /* WireMessage */
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

  gpointer       plug_in;
  GSource       *watch;       /* of libgimp, on what comes from GIMP; or NULL */

  GByteArray    *out;         /* a message that is being written            */
  guint32        out_type;    /* of it                                      */
  gboolean       is_waiting;  /* an answer is due, of which nothing is read */
  gboolean       is_type;     /* what is read next is the type of a message */
  guint32        injected;    /* a type to be read in place of one; or 0    */
  GQueue         calls;       /* WireCall, the one that runs first          */
  GQueue         waiting;     /* WireMessage of calls, the last one first   */
  gboolean       is_parsing;  /* a call is being read                       */
  gboolean       is_woken;    /* a call that waited is handed out           */
  WireMessage   *due;         /* what is handed out next; or NULL           */
  GQueue         due_later;   /* and after it                               */
} wire;

static void     wire_read_call    (GIOChannel   *channel,
                                   WireMessage  *message,
                                   gpointer      user_data);
static void     wire_hand_out     (WireMessage  *message);
static void     wire_let_wait     (const WireMessage *call);
static void     wire_set_alarm    (void);
static GSource *
                wire_get_watch    (void);
static gboolean wire_can_wake     (GIOChannel   *channel);
static void     wire_wake         (WireMessage  *message);
static void     wire_push_call    (GQueue       *due);
static void     wire_call_ended   (void);
static void     wire_destroy_call (WireMessage  *message);
static gboolean wire_read         (GIOChannel   *channel,
                                   const guint8 *buf,
                                   gulong        count,
                                   gpointer      user_data);
static gboolean wire_write        (GIOChannel   *channel,
                                   const guint8 *buf,
                                   gulong        count,
                                   gpointer      user_data);
static gboolean wire_flush        (GIOChannel   *channel,
                                   gpointer      user_data);


/*  public functions  */

/**
 * pisces_wire_guard:
 * @plug_in: the #GimpPlugIn; it must be the user data of no other GIOChannel's
 *   source than libgimp's.
 *
 * To be called once, when the plug-in has been connected and before it offers
 * procedures.
 *
 * Returns: whether answers are looked after now.
 */
gboolean
pisces_wire_guard (gpointer plug_in)
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

  if (! all)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (! g_module_symbol (all, symbols[i].name, symbols[i].symbol) ||
        ! *symbols[i].symbol)
      return FALSE;

  wire.plug_in = plug_in;
  wire.out     = g_byte_array_new ();
  g_queue_init (&wire.calls);
  g_queue_init (&wire.waiting);
  g_queue_init (&wire.due_later);

  /* No plug-in ever writes such a message.  */
  wire.register_type (WIRE_TEMP_PROC_RUN, wire_read_call, NULL,
                      wire_destroy_call);
  set_reader (wire_read);
  set_writer (wire_write);
  set_flusher (wire_flush);

  return TRUE;
}


/*  private functions  */

/* A call has arrived, or one that waited is run, or what was due after one is
 * handed out.
 */
static void
wire_read_call (GIOChannel  *channel,
                WireMessage *message,
                gpointer     user_data)
{
  WireMessage  call   = { 0, NULL };
  WireMessage  answer = { 0, NULL };
  WireCall    *later;
  GQueue       due    = G_QUEUE_INIT;

  if (wire.due)
    {
      wire_hand_out (message);
      return;
    }
  if (wire.is_woken)
    {
      wire_wake (message);
      return;
    }

  /* It is laid out as the call of a main procedure is.  */
  wire.injected   = WIRE_PROC_RUN;
  wire.is_parsing = TRUE;
  if (! wire.read_message (channel, &call, user_data))
    return;
  wire.is_parsing = FALSE;
  call.type       = WIRE_TEMP_PROC_RUN;

  if (wire.is_waiting && g_queue_is_empty (&wire.calls) && wire_get_watch ())
    {
      wire_let_wait (&call);
      wire.is_type = TRUE;
      wire.read_message (channel, message, user_data);
      return;
    }

  *message = call;
  if (! wire.is_waiting)
    {
      wire_push_call (&due);
      return;
    }

  /* In the midst of a question of another call: its answer comes first.  */
  wire.is_type = TRUE;
  if (! wire.read_message (channel, &answer, user_data))
    return;

  if (answer.type != WIRE_TEMP_PROC_RUN)
    {
      g_queue_push_tail (&due, g_memdup2 (&answer, sizeof answer));
      wire_push_call (&due);
      return;
    }

  /* A later call, which GIMP wants to return first.  */
  later = g_queue_peek_head (&wire.calls);
  g_queue_push_head (&later->due, g_memdup2 (&call, sizeof call));
  *message = answer;
}

static void
wire_hand_out (WireMessage *message)
{
  *message = *wire.due;
  g_clear_pointer (&wire.due, g_free);

  /* An earlier call, with what is due after it.  */
  if (message->type == WIRE_TEMP_PROC_RUN)
    wire_push_call (&wire.due_later);
}

/* Until the main loop is there again.  */
static void
wire_let_wait (const WireMessage *call)
{
  g_queue_push_head (&wire.waiting, g_memdup2 (call, sizeof *call));
  wire_set_alarm ();
}

/* Has libgimp read where a call waits and no other runs: there would be nothing
 * to read for it.
 */
static void
wire_set_alarm (void)
{
  gboolean is_due = ! g_queue_is_empty (&wire.waiting) &&
                    g_queue_is_empty (&wire.calls);

  if (wire_get_watch ())
    g_source_set_ready_time (wire_get_watch (), is_due ? 0 : -1);
}

/* Returns: (nullable): libgimp's source, once it has made it.  */
static GSource *
wire_get_watch (void)
{
  if (! wire.watch)
    wire.watch = g_main_context_find_source_by_funcs_user_data (
                   NULL, &g_io_watch_funcs, wire.plug_in);

  return wire.watch;
}

/* Whether libgimp reads because a call waits: it was woken by its source, and
 * nothing has come from GIMP.  What has come is a later call, which GIMP wants
 * to return first.
 */
static gboolean
wire_can_wake (GIOChannel *channel)
{
  GPollFD come = { g_io_channel_unix_get_fd (channel), G_IO_IN, 0 };

  return ! g_queue_is_empty (&wire.waiting) &&
         g_queue_is_empty (&wire.calls) &&
         ! wire.is_parsing && ! wire.is_type &&
         g_main_current_source () == wire_get_watch () &&
         g_poll (&come, 1, 0) <= 0;
}

static void
wire_wake (WireMessage *message)
{
  g_autofree WireMessage *call = g_queue_pop_head (&wire.waiting);
  GQueue                  due  = G_QUEUE_INIT;

  wire.is_woken = FALSE;
  *message      = *call;
  wire_push_call (&due);
}

/* @due: emptied.  */
static void
wire_push_call (GQueue *due)
{
  WireCall *call = g_new0 (WireCall, 1);

  call->due = *due;
  g_queue_init (due);
  g_queue_push_head (&wire.calls, call);
  wire_set_alarm ();
}

/* libgimp goes on to read, for the one who asked before the call came.  */
static void
wire_call_ended (void)
{
  WireCall *call = g_queue_pop_head (&wire.calls);

  if (! call)
    return;

  wire.due       = g_queue_pop_head (&call->due);
  wire.due_later = call->due;
  g_free (call);
  wire_set_alarm ();
}

static void
wire_destroy_call (WireMessage *message)
{
  WireMessage run = { WIRE_PROC_RUN, message->data };

  wire.destroy (&run);
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

  /* libgimp reads on after a call: it is given what is due.  */
  if (wire.due && type == 0)
    {
      type = WIRE_TEMP_PROC_RUN;
    }
  else if (type == 0 && count == sizeof type && wire_can_wake (channel))
    {
      type          = WIRE_TEMP_PROC_RUN;
      wire.is_woken = TRUE;
    }

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
      wire.is_type    = FALSE;
      wire.is_waiting = GUINT32_FROM_BE (type) == WIRE_TEMP_PROC_RUN;
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
  gsize n_written = 0;

  if (wire.out->len == 0)
    return TRUE;

  while (n_written < wire.out->len)
    {
      gsize              n_bytes = 0;
      g_autoptr (GError) error   = NULL;
      GIOStatus          status;

      status = g_io_channel_write_chars (channel,
                                         (gchar *) wire.out->data + n_written,
                                         wire.out->len - n_written, &n_bytes,
                                         &error);
      n_written += n_bytes;

      if (status != G_IO_STATUS_NORMAL && status != G_IO_STATUS_AGAIN)
        {
          g_byte_array_set_size (wire.out, 0);
          return FALSE;
        }
    }

  g_byte_array_set_size (wire.out, 0);

  switch (wire.out_type)
    {
    case WIRE_PROC_RUN:
    case WIRE_TILE_REQ:
    case WIRE_TILE_DATA:
      wire.is_waiting = TRUE;
      wire.is_type    = TRUE;
      break;

    case WIRE_TEMP_PROC_RETURN:
      wire_call_ended ();
      break;

    default:
      break;
    }

  return TRUE;
}
