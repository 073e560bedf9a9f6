# SPDX-License-Identifier: GPL-3.0-or-later
"""Presses keys and reads pixels in this process, through libX11 and libXtst,
because starting a program for either would take longer than what is
measured."""

import ctypes
import time

X11 = ctypes.CDLL("libX11.so.6")
XTST = ctypes.CDLL("libXtst.so.6")
Z_PIXMAP = 2

X11.XOpenDisplay.restype = ctypes.c_void_p
X11.XOpenDisplay.argtypes = [ctypes.c_char_p]
X11.XDefaultRootWindow.restype = ctypes.c_ulong
X11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
X11.XStringToKeysym.restype = ctypes.c_ulong
X11.XKeysymToKeycode.restype = ctypes.c_ubyte
X11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
X11.XFlush.argtypes = [ctypes.c_void_p]
X11.XGetImage.restype = ctypes.c_void_p
X11.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int,
                          ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
                          ctypes.c_ulong, ctypes.c_int]
X11.XDestroyImage.argtypes = [ctypes.c_void_p]
XTST.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint,
                                   ctypes.c_int, ctypes.c_ulong]


class ImageHead(ctypes.Structure):
    """The beginning of an XImage, as in Xlib.h."""
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int),
                ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
                ("data", ctypes.POINTER(ctypes.c_char)),
                ("byte_order", ctypes.c_int), ("bitmap_unit", ctypes.c_int),
                ("bitmap_bit_order", ctypes.c_int),
                ("bitmap_pad", ctypes.c_int), ("depth", ctypes.c_int),
                ("bytes_per_line", ctypes.c_int)]


class Probe:
    """A separate connection to the X server."""

    def __init__(self):
        self.display = X11.XOpenDisplay(None)
        self.root = X11.XDefaultRootWindow(self.display)

    def press(self, key):
        code = X11.XKeysymToKeycode(self.display,
                                    X11.XStringToKeysym(key.encode()))
        XTST.XTestFakeKeyEvent(self.display, code, 1, 0)
        XTST.XTestFakeKeyEvent(self.display, code, 0, 0)
        X11.XFlush(self.display)

    def pixels(self, x, y, width, height):
        image = X11.XGetImage(self.display, self.root, x, y, width, height,
                              0xffffffff, Z_PIXMAP)
        head = ctypes.cast(image, ctypes.POINTER(ImageHead)).contents
        data = ctypes.string_at(head.data, head.bytes_per_line * head.height)
        X11.XDestroyImage(image)
        return data

    def until_changed(self, area, before, seconds, interval=0.0):
        """Returns the seconds until the pixels of an area change; None if they
        do not.  An interval between two looks leaves the processors to what is
        measured."""
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            if self.pixels(*area) != before:
                return time.perf_counter() - began
            time.sleep(interval)
        return None
