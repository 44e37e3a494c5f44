"""score_on_device.py - logits of a PyTorch model scored on the GPU, without a copy and a wait.

    scorer = Scorer("libreassess.so", real="real.json", original="val.txt")
    with torch.inference_mode():
        for images in batches:
            scorer.add(model(images.cuda()))  # f32, f16, bf16 or f64
    print(scorer.finish(["imagenet_top1", "real_top1"]))

Any array library that speaks DLPack will do (PyTorch, CuPy, JAX): a tensor is asked for its device
pointer, shape, strides and type through `__dlpack__`, and one kernel is launched in the stream the
tensor was made in. The library is built with -DBUILD_SHARED_LIBS=ON. Only the standard library is
needed here.
"""
import ctypes as c

TYPES = {(2, 32): 1, (2, 16): 2, (4, 16): 3, (2, 64): 4}  # DLPack code and bits: rs_dtype
CUDA = 2  # kDLCUDA, and RS_BACKEND_CUDA
TOPK_MAX = 16


class DLTensor(c.Structure):
    _fields_ = [("data", c.c_void_p), ("device_type", c.c_int32), ("device_id", c.c_int32),
                ("ndim", c.c_int32), ("code", c.c_uint8), ("bits", c.c_uint8),
                ("lanes", c.c_uint16), ("shape", c.POINTER(c.c_int64)),
                ("strides", c.POINTER(c.c_int64)), ("byte_offset", c.c_uint64)]


class LabelsOptions(c.Structure):
    _fields_ = [("real", c.c_char_p), ("original", c.c_char_p), ("synsets", c.c_char_p),
                ("names", c.c_char_p), ("classes", c.c_uint32)]


class EvaluatorOptions(c.Structure):
    _fields_ = [("backend", c.c_int), ("isa", c.c_int), ("threads", c.c_uint),
                ("topk_count", c.c_uint32), ("topk", c.c_uint32 * TOPK_MAX),
                ("calibration", c.c_bool), ("values", c.c_int), ("row_flags", c.c_bool),
                ("class_map", c.c_void_p), ("device", c.c_int), ("devices", c.c_uint64),
                ("memory_bytes", c.c_uint64)]


class ScorerRows(c.Structure):
    _fields_ = [("data", c.c_void_p), ("dtype", c.c_int), ("rows", c.c_uint64),
                ("columns", c.c_uint64), ("row_stride_bytes", c.c_uint64), ("index", c.c_void_p),
                ("stream", c.c_void_p)]


class Metric(c.Structure):
    _fields_ = [("name", c.c_char * 40), ("reason", c.c_char_p), ("value", c.c_double)]


def rows_of(tensor, stream):
    """Address, type, rows, columns, bytes from row to row, and what keeps them alive."""
    device_type, _ = tensor.__dlpack_device__()
    if device_type != CUDA:
        raise ValueError("the tensor is not on a CUDA device")
    capsule = tensor.__dlpack__(stream=stream)
    pointer = c.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = c.c_void_p, [c.py_object, c.c_char_p]
    view = DLTensor.from_address(pointer(capsule, b"dltensor"))
    if view.ndim != 2 or (view.code, view.bits) not in TYPES or view.lanes != 1:
        raise ValueError("expected N x C logits of float32, float16, bfloat16 or float64")
    rows, columns = view.shape[0], view.shape[1]
    stride = view.strides[0] if view.strides else columns
    if view.strides and columns > 1 and view.strides[1] != 1:
        raise ValueError("the columns of a row must be contiguous; call .contiguous()")
    return (view.data + view.byte_offset, TYPES[view.code, view.bits], rows, columns,
            stride * view.bits // 8, capsule)


class Scorer:
    def __init__(self, library, real, original, topk=(1, 5), device=0):
        self.lib = c.CDLL(library)
        self.lib.rs_error_format.restype = c.c_char_p
        self.lib.rs_metrics_find.restype = c.POINTER(Metric)
        self.labels, self.scorer = c.c_void_p(), c.c_void_p()
        files = LabelsOptions(real=real.encode(), original=original.encode())
        self._call("rs_labels_load", c.byref(files), c.byref(self.labels))
        options = EvaluatorOptions(backend=CUDA, topk_count=len(topk),
                                   topk=(c.c_uint32 * TOPK_MAX)(*topk), device=device)
        self._call("rs_scorer_create", c.byref(options), self.labels, c.c_uint32(0),
                   c.byref(self.scorer))

    def _call(self, name, *arguments):
        error = c.create_string_buffer(4096)  # an rs_error and more
        if getattr(self.lib, name)(*arguments, error) != 0:
            text = c.create_string_buffer(4096)
            raise RuntimeError(self.lib.rs_error_format(error, text, c.c_size_t(4096)).decode())

    def add(self, tensor, index=None, stream=None):
        """The next images; or those that `index` says, one int64 a row, the address of an array on
        the host or on the device. `stream` is a cudaStream_t as a number,
        torch.cuda.current_stream().cuda_stream for example; without one the default stream. The
        tensor must not be written to before that stream has come past this launch."""
        address, dtype, rows, columns, stride, _alive = rows_of(tensor, stream or 1)
        batch = ScorerRows(address, dtype, rows, columns, stride, index, stream)
        self._call("rs_scorer_add", self.scorer, c.byref(batch))

    def finish(self, names):
        """Waits for everything that was added; the values of the metrics called `names`."""
        tally, metrics = c.c_void_p(), c.create_string_buffer(1 << 16)  # holds an rs_metrics
        self._call("rs_scorer_tally", self.scorer, c.byref(tally))
        try:
            self._call("rs_metrics_compute", tally, None, metrics)
            found = [self.lib.rs_metrics_find(metrics, name.encode()) for name in names]
            values = [metric.contents.value if metric and not metric.contents.reason else None
                      for metric in found]
            self.lib.rs_metrics_clear(metrics)
        finally:
            self.lib.rs_tally_free(tally)
        return dict(zip(names, values))

    def close(self):
        self.lib.rs_scorer_free(self.scorer)
        self.lib.rs_labels_free(self.labels)
        self.scorer, self.labels = c.c_void_p(), c.c_void_p()
