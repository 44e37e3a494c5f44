// The rating page: shows one task at a time of the rater whom ?rater=NAME names. Which these are is
// rating_tasks.js', what is answered rating_answers.js', how to rate rating_guide.js', the enlarged
// picture rating_zoom.js'.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const codes = ["yes", "maybe", "no"];
  const letters = { y: 0, m: 1, n: 2 };
  const element = (id) => document.getElementById(id);
  const query = new URLSearchParams(location.search);

  const known = ratingTasks(data, query);
  let tasks = []; // of the rater
  let from = 0; // the first of them that is shown

  const answers = ratingAnswers(data);

  const notice = (text) => {
    element("notice").textContent = text;
    element("notice").hidden = text === "";
  };

  const warnUnkept = () => notice(answers.isKeeping() ? "" :
    "This browser keeps no answers: export them before you close or reload the page.");

  // ---- export ----

  const download = () => {
    const { count, text } = answers.exported();
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
  let current = -1; // the candidate that keys answer; -1: none, so that no key overwrites an answer
  // "unknown" (the page was made without --images), "loading", "shown" or "failed"
  let picture = "unknown";

  const clock = ratingClock(() => !element("task").hidden, (seconds) => answers.spend(at, seconds));

  const say = (text) => { element("status").textContent = text; };

  const show = (id) => {
    clock.tick();
    for (const main of ["task", "done", "start", "guide", "practice"]) {
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
    const done = answers.countDone();
    element("bar").max = tasks.length;
    element("bar").value = done;
    element("count").textContent =
      `${done.toLocaleString("en")} of ${tasks.length.toLocaleString("en")} tasks answered`;
    element("place").textContent = `Task ${at + 1} of ${tasks.length}`;
    element("next").textContent = at + 1 === tasks.length ? "Finish" : "Next";
    element("previous").disabled = at === 0;
    element("undo").disabled = !answers.canUndo();
  };

  // Nobody can judge a picture that is not there.
  const canAnswer = () => picture === "unknown" || picture === "shown";

  const mark = (index, focus) => {
    const sets = [...document.querySelectorAll("fieldset")];
    current = Math.min(index, sets.length - 1);
    sets.forEach((set, i) => set.classList.toggle("current", i === current));
    if (focus && current < 0) {
      element("next").focus({ preventScroll: true });
    } else if (focus) {
      const set = sets[current];
      (set.querySelector("input:checked") ?? set.querySelector("input")).focus(
        { preventScroll: true });
      set.scrollIntoView({ block: "nearest" });
    }
  };

  const changed = () => {
    warnUnkept();
    showProgress();
    element("broken").setAttribute("aria-pressed", String(answers.isBroken(at)));
  };

  const answer = (index, letter) => {
    clock.tick();
    answers.answer(at, index, letter);
    changed();
  };

  // By mouse or finger. On a phone the next candidate may be below the edge.
  const onChosen = (index, letter) => {
    mark(index, false);
    answer(index, letter);
    const next = answers.nextOpen(at, index + 1);
    if (next >= 0 && matchMedia("(max-width: 56rem)").matches) {
      mark(next, false);
      document.querySelectorAll("fieldset")[next].scrollIntoView({ block: "nearest" });
    }
  };

  const makeChoice = (index, letter, code) => {
    const label = make("label", `choice ${codes[code]}`);
    const input = make("input");
    input.type = "radio";
    input.name = `candidate-${index}`;
    input.value = codes[code];
    input.checked = answers.of(at)[index] === letter;
    input.addEventListener("change", () => onChosen(index, letter));
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

  const setPicture = (state, text) => {
    picture = state;
    element("task").dataset.picture = state;
    for (const id of ["frame", "open", "zoom"]) {
      element(id).hidden = state === "unknown" || state === "failed";
    }
    element("missing").hidden = text === undefined;
    element("missing-text").textContent = text ?? "";
    element("retry").hidden = state !== "failed";
    document.querySelectorAll("fieldset").forEach((set) => { set.disabled = !canAnswer(); });
  };

  const showImage = (task) => {
    element("name").textContent = task.image;
    if (task.src === undefined) {
      setPicture("unknown", `This page does not know where the image ${task.image} is.`);
      return;
    }
    setPicture("loading");
    element("open").href = task.src;
    element("image").alt = "The image to be rated";
    element("image").src = task.src;
  };

  const onShown = () => {
    setPicture("shown");
    mark(current, wantsFocus); // a candidate that is disabled takes no focus
    wantsFocus = false;
  };

  const onFailed = () => {
    const text = `The image cannot be loaded: ${element("image").src}`;
    setPicture("failed", text);
    say(`${text}. Try again, or say that the picture is broken.`);
  };

  const sayBroken = () => {
    if (answers.isBroken(at)) {
      answers.clear(at);
    } else {
      answers.markBroken(at);
    }
    showTask(at, true);
    warnUnkept();
    say(answers.isBroken(at) ? "Noted: the picture is broken." : "The picture is not broken.");
  };

  const zoom = ratingZoom(element("frame"), element("image"), element("zoom"));
  let wantsFocus = false; // once the picture is there

  const showTask = (index, focus) => {
    clock.tick();
    at = index;
    wantsFocus = focus;
    zoom.off();
    const task = tasks[at];
    show("task");
    element("question").textContent = data.question;
    element("candidates").replaceChildren(...task.labels.map(makeCandidate));
    showImage(task);
    element("broken").setAttribute("aria-pressed", String(answers.isBroken(at)));
    mark(answers.nextOpen(at, 0), focus);
    showProgress();
    history.replaceState(null, "", `#${from + at + 1}`);
    say(`Task ${at + 1} of ${tasks.length}, ${task.labels.length} candidates`);
    const coming = tasks[at + 1];
    if (coming?.src !== undefined) {
      new Image().src = coming.src; // is in the cache when it is wanted
    }
  };

  const showDone = () => {
    const left = tasks.length - answers.countDone();
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

  // Every answer also stays here, so that nothing is lost while the network is away.
  const send = async () => {
    if (data.post !== undefined) {
      const left = await answers.send(data.post);
      element("sent").hidden = false;
      element("sent").textContent = left === 0 ? "All answers sent"
        : `${left} tasks not sent yet`;
    }
  };

  const goNext = () => {
    send();
    const isDone = answers.isDone(at);
    if (!isDone && element("next").dataset.asked !== String(at)) {
      mark(answers.nextOpen(at, 0), true);
      say(`Candidate ${current + 1} has no answer yet. Press Next again to leave it open.`);
      element("next").dataset.asked = String(at);
      return;
    }
    element("next").dataset.asked = "";
    if (at + 1 < tasks.length) {
      scrollTo(0, 0);
      showTask(at + 1, true);
    } else {
      showDone();
    }
  };

  const goBack = () => {
    if (at > 0) {
      scrollTo(0, 0);
      showTask(at - 1, true);
    }
  };

  const undo = () => {
    const index = answers.undo();
    if (index >= 0) {
      showTask(index, true);
      warnUnkept();
      say(`Undone in task ${index + 1}.`);
    }
  };

  const restIsNo = () => {
    if (canAnswer() && !answers.isDone(at)) {
      answers.answerRest(at, "n");
      document.querySelectorAll("fieldset").forEach((set, i) => {
        set.querySelector(".no input").checked = answers.of(at)[i] === "n";
      });
      changed();
      mark(-1, true);
      say(`The others: ${data.answers[letters.n]}`);
    }
  };

  const answerByKey = (letter) => {
    if (current < 0 || !canAnswer()) {
      say(canAnswer() ? "All candidates are answered. Mark one to change its answer."
        : "The picture is not there yet.");
      return;
    }
    const set = document.querySelectorAll("fieldset")[current];
    set.querySelectorAll("input")[letters[letter]].checked = true;
    answer(current, letter);
    say(`Candidate ${current + 1}: ${data.answers[letters[letter]]}`);
    const after = answers.nextOpen(at, current + 1);
    mark(after >= 0 ? after : answers.nextOpen(at, 0), true);
  };

  const step = (by) => {
    const start = current < 0 && by < 0 ? tasks[at].labels.length : current;
    mark(Math.max(start + by, 0), true);
  };

  const press = (event, pressed) => {
    const isControl = (event.target.closest?.("button, a, summary") ?? null) !== null;
    if (zoom.press(pressed)) {
      return true;
    }
    if (pressed in letters) {
      answerByKey(pressed);
    } else if (/^[1-9]$/.test(pressed) && Number(pressed) <= tasks[at].labels.length) {
      mark(Number(pressed) - 1, true);
    } else if (pressed === "j" || pressed === "k") {
      step(pressed === "j" ? 1 : -1);
    } else if (pressed === "u") {
      undo();
    } else if (pressed === "z" && picture === "shown") {
      zoom.toggle();
    } else if (pressed === "r") {
      restIsNo();
    } else if (pressed === "enter" && event.shiftKey) {
      goBack();
    } else if (pressed === "enter" && !isControl) {
      goNext();
    } else {
      return false;
    }
    return true;
  };

  // A key that is held would answer one candidate after the other, or turn task after task.
  const onKey = (event) => {
    const pressed = event.key.toLowerCase();
    if (element("task").hidden || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const isHeld = event.repeat && (pressed in letters || "ru".includes(pressed) ||
      pressed === "enter");
    if (isHeld || press(event, pressed)) {
      event.preventDefault();
    }
  };

  // ---- starting ----

  // The task that the address names, as #12; -1 when it names none.
  const addressed = () => {
    const index = Number.parseInt(location.hash.slice(1), 10) - 1 - from;
    return index >= 0 && index < tasks.length ? index : -1;
  };

  let rater = "";

  const goOn = () => {
    const wanted = addressed() >= 0 ? addressed() : answers.firstOpen();
    if (wanted < 0) {
      showDone();
    } else {
      showTask(wanted, false);
    }
  };

  const showGuide = ratingGuide(data, show);
  const guideKey = () => `reassess/${data.id}/${rater}/guide`;

  const begin = (name) => {
    rater = name;
    element("rater").textContent = rater;
    ({ tasks, from } = known.of(rater));
    answers.load(rater, tasks);
    send();
    warnUnkept();
    for (const id of ["change", "export", "import", "help"]) {
      element(id).disabled = false;
    }
    if (answers.remembered(guideKey()) === "read") {
      goOn();
    } else {
      showGuide(() => {
        answers.put(guideKey(), "read");
        goOn();
      });
    }
  };

  const importFile = async () => {
    const [file] = element("import").files;
    const counts = answers.take(await file.text());
    element("import").value = "";
    if (counts === null) {
      notice(`${file.name} is no export of this page.`);
      return;
    }
    goOn();
    notice(`${counts.taken} answers imported; ${counts.same} were here already, ` +
      `${counts.differing} differ from what is here and are left out, ` +
      `${counts.foreign} are another rater's or of other tasks.`);
  };

  const askRater = () => {
    show("start");
    element("start-name").value = rater;
    element("start-name").focus();
    for (const id of ["change", "export", "import", "help"]) {
      element(id).disabled = true;
    }
  };

  const rememberedRater = () => {
    const given = (query.get("rater") ?? "").trim();
    const name = given !== "" ? given : (answers.remembered("reassess/rater") ?? "");
    return known.isKnown(name) ? name : "";
  };

  element("start-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = element("start-name").value.trim();
    element("start-unknown").hidden = known.isKnown(name);
    element("start-unknown").textContent = `This page has no tasks for ${name}.`;
    if (name !== "" && known.isKnown(name)) {
      answers.put("reassess/rater", name);
      begin(name);
    }
  });
  element("image").addEventListener("load", onShown);
  element("image").addEventListener("error", onFailed);
  element("retry").addEventListener("click", () => showTask(at, true));
  element("broken").addEventListener("click", sayBroken);
  element("undo").addEventListener("click", undo);
  element("rest").addEventListener("click", restIsNo);
  element("previous").addEventListener("click", goBack);
  element("next").addEventListener("click", goNext);
  element("export").addEventListener("click", download);
  element("done-export").addEventListener("click", download);
  element("done-back").addEventListener("click", () => showTask(0, true));
  element("done-open").addEventListener("click", () => showTask(answers.firstOpen(), true));
  element("change").addEventListener("click", askRater);
  element("help").addEventListener("click", () => showGuide(goOn));
  element("import").addEventListener("change", importFile);
  addEventListener("keydown", onKey);
  addEventListener("hashchange", () => {
    if (!(element("task").hidden && element("done").hidden) && addressed() >= 0) {
      showTask(addressed(), true);
    }
  });

  element("rest").textContent = `The rest: ${data.answers[letters.n]}`;
  element("start-names").append(...known.names.map((name) => {
    const choice = make("option");
    choice.value = name;
    return choice;
  }));
  document.title = data.title;
  element("title").textContent = data.title;
  element("count").textContent = `${data.tasks.length.toLocaleString("en")} tasks`;
  if (rememberedRater() === "") {
    askRater();
  } else {
    begin(rememberedRater());
  }
})();
