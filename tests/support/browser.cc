#include "support/browser.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace {

constexpr int answer_limit_ms = 120000; // a loaded machine is no failure

std::string FindProgram()
{
    const char *path = std::getenv("PATH");
    std::string rest = path == nullptr ? "" : path;
    while (!rest.empty()) {
        const size_t end = rest.find(':');
        const std::string program = rest.substr(0, end) + "/chromium";
        if (access(program.c_str(), X_OK) == 0) {
            return program;
        }
        rest = end == std::string::npos ? "" : rest.substr(end + 1);
    }
    return "";
}

std::string AxePath()
{
    return std::string(RS_TEST_SOURCES) + "/build/tools/axe_playwright_python/axe.min.js";
}

std::string Quoted(const std::string &text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        if (static_cast<unsigned char>(c) < ' ') {
            char code[8];
            (void)snprintf(code, sizeof code, "\\u%04x", c);
            quoted += code;
        } else {
            quoted += c;
        }
    }
    return quoted + "\"";
}

// Commands come in on descriptor 3, answers go out on 4.
[[noreturn]] void Become(const std::string &program, const std::string &profile, int in, int out)
{
    const int high_in = fcntl(in, F_DUPFD, 10);
    const int high_out = fcntl(out, F_DUPFD, 10);
    const int null = open("/dev/null", O_RDWR);
    dup2(high_in, 3);
    dup2(high_out, 4);
    dup2(null, 1);
    dup2(null, 2);
    const std::string folder = "--user-data-dir=" + profile;
    execl(program.c_str(), program.c_str(), "--headless", "--no-sandbox", "--disable-gpu",
          "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
          "--no-first-run", folder.c_str(), "about:blank", static_cast<char *>(nullptr));
    _exit(127);
}

} // namespace

bool Browser::Available()
{
    return !FindProgram().empty();
}

Browser::Browser()
{
    int down[2];
    int up[2];
    if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    process_ = fork();
    if (process_ == 0) {
        setpgid(0, 0);
        Become(FindProgram(), profile_.path("profile"), down[0], up[1]);
    }
    setpgid(process_, process_);
    close(down[0]);
    close(up[1]);
    to_ = down[1];
    from_ = up[0];
    const std::string target =
        call("Target.createTarget", "{\"url\":\"about:blank\"}", false).text("result.targetId");
    session_ = call("Target.attachToTarget",
                    "{\"flatten\":true,\"targetId\":" + Quoted(target) + "}", false)
                   .text("result.sessionId");
    for (const char *domain : {"Page", "Runtime", "Log", "Network"}) {
        call(std::string(domain) + ".enable", "{}");
    }
}

Browser::~Browser()
{
    close(to_);
    close(from_);
    kill(-process_, SIGKILL); // and the processes it started
    waitpid(process_, nullptr, 0);
}

Record Browser::read()
{
    for (;;) {
        const size_t end = pending_.find('\0');
        if (end != std::string::npos) {
            const Record message(pending_.substr(0, end));
            pending_.erase(0, end + 1);
            return message;
        }
        pollfd wait = {from_, POLLIN, 0};
        char buffer[65536];
        if (poll(&wait, 1, answer_limit_ms) <= 0) {
            throw std::runtime_error("chromium does not answer");
        }
        const ssize_t count = ::read(from_, buffer, sizeof buffer);
        if (count <= 0) {
            throw std::runtime_error("chromium went away");
        }
        pending_.append(buffer, static_cast<size_t>(count));
    }
}

void Browser::note(const Record &event)
{
    const std::string method = event.text("method");
    if (method == "Page.loadEventFired") {
        loaded_ = true;
    } else if (method == "Runtime.consoleAPICalled" || method == "Runtime.exceptionThrown" ||
               method == "Page.javascriptDialogOpening") {
        complaints.push_back(method);
    } else if (method == "Log.entryAdded") {
        complaints.push_back(event.text("params.entry.text"));
    } else if (method == "Network.requestWillBeSent") {
        requests.push_back(event.text("params.request.url"));
    }
}

Record Browser::call(const std::string &method, const std::string &parameters, bool to_page)
{
    const int id = next_id_++;
    std::string message = "{\"id\":" + std::to_string(id) + ",\"method\":" + Quoted(method) +
                          ",\"params\":" + parameters;
    message += to_page ? ",\"sessionId\":" + Quoted(session_) + "}" : "}";
    message += '\0';
    if (write(to_, message.data(), message.size()) != static_cast<ssize_t>(message.size())) {
        throw std::runtime_error("chromium cannot be written to");
    }
    for (;;) {
        const Record answer = read();
        if (answer.has("id") && answer.integer("id") == id) {
            if (answer.has("error")) {
                throw std::runtime_error(method + ": " + answer.text("error.message"));
            }
            return answer;
        }
        if (answer.has("method")) {
            note(answer);
        }
    }
}

void Browser::open(const std::string &path, const Viewing &viewing)
{
    const bool phone = viewing.width < 600;
    call("Emulation.setDeviceMetricsOverride",
         "{\"width\":" + std::to_string(viewing.width) +
             ",\"height\":800,\"deviceScaleFactor\":1,\"mobile\":" + (phone ? "true" : "false") +
             "}");
    call("Emulation.setEmulatedMedia",
         std::string("{\"media\":\"") + (viewing.print ? "print" : "") +
             "\",\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" +
             (viewing.dark ? "dark" : "light") + "\"}]}");
    call("Emulation.setScriptExecutionDisabled",
         viewing.scripts ? "{\"value\":false}" : "{\"value\":true}");
    complaints.clear();
    requests.clear();
    loaded_ = false;
    call("Page.navigate", "{\"url\":" + Quoted("file://" + path) + "}");
    while (!loaded_) {
        const Record event = read();
        if (event.has("method")) {
            note(event);
        }
    }
}

double Browser::number(const std::string &expression)
{
    return call("Runtime.evaluate", "{\"returnByValue\":true,\"expression\":" +
                                        Quoted("Number(" + expression + ")") + "}")
        .number("result.result.value");
}

bool Browser::HasAxe()
{
    return access(AxePath().c_str(), R_OK) == 0;
}

// The shades at the edges of tables that scroll are taken away: axe-core would not tell text from
// what is behind it there.
std::vector<std::string> Browser::axe_findings()
{
    call("Runtime.evaluate", "{\"expression\":" + Quoted(ReadFile(AxePath())) + "}");
    const std::string run =
        "document.head.append(Object.assign(document.createElement('style'), "
        "{textContent: '.scroll{background:none!important}'})); "
        "axe.run(document, {resultTypes: ['violations']}).then((found) => "
        "[axe.version, ...found.violations.map((v) => v.id + ': ' + v.nodes[0].target.join(' '))])";
    const Record answer = call("Runtime.evaluate",
                               "{\"awaitPromise\":true,\"returnByValue\":true,\"expression\":" +
                                   Quoted(run) + "}");
    std::vector<std::string> found = answer.texts("result.result.value");
    if (found.empty()) {
        throw std::runtime_error("axe-core did not run: " +
                                 answer.text("result.result.description"));
    }
    found.erase(found.begin());
    return found;
}

double Browser::content_width()
{
    return call("Page.getLayoutMetrics", "{}").number("result.cssContentSize.width");
}

std::string Browser::screenshot()
{
    return call("Page.captureScreenshot", "{\"format\":\"png\",\"captureBeyondViewport\":true}")
        .text("result.data");
}

std::string Browser::pdf()
{
    return call("Page.printToPDF", "{\"preferCSSPageSize\":true}").text("result.data");
}
