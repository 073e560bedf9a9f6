# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts for one image are never in the file of another: not if the image is
closed while its pictures are drawn, whatever is shown then.  Pictures move
with their image to another computer.  If prompts are kept out of files,
none is in them: not of new pictures, of layers, or of procedures; and those
that are already there are listed, and removed in one undo step."""

import os
import shutil
import sys
import tempfile

import gimp_window
import xcf
from gimp_window import (is_sensitive, is_showing, labelled, press, wait_for)

SECRET = "a green umbrella"
PUBLIC = "a red star"
DRAWING_SECONDS = 240

folder = tempfile.mkdtemp(prefix="pisces-privacy.")
shared = os.path.join(folder, "shared.xcf")


def wait_until_idle(gimp, window):
    stop = gimp.find("button", "Stop", window)
    wait_for("the jobs' end", lambda: not is_sensitive(stop) and
             not gimp.is_busy(), DRAWING_SECONDS)


def saved(gimp, image, name="saved"):
    path = os.path.join(folder, name + ".xcf")
    gimp.save_copy(image, path)
    return xcf.content(path)


def parasites(gimp, image):
    return gimp.run(f"(gimp-image-get-parasite-list {image})")


def closed_while_drawing(gimp, claims):
    secret = gimp.show_image(321, 240)
    other = gimp.show_image(123, 90)
    window = gimp.generate_window(secret)
    gimp.ask_for(window, SECRET, 4)
    stop = gimp.find("button", "Stop", window)
    wait_for("the job", lambda: is_sensitive(stop))
    gimp.generate_window(other)
    gimp.close_image(secret)
    wait_until_idle(gimp, window)
    # Changes the list of the other image.
    gimp.ask_for(window, PUBLIC, 1)
    wait_until_idle(gimp, window)

    content = saved(gimp, other)
    claims.claim("the image that was open has its own prompt",
                 PUBLIC.encode() in content)
    claims.claim("and nothing of the one that was closed meanwhile",
                 SECRET.encode() not in content and b"umbrella" not in content)
    claims.claim("whose pictures are not lost: they are shown as guests",
                 any(SECRET in tile.name for tile in gimp.results(window)))
    gimp.shot("generate-window-guests.png", "Generate Layer")

    # Closed while its own results are shown; then the window is switched to
    # another image.
    third = gimp.show_image(231, 90)
    gimp.generate_window(third)
    gimp.ask_for(window, "a yellow moon", 3)
    wait_for("the job", lambda: is_sensitive(stop))
    gimp.close_image(third)
    wait_until_idle(gimp, window)
    fourth = gimp.show_image(132, 90)
    gimp.generate_window(fourth)
    gimp.ask_for(window, PUBLIC, 1)
    wait_until_idle(gimp, window)
    content = saved(gimp, fourth)
    claims.claim("nor has the next image that the window turns to",
                 PUBLIC.encode() in content and b"yellow" not in content and
                 b"umbrella" not in content)
    gimp.close_image(fourth)

    before = parasites(gimp, other)
    gimp.run(f"(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE "
             f'#:image {other} #:prompt "{SECRET}")')
    claims.claim("GIMP's own memory of a call has no prompt either",
                 b"umbrella" not in saved(gimp, other))
    claims.note(f"{before} {parasites(gimp, other)}")
    return window, other


def keeps_out(gimp, claims, window, image):
    beside = gimp.show_image(91, 92)
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE "
             f'#:image {beside} #:prompt "{PUBLIC}" #:steps 1)')
    gimp.generate_window(image)
    press(gimp.find("button", "Add as Layer", window))
    gimp.wait_for_layers(image, 2)
    gimp.run(f'(gimp-file-save RUN-NONINTERACTIVE {image} "{shared}")')
    gimp.run(f"(gimp-image-clean-all {image})")

    press(labelled(window, "Keep prompts out of the file"))
    question = gimp.window("Keep Prompts out of the File")
    claims.claim("what the image holds is said", gimp.find(
        "label", "The image holds the prompt of 1 picture", question) and
        gimp.find("label", "The image holds the prompt", question).name.count(
            "1 of its layers"))
    gimp.shot("privacy-question.png", "Keep Prompts out of the File")
    before = gimp.everything(image, lists=True)
    press(gimp.find("button", "Take Them Out", question))
    wait_for("their going", lambda: "pisces" not in parasites(gimp, image))
    name = gimp.run(f"(gimp-image-get-name {beside})").strip('"')
    claims.claim("then another image that is open is asked about, by its name",
                 gimp.find("label", name))
    press(gimp.find("button", "Take Them Out"))
    wait_for("that one's", lambda: "pisces" not in parasites(gimp, beside))
    gimp.close_image(beside)
    gimp.run(f"(gimp-display-present {gimp.displays[image]})")
    wait_for("an answer", lambda: gimp.run("(+ 1 1)") == "2")
    content = saved(gimp, image)
    claims.claim("taken out, nothing of them is in the file",
                 PUBLIC.encode() not in content and b"pisces" not in content)
    claims.equal("the layers are all there", len(gimp.layers(image)), 2)
    claims.equal("and the image counts as changed",
                 gimp.run(f"(gimp-image-is-dirty {image})"), "#t")

    gimp.undo_and_redo(claims, "prompts that are taken out", image, before,
                       lists=True)
    gimp.raise_window("GIMP")
    gimp.menu("Edit", "Undo")
    wait_for("the undo", lambda: "pisces-results" in parasites(gimp, image))
    content = saved(gimp, image)
    claims.claim("one undo brings all of it back",
                 content.count(PUBLIC.encode()) >= 3 and
                 b"pisces-provenance" in content and
                 b"pisces-pixels-" in content)
    gimp.menu("Edit", "Redo")
    wait_for("the redo", lambda: "pisces" not in parasites(gimp, image))

    gimp.ask_for(window, SECRET, 1)
    wait_until_idle(gimp, window)
    wait_for("the picture", lambda: any(
        SECRET in tile.name for tile in gimp.results(window)))
    gimp.raise_window("Generate Layer")
    press(gimp.find("button", "Add as Layer", window))
    gimp.wait_for_layers(image, 3)
    # The layer exists before all its data are written.
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:prompt "{SECRET}" #:steps 2)')
    content = saved(gimp, image)
    claims.equal("with prompts kept out, layers are added all the same",
                 len(gimp.layers(image)), 4)
    claims.claim("by window and procedure, and no prompt is in the file",
                 b"umbrella" not in content and b"pisces" not in content)
    claims.claim("pictures are still in the window", any(
        SECRET in tile.name for tile in gimp.results(window)))

    other = gimp.show_image(77, 77)
    gimp.generate_window(other)
    wait_for("an empty strip", lambda: not gimp.results(window))
    gimp.generate_window(image)
    claims.claim("and are there again when it turns away and back", wait_for(
        "the pictures", lambda: any(SECRET in tile.name
                                    for tile in gimp.results(window))))

    # A file that contains prompts is opened while prompts are to be kept out
    # of files.
    image = int(gimp.run(
        f'(gimp-file-load RUN-NONINTERACTIVE "{shared}")').strip("()"))
    gimp.displays[image] = gimp.run(f"(gimp-display-new {image})")
    gimp.generate_window(image)
    take = gimp.find("button", "Take Prompts Out", window)
    wait_for("the offer", lambda: is_showing(take))
    gimp.shot("generate-window-offer.png", "Generate Layer")
    press(take)
    wait_for("their going", lambda: "pisces" not in parasites(gimp, image))
    claims.claim("prompts of a file that is opened then are taken out if told",
                 PUBLIC.encode() not in saved(gimp, image))
    gimp.close_image(other)


def stays(gimp, claims):
    window, image = closed_while_drawing(gimp, claims)
    keeps_out(gimp, claims, window, image)
    claims.equal("GIMP finds nothing wrong with that",
                 gimp.complaints_but_of_undo(), [])


def travels(gimp, claims):
    """Another computer: the user's folder is empty."""
    image = int(gimp.run(
        f'(gimp-file-load RUN-NONINTERACTIVE "{shared}")').strip("()"))
    gimp.run(f"(gimp-display-new {image})")
    window = gimp.generate_window(image)
    wait_for("the pictures", lambda: gimp.results(window))
    add = gimp.find("button", "Add as Layer", window)
    wait_for("their pixels", lambda: is_sensitive(add))
    claims.claim("on another computer the pictures are there", True)
    gimp.shot("generate-window-travelled.png", "Generate Layer")
    kept = os.path.join(gimp.data, "pisces", "results")
    claims.claim("and are not put among the user's own",
                 not os.path.exists(kept) or not os.listdir(kept))


claims = gimp_window.Claims()
failed = gimp_window.main(stays, claims=claims)
failed = gimp_window.main(travels, claims=claims) or failed
shutil.rmtree(folder, ignore_errors=True)
sys.exit(failed)
