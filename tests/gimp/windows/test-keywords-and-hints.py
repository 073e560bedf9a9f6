# SPDX-License-Identifier: GPL-3.0-or-later
"""With a small SmolVLM, Describe Image can look closer, and remembers that; a keyword
with a comma in it is saved as one, read by exiv2 as one, and shown as one again.
Describe Files tells the model what is said about all pictures.  With nano, which
knows what it sees, it finds keywords if it is asked to, and adds them to those that
the files have."""

import os
import subprocess
import sys
import time

import pyatspi

import gimp_window
from gimp_window import is_sensitive, labelled, press, text_of, wait_for

SECONDS = 180
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
SMOLVLM = os.path.join(ROOT, "tests", "engine", "golden", "smolvlm")
NANO = os.path.join(ROOT, "models", "nano")
ALT = "Xmp.iptc.AltTextAccessibility"
FILES = "Describe Files"


def field(path, tag, what="v"):
    """What exiv2 prints of a field: v its value, c how many values it has."""
    return subprocess.run(["exiv2", "-K", tag, "-P" + what, "pr", path],
                          capture_output=True, text=True, check=False).stdout.strip()


def subjects(path):
    """How many keywords there are, and which, as exiv2 reads them."""
    return (field(path, "Xmp.dc.subject", "c"), field(path, "Xmp.dc.subject"))


def button(gimp, window, name):
    return gimp.find("button", name, window)


def is_checked(node):
    return node.getState().contains(pyatspi.STATE_CHECKED)


def write(gimp, title, node, text):
    gimp.raise_window(title)
    node.queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type(text)
    wait_for(f"the text {text!r}", lambda: text_of(node) == text)


def run(gimp, window):
    """Describes, and waits for the end."""
    start = button(gimp, window, "Describe")
    wait_for("a usable button", lambda: is_sensitive(start))
    press(start)
    time.sleep(0.5)
    wait_for("the end of the job", lambda: is_sensitive(start) and
             not is_sensitive(button(gimp, window, "Stop")), SECONDS)


def looks_closer(gimp, claims, window):
    long = gimp.find("text", "Long", window)
    closer = gimp.find("check box", "Look closer", window)
    wait_for("the model's abilities", lambda: is_sensitive(closer))
    claims.claim("at first the picture is looked at as a whole", not is_checked(closer))
    claims.claim("the tooltip says what looking closer is for",
                 "small text" in closer.description)
    run(gimp, window)
    whole = text_of(long)
    gimp.raise_window("Describe Image")
    gimp.keys("alt+e")
    wait_for("the mark", lambda: is_checked(closer))
    claims.claim("the keyboard alone turns it on", True)
    run(gimp, window)
    claims.claim("then the model sees something else", text_of(long) not in (whole, ""))
    gimp.shot("describe-window-closer.png", "Describe Image")
    with open(os.path.join(gimp.profile, "pisces", "settings.ini"), encoding="utf-8") as kept:
        claims.claim("and this is remembered", "look-closer=true" in kept.read())


def keeps_a_comma(gimp, claims, window, image):
    """From the window through the file into another window."""
    write(gimp, "Describe Image", labelled(window, "Keywords"), '"Paris, France", zebra')
    before = gimp.everything(image)
    press(button(gimp, window, "Save to Image"))
    wait_for("the image to have them", lambda: gimp.everything(image) != before)
    path = os.path.join(gimp.folder, "comma.png")
    gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:file "{path}" #:include-xmp #t)')
    claims.equal("a keyword with a comma is one for exiv2", subjects(path),
                 ("2", "Paris, France, zebra"))
    claims.claim("and one item of the list in the file",
                 b"<rdf:li>Paris, France</rdf:li>" in open(path, "rb").read())

    again = int(gimp.run(f'(gimp-file-load RUN-NONINTERACTIVE "{path}")'))
    gimp.displays[again] = gimp.run(f"(gimp-display-new {again})")
    gimp.keys("ctrl+w")
    gimp.ask(f"(plug-in-pisces-describe #:run-mode RUN-INTERACTIVE #:image {again})")
    gimp.answer()
    other = gimp.window("Describe Image")
    claims.equal("it comes back whole", wait_for(
        "the keywords", lambda: text_of(labelled(other, "Keywords"))),
        '"Paris, France", zebra')
    claims.claim("the next image is looked at closely too", is_checked(
        gimp.find("check box", "Look closer", other)))
    gimp.keys("ctrl+w")


def make_files(gimp):
    folder = os.path.join(gimp.folder, "shop")
    os.mkdir(folder)
    for name, colour in (("1-red.jpg", "red"), ("2-blue.jpg", "#325adc")):
        subprocess.run(["magick", "-size", "96x72", "xc:white", "-fill", colour, "-draw",
                        "circle 48,36 48,12", os.path.join(folder, name)], check=True)
    subprocess.run(["exiftool", "-q", "-overwrite_original", "-sep", "|",
                    "-XMP-dc:Subject=Zoo|Rome, Italy", os.path.join(folder, "1-red.jpg")],
                   check=True)
    return folder


def cells(gimp, window, column):
    table = gimp.find("table", "Files", window).queryTable()
    return [table.getAccessibleAt(row, column).name for row in range(table.nRows)]


def select(gimp, window, index):
    gimp.raise_window(FILES)
    gimp.find("table", "Files", window).queryComponent().grabFocus()
    gimp.keys("Home", "Down", "Up", *["Down"] * index)
    name = cells(gimp, window, 1)[index]
    wait_for(f"the row of {name}", lambda: pyatspi.findDescendant(
        window, lambda node: node.getRoleName() == "label" and
        (node.name or "").endswith("/" + name)))


