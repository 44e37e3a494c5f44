"""dlpack_test.py EXAMPLES LIBRARY - docs/examples/score_on_device.py on the SIMT executor.

Four images of three classes, as in tests/cli/small_task.h, in two batches. The tensors are DLPack
producers that need no array library; their memory is the executor's, which the module holds.
"""
import ctypes as c
import os
import sys
import tempfile

sys.path.insert(0, sys.argv[1])
import score_on_device as example  # noqa: E402

cuda = c.CDLL(os.environ["REASSESS_CUDA_PLUGIN"])
ROWS = [[3, 1, 2], [0, 1, 5], [1, 0, 0], [2, 2, 1]]


class Tensor:
    """Rows of float32, `gap` values of nothing after each."""

    def __init__(self, rows, gap, device_type=2, column_stride=1):
        self.stride = len(rows[0]) + gap
        values = [value for row in rows for value in row + [9e9] * gap]
        values = (c.c_float * len(values))(*values)
        self.memory = c.c_void_p()
        assert cuda.cudaMalloc(c.byref(self.memory), c.c_size_t(c.sizeof(values))) == 0
        assert cuda.cudaMemcpy(self.memory, values, c.c_size_t(c.sizeof(values)), 1) == 0
        self.shape = (c.c_int64 * 2)(len(rows), len(rows[0]))
        self.strides = (c.c_int64 * 2)(self.stride, column_stride)
        self.device_type = device_type
        self.view = example.DLTensor(
            data=self.memory, device_type=device_type, ndim=2, code=2, bits=32,
            lanes=1, shape=self.shape, strides=self.strides)

    def __dlpack_device__(self):
        return self.device_type, 0

    def __dlpack__(self, stream=None):
        make = c.pythonapi.PyCapsule_New
        make.restype, make.argtypes = c.py_object, [c.c_void_p, c.c_char_p, c.c_void_p]
        return make(c.addressof(self.view), b"dltensor", None)


def refused(call, part):
    try:
        call()
    except (ValueError, RuntimeError) as error:
        assert part in str(error), error
        return
    raise AssertionError(f"not refused: {part}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        real, labels = os.path.join(folder, "real.json"), os.path.join(folder, "labels.txt")
        with open(real, "w", encoding="ascii") as out:
            out.write("[[0], [2, 1], [], [0]]")
        with open(labels, "w", encoding="ascii") as out:
            out.write("0\n1\n2\n2\n")
        refused(lambda: example.Scorer(sys.argv[2], real=folder + "/none", original=labels),
                "none")
        scorer = example.Scorer(sys.argv[2], real=real, original=labels, topk=(1, 2))
        batches = [Tensor(ROWS[:1], gap=0), Tensor(ROWS[1:], gap=5)]  # kept until finish() waits
        scorer.add(batches[0])
        index = (c.c_int64 * 3)(1, 2, 3)
        scorer.add(batches[1], c.addressof(index))
        refused(lambda: scorer.add(Tensor(ROWS, gap=0, device_type=1)), "not on a CUDA device")
        refused(lambda: scorer.add(Tensor(ROWS, gap=0, column_stride=2)), "contiguous")
        refused(lambda: scorer.add(Tensor(ROWS, gap=0)), "more than the labels have")
        values = scorer.finish(["imagenet_top1", "imagenet_top2", "real_top1", "real_third"])
        scorer.close()
    expected = {"imagenet_top1": 0.25, "imagenet_top2": 0.5, "real_top1": 1.0, "real_third": None}
    assert values == expected, values
    print("scored four rows")


main()
