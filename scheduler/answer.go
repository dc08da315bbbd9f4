package scheduler

// Answer is what is kept of a POST with an Idempotency-Key, so that a repeated
// request gets the first answer again.
type Answer struct {
	State AnswerState
	// Fingerprint is a hash of method, path, caller and body of the first request.
	Fingerprint []byte
	// Sealed is the encrypted answer; nil until State is AnswerDone.
	Sealed []byte
}

// AnswerState is where the first request stands.
type AnswerState string

// The states of an answer.
const (
	AnswerNew     AnswerState = "new"     // the caller is the first: go on
	AnswerRunning AnswerState = "running" // the first request is not finished
	AnswerDone    AnswerState = "done"
)
