"""lightning_module.py - ReaL accuracy in the validation of a LightningModule, exact over its ranks.

The validation set gives images and their numbers, in the order of ImageFolder (`Numbered` of
ranks.py). Lightning may pad and deal out as it likes.
"""

import lightning

import reassess.torchmetrics


class Model(lightning.LightningModule):
    def __init__(self, network):
        super().__init__()
        self.network = network
        self.real = reassess.torchmetrics.ReaL(order="imagefolder")

    def forward(self, images):
        return self.network(images)

    def validation_step(self, batch, _):
        images, numbers = batch
        self.real.update(self(images), numbers)

    def on_validation_epoch_end(self):
        self.log_dict(self.real.compute())  # real_top1, imagenet_top1, ...
        self.real.reset()
