"""Arrays and arguments that are not what they should be: each works to the last bit, or is an error
of the package with a reason and an advice, after which nothing of the batch was counted."""

import array
import ctypes
import os
import unittest

import reassess
from case import CLASSES, IMAGES, Case

try:
    import numpy
except ImportError:
    numpy = None
try:
    import torch
except ImportError:
    torch = None
try:
    import jax
    import jax.numpy
except ImportError:
    jax = None


class Refusing(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = reassess.evaluate(cls.view(cls), cls.labels).to_dict()

    def refused(self, call, kind=reassess.ReassessError):
        with self.assertRaises(kind) as raised:
            call()
        error = raised.exception
        self.assertTrue(error.status and error.reason, error)
        self.assertIn(error.reason, str(error))
        self.assertIn(error.advice, str(error))
        return error

    def not_rows(self, *arguments, kind=reassess.ReassessError):
        """Neither rows nor, where there are two, an index of them."""
        scorer = reassess.Scorer(self.labels)
        error = self.refused(lambda: scorer.update(*arguments), kind)
        self.assertEqual(scorer.images, 0)
        return error

    def same(self, rows, index=None):
        scorer = reassess.Scorer(self.labels)
        scorer.update(rows, index)
        self.assert_same(scorer.compute(), self.record)


class Arguments(Refusing):
    def test_of_a_scorer(self):
        wrong = {
            "order": (None, 3, True, ["file"], "imagefolder\0", "nowhere", ""),
            "topk": (None, 5, "15", b"\1\5", (), (0,), (-1,), (1.5,), (True,), (10**6,), (10**30,)),
            "calibration": (None, "no", 3, [True]),
            "keep": (None, -1, 1.5, "3", True, 10**6, 10**30),
            "threads": (None, -1, 1.5, "2", True, 10**6, 10**30),
            "values": (None, 3, b"logits", "votes"),
            "class_map": (3, ["map.txt"], "map\0", "nowhere"),
            "device": (-1, 1.5, "cuda", True, 10**30),
            "name": (None, 3, b"resnet", "\udc80", "a\0"),
            "labels": ("real.json", 3, [[1]], reassess.Labels),
        }
        for name, values in wrong.items():
            for value in values:
                with self.subTest(f"{name}={value!r}"):
                    self.refused(
                        lambda name=name, value=value: reassess.Scorer(
                            **{"labels": self.labels, name: value}
                        )
                    )

    def test_words_that_there_are_none_of(self):
        def advice(**options):
            return self.refused(lambda: reassess.Scorer(self.labels, **options)).advice

        for order in (None, 3, "ImageFolder", self.path("nowhere")):
            self.assertIn('"file", "imagefolder", or the path of a list', advice(order=order))
        self.assertIn("dealt", repr(reassess.Scorer(self.labels, order="file dealt 3")._options))
        self.assertIn('"logits", "probs" or "sigmoid"', advice(values="softmax"))
        listed = self.path("list.txt")
        with open(listed, "w", encoding="ascii") as to:
            to.writelines(f"{i:08}.JPEG\n" for i in range(1, IMAGES))
        self.refused(
            lambda: reassess.Scorer(self.labels, order=listed), reassess.MismatchError
        )  # which is read

    def test_a_device_where_there_is_none(self):
        try:
            reassess.Scorer(self.labels, device=0)
        except reassess.ReassessError as error:
            self.assertNotIn("backend", str(error), "which Python has not")

    def test_of_labels(self):
        files = (self.real, self.original_path)
        wrong = [
            lambda: reassess.Labels(3),
            lambda: reassess.Labels([self.real], self.original_path),
            lambda: reassess.Labels("a\0b"),
            lambda: self.labels.find("name.JPEG"),
            lambda: self.labels.find(None),
            lambda: self.labels.find([3]),
            lambda: self.labels.find(["a\0b"]),
            lambda: self.labels.name(-1),
            lambda: self.labels.name(2**32),
            lambda: self.labels.synset("n01440764"),
            lambda: reassess.Labels.from_sets([0], None, 2),
            lambda: reassess.Labels.from_sets(None, [[0]], 2),
            lambda: reassess.Labels.from_sets([0], [0], 2),
            lambda: reassess.Labels.from_sets(b"\0\0", [[0], [0]], 2),
            lambda: reassess.Labels.from_sets([True], [[0]], 2),
        ]
        for name, values in {
            "classes": (-1, 0, "20", 1.5, 10**30),
            "limit": (-1, 0, "3", 1.5, True, 10**9),
            "real_threshold": ("x", [], -1, 0, 2, float("nan")),
            "subset": (3, "nowhere"),
            "names": (3, "nowhere"),
            "synsets": ([], "nowhere"),
        }.items():
            for value in values:
                wrong.append(lambda n=name, v=value: reassess.Labels(*files, **{n: v}))
        for classes in (None, -1, 0, 1.5, "2", 2**32 + 2):
            wrong.append(lambda c=classes: reassess.Labels.from_sets([0], [[0]], c))
        for at, call in enumerate(wrong):
            with self.subTest(at):
                self.refused(call)

    def test_of_results_and_states(self):
        scorer = reassess.Scorer(self.labels)
        scorer.update(self.view())
        result, state = scorer.compute(), scorer.state()
        head = state[:8]
        wrong = [
            lambda: scorer.compute(3),
            lambda: scorer.compute(source=3),
            lambda: scorer.compute(notes="blurred"),
            lambda: scorer.compute(notes=[b"blurred"]),
            lambda: scorer.compute(notes=None),
            lambda: result.save(None),
            lambda: result.save(3),
            lambda: result.save("a\0b"),
            lambda: result.save(""),
            lambda: scorer.merge(result),
            lambda: reassess.Scorer(self.labels).merge(scorer, once="no"),
            lambda: reassess.Scorer.from_state(state, "labels"),
        ]
        for damaged in (
            None, 3, "x", b"", state[:5], state[:-1], state + b"x", state[:40], [state],
            head + b"\2\0\0\0[]", head + b"\7\0\0\0{\"a\":1}", head + b"\xff\xff\xff\xff{}",
        ):  # fmt: skip
            wrong.append(lambda d=damaged: reassess.Scorer.from_state(d, self.labels))
            wrong.append(lambda d=damaged: reassess.Scorer(self.labels).merge(d))
        for at, call in enumerate(wrong):
            with self.subTest(at):
                self.refused(call)
        self.assert_same(scorer.compute(), self.record)

    def test_names_of_files_are_bytes(self):
        path = os.fsencode(self.folder) + b"/\xff.json"
        with open(self.real, "rb") as from_, open(path, "wb") as to:
            to.write(from_.read())
        for name in (path, os.fsdecode(path)):
            made = reassess.Labels(name, self.original_path, classes=CLASSES)
            self.assertEqual(made.hash, self.labels.hash)
        result = reassess.evaluate(self.view(), made)
        self.assertEqual(result.to_dict()["metrics"], self.record["metrics"])
        result.save(os.fsencode(self.folder) + b"/\xfe")
        self.assertIn(b"model.json", os.listdir(os.fsencode(self.folder) + b"/\xfe"))


class Indices(Refusing):
    def test_lists(self):
        rows = memoryview(array.array("f", [0.0] * 2 * CLASSES)).cast("B").cast("f", (2, CLASSES))
        for index in (
            [True, False], [0, None], [0, 1.0], [0, "1"], [0], range(3), range(10**6),
            range(10**30), 3, "01", {0, 1}, (i for i in (0, 1)), [0, -1], [0, 2**63],
        ):  # fmt: skip
            with self.subTest(repr(index)):
                self.not_rows(rows, index)

    def test_buffers(self):
        released = memoryview(bytearray(8))
        released.release()
        rows = memoryview(array.array("f", [0.0] * 2 * CLASSES)).cast("B").cast("f", (2, CLASSES))
        for wrong in (released, array.array("h", [0, 1]), b"01", array.array("d", [0, 1])):
            self.not_rows(rows, wrong)
            self.not_rows(wrong)
        other_order = ((ctypes.c_float.__ctype_be__ * CLASSES) * 2)()
        self.assertIn("byteorder", self.not_rows(other_order).advice)


class Tensor(ctypes.Structure):
    """That of DLPack."""

    _fields_ = [
        ("data", ctypes.c_void_p), ("device", ctypes.c_int32), ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16), ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p),
        ("byte_offset", ctypes.c_uint64), ("manager", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
    ]  # fmt: skip


