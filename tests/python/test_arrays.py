"""Arrays of NumPy, PyTorch and JAX, where they are installed: the same numbers as from a file."""

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


class Arrays(Case):
    def same(self, array, index=None):
        scorer = reassess.Scorer(self.labels)
        scorer.update(array, index)
        self.assert_same(scorer.compute(), self.by_file())


@unittest.skipIf(numpy is None, "NumPy is not installed")
class Numpy(Arrays):
    def array(self, dtype="f4"):
        return numpy.array(self.values, dtype="f4").reshape(IMAGES, CLASSES).astype(dtype)

    def test_types(self):
        for dtype in ("f2", "f4", "f8"):
            with self.subTest(dtype):
                self.same(self.array(dtype))

    def test_views(self):
        wide = numpy.full((IMAGES, 2 * CLASSES + 3), 99, "f4")
        wide[:, 3 : CLASSES + 3] = self.array()
        self.same(wide[:, 3 : CLASSES + 3])
        self.same(numpy.asfortranarray(self.array()))
        self.same(self.array()[::-1], numpy.arange(IMAGES)[::-1])
        frozen = self.array()
        frozen.setflags(write=False)
        self.same(frozen)

    def test_indices(self):
        order = numpy.random.default_rng(2).permutation(IMAGES)
        for dtype in ("i4", "i8"):
            self.same(self.array()[order], order.astype(dtype))
        every = numpy.stack([order, order], axis=1)
        self.same(self.array()[order], every[:, 0])

    def test_refused(self):
        scorer = reassess.Scorer(self.labels)
        for dtype in (">f4", "c8", "?", "u1"):
            with self.subTest(dtype), self.assertRaises(reassess.UsageError):
                scorer.update(self.array(dtype))
        with self.assertRaisesRegex(reassess.UsageError, "two dimensions"):
            scorer.update(self.array()[0])
        with self.assertRaisesRegex(reassess.UsageError, r"shape of these is \(600, 0\)"):
            scorer.update(self.array()[:, :0])
        with self.assertRaisesRegex(reassess.UsageError, "masked array"):
            scorer.update(numpy.ma.array(self.array(), mask=self.array() > 1))
        self.assertEqual(scorer.images, 0)
        scorer.update(numpy.ma.array(self.array()))  # hides nothing
        self.assert_same(scorer.compute(), self.by_file())

    def test_bfloat16(self):
        try:
            import ml_dtypes
        except ImportError:
            self.skipTest("ml_dtypes is not installed")
        self.same(self.array(ml_dtypes.bfloat16))


@unittest.skipIf(torch is None, "PyTorch is not installed")
class Torch(Arrays):
    def tensor(self):
        return torch.tensor(self.values).reshape(IMAGES, CLASSES)

    def test_types(self):
        for dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
            with self.subTest(dtype):
                self.same(self.tensor().to(dtype))

    def test_gradients_and_views(self):
        self.same(self.tensor().requires_grad_())
        self.same(self.tensor().t().contiguous().t())
        order = torch.randperm(IMAGES)
        self.same(self.tensor()[order], order)
        self.same(self.tensor()[order], order.int())
        wide = torch.full((IMAGES, CLASSES + 7), 99.0)
        wide[:, 5 : CLASSES + 5] = self.tensor()
        self.same(wide[:, 5 : CLASSES + 5])

    def test_model_output(self):
        model = torch.nn.Linear(CLASSES, CLASSES, bias=False)
        with torch.no_grad():
            model.weight.copy_(torch.eye(CLASSES))
        finite = torch.nan_to_num(self.tensor(), 0.0, 0.0)
        with_gradient = reassess.evaluate(model(finite), self.labels)
        plain = reassess.evaluate(finite, self.labels)
        self.assertEqual(with_gradient.to_dict()["metrics"], plain.to_dict()["metrics"])


@unittest.skipIf(jax is None, "JAX is not installed")
class Jax(Arrays):
    def test_types(self):
        for dtype in ("float32", "float16", "bfloat16"):
            with self.subTest(dtype):
                array = jax.numpy.array(list(self.values), dtype=dtype).reshape(IMAGES, CLASSES)
                self.same(array)
                order = jax.random.permutation(jax.random.PRNGKey(0), IMAGES)
                self.same(array[order], order)


if __name__ == "__main__":
    unittest.main()
