// A golden set and scores that curves are made of by hand.
#pragma once

#include "relabel/rater_files.h"

struct Example {
    Example()
        : golden(folder.write("g.csv", "e,a,1,yes\ne,a,2,no\ne,b,1,yes\ne,b,2,yes\ne,c,1,no\n"
                                       "e,d,1,yes\n"))
    {
        // d is a golden image without scores, e one without golden pairs
        WriteZip(
            folder.path("s.npz"),
            {{"tensor.npy", Npy("<f8", "6,", BytesOf<double>({0.9, 0.4, 0.4, 0.7, 0.1, 0.95}))},
             {"info.npy",
              InfoNpy({{"a", "1"}, {"a", "2"}, {"b", "1"}, {"b", "2"}, {"c", "1"}, {"e", "1"}})}});
    }
    TemporaryFolder folder;
    Golden golden;
};
