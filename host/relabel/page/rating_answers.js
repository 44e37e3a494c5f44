// The answers of one rater: a text a task, with a letter a candidate. Kept in localStorage from the
// moment they are given, so that a reload or a crash loses none; exported as the JSON array that
// `reassess aggregate --votes` reads.
function ratingAnswers(data, tasks, from) {
  const words = { y: "yes", m: "maybe", n: "no", b: "broken" };
  const open = "-"; // stands for a candidate without an answer
  let rater = "";
  let answers = [];
  let undone = []; // what answers were before each change, the last change last
  let storage = null;
  try {
    localStorage.setItem("reassess/test", "1");
    localStorage.removeItem("reassess/test");
    storage = localStorage;
  } catch {
    storage = null;
  }

  const key = (index) => `reassess/${data.id}/${rater}/${from + index}`;

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

  const load = (name) => {
    rater = name;
    undone = [];
    answers = tasks.map((task, index) => {
      const kept = storage === null ? null : storage.getItem(key(index));
      return isKept(kept, task.labels.length) ? kept : open.repeat(task.labels.length);
    });
  };

  const change = (index, text) => {
    if (text !== answers[index]) {
      undone.push({ index, text: answers[index] });
      answers[index] = text;
      put(key(index), text);
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

  const lineOf = (task, label, letter) => JSON.stringify({
    rater, image: task.image, label, answer: words[letter], task: `${task.image}#${task.part}`,
  });

  const exported = () => {
    const lines = tasks.flatMap((task, index) => task.labels
      .map((label, i) => [label, answers[index][i]])
      .filter(([, letter]) => letter !== open)
      .map(([label, letter]) => lineOf(task, label, letter)));
    return { count: lines.length, text: `[${lines.join(",\n")}]\n` };
  };

  return {
    load, change, undo, exported, put,
    remembered: (name) => storage?.getItem(name) ?? null,
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
