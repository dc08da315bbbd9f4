// What a kiosk does by itself: it goes back to its first page when nobody is
// there, prints a ticket as it is drawn, and reads codes with the camera where
// the browser can. A scanner that types as a keyboard needs nothing of this.
(function () {
  "use strict";
  var kiosk = document.querySelector(".kiosk");
  if (!kiosk) return;
  var step = kiosk.getAttribute("data-step");
  var idle = null;

  function restart() { location.replace(kiosk.getAttribute("data-home")); }

  function touched() {
    clearTimeout(idle);
    if (step !== "start") idle = setTimeout(restart, step === "ticket" ? 20000 : 60000);
  }
  ["pointerdown", "keydown", "input"].forEach(function (event) { document.addEventListener(event, touched); });
  touched();

  var print = document.getElementById("print");
  if (print && window.print) {
    print.parentNode.hidden = false;
    print.addEventListener("click", function () { window.print(); });
    if (sessionStorage.getItem("printed") !== location.pathname) {
      sessionStorage.setItem("printed", location.pathname);
      window.print();
    }
  }

  var camera = document.getElementById("camera");
  var seen = document.getElementById("seen");
  var field = document.getElementById("reference");
  if (!camera || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  camera.parentNode.hidden = false;
  camera.addEventListener("click", function () {
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } }).then(function (stream) {
      var detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      seen.hidden = false;
      seen.srcObject = stream;
      seen.play();
      camera.parentNode.hidden = true;
      var look = setInterval(function () {
        detector.detect(seen).then(function (codes) {
          if (codes.length === 0) return;
          clearInterval(look);
          stream.getTracks().forEach(function (track) { track.stop(); });
          field.value = codes[0].rawValue;
          field.form.requestSubmit();
        }).catch(function () { /* a frame that cannot be read: the next one may */ });
      }, 300);
    }).catch(function () { camera.parentNode.hidden = true; });
  });
})();