def open_files(gimp, folder):
    gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE "
             f"#:files '(\"{folder}\"))")
    gimp.answer()
    window = gimp.window(FILES)
    wait_for("the files", lambda: len(cells(gimp, window, 1)) == 2)
    return window


def save_all(gimp, window):
    press(button(gimp, window, "Save All"))
    wait_for("the saved files", lambda: cells(gimp, window, 3) == ["Saved"] * 2, SECONDS)


def tells_all(gimp, claims, folder):
    window = open_files(gimp, folder)
    context = labelled(window, "About the image")
    wait_for("the model's abilities", lambda: is_sensitive(context))
    run(gimp, window)
    plain = cells(gimp, window, 2)
    save_all(gimp, window)
    write(gimp, FILES, context, "product photo for a shop")
    press(gimp.find("check box", "Also files", window))
    run(gimp, window)
    told = cells(gimp, window, 2)
    claims.note([plain, told])
    claims.claim("what is said about the images is told to the model for each",
                 all(a != b and b for a, b in zip(plain, told)))


def finds_keywords(gimp, claims, folder):
    window = open_files(gimp, folder)
    run(gimp, window)
    save_all(gimp, window)
    claims.equal("without being asked it finds no keywords",
                 subjects(os.path.join(folder, "1-red.jpg")), ("2", "Zoo, Rome, Italy"))
    gimp.raise_window(FILES)
    gimp.keys("alt+w")
    wait_for("the mark", lambda: is_checked(
        gimp.find("check box", "Find keywords too", window)))
    claims.claim("the keyboard alone asks for keywords", True)
    with open(os.path.join(gimp.profile, "pisces", "settings.ini"), encoding="utf-8") as kept:
        claims.claim("and this is remembered", "keywords=true" in kept.read())
    press(gimp.find("check box", "Also files", window))
    run(gimp, window)
    return window


def adds_keywords(gimp, claims, window, folder):
    select(gimp, window, 0)
    keywords = labelled(window, "Keywords")
    wait_for("the first file's keywords",
             lambda: text_of(keywords).startswith('Zoo, "Rome, Italy"'))
    found = text_of(keywords)
    claims.note(found)
    claims.claim("those of the file come first, then what the model found",
                 found.startswith('Zoo, "Rome, Italy", ') and "circle" in found)
    gimp.shot("files-window-keywords.png", FILES)
    select(gimp, window, 1)
    wait_for("the second file's keywords", lambda: text_of(keywords) != found)
    claims.claim("the second file has its own", "blue" in text_of(keywords))
    claims.note(text_of(keywords))
    write(gimp, FILES, keywords, '"sea, deep", blue')
    select(gimp, window, 0)
    wait_for("the first file's keywords", lambda: text_of(keywords) == found)

    save_all(gimp, window)
    count, line = subjects(os.path.join(folder, "1-red.jpg"))
    claims.claim("the found keywords are added to those that were there",
                 line == found.replace('"', "") and int(count) > 2)
    claims.note([count, line])
    claims.equal("a comma in one that a person wrote is kept",
                 subjects(os.path.join(folder, "2-blue.jpg")), ("2", "sea, deep, blue"))
    claims.equal("the text is saved with them", field(os.path.join(folder, "1-red.jpg"), ALT),
                 'lang="x-default" ' + cells(gimp, window, 2)[0])


def takes_away(gimp, claims, window, folder):
    """Only the keywords change, and one of them goes."""
    path = os.path.join(folder, "1-red.jpg")
    keywords = labelled(window, "Keywords")
    text = field(path, ALT)
    subprocess.run(["exiftool", "-q", "-overwrite_original", "-XMP-dc:Creator=Ann",
                    os.path.join(folder, "2-blue.jpg")], check=True)
    select(gimp, window, 0)
    write(gimp, FILES, keywords, '"Rome, Italy", lamp')
    wait_for("the state", lambda: cells(gimp, window, 3)[0] == "Its keywords are not saved")
    gimp.keys("ctrl+s")
    wait_for("the saved keywords", lambda: subjects(path) == ("2", "Rome, Italy, lamp"))
    claims.claim("a person takes keywords away, and the others stay", True)
    claims.equal("which leaves the text alone", field(path, ALT), text)

    select(gimp, window, 1)
    write(gimp, FILES, keywords, "blue")
    gimp.keys("ctrl+s")
    message = wait_for("the reason", lambda: next(
        (row for row in cells(gimp, window, 3) if "changed" in row), None))
    claims.note(message)
    claims.equal("a file that another program changed is not written unasked",
                 subjects(os.path.join(folder, "2-blue.jpg")), ("2", "sea, deep, blue"))


def test_smolvlm(gimp, claims):
    image = gimp.show_image(320, 240)
    gimp.menu("Image", "Describe Image")
    window = gimp.window("Describe Image")
    looks_closer(gimp, claims, window)
    keeps_a_comma(gimp, claims, window, image)
    tells_all(gimp, claims, make_files(gimp))


def test_nano(gimp, claims):
    folder = make_files(gimp)
    window = finds_keywords(gimp, claims, folder)
    adds_keywords(gimp, claims, window, folder)
    takes_away(gimp, claims, window, folder)


all_claims = gimp_window.Claims()
os.environ["PISCES_MODEL_DIR"] = os.path.realpath(SMOLVLM)
gimp_window.main(test_smolvlm, claims=all_claims, is_last=False)
os.environ["PISCES_MODEL_DIR"] = os.path.realpath(NANO)
sys.exit(gimp_window.main(test_nano, claims=all_claims))