new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype = ctypes.py_object
new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]


class Exchanged:
    """An array that gives what it is told to."""

    def __init__(self, capsule, device=(1, 0)):
        self.capsule = capsule
        self.device = device

    def __dlpack_device__(self):
        if isinstance(self.device, Exception):
            raise self.device
        return self.device

    def __dlpack__(self, **options):
        if isinstance(self.capsule, Exception):
            raise self.capsule
        return self.capsule


class ByInterface:
    def __init__(self, interface):
        self.__array_interface__ = interface


class Exchange(Refusing):
    def capsule(self, name=b"dltensor", shape=(IMAGES, CLASSES), strides=None, **members):
        sizes = (ctypes.c_int64 * 2)(*shape)
        steps = None if strides is None else (ctypes.c_int64 * 2)(*strides)
        tensor = Tensor(
            device=1, ndim=len(shape), code=2, bits=32, lanes=1, data=self.values.buffer_info()[0],
            shape=ctypes.addressof(sizes), strides=steps and ctypes.addressof(steps),
        )  # fmt: skip
        for member, value in members.items():
            setattr(tensor, member, value)
        named = ctypes.create_string_buffer(name)
        self.kept.extend((sizes, steps, tensor, named))
        return new_capsule(ctypes.addressof(tensor), ctypes.addressof(named), None)

    def setUp(self):
        self.kept = []

    def test_rules_of_dlpack_that_are_broken(self):
        self.same(Exchanged(self.capsule()))
        self.same(Exchanged(self.capsule(strides=(CLASSES, 1))))
        last = IMAGES - 1
        for members in (
            {"name": b"used_dltensor"}, {"name": b"other"}, {"ndim": 0}, {"ndim": -1},
            {"ndim": 2**30}, {"ndim": 3}, {"lanes": 0}, {"lanes": 4}, {"code": 9}, {"bits": 7},
            {"shape": (-1, CLASSES)}, {"shape": (IMAGES, -3)}, {"shape": (2**62, CLASSES)},
            {"shape": (1, 2**62)}, {"shape": (2**33, 2**33)}, {"strides": (2**62, 1)},
            {"strides": (0, 1)}, {"strides": (-CLASSES, 1), "byte_offset": last * CLASSES * 4},
            {"strides": (CLASSES, 2)}, {"data": None}, {"device": 2},
        ):  # fmt: skip
            with self.subTest(str(members)):
                self.not_rows(Exchanged(self.capsule(**members)))
        nowhere = self.capsule()
        self.kept[-2].shape = None
        self.not_rows(Exchanged(nowhere))
        no_memory = self.capsule(shape=(IMAGES,), code=0, bits=64, data=None)
        self.not_rows(self.view(), Exchanged(no_memory))

    def test_producers_that_fail(self):
        for capsule in (
            None, 3, "x", self.view(), RuntimeError("no"), AttributeError(), KeyError("a"),
            MemoryError(), NotImplementedError(), OSError(), ZeroDivisionError(), BufferError("no"),
        ):  # fmt: skip
            with self.subTest(repr(capsule)):
                self.not_rows(Exchanged(capsule))
                self.not_rows(self.view(), Exchanged(capsule))
        for device in (None, 1, (), ("cpu", 0), (99, 0), (2, 0), RuntimeError(), KeyError("a")):
            with self.subTest(repr(device)):
                self.not_rows(Exchanged(self.capsule(), device))
        elsewhere = Exchanged(None, (2, 0))
        elsewhere.cpu = lambda: elsewhere
        self.assertIn("not on the host", self.not_rows(elsewhere).reason)
        half = type("Half", (), {"__dlpack__": lambda self: None})()
        self.not_rows(half)

    def test_interfaces_that_cannot_be(self):
        address = self.values.buffer_info()[0]
        good = {"shape": (IMAGES, CLASSES), "typestr": "<f4", "data": (address, False)}
        self.same(ByInterface(good))
        wrong = [3, {}, *({k: v for k, v in good.items() if k != name} for name in good)]
        for name, values in {
            "shape": (3, (-1, CLASSES), ("a", CLASSES), (2**62, CLASSES), (2**70, CLASSES), ()),
            "strides": ((4,), ("a", "b"), (2**62, 4), (-80, 4), (0, 4), (80, 8)),
            "typestr": (3, [], ">f4", "|O", "<c8"),
            "data": (None, 3, ("x", False), (0, False), (-8, False), ()),
        }.items():
            wrong.extend({**good, name: value} for value in values)
        for interface in wrong:
            with self.subTest(str(interface)):
                self.not_rows(ByInterface(interface))

        class Raises:
            @property
            def __array_interface__(self):
                raise RuntimeError("not now")

        self.not_rows(Raises())

    def test_predictions_and_names_get_an_advice(self):
        classes = memoryview(array.array("q", [1, 2, 3]))
        for rows in (classes, classes.cast("B").cast("q", (1, 3))):
            error = self.not_rows(rows, kind=reassess.UsageError)
            self.assertIn("reassess eval FILE", error.advice)
        row = memoryview(self.values[:CLASSES]).cast("B").cast("f", (1, CLASSES))
        error = self.not_rows(row, ["a.JPEG"], kind=reassess.UsageError)
        self.assertIn("labels.find(names)", error.advice)
        self.assertIn("and is not 3", self.not_rows(row, 3, kind=reassess.UsageError).reason)
        self.assertIn("an int is no array", self.not_rows(3, kind=reassess.UsageError).reason)

    def test_what_is_no_array_gets_an_advice(self):
        output = type("Output", (), {"logits": 3})()
        for given, advice in (
            (output, "the logits that are in it"), ({"logits": 3}, "the logits that are in it"),
            ([[0.0]], "numpy.asarray"), (type("A", (), {"__array__": 3})(), "numpy.asarray"),
            (None, "NumPy, PyTorch, JAX or CuPy"), (Exchanged, "NumPy, PyTorch, JAX or CuPy"),
        ):  # fmt: skip
            self.assertIn(advice, self.not_rows(given, kind=reassess.UsageError).advice)


