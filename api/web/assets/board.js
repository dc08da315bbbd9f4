// Keeps a board true without anybody touching it (live.js), and shows new calls
// one after another, each with a chime. What it cannot reach it says in large
// letters.
(function () {
  "use strict";
  var live = document.getElementById("live");
  if (!live) return;
  var PAUSE = 4000; // ms between two calls, so that each is seen and heard
  var known = keys(live);
  var pending = [];
  var calling = false;

  function keys(root) {
    return Array.prototype.map.call(root.querySelectorAll("[data-call]"), function (li) { return li.getAttribute("data-call"); });
  }

  // chime is two notes made here: no file comes from anywhere.
  var audio;
  function chime() {
    try {
      audio = audio || new (window.AudioContext || window.webkitAudioContext)();
      if (audio.state === "suspended") audio.resume();
      [[880, 0], [660, 0.28]].forEach(function (note) {
        var start = audio.currentTime + note[1];
        var tone = audio.createOscillator();
        var loud = audio.createGain();
        tone.type = "sine";
        tone.frequency.value = note[0];
        loud.gain.setValueAtTime(0, start);
        loud.gain.linearRampToValueAtTime(0.5, start + 0.02);
        loud.gain.exponentialRampToValueAtTime(0.001, start + 1.1);
        tone.connect(loud);
        loud.connect(audio.destination);
        tone.start(start);
        tone.stop(start + 1.2);
      });
    } catch (e) {
      // a board without sound still shows
    }
  }

  // show replaces the page's content by a fetched one, holding back the calls
  // that wait for their turn.
  function show(fresh) {
    var held = pending.map(function (li) { return li.getAttribute("data-call"); });
    Array.prototype.forEach.call(fresh.querySelectorAll("[data-call]"), function (li) {
      if (held.indexOf(li.getAttribute("data-call")) >= 0) li.remove();
    });
    live.replaceChildren.apply(live, fresh.childNodes);
  }

  function take(page) {
    var fresh = page.getElementById("live");
    if (!fresh) throw new Error("no board in the answer");
    var clock = page.querySelector(".now");
    if (clock) document.querySelector(".now").replaceWith(clock);
    var now = keys(fresh);
    var added = now.filter(function (k) { return known.indexOf(k) < 0; });
    known = now;
    // The oldest first; the newest stands on top.
    added.reverse().forEach(function (k) {
      pending.push(fresh.querySelector('[data-call="' + CSS.escape(k) + '"]').cloneNode(true));
    });
    pending = pending.filter(function (li) { return now.indexOf(li.getAttribute("data-call")) >= 0; });
    show(fresh);
    next();
  }

  function next() {
    if (calling || pending.length === 0) return;
    calling = true;
    var li = pending.shift();
    var list = live.querySelector(".calls");
    if (!list) {
      list = document.createElement("ol");
      list.className = "calls";
      var none = live.querySelector(".none");
      if (none) none.replaceWith(list); else live.prepend(list);
    }
    li.classList.add("called-now");
    list.prepend(li);
    chime();
    setTimeout(function () {
      li.classList.remove("called-now");
      calling = false;
      next();
    }, PAUSE);
  }

  keepLive({ events: live.getAttribute("data-events"), take: take, spread: 200 });
})();
