#!/usr/bin/env python3
"""rating_page_test.py PROGRAM [SHOTS] - clicks through the rating page as a rater would.

Makes tasks with `reassess tasks`, answers them in a headless Chromium by mouse and by keys, reloads,
exports, and hands the export to `reassess aggregate`. With SHOTS, a folder, leaves screenshots there.
"""
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser as page  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

PROGRAM = ""
SHOTS = None

# A name that would break a page or a URL that did not expect it.
HOSTILE = "b<b>&'\"#?%41.png"
CLASSES = [
    ("tench, Tinca tinca", [0, 1]),
    ("goldfish, Carassius auratus", []),
    ("</script><b>bold</b>", []),
] + [(f"class {c}, other name", []) for c in range(3, 12)]
IMAGES = [
    ("a.png", 0, [0, 1, 2]),
    (HOSTILE, 1, list(range(11, -1, -1))),  # 12 candidates: two tasks
    ("agreed.png", 1, [1]),
    ("gone.png", 2, [5]),
]


def png(width, height, colour):
    rows = (b"\0" + bytes(colour) * width) * height

    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))

    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_candidates(path):
    with open(path, "w", encoding="utf-8") as out:
        head = {"schema": "reassess.candidates/1", "images": len(IMAGES), "classes": len(CLASSES),
                "models": ["one", "two"]}
        out.write(json.dumps(head) + "\n")
        for c, (name, _) in enumerate(CLASSES):
            out.write(json.dumps({"class": c, "name": name}) + "\n")
        for image, original, classes in IMAGES:
            first = [0, 1] if image == "agreed.png" else []
            out.write(json.dumps({
                "image": image, "original": original,
                "candidates": [{"class": c, "first": first if c == original else []}
                               for c in classes]}) + "\n")


def make_page(folder):
    candidates = os.path.join(folder, "candidates.jsonl")
    write_candidates(candidates)
    os.mkdir(os.path.join(folder, "img"))
    os.mkdir(os.path.join(folder, "examples"))
    for name, size, colour in (("a.png", (640, 420), (180, 200, 150)),
                               (HOSTILE, (300, 500), (120, 150, 210))):
        with open(os.path.join(folder, "img", name), "wb") as out:
            out.write(png(*size, colour))
    with open(os.path.join(folder, "examples", "0-1.png"), "wb") as out:
        out.write(png(90, 90, (200, 160, 160)))
    html = os.path.join(folder, "rate.html")
    subprocess.run([PROGRAM, "tasks", "-q", "--hierarchy", "none", "--html", html,
                    "-o", os.path.join(folder, "tasks.jsonl"), "--images", "img/{image}",
                    "--examples", "examples/{class}-{n}.png", "--example-count", "2",
                    "--title", "A small study", candidates], check=True)
    return "file://" + urllib.parse.quote(html)


