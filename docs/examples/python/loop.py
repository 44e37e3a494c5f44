"""loop.py - a model of PyTorch in a plain loop, scored as its rows are made.

    python loop.py /data/imagenet/val      # class folders, as torchvision reads them
"""

import sys

import torch
import torchvision

import reassess


def score(model, loader):
    """The result of a model, whose loader gives the images in the order of ImageFolder."""
    scorer = reassess.Scorer(order="imagefolder", name="resnet50")  # labels of the default folder
    with torch.inference_mode():
        for images, _ in loader:
            scorer.update(model(images))
    return scorer.compute()


def main():
    device = "cuda" if torch.cuda.is_available() else "cpu"
    weights = torchvision.models.ResNet50_Weights.DEFAULT
    model = torchvision.models.resnet50(weights=weights).eval().to(device)
    data = torchvision.datasets.ImageFolder(sys.argv[1], weights.transforms())
    loader = torch.utils.data.DataLoader(data, 256, num_workers=8)
    result = score(lambda images: model(images.to(device)), loader)
    print(result)
    result.save("results")  # merge, compare and report go on from there


if __name__ == "__main__":
    main()
