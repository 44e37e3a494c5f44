"""Mutants of C: where a source can be changed a little so that it says something else.

Each is one change of one kind: a comparison turned or moved by one, an operator or a constant
exchanged, a failure reported as success or not looked at, a statement left out. Only what stands in
functions is changed. Statements that only give memory back, or write what was given back empty,
are left alone: without a sanitizer no test can tell. So is that more memory is asked for, and that
there was none, and what unseen.txt names: nobody could notice.
"""
import re
from pathlib import Path
from typing import Iterator, NamedTuple

from memory import ALLOCATES, memory_only

TOKEN = re.compile(
    r"(?P<comment>/\*.*?\*/|//[^\n]*)"
    r"|(?P<directive>^[ \t]*#(?:\\\n|[^\n])*)"
    r"|(?P<text>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)"
    r"|(?P<sign><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]="
    r"|[-+*/%<>=!~&|^?:;,.(){}\[\]])",
    re.S | re.M)

SWAPS = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="],
    "!=": ["=="], "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"],
    "%": ["/"], "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "+=": ["-="], "-=": ["+="],
    "++": ["--"], "--": ["++"],
}
RULES = {
    "<": "comparison", "<=": "comparison", ">": "comparison", ">=": "comparison",
    "==": "comparison", "!=": "comparison", "&&": "logic", "||": "logic",
}
NO_OPERAND = {"return", "case", "sizeof", "else", "do"}
MEMORY = re.compile(r"^(\(void\))?\s*(free|munmap|CPU_FREE|\w+_(clear|free|close|destroy))\s*\(")
KEYWORDS = {"if", "for", "while", "switch", "return", "else", "do", "goto", "break", "continue",
            "case", "default", "sizeof", "static", "const", "enum", "struct", "typedef", "extern",
            "RS_TRY", "RS_TRY_DONE", "CHECK_PART", "_Static_assert", "static_assert"}


GIVES_BACK = re.compile(r"\b\w+_(clear|free|close|destroy)\([^;{}]*\)\s*$")
EMPTY = re.compile(r"\*?[\w>.-]+\s*=\s*(NULL|0|-1|\(\w+\)\s*\{[^{}]*\})\s*$")
UNSEEN = [line.split()[:2] for line in
          (Path(__file__).parent / "unseen.txt").read_text().splitlines()
          if line and not line.startswith("#")]
HINTS = {name for word, name in UNSEEN if word == "hint"}
AMOUNTS = {name for word, name in UNSEEN if word == "amount"}


class Mutant(NamedTuple):
    """The text of FILE from `begin` to `end` becomes `text`."""
    file: str
    begin: int
    end: int
    text: str
    rule: str


class Token(NamedTuple):
    kind: str
    text: str
    begin: int
    end: int


def tokens_in_functions(source: str) -> Iterator[list]:
    """The tokens of each function body, whose first brace stands at the beginning of a line."""
    body, depth = None, 0
    for match in TOKEN.finditer(source):
        kind, text, begin = match.lastgroup, match.group(), match.start()
        if kind in ("comment", "directive"):
            continue
        if body is None:
            if text == "{" and (begin == 0 or source[begin - 1] == "\n"):
                body, depth = [], 1
            continue
        depth += {"{": 1, "}": -1}.get(text, 0)
        if depth == 0:
            yield body
            body = None
        else:
            body.append(Token(kind, text, begin, match.end()))


def is_operand_end(token: Token) -> bool:
    if token.kind == "name":
        return token.text not in NO_OPERAND
    return token.kind == "number" or token.text in (")", "]")


