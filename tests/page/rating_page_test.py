#!/usr/bin/env python3
"""rating_page_test.py PROGRAM [SHOTS] - clicks through the rating page as a rater would.

Makes tasks with `reassess tasks`, answers them in a headless Chromium by mouse and by keys,
reloads, exports, and hands the export to `reassess aggregate`. With SHOTS, a folder, leaves
screenshots there.
"""
import http.server
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
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


def make_page(folder, *more):
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
                    "--title", "A small study", *more, candidates], check=True,
                   stdout=subprocess.DEVNULL)
    return "file://" + urllib.parse.quote(html)


class Page(unittest.TestCase):
    """A page in a browser, and what a rater does on it."""

    options = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.url = make_page(cls.folder.name, *cls.options)
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
        if self.find("guide").is_displayed():
            self.find("guide-start").click()
        self.settle()

    def reload(self):
        self.chromium.execute_script("window.isLeft = true")
        self.chromium.refresh()
        self.wait_for(lambda: self.chromium.execute_script("return !window.isLeft"))
        self.settle()

    def settle(self):
        """Until the picture is there, or is known not to be: before that nothing can be
        answered. A page that is still read says nothing of it."""
        self.wait_for(lambda: self.chromium.execute_script(
            "return document.readyState === 'complete' &&"
            "  document.getElementById('task').dataset.picture !== 'loading'"))

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
        self.settle()
        self.chromium.switch_to.active_element.send_keys(*keys)

    def hold(self, key, repeats, text=None):
        """A key that is pressed and held: the system repeats it until it is let go."""
        event = {"key": key, "text": text or key, "unmodifiedText": text or key}
        if key == "Enter":
            event.update({"code": "Enter", "windowsVirtualKeyCode": 13})
        for i in range(repeats + 1):
            self.chromium.execute_cdp_cmd("Input.dispatchKeyEvent",
                                          {"type": "keyDown", "autoRepeat": i > 0, **event})
        self.chromium.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", **event})

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

    @staticmethod
    def without_seconds(answers):
        """What was answered; that each answer tells the seconds of its task is checked."""
        for answer in answers:
            assert 0 <= answer["seconds"] < 1000, answer
        return [{k: v for k, v in answer.items() if k != "seconds"} for answer in answers]

    def shoot(self, name):
        if SHOTS is not None:
            self.chromium.save_screenshot(os.path.join(SHOTS, name + ".png"))

    def wait_for(self, condition):
        for _ in range(400):
            if condition():
                return
            time.sleep(0.05)
        self.fail("waited in vain")


