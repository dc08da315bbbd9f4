// Keeps a page true while somebody looks at it: listens to the waiting room and
// fetches the page again, as the server words it. A line that breaks or stays
// silent, and a question that is not answered, are said and tried again.
//
// room.events is the address of the stream; room.take puts a fetched page in
// place, and answers false when all is over; room.spread is over how many
// milliseconds the questions of many screens are spread.
function keepLive(room) {
  "use strict";
  var SILENCE = 45000; // ms without a word, after which a line counts as dead; the server speaks every 20 s
  var PAUSE = 5000; // ms until what failed is tried again
  var lost = document.getElementById("lost");
  var heard = Date.now();
  var waiting = null;
  var asking = false;
  var again = false;
  var over = false;
  var source = null;
  if (!window.EventSource) return;

  function dead(is) { lost.hidden = !is; }

  function ask() {
    waiting = null;
    if (asking) { again = true; return; }
    asking = true;
    var pause = Math.random() * room.spread;
    fetch(location.pathname + location.search, { headers: { Accept: "text/html" }, cache: "no-store" }).then(function (answer) {
      if (answer.redirected) { location.reload(); return null; } // signed out
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      if (text === null) return;
      if (room.take(new DOMParser().parseFromString(text, "text/html")) === false) { over = true; source.close(); }
      dead(false);
    }).catch(function () {
      dead(true);
      again = true;
      pause = PAUSE + Math.random() * room.spread;
    }).finally(function () {
      asking = false;
      if (again && !over) { again = false; soon(pause); }
    });
  }

  function soon(pause) {
    if (waiting === null) waiting = setTimeout(ask, pause);
  }

  function changed() {
    heard = Date.now();
    soon(Math.random() * room.spread);
  }

  function listen() {
    if (source) source.close();
    heard = Date.now();
    source = new EventSource(room.events);
    source.addEventListener("queue", changed);
    source.onopen = changed;
    source.onerror = function () {
      dead(true);
      if (source.readyState === EventSource.CLOSED && !over) setTimeout(listen, PAUSE); // the browser gave up: we do not
    };
  }

  setInterval(function () {
    if (!over && Date.now() - heard > SILENCE) { dead(true); listen(); }
  }, 5000);
  addEventListener("offline", function () { dead(true); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden && !over) soon(0); });
  listen();
}
