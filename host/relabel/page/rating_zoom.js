// The picture enlarged in its place, so that the candidates stay in view: a click or tap at a point
// enlarges it there, moving or dragging shows other parts, arrow keys do so too.
function ratingZoom(frame, image, button) {
  const least = 2.5;
  const most = 8;
  let isOn = false;
  let place = [50, 50]; // in percent of the frame

  const draw = () => {
    const scale = Math.min(Math.max(image.naturalWidth / Math.max(image.clientWidth, 1), least),
      most);
    image.style.transformOrigin = `${place[0]}% ${place[1]}%`;
    image.style.transform = isOn ? `scale(${scale})` : "";
    frame.classList.toggle("zoomed", isOn);
    button.setAttribute("aria-pressed", String(isOn));
  };

  const within = (percent) => Math.min(Math.max(percent, 0), 100);

  const moveTo = (event) => {
    const box = frame.getBoundingClientRect();
    place = [within(100 * (event.clientX - box.left) / box.width),
      within(100 * (event.clientY - box.top) / box.height)];
  };

  const set = (on) => {
    isOn = on;
    draw();
  };

  const toggle = () => {
    place = [50, 50];
    set(!isOn);
  };

  frame.addEventListener("click", (event) => {
    moveTo(event);
    set(!isOn);
  });
  frame.addEventListener("pointermove", (event) => {
    if (isOn) {
      moveTo(event);
      draw();
    }
  });
  button.addEventListener("click", toggle);

  const steps = { arrowleft: [-10, 0], arrowright: [10, 0], arrowup: [0, -10], arrowdown: [0, 10] };

  return {
    toggle,
    off: () => set(false),
    // True when the key was one of the enlarged picture.
    press: (pressed) => {
      if (isOn && pressed === "escape") {
        set(false);
      } else if (isOn && pressed in steps) {
        place = place.map((percent, i) => within(percent + steps[pressed][i]));
        draw();
      } else {
        return false;
      }
      return true;
    },
  };
}
