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
	dayInsert = text{"d", "INSERT INTO days (" + dayColumns + ") SELECT ?, ?, ?, ?, ?, ?, 1" +
		" FROM catalogue_state WHERE version = ?"}
	dayUpdate = text{"D", "UPDATE days SET first_minute = ?, places = ?, taken = ?, version = version + 1" +
		" WHERE pool_id = ? AND date = ? AND version = ?"}
	holdInserts        = insertTexts("h", "holds", holdColumns, "")
	holdEnds           = listTexts("H", "UPDATE holds SET state = ? WHERE "+occupying+" AND id IN (%s)")
	holdExpiries       = listTexts("E", "UPDATE holds SET state = 'expired' WHERE "+occupying+" AND expires_at <= ? AND id IN (%s)")
	appointmentInserts = insertTexts("a", "appointments", appointmentColumns, "")
	appointmentChange  = text{"A", "UPDATE appointments SET " +
		strings.Join(strings.Split(appointmentColumns, ", ")[1:], " = ?, ") + " = ? WHERE id = ? AND revision = ?"}
	claimInserts   = insertTexts("c", "claims", claimColumns, takeClaim)
	claimDrops     = listTexts("C", "DELETE FROM claims WHERE appointment_id IN (%s)")
	noticeInserts  = insertTexts("n", "notices", noticeColumns, sayOnce)
	noticeRevokes  = listTexts("N", "UPDATE notices SET state = 'revoked', settled_at = ?, code = 'superseded' WHERE state = 'due' AND recipient = '' AND subject_id IN (%s)")
	historyInserts = insertTexts("y", "history", historyColumns, "")
	feedInserts    = insertTexts("f", "feeds", feedColumns, "")
	fileInserts    = insertTexts("i", "files", fileColumns, "")
	fileChange     = text{"I", "UPDATE files SET " +
		strings.Join(strings.Split(fileColumns, ", ")[1:], " = ?, ") + " = ? WHERE id = ? AND revision = ?"}
	stepInserts    = insertTexts("s", "file_steps", stepColumns, replaceStep)
	promiseInserts = insertTexts("p", "file_promises", promiseColumns, afterPromise)
	eventInserts   = insertTexts("e", "file_events", eventColumns, "")
	fileKeyInserts = insertTexts("k", "file_keys", "key, file_id", " ON CONFLICT (key, file_id) DO NOTHING")
	ticketInserts  = insertTexts("t", "tickets", ticketColumns, "")
	ticketChange   = text{"T", "UPDATE tickets SET " +
		strings.Join(strings.Split(ticketColumns, ", ")[1:], " = ?, ") + " = ? WHERE id = ? AND revision = ?"}
	ticketStepInserts = insertTexts("S", "ticket_steps", ticketStepColumns, "")
	queueInsert       = text{"q", "INSERT INTO queues (" + queueColumns + ") VALUES (?, ?, ?, 1, ?, 0)"}
	queueNumber       = text{"Q", "UPDATE queues SET version = version + 1, last_number = ?" +
		" WHERE pool_id = ? AND date = ? AND last_number = ?"}
	queueBump = text{"b", "INSERT INTO queues (" + queueColumns + ") VALUES (?, ?, ?, 1, 0, 0)" +
		" ON CONFLICT (pool_id, date) DO UPDATE SET version = queues.version + 1"}
	codeInserts = insertTexts("z", "codes", codeColumns, "")
	codeChange  = text{"Z", "UPDATE codes SET " +
		strings.Join(strings.Split(codeColumns, ", ")[2:], " = ?, ") + " = ? WHERE purpose = ? AND subject = ? AND version = ?"}
	codeDrops = listTexts("x", "DELETE FROM codes WHERE subject IN (%s)")
)

// insertTexts inserts rows of a table; tail says ON CONFLICT what.
func insertTexts(name, table, columns, tail string) (all texts) {
	tuple := "(" + marks(strings.Count(columns, ",")+1) + ")"
	for n := 1; n < len(all); n++ {
		values := strings.TrimSuffix(strings.Repeat(tuple+", ", n), ", ")
		all[n] = text{name + strconv.Itoa(n), "INSERT INTO " + table + " (" + columns + ") VALUES " + values + tail}
	}
	return all
}

// listTexts fills the one %s of a format with parameters.
func listTexts(name, format string) (all texts) {
	for n := 1; n < len(all); n++ {
		all[n] = text{name + strconv.Itoa(n), fmt.Sprintf(format, marks(n))}
	}
	return all
}
