// A short message centre for tests, with the SMPP server of the npm module "smpp". It prints its port, then one line of
// JSON for each thing that happens. What it does with a message is chosen by the last digit of the number:
// 0 taken, delivered · 1 busy twice, then taken · 2 never answered · 3 no such number · 4 taken under a hexadecimal id, the
// receipt names it in decimal and says that it failed · 5 the connection breaks · 6 a fault of the centre · 7 taken late
const smpp = require("smpp");
const say = (what) => console.log(JSON.stringify(what));
let ids = 40000, busy = {}, waiting = 0;

const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("close", () => say({ kind: "closed" }));
  session.on("enquire_link", (pdu) => { say({ kind: "enquire" }); session.send(pdu.response()); });
  session.on("unbind", (pdu) => { say({ kind: "unbind" }); session.send(pdu.response()); session.close(); });
  session.on("bind_transceiver", (pdu) => {
    const good = pdu.system_id === "mawid" && pdu.password === "secret";
    say({ kind: "bind", good, version: pdu.interface_version });
    session.send(pdu.response({ command_status: good ? 0 : smpp.ESME_RBINDFAIL }));
    if (!good) session.close();
  });
  session.on("deliver_sm_resp", (pdu) => say({ kind: "receipt_taken", status: pdu.command_status }));
  session.on("submit_sm", (pdu) => take(session, pdu));
});

function take(session, pdu) {
  const to = pdu.destination_addr, way = to.slice(-1);
  const body = pdu.message_payload || pdu.short_message;
  waiting++;
  say({
    kind: "submit", to, source: pdu.source_addr, ton: pdu.source_addr_ton, coding: pdu.data_coding, esm: pdu.esm_class,
    text: body.message.toString(), udh: (pdu.short_message.udh || []).map((b) => b.toString("hex")), receipt: pdu.registered_delivery,
    valid: pdu.validity_period ? new Date(pdu.validity_period).toISOString() : "", payload: !!pdu.message_payload,
    sar: [pdu.sar_msg_ref_num, pdu.sar_total_segments, pdu.sar_segment_seqnum].map((n) => n || 0), waiting,
  });
  const answer = (status, id) => { waiting--; session.send(pdu.response({ command_status: status, message_id: id || "" })); };
  if (way === "2") return;
  if (way === "3") return answer(smpp.ESME_RINVDSTADR);
  if (way === "5") { waiting--; return session.destroy(); }
  if (way === "6") return answer(smpp.ESME_RSYSERR);
  if (way === "1") {
    busy[to] = (busy[to] || 0) + 1;
    if (busy[to] <= 2) return answer(smpp.ESME_RTHROTTLED);
  }
  if (way === "7") return setTimeout(() => answer(0, String(++ids)), 30);
  const id = ++ids;
  answer(0, way === "4" ? id.toString(16).toUpperCase() : String(id));
  if (!pdu.registered_delivery) return;
  const stat = way === "4" ? "UNDELIV" : "DELIVRD";
  const receipt = {
    source_addr: to, destination_addr: pdu.source_addr, esm_class: 4,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2612010930 done date:2612010931 stat:${stat} err:000 text:`,
  };
  if (way === "0") Object.assign(receipt, { receipted_message_id: String(id), message_state: 2 });
  session.deliver_sm(receipt);
}

server.listen(0, "127.0.0.1", () => say({ kind: "listening", port: server.address().port }));
process.stdin.on("end", () => process.exit(0)).resume();
