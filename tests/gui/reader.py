"""Reads and works the widgets of the windows on a screen, over AT-SPI, as a screen reader does. A program of its own,
because it has to run as the user whose windows they are: `reader.py QUESTION WORDS...` prints the answer as JSON.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402: only now

LISTS = ("table", "tree", "tree table")  # roles whose cells are not widgets


def role_of(widget):
    """The name of its role; of all that is pressed, with a menu or without, as at-spi2-core has it before 2.54."""
    name = widget.get_role_name()
    return "push button" if name in ("button", "button menu", "push button menu", "menu button") else name


def showing(widget):
    return widget.get_state_set().contains(Atspi.StateType.SHOWING)


def widgets(parent=None):
    """All that can be seen, from the windows down to the labels."""
    parent = parent or Atspi.get_desktop(0)
    for index in range(parent.get_child_count()):
        widget = parent.get_child_at_index(index)
        if widget is None:  # gone since it was counted
            continue
        if showing(widget):
            yield widget
        if role_of(widget) not in LISTS:
            yield from widgets(widget)


def texts(role):
    """The names of all widgets of a role."""
    return [widget.get_name() for widget in widgets() if role_of(widget) == role]


def box_of(widget):
    """[left, top, width, height] on the screen."""
    box = Atspi.Component.get_extents(widget, Atspi.CoordType.SCREEN)
    return [box.x, box.y, box.width, box.height]


def place(role, name):
    """Where the middle of such a widget is on the screen; null where there is none."""
    for widget in widgets():
        if role_of(widget) == role and widget.get_name() == name:
            left, top, width, height = box_of(widget)
            return [left + width // 2, top + height // 2]
    return None


def lists(name):
    return [widget for widget in widgets() if role_of(widget) in LISTS and widget.get_name() == name]


def rows(name):
    """The cells of a list, row by row, of the last one opened; null where there is no such list."""
    found = lists(name)
    if not found:
        return None
    columns = range(Atspi.Table.get_n_columns(found[-1]))
    lines = range(Atspi.Table.get_n_rows(found[-1]))
    return [[Atspi.Table.get_accessible_at(found[-1], line, column).get_name() for column in columns] for line in lines]


def boxes(name):
    """The boxes of the cells in the first line of a list."""
    table = lists(name)[-1]
    cells = [Atspi.Table.get_accessible_at(table, 0, column) for column in range(Atspi.Table.get_n_columns(table))]
    return [box_of(cell) for cell in cells]


if __name__ == "__main__":
    questions = {function.__name__: function for function in (texts, place, rows, boxes)}
    json.dump(questions[sys.argv[1]](*sys.argv[2:]), sys.stdout)
