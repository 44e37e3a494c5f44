// standard_input.h - gives this process something to read on standard input.
#pragma once

#include <string>
#include <thread>

// Standard input is a stream of `bytes` until the end of the scope.
class StandardInput {
  public:
    explicit StandardInput(std::string bytes);
    ~StandardInput();
    StandardInput(const StandardInput &) = delete;
    StandardInput &operator=(const StandardInput &) = delete;

  private:
    int saved_;
    std::thread writer_;
};
