"""trainer.py - ReaL accuracy in the evaluation of a Hugging Face Trainer.

    transformers.Trainer(model, arguments, eval_dataset=data, compute_metrics=compute_metrics)

Predictions come back whole and in the order of the data set: that of ImageFolder, or name a list of
file names as `order`.
"""

import reassess


def compute_metrics(said):
    result = reassess.evaluate(said.predictions, order="imagefolder")
    return {
        name: metric.value for name, metric in result.metrics.items() if metric.value is not None
    }
