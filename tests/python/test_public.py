"""Every public name says what it is for, what it takes and gives, and what it raises."""

import ast
import dataclasses
import inspect
import re
import textwrap
import unittest

import reassess
import reassess.errors
import reassess.labels

try:
    import reassess.torchmetrics
except ImportError:
    metrics = None
else:
    metrics = reassess.torchmetrics


def public_members():
    """Name and object: what is in __all__, and what a class of it has of its own."""
    for name in reassess.__all__:
        thing = getattr(reassess, name)
        if name.startswith("_"):
            continue
        yield name, thing
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (
                    inspect.isfunction(value) or isinstance(value, (property, classmethod))
                ):
                    yield f"{name}.{member}", value
    yield "labels.fetch", reassess.labels.fetch
    if metrics is not None:
        yield "torchmetrics.ReaL", metrics.ReaL
        for member in ("update", "forward", "compute", "reset"):
            yield f"torchmetrics.ReaL.{member}", vars(metrics.ReaL)[member]


def plain_function(thing):
    if isinstance(thing, property):
        return thing.fget
    if isinstance(thing, classmethod):
        return thing.__func__
    if inspect.isclass(thing):
        return thing.__init__ if "__init__" in vars(thing) else None
    return thing if inspect.isfunction(thing) else None


def text_of(thing):
    """Its own; before Python 3.10 a class method has that of its decorator."""
    return (thing.__func__ if isinstance(thing, classmethod) else thing).__doc__


def raised_by(function):
    """Names of the package's exceptions that the function itself raises."""
    source = inspect.getsource(function)
    tree = ast.parse(textwrap.dedent(source))
    return {
        node.exc.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
    }


class Public(unittest.TestCase):
    def test_there_is_a_text_for_each(self):
        for name, thing in public_members():
            with self.subTest(name):
                self.assertGreater(len((text_of(thing) or "").split()), 3)

    def test_arguments_and_types_are_said(self):
        for name, thing in public_members():
            function = plain_function(thing)
            if function is None or dataclasses.is_dataclass(thing):
                continue
            of_class = inspect.isclass(thing)
            if of_class and issubclass(thing, Exception):
                continue
            text = text_of(thing)
            for parameter in list(inspect.signature(function).parameters.values()):
                if parameter.name in ("self", "cls", "handle", "scorer"):
                    continue
                with self.subTest(f"{name}({parameter.name})"):
                    self.assertIsNot(parameter.annotation, parameter.empty)
                    self.assertRegex(text, rf"\b{parameter.name}\b")
                    self.assertIn("Raises:", text)
            with self.subTest(f"{name} gives"):
                self.assertIsNot(
                    inspect.signature(function).return_annotation, inspect.Signature.empty
                )

    def test_what_is_raised_is_said(self):
        kinds = {kind.__name__ for kind in reassess.errors.BY_STATUS.values()}
        for name, thing in public_members():
            text = text_of(thing)
            function = plain_function(thing)
            if function is not None and name not in ("Result", "Metric"):
                for kind in raised_by(function) & kinds:
                    with self.subTest(name):
                        self.assertIn(kind, text)
            said = re.findall(r"\b[A-Z]\w+Error\b", text.partition("Raises:")[2])
            self.assertLessEqual(set(said), kinds | {"ReassessError"}, name)
            if "Raises:" in text:
                self.assertTrue(said, name)

    def test_shapes_and_units_are_said(self):
        self.assertRegex(reassess.Scorer.update.__doc__, r"logits: .*rows x classes")
        self.assertRegex(reassess.evaluate.__doc__, r"logits: .*images x classes")
        self.assertRegex(reassess.Metric.__doc__, r"value: a fraction from 0 to 1")
        self.assertRegex(reassess.Metric.__doc__, r"total: of how many rows")

    def test_exceptions_have_a_status_of_their_own(self):
        for status, kind in reassess.errors.BY_STATUS.items():
            self.assertEqual(kind("a", advice="b").status, status)
            self.assertEqual(str(kind("a", advice="b")), "a; b")
            self.assertEqual(kind("a", advice="b").reason, "a")


if __name__ == "__main__":
    unittest.main()
