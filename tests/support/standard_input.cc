#include "support/standard_input.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

// A pair of sockets, not a pipe: writing to one that nobody reads gives no signal.
StandardInput::StandardInput(std::string bytes) : saved_(dup(STDIN_FILENO))
{
    int ends[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    EXPECT_EQ(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    writer_ = std::thread([bytes = std::move(bytes), out = ends[1]] {
        // In uneven pieces, so that reads come back short.
        for (size_t at = 0; at < bytes.size();) {
            const size_t piece = std::min<size_t>(bytes.size() - at, 1 + at % 4093);
            const ssize_t n = send(out, bytes.data() + at, piece, MSG_NOSIGNAL);
            if (n < 0) {
                break;
            }
            at += static_cast<size_t>(n);
        }
        close(out);
    });
}

StandardInput::~StandardInput()
{
    // The reader's end closes first, so that a writer whose bytes nobody wants ends too.
    dup2(saved_, STDIN_FILENO);
    close(saved_);
    writer_.join();
}
