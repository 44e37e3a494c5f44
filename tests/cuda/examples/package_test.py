"""The Python package scores rows where they are on a device: the SIMT executor as module.

The tensors are DLPack producers that need no array library; their memory is the executor's, which
the module holds. The numbers are those of the same rows on the host.
"""

import ctypes as c
import os
import random
import unittest
import warnings

import reassess

cuda = c.CDLL(os.environ["REASSESS_CUDA_PLUGIN"])
IMAGES, CLASSES = 120, 12


class DLTensor(c.Structure):
    _fields_ = [("data", c.c_void_p), ("device_type", c.c_int32), ("device_id", c.c_int32),
                ("ndim", c.c_int32), ("code", c.c_uint8), ("bits", c.c_uint8),
                ("lanes", c.c_uint16), ("shape", c.POINTER(c.c_int64)),
                ("strides", c.POINTER(c.c_int64)), ("byte_offset", c.c_uint64)]


class Tensor:
    """Values on the device (or on the host), `gap` values of nothing after each row."""

    def __init__(self, rows, gap=0, kind=c.c_float, on_device=True):
        two = isinstance(rows[0], list)
        self.gap, self.kind, self.rows = gap, kind, rows
        width = len(rows[0]) if two else 1
        flat = [v for row in rows for v in row + [9] * gap] if two else list(rows)
        self.values = (kind * len(flat))(*flat)
        self.memory = c.c_void_p(c.addressof(self.values))
        if on_device:
            size = c.c_size_t(c.sizeof(self.values))
            assert cuda.cudaMalloc(c.byref(self.memory), size) == 0
            assert cuda.cudaMemcpy(self.memory, self.values, size, 1) == 0
        sizes = (len(rows), width) if two else (len(rows),)
        strides = (width + gap, 1) if two else (1,)
        self.shape, self.strides = ((c.c_int64 * len(sizes))(*sizes),
                                    (c.c_int64 * len(sizes))(*strides))
        self.on_device, self.streams = on_device, []
        self.view = DLTensor(
            data=self.memory, device_type=2 if on_device else 1, ndim=len(sizes),
            code=2 if kind is c.c_float else 0, bits=8 * c.sizeof(kind), lanes=1,
            shape=self.shape, strides=self.strides)

    def __dlpack_device__(self):
        return self.view.device_type, 0

    def __dlpack__(self, stream=None):
        self.streams.append(stream)
        make = c.pythonapi.PyCapsule_New
        make.restype, make.argtypes = c.py_object, [c.c_void_p, c.c_char_p, c.c_void_p]
        return make(c.addressof(self.view), b"dltensor", None)

    def get(self):
        """As CuPy has it: a copy on the host."""
        return Tensor(self.rows, self.gap, self.kind, on_device=False)


class Package(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("ignore")
        draw = random.Random(4)
        self.original = [draw.randrange(CLASSES) for _ in range(IMAGES)]
        sets = [sorted({y, draw.randrange(CLASSES)}) if draw.random() < 0.9 else []
                for y in self.original]
        self.labels = reassess.Labels.from_sets(self.original, sets, CLASSES)
        self.values = [[draw.randrange(-12, 12) / 4 for _ in range(CLASSES)]
                       for _ in range(IMAGES)]
        self.order = draw.sample(range(IMAGES), IMAGES)

    def fill(self, scorer, on_device, kind=c.c_int64):
        """Batches of 50 in a random order, and ten rows again."""
        order = self.order + self.order[:10]
        tensors = []
        for at in range(0, len(order), 50):
            which = order[at:at + 50]
            rows = Tensor([self.values[i] for i in which], gap=at // 50, on_device=on_device)
            index = Tensor(which, kind=kind, on_device=on_device and at > 0)
            scorer.update(rows, index if at > 0 else which)
            tensors.append(rows)
        return tensors

    def numbers(self, scorer):
        record = scorer.compute().to_dict()
        engine = record.pop("engine")["name"]
        record.pop("timing")
        return engine, record

    def test_the_same_numbers(self):
        for kind in (c.c_int64, c.c_int32):
            host, there = reassess.Scorer(self.labels), reassess.Scorer(self.labels, device=0)
            self.fill(host, on_device=False)
            tensors = self.fill(there, on_device=True, kind=kind)
            self.assertEqual(tensors[0].streams, [1], "the default stream, as DLPack names it")
            self.assertEqual((there.images, there.missing, there.repeats), (IMAGES, 0, 10))
            cpu, expected = self.numbers(host)
            engine, found = self.numbers(there)
            self.assertEqual((cpu, engine), ("cpu", "cuda"))
            self.assertEqual(found, expected)
            self.assertEqual(there.state(), host.state())

    def test_a_scorer_of_the_host_copies(self):
        host, copied = reassess.Scorer(self.labels), reassess.Scorer(self.labels)
        self.fill(host, on_device=False)
        self.fill(copied, on_device=True)
        self.assertEqual(self.numbers(copied), self.numbers(host))

    def test_merging(self):
        first, second = reassess.Scorer(self.labels, device=0), reassess.Scorer(self.labels)
        first.update(Tensor(self.values[:70]))
        second.update(Tensor(self.values[70:], on_device=False), range(70, IMAGES))
        first.merge(second)
        self.assertEqual((first.images, first.repeats), (IMAGES, 0))
        first.update(Tensor(self.values[100:]), range(100, IMAGES))
        self.assertEqual((first.images, first.repeats), (IMAGES, 20))
        again = reassess.Scorer.from_state(first.state(), self.labels, device=0)
        again.update(Tensor(self.values[:1]), [0])
        self.assertEqual((again.images, again.repeats), (IMAGES, 21))
        again.reset()
        self.assertEqual(again.images, 0)

    def test_refused(self):
        scorer = reassess.Scorer(self.labels, device=0)
        with self.assertRaisesRegex(reassess.MismatchError, "in the memory of the host"):
            scorer.update(Tensor(self.values, on_device=False))
        with self.assertRaisesRegex(reassess.RangeError, "120 images"):
            scorer.update(Tensor(self.values[:2]), [3, IMAGES])
        with self.assertRaises(reassess.UsageError):
            reassess.Scorer(self.labels, device=99)
        scorer.update(Tensor(self.values[:2]), Tensor([3, -1], kind=c.c_int64))
        with self.assertRaisesRegex(reassess.RangeError, "the index -1"):
            scorer.compute()


if __name__ == "__main__":
    unittest.main()
