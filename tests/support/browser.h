// browser.h - a real Chromium without a window, spoken to over its DevTools pipe.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/program.h"
#include "support/records.h"

struct Viewing {
    int width = 1280;
    bool dark = false;
    bool scripts = true;
    bool print = false; // as on paper
};

class Browser {
  public:
    static bool Available(); // a chromium is on the path
    Browser();
    ~Browser();
    Browser(const Browser &) = delete;
    Browser &operator=(const Browser &) = delete;

    // Loads the file PATH and waits until it is there.
    void open(const std::string &path, const Viewing &viewing);
    // What JavaScript makes of the page, as a number.
    double number(const std::string &expression);
    // The whole content, however much of it fits the window, in CSS pixels.
    double content_width();
    // What axe-core finds hard to use, each as its rule and the first place of it.
    static bool HasAxe(); // scripts/deps.sh fetched it
    std::vector<std::string> axe_findings();
    std::string screenshot(); // base64 of a PNG of the whole page
    std::string pdf();        // base64

    // Console messages, exceptions, dialogs and log entries since open().
    std::vector<std::string> complaints;
    // URLs asked for since open().
    std::vector<std::string> requests;

  private:
    Record call(const std::string &method, const std::string &parameters, bool to_page = true);
    Record read();
    void note(const Record &event);

    TemporaryFolder profile_;
    pid_t process_ = -1;
    int to_ = -1;
    int from_ = -1;
    int next_id_ = 1;
    std::string pending_; // bytes read and not yet taken
    std::string session_;
    bool loaded_ = false;
};

#define RS_NEED_AXE()                                                                              \
    do {                                                                                           \
        if (!Browser::HasAxe()) {                                                                  \
            GTEST_SKIP() << "no axe-core in build/tools (scripts/deps.sh test)";                   \
        }                                                                                          \
    } while (0)

#define RS_NEED_BROWSER()                                                                          \
    do {                                                                                           \
        if (!Browser::Available()) {                                                               \
            GTEST_SKIP() << "no chromium on the path (scripts/deps.sh test)";                      \
        }                                                                                          \
    } while (0)