@unittest.skipIf(numpy is None, "NumPy is not installed")
class Numpy(Refusing):
    def rows(self):
        return numpy.array(self.values, "f4").reshape(IMAGES, CLASSES)

    def test_types(self):
        finite = numpy.nan_to_num(self.rows(), posinf=0)
        for dtype in (
            ">f4", ">f8", ">f2", "g", "c8", "?", "i1", "u1", "u4", "i4", "i8", "O", "U8", "M8[s]",
        ):  # fmt: skip
            with self.subTest(dtype):
                self.not_rows(finite.astype(dtype))
        self.not_rows(numpy.zeros((IMAGES, CLASSES), [("a", "f4")]))
        self.not_rows(numpy.float32(1.0))

    def test_indices(self):
        numbers = numpy.arange(IMAGES)
        for dtype in ("i1", "i2", "u1", "u4", "u8", "f4", "f8", ">i4", ">i8", "?", "c8", "O"):
            with self.subTest(dtype):
                self.not_rows(self.rows(), numbers.astype(dtype))
        for index in (
            numbers[:, None], numbers[None], numbers[:1].reshape(()), numbers[:-1], -1 - numbers,
            numbers + 1, numpy.int64(3), numpy.ma.array(numbers, mask=numbers == 3),
        ):  # fmt: skip
            self.not_rows(self.rows(), index)
        self.same(self.rows(), list(numbers))
        self.same(self.rows(), numpy.repeat(numbers, 3)[::3])
        self.same(self.rows(), memoryview(numbers))

    def test_layouts(self):
        rows = self.rows()
        shifted = numpy.frombuffer(b"x" + rows.tobytes(), "u1")[1:].view("f4")
        self.same(shifted.reshape(rows.shape))
        packed = numpy.zeros(IMAGES, [("row", "f4", (CLASSES,)), ("tag", "u1")])
        packed["row"] = rows
        self.same(packed["row"])
        self.same(numpy.ascontiguousarray(rows[:, ::-1])[:, ::-1])
        self.same(numpy.repeat(rows, 2, 0)[::2])
        self.same(numpy.repeat(rows, 2, 1)[:, ::2])
        for view in (rows[::-1], numpy.asfortranarray(rows)):
            self.same(memoryview(view), numpy.arange(IMAGES)[::-1] if view.strides[0] < 0 else None)
        rows.tofile(self.path("rows.bin"))
        self.same(numpy.memmap(self.path("rows.bin"), "f4", "r", shape=rows.shape))
        for shape in ((CLASSES,), (1, IMAGES, CLASSES), (), (IMAGES, 0)):
            self.not_rows(numpy.zeros(shape, "f4"))

    def test_nothing_is_nothing(self):
        scorer = reassess.Scorer(self.labels)
        scorer.update(self.rows()[:0])
        scorer.update(self.rows()[:0], numpy.arange(0))
        scorer.update(self.rows()[:0], [])
        scorer.update(self.rows())
        self.assert_same(scorer.compute(), self.record)

    def test_options_of_its_types(self):
        result = reassess.evaluate(
            self.rows(), self.labels, topk=numpy.array([1, 5]), keep=numpy.int64(3),
            threads=numpy.int32(1), calibration=numpy.bool_(False),
        )  # fmt: skip
        self.assert_same(result, self.record)


