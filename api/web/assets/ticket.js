// Keeps one's ticket true (live.js). Sound only after the person asked for it.
(function () {
  "use strict";
  var live = document.getElementById("live");
  if (!live || !live.getAttribute("data-events")) return;
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

  function take(page) {
    var fresh = page.getElementById("live");
    if (!fresh) throw new Error("no ticket in the answer");
    var before = document.getElementById("state");
    var after = fresh.querySelector("#state");
    var news = after && before && before.getAttribute("data-state") !== after.getAttribute("data-state");
    live.className = fresh.className;
    if (news || live.innerHTML !== fresh.innerHTML) live.replaceChildren.apply(live, fresh.childNodes);
    if (news && /called|soon/.test(after.getAttribute("data-state"))) chime();
    return Boolean(fresh.getAttribute("data-events"));
  }

  // A whole room hears the same event.
  keepLive({ events: live.getAttribute("data-events"), take: take, spread: 2000 });
})();
