"use strict"
// Under pressure the server asks for a little work before it keeps a place. A
// worker does it here, and then the form is sent: nobody has to press anything.
// What happens is said in a live region. Without this script, or where no worker
// runs, the person waits as the page says and presses the button.
{
  const form = document.getElementById("proof")
  const status = document.getElementById("proof-status")
  const fields = form.elements
  const worker = new Worker(form.dataset.worker)
  let working = true
  const say = text => { status.textContent = text }
  form.addEventListener("submit", event => { if (working) event.preventDefault() })
  worker.onmessage = event => {
    fields.solution.value = event.data
    say(form.dataset.done)
    form.submit()
  }
  const waiting = status.textContent
  worker.onerror = () => {
    working = false
    say(waiting)
  }
  say(form.dataset.working)
  worker.postMessage({ token: fields.proof.value, bits: Number(form.dataset.bits) })
}