def matching(tokens: list, at: int) -> int:
    """Where the bracket at `at` is closed."""
    depth = 0
    for i in range(at, len(tokens)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(tokens[i].text, 0)
        if depth == 0:
            return i
    return len(tokens) - 1


def end_of_statement(tokens: list, at: int) -> int:
    """The semicolon that ends what begins at `at`."""
    i = at
    while i < len(tokens) - 1 and tokens[i].text != ";":
        i = matching(tokens, i) + 1 if tokens[i].text in "([{" else i + 1
    return min(i, len(tokens) - 1)


def asks_for_memory(tokens: list, at: int) -> bool:
    """Whether it stands in what is given to an allocation."""
    depth = 0
    for i in range(at - 1, 0, -1):
        text = tokens[i].text
        if text in (";", "{", "}"):
            return False
        depth += {")": 1, "(": -1}.get(text, 0)
        if depth < 0:
            if tokens[i - 1].text in ALLOCATES:
                return True
            depth = 0
    return False


def statement_around(tokens: list, at: int) -> list:
    begin = end = at
    while begin > 0 and tokens[begin - 1].text not in (";", "{", "}"):
        begin -= 1
    while end < len(tokens) - 1 and tokens[end].text not in (";", "{", "}"):
        end += 1
    return tokens[begin:end]


def is_unseen(tokens: list, at: int) -> bool:
    """Whether it is a call of a hint, or an amount in an enum."""
    if any(token.text in HINTS for token in statement_around(tokens, at)):
        return True
    i = at
    while i > 0 and tokens[i - 1].text not in (",", "{", "}", ";"):
        i -= 1
    return tokens[i].text in AMOUNTS and tokens[i + 1].text == "="


def operator_mutants(source: str, tokens: list, i: int) -> Iterator[tuple]:
    token = tokens[i]
    spaced = source[token.begin - 1] == " " and source[token.end:token.end + 1] in (" ", "\n")
    if token.text not in SWAPS or token.kind != "sign" or i == 0:
        return
    if token.text not in ("++", "--") and not (spaced and is_operand_end(tokens[i - 1])):
        return # a sign, an address, a pointer
    for other in SWAPS[token.text]:
        yield token.begin, token.end, other, RULES.get(token.text, "arithmetic")


def constant_mutants(tokens: list, i: int) -> Iterator[tuple]:
    token = tokens[i]
    if token.kind == "name" and token.text in ("true", "false"):
        yield token.begin, token.end, "false" if token.text == "true" else "true", "constant"
    whole = re.fullmatch(r"(\d+)([uUlL]*)", token.text) if token.kind == "number" else None
    if whole and not (len(whole[1]) > 1 and whole[1][0] == "0"):
        value = int(whole[1])
        # a buffer of one more byte is none that anybody could tell
        is_buffer = tokens[i - 1].text == "[" and i > 2 and tokens[i - 3].text == "char"
        is_room = tokens[i - 1].text in (",", "+", "*", "(") and asks_for_memory(tokens, i)
        more = [] if is_buffer or is_room else [value + 1]
        for other in more + ([value - 1] if value > 0 else []):
            yield token.begin, token.end, f"{other}{whole[2]}", "constant"
    real = re.fullmatch(r"\d+\.\d*(e[+-]?\d+)?", token.text) if token.kind == "number" else None
    if real:
        yield token.begin, token.end, f"({token.text} + 1.0)", "constant"


def negation_mutants(tokens: list, i: int) -> Iterator[tuple]:
    if tokens[i].text == "!":
        yield tokens[i].begin, tokens[i].end, "", "logic"


def status_mutants(source: str, tokens: list, i: int) -> Iterator[tuple]:
    """A failure that is reported as success, and one that is not looked at."""
    token = tokens[i]
    if token.text == "return" and i + 2 < len(tokens):
        end = end_of_statement(tokens, i)
        if tokens[i + 1].text in ("rs_fail", "rs_usage", "rs_fail_errno"):
            yield tokens[end].begin, tokens[end].end, ", RS_OK;", "status"
        elif (tokens[i + 1].text == "status" and tokens[i + 2].text == ";" and
              name_of_function(source, tokens) not in memory_only()):
            yield tokens[i + 1].begin, tokens[i + 1].end, "RS_OK", "status"
    if (token.text in ("RS_TRY", "RS_TRY_DONE") and tokens[i + 1].text == "(" and
            tokens[i + 2].text not in ALLOCATES | memory_only()):
        yield token.begin, token.end, "(void)", "status"


def name_of_function(source: str, tokens: list) -> str:
    head = source[:tokens[0].begin].rpartition("\n{")[0].rpartition("\n\n")[2]
    return re.findall(r"(\w+)\(", head)[0]


def is_given_back(source: str, tokens: list, text: str) -> bool:
    """Whether it leaves what a function gives back empty."""
    head = source[:tokens[0].begin].rpartition("\n{")[0]
    return bool(GIVES_BACK.search(head) and EMPTY.match(text))


def removal_mutants(source: str, tokens: list, i: int) -> Iterator[tuple]:
    """An assignment or a call that is left out; also a break or continue."""
    token = tokens[i]
    if i > 0 and tokens[i - 1].text not in (";", "{", "}"):
        return
    end = end_of_statement(tokens, i)
    if token.text in ("break", "continue"):
        yield token.begin, tokens[end].begin, "", "removal"
        return
    text = source[token.begin:tokens[end].begin]
    cast = text.startswith("(void)")
    if (i + 1 >= len(tokens) or MEMORY.match(text) or token.text in KEYWORDS or
            is_given_back(source, tokens, text)):
        return
    call = token.kind == "name" and tokens[i + 1].text in ("(", "->", ".", "[", "=", "+=", "-=",
                                                            "|=", "&=", "++", "--")
    if cast and tokens[i + 3].kind == "name" and tokens[i + 4].text != "(":
        return # an argument that is not used
    if cast or call or token.text in ("++", "--", "*"):
        yield token.begin, tokens[end].begin, "", "removal"


def mutants_of(file: str, source: str) -> Iterator[Mutant]:
    for tokens in tokens_in_functions(source):
        for i in range(len(tokens)):
            if is_unseen(tokens, i):
                continue
            for made in (operator_mutants(source, tokens, i), constant_mutants(tokens, i),
                         negation_mutants(tokens, i), status_mutants(source, tokens, i),
                         removal_mutants(source, tokens, i)):
                for begin, end, text, rule in made:
                    yield Mutant(file, begin, end, text, rule)


def apply(mutant: Mutant, source: str) -> str:
    return source[:mutant.begin] + mutant.text + source[mutant.end:]


def line_of(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1


def function_around(mutant: Mutant, source: str) -> tuple:
    """The first and the last line of the function that the mutant is in."""
    begin = source.rfind("\n{", 0, mutant.begin) + 1
    end = source.find("\n}", mutant.end)
    end = len(source) if end < 0 else end + 1
    return line_of(source, begin), line_of(source, end)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def lines_around(mutant: Mutant, source: str) -> tuple:
    """The whole lines that the mutant touches, as they are and as they become, without indent."""
    begin = source.rfind("\n", 0, mutant.begin) + 1
    end = source.find("\n", mutant.end)
    end = len(source) if end < 0 else end
    return (squeezed(source[begin:end]),
            squeezed(source[begin:mutant.begin] + mutant.text + source[mutant.end:end]))
