"""`reassess run`: from checkpoints and images to the folder that `reassess sweep` writes.

    reassess run --data val --out results timm:resnet50.a1_in1k 'timm:vit_*' torchvision:resnet50

The program hands its command line over to `cli.main`. Images are known by their file names
(`images`), models by SPECs (`specs`, `zoo`); models of one preprocessing share one decoding
(`decode`, `passes`), and PyTorch is asked for nothing but logits (`engine`). What is written, and
what is left alone the next time, is the C library's (`folder`). Several processes of `torchrun`
share the images (`ranks`).
"""