class RatingPage(Page):
    """One rater from the first task to the label sets; the steps build on each other."""

    # ---- the tests ----

    def test_a_rater_from_the_first_task_to_the_label_sets(self):
        self.open("")
        self.assertTrue(self.find("start").is_displayed())
        self.assertFalse(self.find("task").is_displayed())
        self.shoot("start")
        self.find("start-name").send_keys("ann")
        self.press(Keys.ENTER)
        self.assertTrue(self.find("guide").is_displayed())
        self.find("guide-start").click()
        self.settle()
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
        self.find("question").click()  # beside all controls
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
        self.settle()
        self.find("broken").click()
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
                  ("gone.png", 5): "broken"}
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
        done = subprocess.run(
            [PROGRAM, "aggregate", "-q", "--method", "majority", "--votes", answers, "--labels",
             labels, "--files", files, "--classes", "12", "-o", real],
            check=True, capture_output=True, encoding="utf-8")
        self.assertIn("1 answer says that the picture was broken", done.stderr)
        with open(real, encoding="utf-8") as handle:
            # the picture that was broken keeps its original label: nobody judged it
            self.assertEqual(json.load(handle), [[0], [1], [1], [2]])

    def test_a_key_too_many_overwrites_no_answer(self):
        self.open("?rater=ann#1")
        for key in "yyy":
            self.press(key)
        self.assertEqual(self.chosen(), "yyy")
        self.press("n")  # one more, before the rater saw that it was the last
        self.assertEqual(self.chosen(), "yyy")
        self.assertIn("All candidates are answered",
                      self.find("status").get_attribute("textContent"))
        # nor does a task that is looked at again lose its first answer
        self.reload()
        self.press("n")
        self.assertEqual(self.chosen(), "yyy")
        # who marks a candidate changes its answer
        self.press("2")
        self.press("n")
        self.press("n")
        self.assertEqual(self.chosen(), "yny")
        self.press("k")  # from the end
        self.press("m")
        self.assertEqual(self.chosen(), "ynm")

    def test_a_held_key_counts_once(self):
        self.open("?rater=ann#1")
        self.find("question").click()  # beside all controls
        self.hold("y", 5)
        self.assertEqual(self.chosen(), "y--")
        self.hold("n", 3)
        self.assertEqual(self.chosen(), "yn-")
        self.press("m")
        # Enter on Next, and beside every control
        self.hold("Enter", 8, "\r")
        self.assertEqual(self.find("place").text, "Task 2 of 4")
        self.settle()
        self.press("r")
        self.chromium.execute_script("document.activeElement.blur()")
        self.hold("Enter", 8, "\r")
        self.assertEqual(self.find("place").text, "Task 3 of 4")
        self.hold("u", 4)
        self.assertEqual(self.chosen(), "------")
        self.assertEqual(self.find("place").text, "Task 2 of 4")

    def test_without_its_picture_a_task_has_no_answer(self):
        self.open("?rater=ann#4")
        self.wait_for(lambda: self.find("missing").is_displayed())
        self.assertIn("gone.png", self.find("missing-text").text)
        self.press("y")
        self.find("rest").click()
        self.chromium.execute_script("document.querySelector('.choice.yes').click()")
        self.assertEqual(self.chosen(), "-")
        self.assertEqual(self.count(), "0 of 4 tasks answered")
        # still gone
        self.find("retry").click()
        self.settle()
        self.assertTrue(self.find("retry").is_displayed())
        # broken is an answer of its own, is kept, and can be taken back
        self.find("broken").click()
        self.assertEqual(self.count(), "1 of 4 tasks answered")
        self.reload()
        self.assertEqual(self.find("broken").get_attribute("aria-pressed"), "true")
        _, answers = self.exported("answers-ann.json")
        self.assertEqual(self.without_seconds(answers),
                         [{"rater": "ann", "image": "gone.png", "label": 5,
                           "answer": "broken", "task": "gone.png#1"}])
        self.find("broken").click()
        self.assertEqual(self.count(), "0 of 4 tasks answered")
        # there after all
        path = os.path.join(self.folder.name, "img", "gone.png")
        with open(path, "wb") as out:
            out.write(png(40, 40, (1, 2, 3)))
        self.addCleanup(os.remove, path)
        self.find("retry").click()
        self.settle()
        self.assertFalse(self.find("missing").is_displayed())
        self.press("y")
        self.assertEqual(self.chosen(), "y")

    def test_a_broken_picture_that_is_judged_is_none(self):
        self.open("?rater=ann#1")
        self.click(0, "yes")
        self.find("broken").click()
        self.assertEqual(self.chosen(), "---")
        self.click(1, "no")
        self.assertEqual(self.chosen(), "-n-")
        self.assertEqual(self.find("broken").get_attribute("aria-pressed"), "false")
        _, answers = self.exported("answers-ann.json")
        self.assertEqual([(a["label"], a["answer"]) for a in answers], [(1, "no")])

    def test_undo_goes_back_over_tasks(self):
        self.open("?rater=ann#1")
        self.assertFalse(self.find("undo").is_enabled())
        self.click(0, "yes")
        self.press("m")
        self.find("rest").click()
        self.assertEqual(self.chosen(), "mnn")  # the key changed the candidate that was clicked
        self.find("next").click()
        self.press("y")
        self.press("u")
        self.assertEqual(self.find("place").text, "Task 2 of 4")
        self.assertEqual(self.chosen(), "------")
        self.press("u")
        self.assertEqual(self.find("place").text, "Task 1 of 4")
        self.press("u")
        self.find("undo").click()
        self.assertEqual(self.chosen(), "---")
        self.assertFalse(self.find("undo").is_enabled())
        self.reload()
        self.assertEqual(self.chosen(), "---")

    def test_the_rest_are_no(self):
        self.open("?rater=ann#1")
        self.assertEqual(self.find("rest").text, "The rest: No")
        self.click(1, "yes")
        self.find("rest").click()
        self.assertEqual(self.chosen(), "nyn")
        self.assertEqual(self.count(), "1 of 4 tasks answered")
        self.press("u")
        self.assertEqual(self.chosen(), "-y-")

    def test_guidelines_come_first_and_practice_explains(self):
        self.chromium.get(self.url + "?rater=new#2")
        self.assertTrue(self.find("guide").is_displayed())
        self.assertIn("at least 95", self.find("guide").text)
        self.assertIn("Maybe: everything between", self.find("guide").text)
        self.shoot("guide")
        self.find("guide-practise").click()
        for picture, right in enumerate(("yyn", "yn", "mmn")):
            self.assertTrue(self.find("practice-title").text.startswith(
                f"Practice {picture + 1} of 3"))
            self.wait_for(lambda: self.chromium.execute_script(
                "return document.getElementById('practice-image').naturalWidth > 0"))
            sets = self.find("practice").find_elements(By.TAG_NAME, "fieldset")
            self.assertEqual(len(sets), len(right))
            for i, (candidate, letter) in enumerate(zip(sets, right)):
                self.assertFalse(self.find("practice-next").is_enabled())
                word = {"y": "yes", "m": "maybe", "n": "no"}[letter]
                note = candidate.find_element(By.CLASS_NAME, "note")
                if i == 0:  # wrong at first
                    wrong = "no" if word != "no" else "yes"
                    candidate.find_element(By.CSS_SELECTOR, f".choice.{wrong}").click()
                    self.assertTrue(note.text.startswith(f"Better: {word.capitalize()}."),
                                    note.text)
                candidate.find_element(By.CSS_SELECTOR, f".choice.{word}").click()
                self.assertTrue(note.text.startswith("Right. "), note.text)
            ratio, words = page.lowest_contrast(self.chromium)
            self.assertGreaterEqual(ratio, 4.5, words)
            self.shoot(f"practice-{picture + 1}")
            self.find("practice-next").click()
        # practice is no answer; the task that was asked for is shown, and the guide never again
        self.settle()
        self.assertEqual(self.find("place").text, "Task 2 of 4")
        self.assertEqual(self.count(), "0 of 4 tasks answered")
        self.reload()
        self.assertTrue(self.find("task").is_displayed())
        # unless it is asked for
        self.find("help").click()
        self.assertTrue(self.find("guide").is_displayed())
        self.press("y")
        self.find("guide-start").click()
        self.assertEqual(self.chosen(), "------")

    def test_an_export_can_be_imported(self):
        self.open("?rater=ann#1")
        self.click(0, "yes")
        self.click(1, "maybe")
        self.find("next").click()
        self.find("next").click()
        self.settle()
        self.press("r")
        path, before = self.exported("answers-ann.json")
        self.chromium.execute_script("localStorage.clear()")
        self.open("?rater=ann#1")
        self.click(1, "no")  # stays, whatever the file says
        self.find("import").send_keys(path)
        self.wait_for(lambda: "imported" in self.find("notice").text)
        self.assertEqual(self.find("notice").text,
                         "7 answers imported; 0 were here already, 1 differ from what is here and "
                         "are "
                         "left out, 0 are another rater's or of other tasks.")
        self.assertEqual(self.chosen(), "yn-")
        self.reload()
        self.assertEqual(self.chosen(), "yn-")
        _, after = self.exported("answers-ann.json")
        self.assertEqual([a for a in self.without_seconds(after) if a["label"] != 1],
                         [a for a in self.without_seconds(before) if a["label"] != 1])
        # another rater's, and what is no export
        self.open("?rater=bob#1")
        self.find("import").send_keys(path)
        self.wait_for(lambda: "another rater" in self.find("notice").text)
        self.assertIn("0 answers imported", self.find("notice").text)
        self.assertEqual(self.chosen(), "---")
        odd = os.path.join(self.folder.name, "odd.json")
        with open(odd, "w", encoding="utf-8") as out:
            out.write("{\"no\": \"array\"}")
        self.find("import").send_keys(odd)
        self.wait_for(lambda: "is no export" in self.find("notice").text)

    def test_seconds_are_those_before_the_task(self):
        self.open("?rater=ann#1")
        time.sleep(1.2)
        self.click(0, "yes")
        self.find("help").click()  # not before the task
        time.sleep(2.5)
        self.find("guide-start").click()
        self.settle()
        self.click(1, "no")
        _, answers = self.exported("answers-ann.json")
        seconds = {a["seconds"] for a in answers}
        self.assertEqual(len(seconds), 1)
        self.assertGreaterEqual(min(seconds), 1.2)
        self.reload()
        _, again = self.exported("answers-ann.json")
        self.assertGreaterEqual(again[0]["seconds"], 1.2)

    def test_the_picture_is_enlarged_in_its_place(self):
        self.open("?rater=ann#1")
        width = "return document.getElementById('image').getBoundingClientRect().width"
        plain = self.chromium.execute_script(width)
        candidates = self.chromium.execute_script(
            "return document.getElementById('candidates').getBoundingClientRect().left")
        self.press("z")
        self.assertGreater(self.chromium.execute_script(width), 2 * plain)
        self.assertEqual(self.find("zoom").get_attribute("aria-pressed"), "true")
        left = "return document.getElementById('image').getBoundingClientRect().left"
        middle = self.chromium.execute_script(left)
        self.press(Keys.ARROW_RIGHT)
        self.assertLess(self.chromium.execute_script(left), middle)
        self.assertEqual(self.chosen(), "---")  # arrows are of the picture now
        self.assertEqual(self.chromium.execute_script(
            "return document.getElementById('candidates').getBoundingClientRect().left"),
                         candidates)
        self.shoot("zoom")
        self.press(Keys.ESCAPE)
        self.assertEqual(self.chromium.execute_script(width), plain)
        self.find("frame").click()
        self.assertGreater(self.chromium.execute_script(width), 2 * plain)
        self.press("r")
        self.find("next").click()
        self.assertEqual(self.find("zoom").get_attribute("aria-pressed"), "false")

    def test_candidates_stand_in_two_columns_on_a_desk(self):
        self.open("?rater=ann#2")
        lefts = ("return [...document.querySelectorAll('fieldset')].map("
                 "(set) => Math.round(set.getBoundingClientRect().left))")
        self.assertEqual(len(set(self.chromium.execute_script(lefts))), 2)
        bottom = self.chromium.execute_script(
            "return document.getElementById('next').getBoundingClientRect().bottom")
        self.assertLessEqual(bottom, 900)  # all six and Next without scrolling
        page.set_size(self.chromium, 1024, 768)
        self.assertEqual(len(set(self.chromium.execute_script(lefts))), 1)

    def test_on_a_phone_the_next_candidate_comes_into_view(self):
        page.set_size(self.chromium, 390, 740)
        self.open("?rater=ann#2")
        for i in range(6):
            self.chromium.execute_script(
                "document.querySelectorAll('fieldset')[arguments[0]].querySelector('.no "
                "input').click()",
                i)
            if i < 5:
                top, bottom, nav = self.chromium.execute_script(
                    "const box = document.querySelectorAll('fieldset')[arguments[0]]"
                    ".getBoundingClientRect();"
                    "return [box.top, box.bottom,"
                    " document.querySelector('nav').getBoundingClientRect().top]", i + 1)
                self.assertGreaterEqual(top, 0)
                self.assertLessEqual(bottom, nav)
            next_box = self.chromium.execute_script(
                "const box = document.getElementById('next').getBoundingClientRect();"
                "return [box.top >= 0, box.bottom <= innerHeight]")
            self.assertEqual(next_box, [True, True])  # at hand from the first candidate on
        self.assertEqual(self.chosen(), "nnnnnn")

    def test_raters_and_ranges_are_apart(self):
        self.open("?rater=ann")
        self.click(0, "yes")
        self.assertEqual(self.chosen(), "y--")
        self.open("?rater=bob&from=2&to=3")
        self.assertEqual(self.find("place").text, "Task 1 of 2")
        self.assertEqual(self.find("name").text, HOSTILE)
        self.assertEqual(self.chosen(), "------")
        self.click(5, "yes")
        _, answers = self.exported("answers-bob.json")
        self.assertEqual(self.without_seconds(answers),
                         [{"rater": "bob", "image": HOSTILE, "label": 5, "answer": "yes",
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
        # The browser makes this tree after the page, and on a loaded machine a while after.
        self.wait_for(lambda: any(role == "radio"
                                  for role, _ in page.accessible_nodes(self.chromium)))
        nodes = page.accessible_nodes(self.chromium)
        radios = [name for role, name in nodes if role == "radio"]
        self.assertEqual(radios, ["Yes", "Maybe", "No"] * 3)
        groups = [name for role, name in nodes if role == "group" and name != ""]
        self.assertEqual(groups, ["1.tench, Tinca tinca", "2.goldfish, Carassius auratus",
                                      "3.</script><b>bold</b>"])
        self.assertIn(("image", "The image to be rated"), nodes)
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

    @unittest.skipUnless(page.has_axe(), "no axe-core in build/tools (scripts/deps.sh test)")
    def test_axe_core_finds_nothing(self):
        for width in (390, 1280, 1920):
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    page.set_size(self.chromium, width, 900, scheme)
                    self.open("?rater=ann#2")
                    self.click(0, "yes")
                    self.click(2, "no")
                    self.assertEqual(page.axe_findings(self.chromium), [])
        self.chromium.get("about:blank")
        self.chromium.get(self.url + "?rater=who+comes+first")
        self.assertTrue(self.find("guide").is_displayed())
        self.assertEqual(page.axe_findings(self.chromium), [])
        self.chromium.execute_script(
            "document.getElementById('guide').append(new Image())")
        self.assertEqual(page.axe_findings(self.chromium), ["image-alt: #guide > img"])


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes what a page sends, unless it is told to fail."""

    bodies = []
    fails = False

    def do_POST(self):  # noqa: N802 (the name that http.server looks for)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500 if Receiver.fails else 200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        if not Receiver.fails:
            Receiver.bodies.append(json.loads(body))

    def log_message(self, *_):
        pass


class NamedRaters(Page):
    """Tasks dealt out to raters with golden questions among them, and sent to a place."""

    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.golden = tempfile.NamedTemporaryFile("w", suffix=".json")
        # agreed.png is asked about all the same, and other.png is known to the golden set alone
        json.dump([{"rater": f"expert{e}", "image": image, "label": label, "answer": answer}
                   for e in range(3)
                   for image, label, answer in (("agreed.png", 1, "yes"), ("agreed.png", 2, "no"),
                                                ("other.png", 4, "yes"), ("other.png", 5, "no"))],
                  cls.golden)
        cls.golden.flush()
        cls.options = ("--raters", "ann,bob,eve", "--per-image", "2", "--golden", cls.golden.name,
                       "--post", f"http://127.0.0.1:{cls.server.server_port}/answers")
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.server.shutdown()
        cls.server.server_close()
        cls.golden.close()

    def setUp(self):
        super().setUp()
        Receiver.bodies.clear()
        Receiver.fails = False
        for name in ("agreed.png", "other.png", "gone.png"):
            with open(os.path.join(self.folder.name, "img", name), "wb") as out:
                out.write(png(60, 60, (90, 120, 90)))

    def tearDown(self):
        errors = [e for e in page.console_errors(self.chromium)
                  if "ERR_FILE_NOT_FOUND" not in e and "500" not in e]
        self.assertEqual(errors, [])

    def rate_all(self, rater, truth):
        """Answers every task of a rater: yes for what is in `truth`. The images in their order."""
        self.open(f"?rater={rater}")
        seen = []
        while self.find("task").is_displayed():
            image = self.find("name").text
            seen.append(image)
            for i, legend in enumerate(self.candidates()):
                label = next(c for c, (name, _) in enumerate(CLASSES)
                             if legend.split(".", 1)[1] == name)
                self.click(i, "yes" if (image, label) in truth else "no")
            self.find("next").click()
            self.settle()
        return seen

    def test_raters_have_their_own_tasks_and_the_export_is_aggregated(self):
        truth = {("a.png", 0), (HOSTILE, 3), ("gone.png", 5), ("agreed.png", 1), ("other.png", 4)}
        answers = []
        images = []
        for rater in ("ann", "bob", "eve"):
            seen = self.rate_all(rater, truth)
            images.append(seen)
            self.assertIn("agreed.png", seen)
            self.assertIn("other.png", seen)
            _, exported = self.exported(f"answers-{rater}.json", "done-export")
            answers += exported
        asked = [image for seen in images for image in set(seen)]
        self.assertEqual({i: asked.count(i) for i in asked},
                         {"a.png": 2, HOSTILE: 2, "gone.png": 2, "agreed.png": 3, "other.png": 3})
        # each answer was sent once, as it was exported
        key = lambda a: (a["rater"], a["image"], a["label"])  # noqa: E731
        sent = [a for body in Receiver.bodies for a in body]
        self.assertEqual(sorted(map(key, sent)), sorted(map(key, answers)))
        self.assertEqual(self.find("sent").text, "All answers sent")
        # one file of answers has the votes and the golden questions
        votes, labels, files, real = (os.path.join(self.folder.name, name) for name in (
            "votes.json", "labels.txt", "files.txt", "real.json"))
        with open(votes, "w", encoding="utf-8") as out:
            json.dump(answers, out)
        with open(labels, "w", encoding="utf-8") as out:
            out.write("0\n1\n1\n2\n0\n")
        with open(files, "w", encoding="utf-8") as out:
            out.write("\n".join([image for image, _, _ in IMAGES] + ["other.png"]) + "\n")
        subprocess.run([PROGRAM, "aggregate", "-q", "--votes", votes, "--golden", self.golden.name,
                        "--labels", labels, "--files", files, "--classes", "12", "--threshold",
                        "0.5", "-o", real], check=True)
        with open(real, encoding="utf-8") as handle:
            self.assertEqual(json.load(handle), [[0], [3], [1], [5], [4]])

    def test_others_have_no_tasks(self):
        self.chromium.get(self.url + "?rater=zoe")
        self.assertTrue(self.find("start").is_displayed())
        self.find("start-name").send_keys("zoe")
        self.press(Keys.ENTER)
        self.assertEqual(self.find("start-unknown").text, "This page has no tasks for zoe.")
        self.find("start-name").clear()
        self.find("start-name").send_keys("bob")
        self.press(Keys.ENTER)
        self.assertTrue(self.find("guide").is_displayed())

    def test_what_could_not_be_sent_is_sent_later(self):
        Receiver.fails = True
        self.open("?rater=ann")
        self.press("r")
        self.find("next").click()
        self.wait_for(lambda: self.find("sent").text == "1 tasks not sent yet")
        self.settle()
        self.press("r")
        Receiver.fails = False
        self.find("next").click()
        self.wait_for(lambda: self.find("sent").text == "All answers sent")
        self.assertEqual(len(Receiver.bodies), 1)
        self.assertEqual(len({a["task"] for a in Receiver.bodies[0]}), 2)
        self.reload()  # nothing is sent twice
        self.wait_for(lambda: self.find("sent").text == "All answers sent")
        self.assertEqual(len(Receiver.bodies), 1)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv[1])
    SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
    unittest.main(argv=sys.argv[:1], verbosity=2)
