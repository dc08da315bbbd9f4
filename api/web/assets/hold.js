// Counts down how long the time is kept. The page says the same without it: this
// only saves the reader from reckoning. It speaks up at few moments, which the page
// words, and never takes anything away.
(() => {
  const box = document.getElementById("left");
  if (!box) return;
  const shown = box.querySelector("[data-clock]");
  const said = box.querySelector("[data-said]");
  const moments = [...box.querySelectorAll("data")].map((m) => ({ at: Number(m.value), text: m.dataset.text }));
  const end = performance.now() + Number(box.dataset.seconds) * 1000;
  let before = Number(box.dataset.seconds);
  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    shown.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    for (const m of moments) if (before > m.at && left <= m.at) said.textContent = m.text;
    before = left;
    if (left === 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  shown.parentElement.hidden = false;
  box.querySelector("p").hidden = true; // the same, in whole minutes
  tick();
})();
