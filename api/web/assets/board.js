// Keeps a board true without anybody touching it: listens to the waiting room,
// fetches the page that the server words, and shows new calls one after another,
// each with a chime. What it cannot reach it says in large letters.
(function () {
  "use strict";
  var live = document.getElementById("live");
  var lost = document.getElementById("lost");
  if (!live || !window.EventSource) return;
  var PAUSE = 4000; // ms between two calls, so that each is seen and heard
  var SILENCE = 45000; // ms without a word, after which the line counts as dead; the server speaks every 20 s
  var known = keys(live);
  var pending = [];
  var calling = false;
  var fetching = false;
  var again = false;
  var heard = Date.now();
  var source;

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

  function dead(is) { lost.hidden = !is; }

  // show replaces the page's content by a fetched one, holding back the calls
  // that wait for their turn.
  function show(fresh) {
    var held = pending.map(function (li) { return li.getAttribute("data-call"); });
    Array.prototype.forEach.call(fresh.querySelectorAll("[data-call]"), function (li) {
      if (held.indexOf(li.getAttribute("data-call")) >= 0) li.remove();
    });
    live.replaceChildren.apply(live, fresh.childNodes);
  }

  function take(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
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

  function refresh() {
    if (fetching) { again = true; return; }
    fetching = true;
    fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      take(text);
      dead(false);
    }).catch(function () { dead(true); }).finally(function () {
      fetching = false;
      if (again) { again = false; refresh(); }
    });
  }

  function listen() {
    if (source) source.close();
    source = new EventSource(live.getAttribute("data-events"));
    source.addEventListener("queue", function () { heard = Date.now(); refresh(); });
    source.onopen = function () { heard = Date.now(); refresh(); };
    source.onerror = function () {
      dead(true);
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000); // it gave up: we do not
    };
  }

  setInterval(function () {
    if (Date.now() - heard > SILENCE) { dead(true); heard = Date.now(); listen(); }
  }, 5000);
  listen();
})();
