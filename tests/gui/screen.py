"""A screen without a monitor, and a Wireshark on it that is driven as a user drives it: keys, clicks, looks.

There is no window manager, so windows are focused, moved and sized from here.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

from wireshark import NOBODY, readable, scratch

PROGRAMS = ("Xvfb", "xdotool", "xclip", "wireshark", "import", "convert")
WIDTH, HEIGHT = 1500, 1000
MAIN_HEIGHT = 740  # of Wireshark's main window, at the top
PATIENCE = 90  # seconds
TRIES = 3

# No question and no news may come in between; the plugin's long sentences get the width, the bytes pane none.
PREFERENCES = """\
gui.update.enabled: FALSE
gui.ask_unsaved: FALSE
gui.qt.font_name: DejaVu Sans,9,-1,5,50,0,0,0,0,0
"""
RECENT = """\
gui.byte_view_show: FALSE
gui.geometry_main_upper_pane: 230
gui.toolbar_main_show: FALSE
column.width: %m, 60, %t, 100, %s, 120, %d, 120, %p, 70, %L, 60, %i, 930
"""
RECENT_COMMON = """\
gui.geometry_main_x: 0
gui.geometry_main_y: 0
gui.geometry_main_width: {}
gui.geometry_main_height: {}
"""


def missing():
    """What has to be installed first."""
    return [program for program in PROGRAMS if not shutil.which(program)]


def eventually(question, what, patience=PATIENCE):
    """The first answer that is not empty."""
    deadline = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < deadline, f"{what}: not within {patience} s"
        time.sleep(0.1)
    return answer


class Screen:
    """Xvfb, run as the normal user who also runs Wireshark. Use it in a with statement."""

    def __init__(self, width=WIDTH, height=HEIGHT, main_height=MAIN_HEIGHT):
        self.size = f"{width}x{height}x24"
        self.home = scratch() / "gui"
        settings = self.home / "wireshark"
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "preferences").write_text(PREFERENCES)
        (settings / "recent").write_text(RECENT)
        (settings / "recent_common").write_text(RECENT_COMMON.format(width, main_height))
        drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        self.prefix = drop if os.geteuid() == 0 else []
        if self.prefix:
            for path in (self.home, settings, *settings.iterdir()):
                os.chown(path, NOBODY, NOBODY)
        self.home.chmod(0o700)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("WIRESHARK_")}
        self.environment |= {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "QT_QPA_PLATFORM": "xcb",
            "WIRESHARK_PLUGIN_DIR": str(scratch() / "plugins"),
        }
        self.messages = self.home / "messages"  # of Wireshark
        self.started = []

    def __enter__(self):
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", self.size, "-nolisten", "tcp", "-noreset"]
        self.start(*command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as numbers:
            self.environment["DISPLAY"] = ":" + numbers.readline().strip()
        return self

    def __exit__(self, *_):
        for process in reversed(self.started):
            process.kill()
            process.wait()

    def own(self, *paths):
        """Gives files to the user."""
        for path in paths if self.prefix else ():
            os.chown(path, NOBODY, NOBODY)

    def start(self, *command, **options):
        process = subprocess.Popen([*self.prefix, *map(str, command)], env=self.environment, **options)
        self.started.append(process)
        return process

    def xdotool(self, *words, check=True):
        command = [*self.prefix, "xdotool", *map(str, words)]
        options = {"env": self.environment, "capture_output": True, "text": True, "timeout": PATIENCE}
        return subprocess.run(command, check=check, **options).stdout

    def windows(self, title):
        """Visible windows whose title matches a regular expression."""
        return self.xdotool("search", "--onlyvisible", "--name", title, check=False).split()

    def window(self, title):
        """Waits for such a window."""
        return eventually(lambda: self.windows(title), f"a window called {title}")[0]

    def place(self, window, x, y, width, height):
        self.xdotool("windowmove", window, x, y, "windowsize", window, width, height)

    def keys(self, window, *keys):
        self.xdotool("windowfocus", "--sync", window)
        for key in keys:
            self.xdotool("key", key)
            time.sleep(0.2)  # a menu has to open before it takes a key

    def write(self, text):
        self.xdotool("type", "--delay", 20, text)

    def click(self, window, x, y, button=1):
        self.xdotool("windowfocus", "--sync", window, "mousemove", "--window", window, x, y, "click", button)

    def picture(self, path):
        """Takes a picture once the screen has come to rest."""
        path, last = Path(path), None
        taken = self.home / "taken.png"
        for _ in range(8):  # a caret may go on blinking
            command = [*self.prefix, "import", "-window", "root", "-define", "png:exclude-chunks=date,time", taken]
            subprocess.run(command, env=self.environment, check=True)
            if last == (last := identify(taken, "%#")):  # a checksum of the pixels
                break
            time.sleep(0.4)
        # A palette is enough for a user interface, and a third of the size.
        subprocess.run(["convert", taken, "+dither", "-colors", "128", f"PNG8:{path}"], check=True)
        return path

    def wireshark(self, capture, *arguments):
        """Starts Wireshark on a capture; returns its process and main window."""
        if not list(scratch().glob("plugins/*/epan/fwx.so")):
            raise FileNotFoundError("the plugin is not built: plugin/setup builds it")
        with open(self.messages, "w") as messages:
            process = self.start("wireshark", "-n", "-r", readable(capture), *arguments, stderr=messages)
        return process, self.window(f"^{Path(capture).name}$")

    def quit(self, process, main):
        """Ends Wireshark as a user does; returns the display filters that it remembers."""
        self.keys(main, "ctrl+q")
        assert process.wait(PATIENCE) == 0
        assert "Dissector bug" not in self.messages.read_text()
        recent = (self.home / "wireshark" / "recent_common").read_text().splitlines()
        return [line.split(": ", 1)[1] for line in recent if line.startswith("recent.display_filter: ")]

    def all_windows(self):
        """Those of Wireshark that can be seen, menus among them."""
        return set(self.xdotool("search", "--onlyvisible", "--class", "wireshark", check=False).split())

    def copied(self, window, *keys):
        """What the keys put on the clipboard. A busy window may miss one: then all of them once more."""
        self.clipboard("-in", stdin=subprocess.DEVNULL)
        for left in reversed(range(TRIES)):
            self.keys(window, *keys)
            try:
                return eventually(lambda: self.clipboard("-out"), f"a copy by {keys}", PATIENCE / TRIES)
            except AssertionError:
                if not left:
                    raise
                self.keys(window, "Escape", "Escape")  # whatever menu is open

    def clipboard(self, *arguments, **options):
        # It stays in the background to serve what it has taken in: with no pipe of ours.
        with open(self.home / "clipboard", "w+") as file:
            command = [*self.prefix, "xclip", "-selection", "clipboard", *arguments]
            options |= {"stdout": file, "stderr": subprocess.DEVNULL, "timeout": PATIENCE}
            subprocess.run(command, env=self.environment, **options)
            file.seek(0)
            return file.read()

    def selected(self, main, *select):
        """The numbers of the selected frames, from Edit > Copy > As Plain Text."""
        lines = self.copied(main, *select, "alt+e", "Right", "Return").splitlines()
        return [int(line.split()[0]) for line in lines if line.split()[0].isdigit()]

    def displayed(self, main):
        """The numbers of the frames that the packet list shows; all of them are selected then."""
        self.click(main, 300, 82)
        return self.selected(main, "ctrl+a")

    def go_to(self, main, frame):
        """Selects a frame."""
        self.keys(main, "ctrl+g")
        self.write(frame)
        self.keys(main, "Return")


def identify(picture, format, *options):
    """What ImageMagick says of a picture, after options have been applied to it."""
    command = ["convert", picture, *options, "-format", format, "info:"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
