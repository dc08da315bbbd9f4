// Suggests the zone of the reader's device beside a choice of zones. It only
// shows a sentence and a button; nothing is chosen until the button is pressed.
(function () {
  "use strict";
  var second = { "America/Montreal": "America/Toronto", "Europe/Belfast": "Europe/London", "Europe/Busingen": "Europe/Zurich" };
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  zone = second[zone] || zone;
  document.querySelectorAll("[data-zone-of]").forEach(function (box) {
    var select = document.getElementById(box.getAttribute("data-zone-of"));
    if (!select || select.value !== "") return;
    var option = Array.prototype.find.call(select.options, function (o) { return o.value !== "" && o.value === zone; });
    // The first zone offered is the country's own: its clock is shown anyway.
    if (!option || option === select.options[1]) return;
    box.querySelector("bdi").textContent = option.textContent;
    box.querySelector("button").addEventListener("click", function () { select.value = option.value; });
    box.hidden = false;
  });
})();
