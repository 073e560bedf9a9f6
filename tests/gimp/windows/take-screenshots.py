# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the README's pictures of the windows, in the real GIMP and with what
the built-in model really draws and writes.

    ./dev build
    ./dev exec env PISCES_PLUGIN=$PWD/build/release/plugin \\
        PISCES_SCREENSHOTS=$PWD/ui/screenshots \\
        bash tests/gimp/windows/run.sh take-screenshots.py

The seeds are fixed, so the same weights give the same pictures again.
"""

import os
import subprocess
import sys
import time

import gimp_window
from gimp_window import (is_sensitive, is_showing, labelled, press, text_of,
                         wait_for)

PROMPT = "a red star above a blue fish"
SCENE = "a red boat under a white cloud on a blue background"
FILES = {"boat.png": (SCENE, 2),
         "apple.png": ("a green apple on a white background", 1),
         "fish.png": ("an orange fish on a blue background", 3),
         "umbrella.png": ("a purple umbrella on a yellow background", 1),
         "heart.png": ("a pink heart on a white background", 1),
         "stars.png": ("two red stars on a black background", 1)}
SECONDS = 120


class LightGimp(gimp_window.Gimp):
    """GIMP in light colours, with seeds of our choice."""

    def _quieten(self):
        super()._quieten()
        with open(os.path.join(self.profile, "gimprc"), "a") as settings:
            settings.write("(theme-color-scheme light)\n")
        os.mkdir(os.path.join(self.profile, "pisces"))
        with open(os.path.join(self.profile, "pisces", "settings.ini"),
                  "w") as settings:
            settings.write("[generate]\nseed=1\nnew-seed=false\ncount=4\n")

    def take(self, name, title):
        """Saves one window with 256 colours, which makes the file as small as
        possible."""
        self.shot(name, title)
        path = os.path.join(os.environ["PISCES_SCREENSHOTS"], name)
        subprocess.run(["magick", path, "-strip", "+dither", "-colors", "256",
                        "-define", "png:compression-level=9", "PNG8:" + path],
                       check=True)
        print(name, os.path.getsize(path), "bytes", flush=True)

    def open(self, path):
        image = int(self.run(f'(gimp-file-load RUN-NONINTERACTIVE "{path}")'))
        self.displays[image] = self.run(f"(gimp-display-new {image})")
        return image


def draw_files(gimp):
    """A folder of pictures, each a layer that the plug-in drew."""
    folder = os.path.join(gimp.folder, "pictures")
    os.mkdir(folder)
    for name, (prompt, seed) in FILES.items():
        image = int(gimp.run("(gimp-image-new 480 480 RGB)"))
        gimp.run("(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE "
                 f'#:image {image} #:prompt "{prompt}" #:seed {seed})')
        gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
                 f'#:image {image} #:file "{folder}/{name}")')
        gimp.run(f"(gimp-image-delete {image})")
    return folder


def is_idle(gimp, window):
    return not is_sensitive(gimp.find("button", "Stop", window))


def ask_for(gimp, window, prompt, count):
    field = gimp.find("text", "Prompt", window)
    field.queryEditableText().setTextContents(prompt)
    labelled(window, "Pictures").queryValue().currentValue = count
    press(gimp.find("button", "Generate", window))


def draw(gimp, window, prompt, count):
    before = len(gimp.results(window))
    ask_for(gimp, window, prompt, count)
    wait_for(f"{count} pictures", lambda: is_idle(gimp, window) and len(
        gimp.results(window)) == before + count, SECONDS)


def generate(gimp, folder):
    title = "Generate Layer"
    image = gimp.open(os.path.join(folder, "boat.png"))
    gimp.run(f'(gimp-xcf-save RUN-NONINTERACTIVE {image} '
             f'"{gimp.folder}/boat.xcf")')
    gimp.run(f'(gimp-image-set-file {image} "{gimp.folder}/boat.xcf")')
    gimp.run(f"(gimp-image-select-rectangle {image} CHANNEL-OP-REPLACE "
             "240 200 220 220)")
    gimp.menu("Layer", "New from Prompt")
    window = gimp.window(title)
    draw(gimp, window, "an orange fish", 1)
    draw(gimp, window, PROMPT, 4)
    gimp.raise_window(title)
    wait_for("an Add button", lambda: is_sensitive(
        gimp.find("button", "Add as Layer", window)))
    gimp.take("generate-window.png", title)

    gimp.keys("alt+c")
    wait_for("the comparison", lambda: is_showing(gimp.find(
        "slider", "Divider between the two pictures", window, 1)))
    gimp.take("compare-window.png", title)
    gimp.keys("alt+c")

    before = len(gimp.results(window))
    ask_for(gimp, window, "a red boat", 8)
    ask_for(gimp, window, "a purple umbrella", 4)
    ask_for(gimp, window, "a yellow sun above a red house", 4)
    wait_for("a picture of the first job", lambda: len(
        gimp.results(window)) > before + 1, SECONDS)
    gimp.take("generate-window-queue.png", title)
    wait_for("the end of the jobs", lambda: is_idle(gimp, window), SECONDS)
    return image


def live(gimp, folder):
    """A draft of what is being written."""
    title = "Generate Layer"
    image = gimp.open(os.path.join(folder, "apple.png"))
    gimp.raise_window("GIMP")
    window = gimp.generate_window(image)
    wait_for("its own pictures", lambda: not gimp.results(window))
    subprocess.run(["xdotool", "mousemove", "1599", "999"], check=True)
    labelled(window, "Pictures").queryValue().currentValue = 1
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    press(gimp.find("check box", "Draw live", window))
    gimp.type("a yellow sun above a red house")
    wait_for("the draft", lambda: [
        tile for tile in gimp.tiles(window)
        if tile.name.startswith("Draft: a yellow sun above a red house")], SECONDS)
    gimp.take("live-window.png", title)
    press(gimp.find("check box", "Draw live", window))
    gimp.close_image(image)


def fill(gimp, folder):
    """Beside the boat, in a picture that the same model has drawn."""
    title = "Generate Layer"
    image = gimp.open(os.path.join(folder, "boat.png"))
    gimp.run(f"(gimp-image-select-ellipse {image} CHANNEL-OP-REPLACE "
             "14 240 160 160)")
    gimp.run(f"(gimp-selection-feather {image} 10)")
    gimp.raise_window("GIMP")
    gimp.run(f"(plug-in-pisces-fill #:run-mode RUN-INTERACTIVE #:image {image})")
    gimp.raise_window(title)
    window = gimp.window(title)
    wait_for("its own pictures", lambda: not gimp.results(window))
    # The pointer must not open a tooltip.
    subprocess.run(["xdotool", "mousemove", "1599", "999"], check=True)
    draw(gimp, window, "an orange fish", 3)
    gimp.raise_window(title)
    gimp.keys("alt+v")
    wait_for("an Add button", lambda: is_sensitive(
        gimp.find("button", "Add as Layer", window)))
    gimp.take("fill-window.png", title)
    gimp.keys("alt+v")

    press(gimp.find("button", "Add as Layer", window))
    gimp.wait_for_layers(image, 2)
    gimp.run(f"(gimp-selection-none {image})")
    gimp.raise_window(title)
    gimp.keys("alt+F4")  # it stays above GIMP's window
    gimp.raise_window("GIMP")
    time.sleep(1)  # GIMP draws its canvas when it is idle
    gimp.take("fill-canvas.png", "GIMP")
    return image


def change(gimp, folder):
    """A layer that the same model has drawn, before and after."""
    title = "Generate Layer"
    image = gimp.open(os.path.join(folder, "umbrella.png"))
    gimp.run(f"(plug-in-pisces-change #:run-mode RUN-INTERACTIVE #:image {image})")
    gimp.raise_window(title)
    window = gimp.window(title)
    wait_for("its own pictures", lambda: not gimp.results(window))
    subprocess.run(["xdotool", "mousemove", "1599", "999"], check=True)
    draw(gimp, window, "a red umbrella", 1)
    gimp.raise_window(title)
    press(gimp.find("toggle button", "Compare", window))
    wait_for("the comparison", lambda: is_showing(gimp.find(
        "slider", "Divider between the two pictures", window, 1)))
    gimp.take("change-window.png", title)
    press(gimp.find("toggle button", "Compare", window))
    return image


def extend(gimp):
    """A picture from the model, before and after, each beside GIMP's dialogs."""
    title = "Extend the Image"
    gimp.raise_window("Generate Layer")
    gimp.keys("alt+F4")  # it stays above GIMP's window
    image = int(gimp.run("(gimp-image-new 256 256 RGB)"))
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:prompt "{SCENE}" #:seed 2)')
    # nano's pictures have a line along their edges.
    gimp.run(f"(gimp-image-crop {image} 248 248 4 4)")
    gimp.displays[image] = gimp.run(f"(gimp-display-new {image})")
    number = gimp.raise_window("GIMP")
    subprocess.run(["xdotool", "windowsize", "--sync", number, "1040", "627"],
                   check=True, timeout=20)
    time.sleep(1)
    before = gimp.shot("extend-before.png", "GIMP")
    gimp.run(f"(plug-in-pisces-extend #:run-mode RUN-INTERACTIVE #:image {image})")
    gimp.raise_window(title)
    window = gimp.window(title)
    labelled(window, "Prompt").queryEditableText().setTextContents("a white cloud")
    subprocess.run(["xdotool", "mousemove", "1599", "999"], check=True)
    time.sleep(0.5)
    gimp.take("extend-window.png", title)
    gimp.keys("alt+F4")

    # The window draws with a seed of its own each time.
    gimp.run("(plug-in-pisces-extend #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:aspect "16:9" #:prompt "a white cloud" #:seed 1)')
    gimp.raise_window("GIMP")
    time.sleep(1)
    gimp.take("extend-canvas.png", "GIMP")
    after = os.path.join(os.environ["PISCES_SCREENSHOTS"], "extend-canvas.png")
    # Without GIMP's dialogs beside the canvas.
    subprocess.run(["magick", before, after, "-crop", "600x600+195+0", "+repage",
                    "+append", "+dither", "-colors", "256", "PNG8:" + after],
                   check=True)
    os.remove(before)
    gimp.close_image(image)


def describe(gimp, image):
    title = "Describe Image"
    gimp.run(f"(gimp-selection-none {image})")
    gimp.raise_window("GIMP")
    gimp.menu("Image", "Describe Image")
    window = gimp.window(title)
    short = gimp.find("text", "Short", window)
    long = gimp.find("text", "Long", window)
    button = gimp.find("button", "Describe", window)
    press(button)
    wait_for("the texts", lambda: text_of(short) and text_of(long) and
             is_sensitive(button), SECONDS)
    print(text_of(short), "|", text_of(long))
    gimp.take("describe-window.png", title)

    press(gimp.find("button", "Models and Memory", window))
    models = gimp.window("Models and Memory")
    wait_for("the model", lambda: labelled(models, "Describe with").name == "nano")
    wait_for("the model in memory", lambda: is_sensitive(
        gimp.find("button", "Free Memory Now", models)))
    time.sleep(0.5)  # the theme fades its buttons
    gimp.take("models-window.png", "Models and Memory")


def describe_files(gimp, folder):
    title = "Describe Files"
    gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE "
             f"#:files '(\"{folder}\"))")
    gimp.answer()
    window = gimp.window(title)
    table = gimp.find("table", "Files", window).queryTable()
    wait_for("the files", lambda: table.nRows == len(FILES))
    press(gimp.find("check box", "Find keywords too", window))
    button = gimp.find("button", "Describe", window)
    wait_for("a usable button", lambda: is_sensitive(button))
    press(button)
    wait_for("the texts", lambda: all(
        table.getAccessibleAt(row, 2).name for row in range(table.nRows)) and
        is_sensitive(button), SECONDS)
    for row in range(table.nRows):
        print([table.getAccessibleAt(row, n).name for n in range(1, 4)])
    number = gimp.raise_window(title)
    subprocess.run(["xdotool", "windowsize", "--sync", number, "900", "700"],
                   check=True, timeout=20)
    gimp.find("table", "Files", window).queryComponent().grabFocus()
    gimp.keys("Home", "Down")
    text = gimp.find("text", "Alt text", window)
    wait_for("the chosen file's text", lambda: text_of(text))
    wait_for("its keywords", lambda: text_of(labelled(window, "Keywords")))
    time.sleep(0.5)  # the theme fades its buttons
    gimp.take("files-window.png", title)


def main():
    gimp = LightGimp()
    try:
        gimp.wait_until_started()
        folder = draw_files(gimp)
        image = generate(gimp, folder)
        filled = fill(gimp, folder)
        changed = change(gimp, folder)
        live(gimp, folder)
        # Not before: pictures of an image that was closed stay in the window.
        gimp.close_image(filled)
        gimp.close_image(changed)
        extend(gimp)
        describe(gimp, image)
        describe_files(gimp, folder)
    except Exception:
        gimp.shot("failed.png")
        raise
    finally:
        gimp.close()


sys.exit(main())
