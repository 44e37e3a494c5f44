// How to rate, and three pictures to practise on. They are drawn here, so that every page has them;
// what is right is beyond doubt, and every answer is explained.
function ratingGuide(data, show) {
  const element = (id) => document.getElementById(id);
  const codes = ["yes", "maybe", "no"];
  const frame = (parts) => "data:image/svg+xml," + encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 220">${parts}</svg>`);
  const sky = '<path fill="#cfe6f5" d="M0 0h320v220H0z"/>';

  const pictures = [
    {
      alt: "A drawing of a red house with a green tree beside it",
      src: frame(`${sky}<path fill="#8fbf72" d="M0 160h320v60H0z"/>
        <path fill="#c9503f" d="M40 95h120v85H40z"/><path fill="#6d3a2e" d="M28 97l72-55 72 55z"/>
        <path fill="#f4dfa8" d="M58 115h28v28H58zM112 125h26v55h-26z"/>
        <path fill="#7a5233" d="M236 120h16v62h-16z"/>
        <circle fill="#3f7d3c" cx="244" cy="95" r="46"/>`),
      candidates: [
        ["house", "yes", "It is what the picture is mostly of."],
        ["tree", "yes", "Whatever is in the picture counts, not only what it is mostly of."],
        ["car", "no", "There is none."],
      ],
    },
    {
      alt: "A drawing of water on which a boat with a white sail is cut off by the right edge",
      src: frame(`${sky}<path fill="#3f78b3" d="M0 140h320v80H0z"/>
        <path fill="#6d3a2e" d="M232 138h120l-20 30h-78z"/><path fill="#444" d="M292 40h4v98h-4z"/>
        <path fill="#fff" stroke="#888" d="M288 46v84h-52zM300 60l60 70h-60z"/>`),
      candidates: [
        ["sailing boat", "yes", "It is seen only in part, and still there is no doubt about it."],
        ["lighthouse", "no", "The mast belongs to the boat; nothing else stands there."],
      ],
    },
    {
      alt: "A drawing of a plain orange disc on a table",
      src: frame(`<path fill="#eee6da" d="M0 0h320v220H0z"/>
        <path fill="#a9825a" d="M0 150h320v70H0z"/><ellipse fill="#7d5c3c" cx="168" cy="172" rx="46"
        ry="9"/><circle fill="#f0932b" cx="160" cy="130" r="44"/>`),
      candidates: [
        ["orange, the fruit", "maybe", "It may be one, or a ball: nobody could be sure."],
        ["ball", "maybe", "For the same reason. Both may have the same answer."],
        ["lemon", "no", "Whatever it is, it is no lemon."],
      ],
    },
  ];

  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text ?? "";
    return made;
  };

  let at = 0;
  let open = 0; // candidates without an answer

  const judge = (set, code, wanted, why) => {
    const note = set.querySelector(".note");
    const isRight = codes[code] === wanted;
    open -= note.textContent === "" ? 1 : 0;
    note.textContent = `${isRight ? "Right." : `Better: ${data.answers[codes.indexOf(wanted)]}.`} ${why}`;
    note.classList.toggle("right", isRight);
    element("practice-next").disabled = open > 0;
  };

  const makeCandidate = ([name, wanted, why], index) => {
    const set = make("fieldset", "");
    const choices = make("div", "choices");
    codes.forEach((word, code) => {
      const label = make("label", `choice ${word}`);
      const input = make("input", "");
      input.type = "radio";
      input.name = `practice-${index}`;
      input.addEventListener("change", () => judge(set, code, wanted, why));
      label.append(input, make("span", "", data.answers[code]));
      choices.append(label);
    });
    const note = make("p", "note");
    note.setAttribute("role", "status");
    set.append(make("legend", "", name), choices, note);
    const item = make("li", "");
    item.append(set);
    return item;
  };

  const showPicture = (index) => {
    at = index;
    const picture = pictures[at];
    open = picture.candidates.length;
    element("practice-title").textContent =
      `Practice ${at + 1} of ${pictures.length}: ${data.question}`;
    element("practice-image").src = picture.src;
    element("practice-image").alt = picture.alt;
    element("practice-candidates").replaceChildren(...picture.candidates.map(makeCandidate));
    element("practice-next").textContent = at + 1 < pictures.length ? "Next" : "Start rating";
    element("practice-next").disabled = true;
    show("practice");
    element("practice-title").focus();
  };

  let whenDone = () => {};

  document.querySelectorAll("#guide [data-answer]").forEach((place) => {
    place.textContent = data.answers[place.dataset.answer];
  });
  element("guide-practise").addEventListener("click", () => showPicture(0));
  element("guide-start").addEventListener("click", () => whenDone());
  element("practice-skip").addEventListener("click", () => whenDone());
  element("practice-next").addEventListener("click", () => {
    if (at + 1 < pictures.length) {
      showPicture(at + 1);
    } else {
      whenDone();
    }
  });

  // Shows how to rate; `then` goes on with rating.
  return (then) => {
    whenDone = then;
    show("guide");
    element("guide-title").focus();
  };
}
