// The answers of one rater: a text a task, with a letter a candidate. Kept in localStorage from the
// moment they are given, so that a reload or a crash loses none; exported as the JSON array that
// `reassess aggregate --votes` reads.
function ratingAnswers(data) {
  const words = { y: "yes", m: "maybe", n: "no", b: "broken" };
  const open = "-"; // stands for a candidate without an answer
  let rater = "";
  let tasks = []; // of the rater
  let find = new Map(); // where a candidate of an image is asked for
  let answers = [];
  let seconds = []; // that the rater had each task before the eyes
  let undone = []; // what answers were before each change, the last change last
  let storage = null;
  try {
    localStorage.setItem("reassess/test", "1");
    localStorage.removeItem("reassess/test");
    storage = localStorage;
  } catch {
    storage = null;
  }

  const key = (index) => `reassess/${data.id}/${rater}/${tasks[index].number}`;

  // False when the browser keeps nothing.
  const put = (name, text) => {
    try {
      storage?.setItem(name, text);
    } catch {
      storage = null;
    }
    return storage !== null;
  };

  const isKept = (text, count) => typeof text === "string" && text.length === count &&
    [...text].every((letter) => letter === open || letter in words);

  const load = (name, list) => {
    rater = name;
    tasks = list;
    find = new Map(tasks.flatMap((task, index) => task.labels.map(
      (label, i) => [`${task.image}\n${label}`, [index, i]])));
    undone = [];
    answers = tasks.map((task, index) => {
      const kept = storage === null ? null : storage.getItem(key(index));
      return isKept(kept, task.labels.length) ? kept : open.repeat(task.labels.length);
    });
    seconds = tasks.map((task, index) => {
      const kept = Number(storage?.getItem(`${key(index)}/seconds`) ?? 0);
      return Number.isFinite(kept) && kept > 0 ? kept : 0;
    });
  };

  const keepSeconds = (index) => put(`${key(index)}/seconds`, seconds[index].toFixed(1));

  const change = (index, text) => {
    if (text !== answers[index]) {
      undone.push({ index, text: answers[index] });
      answers[index] = text;
      put(key(index), text);
      keepSeconds(index);
    }
  };

  // Takes the last change back. The task it was of, or -1 when there is none.
  const undo = () => {
    const last = undone.pop();
    if (last === undefined) {
      return -1;
    }
    answers[last.index] = last.text;
    put(key(last.index), last.text);
    return last.index;
  };

  const lineOf = (index, label, letter) => JSON.stringify({
    rater,
    image: tasks[index].image,
    label,
    answer: words[letter],
    task: `${tasks[index].image}#${tasks[index].part}`,
    seconds: Number(seconds[index].toFixed(1)),
  });

  const linesOf = (index) => tasks[index].labels
    .map((label, i) => [label, answers[index][i]])
    .filter(([, letter]) => letter !== open)
    .map(([label, letter]) => lineOf(index, label, letter));

  const exported = () => {
    const lines = tasks.flatMap((task, index) => linesOf(index));
    return { count: lines.length, text: `[${lines.join(",\n")}]\n` };
  };

  // ---- sending ----

  const isUnsent = (text, index) => !text.includes(open) &&
    storage?.getItem(`${key(index)}/sent`) !== text;

  // Sends the tasks that are answered and were not sent as they are. How many are left.
  const send = async (url) => {
    const sent = [...answers];
    const unsent = [...answers.keys()].filter((index) => isUnsent(answers[index], index));
    const keys = unsent.map(key);
    if (unsent.length > 0) {
      try {
        const lines = unsent.flatMap(linesOf);
        // a plain text is sent to another place without asking it first
        const reply = await fetch(url, {
          method: "POST", body: `[${lines.join(",\n")}]\n`,
          headers: { "Content-Type": "text/plain;charset=utf-8" },
        });
        if (!reply.ok) {
          return unsent.length;
        }
      } catch {
        return unsent.length;
      }
      unsent.forEach((index, i) => put(`${keys[i]}/sent`, sent[index]));
    }
    return 0;
  };

  // ---- what was exported before, here or on another machine ----

  const takeOne = (line, counts) => {
    const letter = Object.keys(words).find((one) => words[one] === line?.answer);
    const place = find.get(`${line?.image}\n${line?.label}`);
    if (line?.rater !== rater || place === undefined || letter === undefined) {
      counts.foreign += 1;
      return;
    }
    const [index, i] = place;
    const text = answers[index];
    if (text[i] === open) {
      answers[index] = text.slice(0, i) + letter + text.slice(i + 1);
      seconds[index] = Math.max(seconds[index], Number(line.seconds) || 0);
      put(key(index), answers[index]);
      keepSeconds(index);
      counts.taken += 1;
    } else {
      counts[text[i] === letter ? "same" : "differing"] += 1;
    }
  };

  // Fills in what has no answer here. Counts, or null when the text is no export.
  const take = (text) => {
    const counts = { taken: 0, same: 0, differing: 0, foreign: 0 };
    try {
      JSON.parse(text).forEach((line) => takeOne(line, counts));
    } catch {
      return null;
    }
    undone = [];
    return counts;
  };

  return {
    load, take, undo, exported, put, send,
    remembered: (name) => storage?.getItem(name) ?? null,
    spend: (index, more) => {
      seconds[index] += more;
      if (Math.floor(seconds[index]) > Math.floor(seconds[index] - more)) {
        keepSeconds(index);
      }
    },
    isKeeping: () => storage !== null,
    of: (index) => answers[index],
    canUndo: () => undone.length > 0,
    isDone: (index) => !answers[index].includes(open),
    isBroken: (index) => answers[index].includes("b"),
    nextOpen: (index, after) => answers[index].indexOf(open, after),
    firstOpen: () => answers.findIndex((text) => text.includes(open)),
    countDone: () => answers.filter((text) => !text.includes(open)).length,
    answer: (index, at, letter) => {
      const text = answers[index].replaceAll("b", open); // so the picture is not broken after all
      change(index, text.slice(0, at) + letter + text.slice(at + 1));
    },
    // What is still open becomes `letter`.
    answerRest: (index, letter) => change(index, answers[index].replaceAll(open, letter)),
    markBroken: (index) => change(index, "b".repeat(answers[index].length)),
    clear: (index) => change(index, open.repeat(answers[index].length)),
  };
}

// How long the rater has a task before the eyes: what passes between two signs of life, as far as
// anybody looks at one task without giving any.
function ratingClock(isRunning, spend) {
  const idleMs = 60000;
  let lastMs = performance.now();

  const tick = () => {
    const now = performance.now();
    if (isRunning()) {
      spend(Math.min(now - lastMs, idleMs) / 1000);
    }
    lastMs = now;
  };

  for (const sign of ["keydown", "pointermove", "pointerdown", "scroll"]) {
    addEventListener(sign, tick, { passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      tick();
    }
    lastMs = performance.now(); // nobody looks at a page that is hidden
  });
  return { tick };
}
