"""browser.py - a headless Chromium for tests of pages, and what they ask of it.

Needs Debian's chromium, chromium-driver and python3-selenium. Without them a test ends with the
status 77, which ctest counts as skipped.
"""
import contextlib
import os
import shutil
import sys

SKIPPED = 77
AXE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "tools",
                   "axe_playwright_python", "axe.min.js")

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
except ImportError:
    print("skipped: python3-selenium is not installed")
    sys.exit(SKIPPED)


@contextlib.contextmanager
def open_browser(width=1280, height=900):
    """A browser of its own, closed at the end."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        print("skipped: chromium or chromium-driver is not installed")
        sys.exit(SKIPPED)
    options = Options()
    options.binary_location = browser
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", "--no-first-run", "--disable-extensions",
                     f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chromium = webdriver.Chrome(service=Service(driver), options=options)
    chromium.set_script_timeout(300)  # a loaded machine is no failure
    try:
        yield chromium
    finally:
        chromium.quit()


def set_size(browser, width, height, scheme="light"):
    """The size of the page itself, and light or dark."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})


def overflow(browser):
    """How many pixels of the page lie beyond its right edge."""
    return browser.execute_script(
        "const root = document.documentElement; return root.scrollWidth - root.clientWidth;")


def console_errors(browser):
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


CONTRAST = """
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const luminance = ([r, g, b]) => {
  const part = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const ground = (element) => {
  for (let at = element; at !== null; at = at.parentElement) {
    const colour = parse(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) {
      return colour;
    }
  }
  return [255, 255, 255];
};
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (walker.currentNode.textContent.trim() === "" || !element.checkVisibility() ||
      element.closest("script, style, noscript, :disabled") !== null) {
    continue;
  }
  const a = luminance(parse(getComputedStyle(element).color));
  const b = luminance(ground(element));
  found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
              walker.currentNode.textContent.trim().slice(0, 40)]);
}
return found.sort((a, b) => a[0] - b[0])[0];
"""


def lowest_contrast(browser):
    """The least readable text of what is shown: its contrast ratio and its words."""
    ratio, words = browser.execute_script(CONTRAST)
    return ratio, words


def has_axe():
    """axe-core is there: scripts/deps.sh test fetches it."""
    return os.access(AXE, os.R_OK)


def axe_findings(browser):
    """What axe-core finds hard to use, each as its rule and the first place of it."""
    with open(AXE, encoding="utf-8") as source:
        browser.execute_script(source.read())
    return browser.execute_async_script(
        "const done = arguments[0];"
        "axe.run(document, {resultTypes: ['violations']}).then((found) => done("
        "found.violations.map((v) => v.id + ': ' + v.nodes[0].target.join(' '))));")


def accessible_nodes(browser):
    """[(role, name)] as a screen reader gets them, in the order of the page."""
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return [(node.get("role", {}).get("value"), node.get("name", {}).get("value", ""))
            for node in tree if not node.get("ignored")]
