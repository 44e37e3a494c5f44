"use strict";
// The rating page: shows one task at a time, keeps every answer in localStorage at once, exports
// them as the JSON array that `reassess aggregate --votes` reads. ?rater=NAME names the rater,
// ?from=A&to=B limits the page to tasks A to B (from 1), so that one file serves all raters.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const codes = ["yes", "maybe", "no"];
  const letters = { y: 0, m: 1, n: 2 };
  const open = "-"; // stands for a candidate without an answer
  const element = (id) => document.getElementById(id);
  const query = new URLSearchParams(location.search);

  // ---- which tasks ----

  const within = (text, otherwise) => {
    const number = Number.parseInt(text, 10);
    return Number.isNaN(number) ? otherwise : Math.min(Math.max(number, 1), data.tasks.length);
  };
  const from = within(query.get("from"), 1) - 1;
  const to = Math.max(within(query.get("to"), data.tasks.length), from + 1);
  const tasks = data.tasks.slice(from, to).map(([image, part, parts, labels, src]) => (
    { image, part, parts, labels, src }));

  // ---- answers: a letter a candidate, a text a task ----

  let rater = "";
  let answers = [];
  let storage = null;
  try {
    localStorage.setItem("reassess/test", "1");
    localStorage.removeItem("reassess/test");
    storage = localStorage;
  } catch {
    storage = null;
  }

  const key = (index) => `reassess/${data.id}/${rater}/${from + index}`;

  const notice = (text) => {
    element("notice").textContent = text;
    element("notice").hidden = text === "";
  };

  const unkept = "This browser keeps no answers: export them before you close or reload the page.";

  const isKept = (text, count) => typeof text === "string" && text.length === count &&
    [...text].every((letter) => letter === open || letter in letters);

  const load = () => {
    answers = tasks.map((task, index) => {
      const kept = storage === null ? null : storage.getItem(key(index));
      return isKept(kept, task.labels.length) ? kept : open.repeat(task.labels.length);
    });
    notice(storage === null ? unkept : "");
  };

  const keep = (index) => {
    try {
      storage?.setItem(key(index), answers[index]);
    } catch {
      notice(unkept);
    }
  };

  const isDone = (index) => !answers[index].includes(open);
  const firstOpen = () => answers.findIndex((text) => text.includes(open));
  const countDone = () => answers.filter((text) => !text.includes(open)).length;

  // ---- export ----

  const exported = () => {
    const lines = [];
    tasks.forEach((task, index) => {
      task.labels.forEach((label, i) => {
        if (answers[index][i] !== open) {
          lines.push(JSON.stringify({
            rater, image: task.image, label, answer: codes[letters[answers[index][i]]],
            task: `${task.image}#${task.part}`,
          }));
        }
      });
    });
    return { count: lines.length, text: `[${lines.join(",\n")}]\n` };
  };

  const download = () => {
    const { count, text } = exported();
    if (count === 0) {
      notice("There is no answer to export yet.");
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `answers-${rater.replace(/[^\w.-]+/g, "_")}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say(`${count} answers exported.`);
  };

  // ---- showing ----

  let at = 0; // the task shown
  let current = 0; // the candidate that keys answer

  const say = (text) => { element("status").textContent = text; };

  const show = (id) => {
    for (const main of ["task", "done", "start"]) {
      element(main).hidden = main !== id;
    }
  };

  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    made.className = className ?? "";
    if (text !== undefined) {
      made.textContent = text;
    }
    return made;
  };

  const showProgress = () => {
    const done = countDone();
    element("bar").max = tasks.length;
    element("bar").value = done;
    element("count").textContent =
      `${done.toLocaleString("en")} of ${tasks.length.toLocaleString("en")} tasks answered`;
    element("place").textContent = `Task ${at + 1} of ${tasks.length}`;
    element("next").textContent = at + 1 === tasks.length ? "Finish" : "Next";
    element("previous").disabled = at === 0;
  };

  const mark = (index, focus) => {
    const sets = [...document.querySelectorAll("fieldset")];
    current = Math.min(Math.max(index, 0), sets.length - 1);
    sets.forEach((set, i) => set.classList.toggle("current", i === current));
    if (focus) {
      const set = sets[current];
      (set.querySelector("input:checked") ?? set.querySelector("input")).focus(
        { preventScroll: true });
      set.scrollIntoView({ block: "nearest" });
    }
  };

  const answer = (index, letter) => {
    const text = answers[at];
    answers[at] = text.slice(0, index) + letter + text.slice(index + 1);
    keep(at);
    showProgress();
  };

  const makeChoice = (index, letter, code) => {
    const label = make("label", `choice ${codes[code]}`);
    const input = make("input");
    input.type = "radio";
    input.name = `candidate-${index}`;
    input.value = codes[code];
    input.checked = answers[at][index] === letter;
    input.addEventListener("change", () => { mark(index, false); answer(index, letter); });
    input.addEventListener("focus", () => mark(index, false));
    const face = make("span", "", data.answers[code]);
    const hint = make("kbd", "", letter.toUpperCase());
    hint.setAttribute("aria-hidden", "true");
    face.append(" ", hint);
    label.append(input, face);
    return label;
  };

  const makeExamples = (about, name) => {
    const row = make("div", "examples");
    about.examples.forEach((src, i) => {
      const image = make("img");
      image.alt = `Example ${i + 1} of ${name}`;
      image.addEventListener("error", () => image.remove());
      image.src = src;
      row.append(image);
    });
    return row;
  };

  const makeCandidate = (label, index) => {
    const about = data.classes[label];
    const [name, ...more] = about.name.split(", ");
    const set = make("fieldset");
    const legend = make("legend");
    legend.append(make("span", "number", `${index + 1}.`), name);
    if (more.length > 0) {
      legend.append(make("span", "more", `, ${more.join(", ")}`));
    }
    set.append(legend);
    if (about.definition) {
      set.append(make("p", "definition", about.definition));
    }
    if (about.usage) {
      set.append(make("p", "usage", about.usage));
    }
    if (about.examples) {
      set.append(makeExamples(about, name));
    }
    const choices = make("div", "choices");
    Object.entries(letters).forEach(([letter, code]) => {
      choices.append(makeChoice(index, letter, code));
    });
    set.append(choices);
    const item = make("li");
    item.append(set);
    return item;
  };

  const showImage = (task) => {
    const image = element("image");
    element("open").hidden = task.src === undefined;
    element("missing").hidden = task.src !== undefined;
    element("missing").textContent = `This page does not know where the image ${task.image} is.`;
    element("name").textContent = task.image;
    if (task.src !== undefined) {
      element("open").href = task.src;
      image.alt = "The image to be rated; opens in a new tab";
      image.src = task.src;
    }
  };

  const showTask = (index, focus) => {
    at = index;
    const task = tasks[at];
    show("task");
    showImage(task);
    element("question").textContent = data.question;
    element("candidates").replaceChildren(...task.labels.map(makeCandidate));
    const unanswered = answers[at].indexOf(open);
    mark(Math.max(unanswered, 0), focus);
    showProgress();
    history.replaceState(null, "", `#${from + at + 1}`);
    say(`Task ${at + 1} of ${tasks.length}, ${task.labels.length} candidates`);
    const coming = tasks[at + 1];
    if (coming?.src !== undefined) {
      new Image().src = coming.src; // is in the cache when it is wanted
    }
  };

  const showDone = () => {
    const left = tasks.length - countDone();
    show("done");
    element("done-title").textContent =
      left === 0 ? "All tasks are answered" : "That was the last task";
    element("done-text").textContent = left === 0
      ? "Export the answers and hand in the file. Thank you!"
      : `${left} of ${tasks.length} tasks still lack an answer.`;
    element("done-open").hidden = left === 0;
    element("done-title").focus();
    showProgress();
  };

  // ---- moving ----

  const goNext = () => {
    if (!isDone(at)) {
      mark(answers[at].indexOf(open), true);
      say(`Candidate ${current + 1} has no answer yet. Press Next again to leave it open.`);
    }
    if (isDone(at) || element("next").dataset.asked === String(at)) {
      element("next").dataset.asked = "";
      if (at + 1 < tasks.length) {
        scrollTo(0, 0);
        showTask(at + 1, true);
      } else {
        showDone();
      }
    } else {
      element("next").dataset.asked = String(at);
    }
  };

  const goBack = () => {
    if (at > 0) {
      scrollTo(0, 0);
      showTask(at - 1, true);
    }
  };

  const answerByKey = (letter) => {
    const set = document.querySelectorAll("fieldset")[current];
    set.querySelectorAll("input")[letters[letter]].checked = true;
    answer(current, letter);
    say(`Candidate ${current + 1}: ${data.answers[letters[letter]]}`);
    if (isDone(at)) {
      element("next").focus();
    } else {
      const after = answers[at].indexOf(open, current + 1);
      mark(after >= 0 ? after : answers[at].indexOf(open), true);
    }
  };

  const onKey = (event) => {
    if (element("task").hidden || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const pressed = event.key.toLowerCase();
    const isControl = event.target.closest?.("button, a, summary") !== null;
    if (pressed in letters) {
      answerByKey(pressed);
    } else if (/^[1-9]$/.test(pressed) && Number(pressed) <= tasks[at].labels.length) {
      mark(Number(pressed) - 1, true);
    } else if (pressed === "j" || pressed === "k") {
      mark(current + (pressed === "j" ? 1 : -1), true);
    } else if (pressed === "enter" && event.shiftKey) {
      goBack();
    } else if (pressed === "enter" && !isControl) {
      goNext();
    } else {
      return;
    }
    event.preventDefault();
  };

  // ---- starting ----

  // The task that the address names, as #12; -1 when it names none.
  const addressed = () => {
    const index = Number.parseInt(location.hash.slice(1), 10) - 1 - from;
    return index >= 0 && index < tasks.length ? index : -1;
  };

  const begin = (name) => {
    rater = name;
    element("rater").textContent = rater;
    load();
    const known = addressed() >= 0 ? addressed() : firstOpen();
    if (known < 0) {
      showDone();
    } else {
      showTask(known, false);
    }
    for (const id of ["change", "export"]) {
      element(id).disabled = false;
    }
  };

  const askRater = () => {
    show("start");
    element("start-name").value = rater;
    element("start-name").focus();
    for (const id of ["change", "export"]) {
      element(id).disabled = true;
    }
  };

  const rememberedRater = () => {
    const given = (query.get("rater") ?? "").trim();
    return given !== "" ? given : (storage?.getItem("reassess/rater") ?? "");
  };

  element("start-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = element("start-name").value.trim();
    if (name !== "") {
      try {
        storage?.setItem("reassess/rater", name);
      } catch {
        notice(unkept);
      }
      begin(name);
    }
  });
  element("image").addEventListener("error", () => {
    element("open").hidden = true;
    element("missing").hidden = false;
    element("missing").textContent = `The image cannot be loaded: ${element("image").src}`;
  });
  element("previous").addEventListener("click", goBack);
  element("next").addEventListener("click", goNext);
  element("export").addEventListener("click", download);
  element("done-export").addEventListener("click", download);
  element("done-back").addEventListener("click", () => showTask(0, true));
  element("done-open").addEventListener("click", () => showTask(firstOpen(), true));
  element("change").addEventListener("click", askRater);
  addEventListener("keydown", onKey);
  addEventListener("hashchange", () => {
    if (element("start").hidden && addressed() >= 0) {
      showTask(addressed(), true);
    }
  });

  document.title = data.title;
  element("title").textContent = data.title;
  element("count").textContent = `${tasks.length.toLocaleString("en")} tasks`;
  if (rememberedRater() === "") {
    askRater();
  } else {
    begin(rememberedRater());
  }
})();
