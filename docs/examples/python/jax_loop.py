"""jax_loop.py - logits of JAX; those of the CPU are read where they lie, bfloat16 included."""

import reassess


def score(apply, parameters, batches):
    """The result of a model; a batch is images and their numbers, in the order of ImageFolder.

    Give images and numbers in any order, from any number of hosts: each with its own scorer, whose
    `state()` the others' `merge` takes.
    """
    scorer = reassess.Scorer(order="imagefolder")
    for images, numbers in batches:
        scorer.update(apply(parameters, images), numbers)
    return scorer.compute("jax")
