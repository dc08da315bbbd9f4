// Keeps one's ticket true: listens to the waiting room and fetches the page that
// the server words. A lost line is said. Sound only after the person asked for it.
(function () {
  "use strict";
  var live = document.getElementById("live");
  var lost = document.getElementById("lost");
  if (!live || !window.EventSource || !live.getAttribute("data-events")) return;
  var SILENCE = 45000; // ms; the server speaks every 20 s
  var heard = Date.now();
  var waiting = null;
  var source;
  var audio = null;

  var button = document.getElementById("sound");
  if (button && (window.AudioContext || window.webkitAudioContext)) {
    button.parentNode.hidden = false;
    button.addEventListener("click", function () {
      audio = new (window.AudioContext || window.webkitAudioContext)();
      chime();
      button.parentNode.hidden = true;
    });
  }

  function chime() {
    if (navigator.vibrate) navigator.vibrate([300, 150, 300]);
    if (!audio) return;
    [660, 880].forEach(function (pitch, i) {
      var start = audio.currentTime + i * 0.25;
      var tone = audio.createOscillator();
      var loud = audio.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.4, start);
      loud.gain.exponentialRampToValueAtTime(0.001, start + 0.8);
      tone.connect(loud);
      loud.connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.9);
    });
  }

  function dead(is) { lost.hidden = !is; }

  function refresh() {
    waiting = null;
    fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live");
      if (!fresh) throw new Error("no ticket in the answer");
      var before = document.getElementById("state");
      var after = fresh.querySelector("#state");
      var news = after && before && before.getAttribute("data-state") !== after.getAttribute("data-state");
      live.className = fresh.className;
      if (news) {
        live.replaceChildren.apply(live, fresh.childNodes);
        if (/called|soon/.test(after.getAttribute("data-state"))) chime();
      } else if (live.innerHTML !== fresh.innerHTML) {
        live.replaceChildren.apply(live, fresh.childNodes);
      }
      dead(false);
      if (!fresh.getAttribute("data-events")) source.close(); // all is over
    }).catch(function () { dead(true); });
  }

  // soon spreads the questions of a whole room over two seconds.
  function soon() {
    heard = Date.now();
    if (waiting === null) waiting = setTimeout(refresh, Math.random() * 2000);
  }

  function listen() {
    if (source) source.close();
    source = new EventSource(live.getAttribute("data-events"));
    source.addEventListener("queue", soon);
    source.onopen = soon;
    source.onerror = function () {
      dead(true);
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    };
  }

  setInterval(function () {
    if (Date.now() - heard > SILENCE && source.readyState !== EventSource.CLOSED) { dead(true); heard = Date.now(); listen(); }
  }, 5000);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) soon(); });
  listen();
})();
