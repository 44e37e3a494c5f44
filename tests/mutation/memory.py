"""Functions that fail for want of memory only: no test can have that, so whether such a failure is
passed on is not asked.

A function is one when it names no failure of its own, and whatever it tries, returns or keeps as a
status is an allocation or such a function. Functions of one name are taken together, and what is
called through a pointer is none.
"""
import re
from functools import lru_cache
from pathlib import Path

ALLOCATES = {"RS_NEW", "RS_NEW_ROWS", "RS_NEW_ALIGNED", "RS_NEW_ALIGNED_ROWS", "RS_GROW",
             "RS_ROOM", "RS_TEXT_NEW", "rs_alloc", "rs_alloc_aligned", "rs_realloc", "rs_room"}
FUNCTION = re.compile(r"^(?:static )?rs_status (\w+)\([^;{}]*\)\n\{\n(.*?)^\}", re.S | re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.S)
FAILS = re.compile(r"\b(rs_fail\w*|rs_usage)\b")
MACRO = re.compile(r"^\s*([A-Z_]+)\(", re.M) # a statement that may return
# What is tried, returned or kept, up to what it begins with: "grow(" or anything else.
GIVES = re.compile(r"(?:\bRS_TRY(?:_DONE)?\(|\breturn\b|\bstatus\s*=(?!=))\s*"
                   r"(RS_OK\b|status\s*;|\w+\(|)")


def calls_of(body: str) -> set:
    """The functions whose failures it passes on; of "?" nothing is known."""
    if FAILS.search(body) or set(MACRO.findall(body)) - {"RS_TRY", "RS_TRY_DONE"}:
        return {"?"}
    given = {match[1] for match in GIVES.finditer(body)}
    return {word[:-1] if word.endswith("(") else "?" for word in given
            if word != "RS_OK" and not word.startswith("status")} - ALLOCATES


@lru_cache(maxsize=1)
def memory_only() -> frozenset:
    calls: dict = {}
    for path in sorted((Path(__file__).resolve().parents[2] / "host").glob("*/*.c")):
        for name, body in FUNCTION.findall(COMMENT.sub("", path.read_text())):
            calls[name] = calls.get(name, set()) | calls_of(body)
    found = {name for name in calls if not FAILS.match(name)}
    while True:
        others = {name for name in found if not calls[name] <= found}
        if not others:
            return frozenset(found)
        found -= others
