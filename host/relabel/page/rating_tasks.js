// Which tasks the page shows. It may know who rates what, as a list of tasks for each rater; from and
// to in the address limit those (from 1), so that one file serves all raters.
function ratingTasks(data, query) {
  const within = (text, otherwise, most) => {
    const number = Number.parseInt(text, 10);
    return Number.isNaN(number) ? otherwise : Math.min(Math.max(number, 1), most);
  };
  const all = data.tasks.map(([image, part, parts, labels, src], number) => (
    { number, image, part, parts, labels, src }));
  const listed = data.raters === undefined ? null : new Map(data.raters);

  return {
    names: listed === null ? [] : [...listed.keys()],
    isKnown: (name) => listed === null || listed.has(name),
    // The tasks of a rater, and how many come before them.
    of: (name) => {
      const own = listed === null ? all : listed.get(name).map((number) => all[number]);
      const from = Math.max(within(query.get("from"), 1, own.length) - 1, 0);
      const to = Math.max(within(query.get("to"), own.length, own.length), from + 1);
      return { tasks: own.slice(from, to), from };
    },
  };
}