@unittest.skipIf(torch is None, "PyTorch is not installed")
class Torch(Refusing):
    def rows(self):
        return torch.tensor(self.values).reshape(IMAGES, CLASSES)

    def test_tensors_that_are_not_rows(self):
        finite = torch.nan_to_num(self.rows(), 0.0, 0.0)
        made = [
            lambda: finite.to_sparse(),
            lambda: finite.to_sparse_csr(),
            lambda: torch.quantize_per_tensor(finite, 0.1, 0, torch.quint8),
            lambda: torch.empty((IMAGES, CLASSES), device="meta"),
            lambda: torch.nested.nested_tensor([finite[:10], finite[10:]]),
            lambda: torch.complex(finite, finite),
            lambda: torch.complex(finite, finite).conj(),
            lambda: finite.bool(),
            lambda: finite.to(torch.int64),
            lambda: finite[0],
            lambda: finite[None],
            lambda: finite[0, 0],
            lambda: finite[:, :0],
        ]
        for make in made:
            tensor = make()
            with self.subTest(f"{tensor.dtype} {tensor.layout} {tensor.device}"):
                self.not_rows(tensor)

    def test_indices(self):
        numbers = torch.arange(IMAGES)
        for dtype in (torch.int16, torch.uint8, torch.float32, torch.bool):
            self.not_rows(self.rows(), numbers.to(dtype))
        for index in (numbers[:, None], numbers[0], -1 - numbers, numbers.to("meta")):
            self.not_rows(self.rows(), index)
        self.same(self.rows(), list(numbers))
        self.same(self.rows().flip(0), numbers.flip(0))

    @unittest.skipUnless(hasattr(torch, "_neg_view"), "this PyTorch has no such views")
    def test_negative_views_are_their_values(self):
        self.same(torch._neg_view(-self.rows()))
        self.same(torch.complex(self.rows(), -self.rows()).conj().imag)

    def test_tensors_without_memory(self):
        try:
            from torch._subclasses.fake_tensor import FakeTensorMode
        except ImportError:
            self.skipTest("this PyTorch has none")
        with FakeTensorMode():
            rows = torch.zeros(IMAGES, CLASSES)
            numbers = torch.zeros(IMAGES, dtype=torch.int64)
        self.not_rows(rows)
        self.not_rows(self.rows(), numbers)


@unittest.skipIf(jax is None, "JAX is not installed")
class Jax(Refusing):
    def test_values_that_are_not_there(self):
        rows = jax.numpy.array(list(self.values)).reshape(IMAGES, CLASSES)

        def within(values):
            self.not_rows(values)
            self.not_rows(self.view(), values)
            return values.sum()

        jax.jit(within)(rows)
        jax.grad(within)(rows)
        self.not_rows(jax.ShapeDtypeStruct((IMAGES, CLASSES), "float32"))
        self.not_rows(rows.astype(int))
        rows.delete()
        self.not_rows(rows)


if __name__ == "__main__":
    unittest.main()