class RatingPage(unittest.TestCase):
    """One rater from the first task to the label sets; the steps build on each other."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.url = make_page(cls.folder.name)
        cls.chromium_context = page.open_browser()
        cls.chromium = cls.chromium_context.__enter__()
        cls.chromium.execute_cdp_cmd("Browser.setDownloadBehavior", {
            "behavior": "allow", "downloadPath": cls.folder.name})

    @classmethod
    def tearDownClass(cls):
        cls.chromium_context.__exit__(None, None, None)
        cls.folder.cleanup()

    def setUp(self):
        page.set_size(self.chromium, 1280, 900)
        self.chromium.get("about:blank")
        self.chromium.get(self.url)
        self.chromium.execute_script("localStorage.clear()")
        self.chromium.get("about:blank")

    def tearDown(self):
        errors = [e for e in page.console_errors(self.chromium) if "ERR_FILE_NOT_FOUND" not in e]
        self.assertEqual(errors, [])

    # ---- what a rater does ----

    def open(self, query="?rater=ann"):
        self.chromium.get("about:blank")  # else a new fragment alone would load nothing
        self.chromium.get(self.url + query)

    def reload(self):
        self.chromium.refresh()

    def find(self, identity):
        return self.chromium.find_element(By.ID, identity)

    def candidates(self):
        return [legend.text for legend in self.chromium.find_elements(By.TAG_NAME, "legend")]

    def click(self, candidate, answer):
        fieldset = self.chromium.find_elements(By.TAG_NAME, "fieldset")[candidate]
        choice = fieldset.find_element(By.CSS_SELECTOR, f".choice.{answer}")
        self.chromium.execute_script("arguments[0].scrollIntoView({ block: 'center' })", choice)
        choice.click()

    def press(self, *keys):
        self.chromium.switch_to.active_element.send_keys(*keys)

    def chosen(self):
        """One letter a candidate."""
        values = self.chromium.execute_script(
            "return [...document.querySelectorAll('fieldset')].map("
            "(set) => set.querySelector('input:checked')?.value[0] ?? '-').join('')")
        return values

    def count(self):
        return self.find("count").text

    def exported(self, name, button="export"):
        path = os.path.join(self.folder.name, name)
        if os.path.exists(path):
            os.remove(path)
        self.find(button).click()
        for _ in range(400):
            if os.path.exists(path):
                with open(path, encoding="utf-8") as handle:
                    return path, json.load(handle)
            time.sleep(0.1)
        self.fail(f"{name} was not downloaded")

    def shoot(self, name):
        if SHOTS is not None:
            self.chromium.save_screenshot(os.path.join(SHOTS, name + ".png"))

    # ---- the tests ----

    def test_a_rater_from_the_first_task_to_the_label_sets(self):
        self.open("")
        self.assertTrue(self.find("start").is_displayed())
        self.assertFalse(self.find("task").is_displayed())
        self.shoot("start")
        self.find("start-name").send_keys("ann")
        self.press(Keys.ENTER)
        self.assertEqual(self.find("title").text, "A small study")
        self.assertEqual(self.find("rater").text, "ann")
        self.assertEqual(self.count(), "0 of 4 tasks answered")
        self.assertEqual(self.find("place").text, "Task 1 of 4")
        self.assertEqual(self.candidates(), ["1.tench, Tinca tinca",
                                             "2.goldfish, Carassius auratus",
                                             "3.</script><b>bold</b>"])
        # by mouse
        self.click(0, "yes")
        self.click(1, "maybe")
        self.assertEqual(self.chosen(), "ym-")
        self.assertEqual(self.count(), "0 of 4 tasks answered")
        # kept through a reload, and on the task it was
        self.reload()
        self.assertEqual(self.chosen(), "ym-")
        self.click(2, "no")
        self.assertEqual(self.count(), "1 of 4 tasks answered")
        self.find("next").click()
        self.reload()
        # the next by keys: twelve candidates came as two tasks of six, in class order
        self.assertEqual(self.find("place").text, "Task 2 of 4")
        self.assertEqual(self.find("name").text, HOSTILE)
        self.assertEqual(len(self.candidates()), 6)
        self.chromium.find_element(By.TAG_NAME, "body").click()
        self.press("n")
        self.press("y")
        self.press("5")
        self.press("m")
        self.press("j")  # beyond the last: stays there
        self.press("j")
        self.press("N")
        self.assertEqual(self.chosen(), "ny--mn")
        self.press("3")
        self.press("k")
        self.press("k")  # the first
        self.press("m")
        self.press("n")  # went on to the next without an answer
        self.press("n")
        self.assertEqual(self.chosen(), "mynnmn")
        self.press(Keys.ENTER)  # on the Next button, which the last answer put in focus
        self.assertEqual(self.find("place").text, "Task 3 of 4")
        for _ in range(6):
            self.press("n")
        self.press(Keys.ENTER)
        # an image that is not there
        self.assertEqual(self.find("place").text, "Task 4 of 4")
        self.wait_for(lambda: self.find("missing").is_displayed())
        self.assertIn("gone.png", self.find("missing").text)
        self.assertEqual(self.find("next").text, "Finish")
        self.press(Keys.SHIFT, Keys.ENTER)
        self.assertEqual(self.find("place").text, "Task 3 of 4")
        self.assertEqual(self.chosen(), "nnnnnn")
        self.find("next").click()
        # leaving one open is asked about, and can be done
        self.find("next").click()
        self.assertEqual(self.find("place").text, "Task 4 of 4")
        self.find("next").click()
        self.assertEqual(self.find("done-title").text, "That was the last task")
        self.assertIn("1 of 4 tasks", self.find("done-text").text)
        self.find("done-open").click()
        self.assertEqual(self.find("place").text, "Task 4 of 4")
        self.click(0, "yes")
        self.find("next").click()
        self.assertEqual(self.find("done-title").text, "All tasks are answered")
        self.assertEqual(self.count(), "4 of 4 tasks answered")
        self.shoot("done")
        path, answers = self.exported("answers-ann.json", "done-export")
        self.check_export(answers)
        self.check_label_sets(path)

    def check_export(self, answers):
        got = {(a["image"], a["label"]): a["answer"] for a in answers}
        self.assertEqual(len(answers), 16)
        self.assertEqual({a["rater"] for a in answers}, {"ann"})
        wanted = {("a.png", 0): "yes", ("a.png", 1): "maybe", ("a.png", 2): "no",
                  ("gone.png", 5): "yes"}
        words = {"y": "yes", "m": "maybe", "n": "no"}
        for c, letter in enumerate("mynnmn" + "n" * 6):
            wanted[(HOSTILE, c)] = words[letter]
        self.assertEqual(got, wanted)
        self.assertEqual({a["task"] for a in answers},
                         {"a.png#1", HOSTILE + "#1", HOSTILE + "#2", "gone.png#1"})

    def check_label_sets(self, answers):
        labels, files, real = (os.path.join(self.folder.name, name)
                               for name in ("labels.txt", "files.txt", "real.json"))
        with open(labels, "w", encoding="utf-8") as out:
            out.write("0\n1\n1\n2\n")
        with open(files, "w", encoding="utf-8") as out:
            out.write("\n".join(image for image, _, _ in IMAGES) + "\n")
        subprocess.run([PROGRAM, "aggregate", "-q", "--method", "majority", "--votes", answers,
                        "--labels", labels, "--files", files, "--classes", "12", "-o", real],
                       check=True)
        with open(real, encoding="utf-8") as handle:
            self.assertEqual(json.load(handle), [[0], [1], [1], [5]])

    def wait_for(self, condition):
        for _ in range(400):
            if condition():
                return
            time.sleep(0.05)
        self.fail("waited in vain")

    def test_raters_and_ranges_are_apart(self):
        self.open("?rater=ann")
        self.click(0, "yes")
        self.open("?rater=bob&from=2&to=3")
        self.assertEqual(self.find("place").text, "Task 1 of 2")
        self.assertEqual(self.find("name").text, HOSTILE)
        self.assertEqual(self.chosen(), "------")
        self.click(5, "yes")
        _, answers = self.exported("answers-bob.json")
        self.assertEqual(answers, [{"rater": "bob", "image": HOSTILE, "label": 5, "answer": "yes",
                                    "task": HOSTILE + "#1"}])
        # the whole page knows what was answered in the range
        self.open("?rater=bob#2")
        self.assertEqual(self.chosen(), "-----y")
        self.open("?rater=ann#1")
        self.assertEqual(self.chosen(), "y--")
        # another fragment shows another task
        self.chromium.execute_script("location.hash = '#3'")
        self.wait_for(lambda: self.find("place").text == "Task 3 of 4")

    def test_nothing_to_export(self):
        self.open()
        self.find("export").click()
        self.assertEqual(self.find("notice").text, "There is no answer to export yet.")

    def test_kept_answers_that_are_none_are_not_believed(self):
        self.open()
        self.click(0, "yes")
        self.chromium.execute_script(
            "for (const key of Object.keys(localStorage)) {"
            "  if (key.endsWith('/ann/0')) { localStorage.setItem(key, 'yqz'); } }")
        self.reload()
        self.assertEqual(self.chosen(), "---")

    def test_images_and_examples_are_shown(self):
        self.open("?rater=ann#2")
        self.wait_for(lambda: self.chromium.execute_script(
            "const image = document.getElementById('image');"
            "return image.complete && image.naturalWidth === 300"))
        self.open("?rater=ann#1")
        self.wait_for(lambda: self.chromium.execute_script(
            "return [...document.querySelectorAll('.examples img')].map("
            "(image) => image.alt).join() === 'Example 1 of tench'"))

    def test_a_screen_reader_gets_names_and_roles(self):
        self.open()
        nodes = page.accessible_nodes(self.chromium)
        radios = [name for role, name in nodes if role == "radio"]
        self.assertEqual(radios, ["Yes", "Maybe", "No"] * 3)
        groups = [name for role, name in nodes if role == "group" and name != ""]
        self.assertEqual(groups, ["1.tench, Tinca tinca", "2.goldfish, Carassius auratus",
                                      "3.</script><b>bold</b>"])
        self.assertIn(("image", "The image to be rated; opens in a new tab"), nodes)
        self.assertIn(("progressbar", "0 of 4 tasks answered"), nodes)
        self.assertIn(("main", ""), nodes)
        self.assertIn(("heading", "Which of these are in the image?"), nodes)
        self.assertEqual([node for node in nodes if node[0] == "button" and node[1] == ""], [])

    def test_fits_phone_and_desk_in_light_and_dark(self):
        for width, height in ((360, 740), (768, 1024), (1280, 900), (1920, 1080)):
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    page.set_size(self.chromium, width, height, scheme)
                    self.open("?rater=ann#2")
                    self.click(0, "yes")
                    self.click(1, "maybe")
                    self.click(2, "no")
                    self.assertLessEqual(page.overflow(self.chromium), 0)
                    ratio, words = page.lowest_contrast(self.chromium)
                    self.assertGreaterEqual(ratio, 4.5, words)
                    self.shoot(f"task-{width}-{scheme}")
                    sizes = self.chromium.execute_script(
                        "return [...document.querySelectorAll('.choice span')].map("
                        "(face) => face.getBoundingClientRect().height)")
                    self.assertGreaterEqual(min(sizes), 44)  # a finger's width


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv[1])
    SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
    unittest.main(argv=sys.argv[:1], verbosity=2)
