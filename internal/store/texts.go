package store

import (
	"fmt"
	"strconv"
	"strings"
)

// texts are the forms of one statement for 1 to rowsPerWrite rows or ids.
type texts [rowsPerWrite + 1]text

// The statements of changes. They are made once: a booking's would take longer
// to put together than to send.
var (
	dayInsert = text{name: "d", sql: "INSERT INTO days (" + dayColumns + ") SELECT ?, ?, ?, ?, ?, ?, 1" +
		" FROM catalogue_state WHERE version = ?"}
	dayUpdate = text{name: "D", sql: "UPDATE days SET first_minute = ?, places = ?, taken = ?, version = version + 1" +
		" WHERE pool_id = ? AND date = ? AND version = ?"}
	holdInserts        = insertTexts("h", "holds", holdColumns, "")
	holdEnds           = listTexts("H", "UPDATE holds SET state = ? WHERE "+occupying+" AND id IN (%s)")
	holdExpiries       = listTexts("E", "UPDATE holds SET state = 'expired' WHERE "+occupying+" AND expires_at <= ? AND id IN (%s)")
	appointmentInserts = insertTexts("a", "appointments", appointmentColumns, "")
	appointmentChange  = text{name: "A", sql: "UPDATE appointments SET " +
		strings.Join(strings.Split(appointmentColumns, ", ")[1:], " = ?, ") + " = ? WHERE id = ? AND revision = ?"}
	claimInserts   = insertTexts("c", "claims", claimColumns, takeClaim)
	claimDrops     = listTexts("C", "DELETE FROM claims WHERE appointment_id IN (%s)")
	noticeInserts  = insertTexts("n", "notices", noticeColumns, sayOnce)
	noticeRevokes  = revokeTexts()
	revokeReceipts = receiptTexts()
	historyInserts = insertTexts("y", "history", historyColumns, "")
	feedInserts    = insertTexts("f", "feeds", feedColumns, "")
	fileInserts    = insertTexts("i", "files", fileColumns, "")
	fileChange     = text{name: "I", sql: "UPDATE files SET " +
		strings.Join(strings.Split(fileColumns, ", ")[1:], " = ?, ") + " = ? WHERE id = ? AND revision = ?"}
	stepInserts    = insertTexts("s", "file_steps", stepColumns, replaceStep)
	promiseInserts = insertTexts("p", "file_promises", promiseColumns, afterPromise)
	eventInserts   = insertTexts("e", "file_events", eventColumns, "")
	fileKeyInserts = insertTexts("k", "file_keys", "key, file_id", " ON CONFLICT (key, file_id) DO NOTHING")
	ticketInserts  = insertTexts("t", "tickets", ticketColumns, "")
	ticketChange   = text{name: "T", sql: "UPDATE tickets SET " +
		strings.Join(strings.Split(ticketColumns, ", ")[1:], " = ?, ") + " = ? WHERE id = ? AND revision = ?"}
	ticketStepInserts = insertTexts("S", "ticket_steps", ticketStepColumns, "")
	queueInsert       = text{name: "q", sql: "INSERT INTO queues (" + queueColumns + ") VALUES (?, ?, ?, 1, ?, 0)"}
	queueNumber       = text{name: "Q", sql: "UPDATE queues SET version = version + 1, last_number = ?" +
		" WHERE pool_id = ? AND date = ? AND last_number = ?"}
	queueBump = text{name: "b", sql: "INSERT INTO queues (" + queueColumns + ") VALUES (?, ?, ?, 1, 0, 0)" +
		" ON CONFLICT (pool_id, date) DO UPDATE SET version = queues.version + 1"}
	codeInserts = insertTexts("z", "codes", codeColumns, "")
	codeChange  = text{name: "Z", sql: "UPDATE codes SET " +
		strings.Join(strings.Split(codeColumns, ", ")[2:], " = ?, ") + " = ? WHERE purpose = ? AND subject = ? AND version = ?"}
	wishInserts = insertTexts("w", "wishes", wishColumns, "")
	wishChange  = text{name: "W", sql: "UPDATE wishes SET " +
		strings.Join(strings.Split(wishColumns, ", ")[1:], " = ?, ") + " = ? WHERE id = ? AND revision = ?"}
	offerInserts = insertTexts("o", "offers", offerColumns, endOffer)
	codeDrops    = listTexts("x", "DELETE FROM codes WHERE subject IN (%s)")
)

// insertTexts inserts rows of a table; tail says ON CONFLICT what.
func insertTexts(name, table, columns, tail string) (all texts) {
	tuple := "(" + marks(strings.Count(columns, ",")+1) + ")"
	for n := 1; n < len(all); n++ {
		values := strings.TrimSuffix(strings.Repeat(tuple+", ", n), ", ")
		all[n] = text{name: name + strconv.Itoa(n), sql: "INSERT INTO " + table + " (" + columns + ") VALUES " + values + tail}
	}
	return all
}

// listTexts fills the one %s of a format with parameters.
func listTexts(name, format string) (all texts) {
	for n := 1; n < len(all); n++ {
		all[n] = text{name: name + strconv.Itoa(n), sql: fmt.Sprintf(format, marks(n))}
	}
	return all
}

// revokeTexts withdraw what is due about subjects, and has no address of its own.
// The withdrawal takes a number among the attempts, for its receipt.
func revokeTexts() texts {
	all := listTexts("N", "UPDATE notices SET state = 'revoked', settled_at = ?, code = 'superseded', attempts = attempts + 1,"+
		" untried = untried + 1 WHERE state = 'due' AND recipient = '' AND subject_id IN (%s)")
	for n := range all {
		all[n].returning = "id, office_id, attempts, settled_at"
	}
	return all
}

// receiptTexts write the receipts of what the statement before withdrew.
func receiptTexts() texts {
	const into = "INSERT INTO receipts (" + receiptColumns + ") SELECT id, office_id, attempts, settled_at, 'revoked', 0, 'superseded', '' FROM "
	all := listTexts("R", into+"notices WHERE state = 'revoked' AND code = 'superseded' AND settled_at = ? AND subject_id IN (%s)"+
		" ON CONFLICT (notice_id, attempt) DO NOTHING")
	for n := range all {
		all[n].joined = into + before
	}
	return all
}
