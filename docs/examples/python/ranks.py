"""ranks.py - the same in any number of processes, with a sampler that pads.

    torchrun --nproc-per-node 4 ranks.py /data/imagenet/val
"""

import os
import sys

import torch
import torch.distributed
import torchvision

import reassess


class Numbered(torch.utils.data.Dataset):
    """A data set that tells which image each one is."""

    def __init__(self, data):
        self.data = data

    def __len__(self):
        return len(self.data)

    def __getitem__(self, number):
        return self.data[number][0], number


def score(model, data, batch=256, workers=8):
    """The result of all processes, in the first of them; None in the others."""
    data = Numbered(data)
    sampler = torch.utils.data.distributed.DistributedSampler(data, shuffle=False)
    loader = torch.utils.data.DataLoader(data, batch, sampler=sampler, num_workers=workers)
    scorer = reassess.Scorer(order="imagefolder", name="resnet50")
    with torch.inference_mode():
        for images, numbers in loader:
            scorer.update(model(images), numbers)
    states = [None] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(states, scorer.state())  # every process calls it
    if torch.distributed.get_rank() > 0:
        return None
    whole = reassess.Scorer.from_state(states[0])
    for state in states[1:]:
        whole.merge(state, once=True)  # what the sampler gave twice counts once
    return whole.compute()


def main():
    torch.distributed.init_process_group()
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    weights = torchvision.models.ResNet50_Weights.DEFAULT
    model = torchvision.models.resnet50(weights=weights).eval().to(device)
    data = torchvision.datasets.ImageFolder(sys.argv[1], weights.transforms())
    result = score(lambda images: model(images.to(device)), data)
    if result is not None:
        print(result)
        result.save("results")
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
