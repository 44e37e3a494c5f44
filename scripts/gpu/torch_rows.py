"""torch_rows.py ROWS CLASSES - the Python package on tensors of PyTorch: a scorer of the device
against one of the host, in batches without an index and with one on the device. Status 77 without
PyTorch."""

import sys
import time

try:
    import torch
except ImportError:
    print("skipped: there is no PyTorch")
    sys.exit(77)
import reassess


def numbers(scorer):
    record = scorer.compute().to_dict()
    del record["engine"], record["timing"]
    return record


def main():
    rows, classes = int(sys.argv[1]), int(sys.argv[2])
    if not torch.cuda.is_available():
        print("skipped: this PyTorch sees no device")
        return 77
    torch.manual_seed(1)
    original = torch.randint(classes, (rows,)).tolist()
    labels = reassess.Labels.from_sets(original, [[y] for y in original], classes)
    order = torch.randperm(rows)
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        logits = torch.randn(rows, classes, device="cuda").to(dtype)
        host = reassess.Scorer(labels)
        host.update(logits.cpu())
        plain, indexed = reassess.Scorer(labels, device=0), reassess.Scorer(labels, device=0)
        there = order.cuda()
        begin = time.perf_counter()
        for at in range(0, rows, 512):
            plain.update(logits[at : at + 512])
        found = numbers(plain)
        print("%s: %.1f ms with the result" % (dtype, 1000 * (time.perf_counter() - begin)))
        for at in range(0, rows, 512):
            which = there[at : at + 512]
            indexed.update(logits[which], which)
        if not found == numbers(indexed) == numbers(host):
            print("%s: the device's numbers are not those of the host" % dtype)
            return 1
    print("scorers of device and host are equal in three types")
    return 0


if __name__ == "__main__":
    sys.exit(main())
