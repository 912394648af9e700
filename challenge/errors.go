package challenge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// InvalidError says what is wrong with one field that the caller filled in.
// Nothing was sent. Where several fields are wrong, an error joins one
// InvalidError for each, the first 100; errors.As finds the first of them,
// [InvalidErrors] all.
type InvalidError struct {
	// Challenge is the challenge that was filled in, or empty.
	Challenge types.ChallengeNameType

	// Flow is the flow that was to be started, or empty. When both are empty,
	// the field is one of Config or of a call's arguments.
	Flow types.AuthFlowType

	// Field is the Go field or argument, such as "NewPassword" or
	// `Attributes["name"]`.
	Field string

	// Key is Cognito's key, such as "NEW_PASSWORD", or empty where the field
	// has none.
	Key string

	// Problem says what is wrong, never with the value of a secret.
	Problem string
}

// Error names the challenge or flow, the field, its key and the problem.
func (e *InvalidError) Error() string {
	var b strings.Builder
	b.WriteString("challenge: ")
	switch {
	case e.Challenge != "":
		fmt.Fprintf(&b, "%s: ", e.Challenge)
	case e.Flow != "":
		fmt.Fprintf(&b, "%s: ", e.Flow)
	}
	b.WriteString(e.Field)
	if e.Key != "" && e.Key != e.Field {
		fmt.Fprintf(&b, " (%s)", e.Key)
	}
	b.WriteString(" " + e.Problem)
	return b.String()
}

// InvalidErrors returns every [InvalidError] that err is, wraps or joins, in
// order: one for each field of a form that is to be marked.
func InvalidErrors(err error) []*InvalidError {
	switch e := err.(type) {
	case *InvalidError:
		return []*InvalidError{e}
	case interface{ Unwrap() error }:
		return InvalidErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all []*InvalidError
		for _, e := range e.Unwrap() {
			all = append(all, InvalidErrors(e)...)
		}
		return all
	default:
		return nil
	}
}

// AskAgain reports whether whoever filled in the challenge should be asked
// once more, for the same challenge: what was filled in is invalid or was
// refused as wrong, and the session is still good. False does not always mean
// to start the sign-in again: see [Error].Retryable.
func AskAgain(err error) bool {
	var refused *Error
	if !errors.As(err, &refused) {
		// One without a key is about a mistake that no other answer mends.
		return slices.ContainsFunc(InvalidErrors(err), func(e *InvalidError) bool { return e.Key != "" })
	}
	switch refused.Reason {
	case BadCode, CodeReused, NewPasswordRejected:
		return refused.SessionUsable == Yes
	default:
		return false
	}
}

// MalformedError says that a reply of the service, or of what stands in for
// it, makes no sense. Take the call as having counted. There is nothing that a
// user could do about it; start the sign-in again, and look at what is at the
// other end.
type MalformedError struct {
	// Challenge is the challenge that came, or empty.
	Challenge types.ChallengeNameType

	// Key is the parameter or the member of the reply, such as "SALT".
	Key string

	// Problem says what is wrong, never with the value.
	Problem string

	// Err is the cause, or nil. Its text is not part of Error's, because it may
	// repeat the value, and it is left out of JSON.
	Err error `json:"-"`
}

// Error names the challenge, the key and the problem.
func (e *MalformedError) Error() string {
	text := "challenge: malformed reply: "
	if e.Challenge != "" {
		text += string(e.Challenge) + ": "
	}
	if e.Key != "" {
		text += e.Key + " "
	}
	return text + e.Problem
}

// Unwrap returns Err.
func (e *MalformedError) Unwrap() error { return e.Err }

// Certainty is an answer that can be unsure. The zero value is Unsure.
type Certainty int8

// The values of a Certainty.
const (
	Unsure Certainty = iota
	No
	Yes
)

// String returns "unsure", "no" or "yes".
func (c Certainty) String() string {
	switch c {
	case No:
		return "no"
	case Yes:
		return "yes"
	default:
		return "unsure"
	}
}

// Error is a refusal of the service, or the failure to get a reply from it.
//
// Branch on its Reason, with errors.Is(err, challenge.BadCode) or a switch. The
// SDK's error is reachable through it: errors.As finds
// *types.NotAuthorizedException, smithy.APIError and the others.
type Error struct {
	// Operation is the operation that failed, such as "RespondToAuthChallenge".
	Operation string

	// Challenge is the challenge that was answered, also by the library itself,
	// or empty when the call was no answer.
	Challenge types.ChallengeNameType

	// Reason says what a backend should do next.
	Reason Reason

	// Code is the service's error code, such as "NotAuthorizedException", or
	// empty when there was no such reply.
	Code string

	// Message is the service's message, or that of the failed call, for logs.
	// It is not meant for end users: it can tell whether a user exists. Of the
	// parameters and the session that were sent none but the user name and a
	// chosen challenge is left in it. Control characters are written as in Go.
	Message string

	// SessionUsable says whether the challenge can be filled in and answered
	// once more, with the same session, or the enrolment of an authenticator app
	// go on. When Unsure, one more answer does no harm, but be ready to start the
	// sign-in again. After a refusal of any other call it is No or Unsure, and
	// Yes after a call that could not be sent.
	SessionUsable Certainty

	// Retryable says that the same call may succeed later, unchanged. Of an
	// answer that may have counted it is false.
	Retryable bool

	// Ambiguous says that the service may have acted on the call although no
	// sensible reply came. An answer must not be sent again then: its session
	// may be used up. Each challenge's doc says what to do instead, where it is
	// not to start the sign-in again. Starting one twice does no harm, but may
	// send the user two messages, of which the newer counts; where the SDK did
	// so, this is about the last time.
	Ambiguous bool

	err error
}

// Error names the operation and the challenge, the reason, and what the service
// said. It is for logs.
func (e *Error) Error() string {
	text := "challenge: " + e.Operation
	if e.Challenge != "" {
		text += " " + string(e.Challenge)
	}
	text += ": " + string(e.Reason)
	if e.Code != "" {
		text += ": " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// Unwrap returns the Reason and the SDK's error.
func (e *Error) Unwrap() []error {
	if e.err == nil {
		return []error{e.Reason}
	}
	return []error{e.Reason, e.err}
}

// maxMessage is the longest text of a refusal that is kept, in bytes.
const maxMessage = 8192

// blot returns text without any of the values that were sent, in case the
// service repeats them. The names of users, parameters and challenges are no
// secrets, and a text without them would be of little use; nor would it be
// without the letters of a value that are in its words by chance.
func (c call) blot(text string) string {
	if len(text) > maxMessage {
		return fmt.Sprintf("[a text of %d bytes]", len(text))
	}
	open := []string{"USERNAME", "CHALLENGE_NAME", "PREFERRED_CHALLENGE"}
	if c.challenge == types.ChallengeNameTypeSelectChallenge || c.challenge == types.ChallengeNameTypeSelectMfaType {
		open = append(open, "ANSWER")
	}
	secrets := []string{c.session.Reveal()}
	for _, key := range c.params.Keys() {
		if !slices.Contains(open, key) {
			secrets = append(secrets, c.params.Get(key))
		}
	}
	// Marked before anything is replaced, because one value can be part of
	// another or overlap with it.
	covered := make([]bool, len(text))
	for _, value := range secrets {
		for _, form := range quotations(value) {
			for at := 0; form != ""; at++ {
				i := strings.Index(text[at:], form)
				if i < 0 {
					break
				}
				at += i
				if len(form) < shortValue && !alone(text[:at], text[at+len(form):]) {
					continue
				}
				for k := range len(form) {
					covered[at+k] = true
				}
			}
		}
	}
	var b strings.Builder
	for i := range len(text) {
		switch {
		case !covered[i]:
			b.WriteByte(text[i])
		case i == 0 || !covered[i-1]:
			b.WriteString("[redacted]")
		}
	}
	return b.String()
}

// shortValue is the length, in bytes, from which a value in a text is no chance.
const shortValue = 4

// alone reports whether what stands between two texts is a word of its own.
func alone(before, after string) bool {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return !inWord(last) && !inWord(first)
}

// quotations are the ways in which a value can stand in a text: as it is, as JSON
// with its two ways of writing <, > and &, and as JSON in ASCII, which is what
// Python makes.
func quotations(value string) []string {
	all := []string{value}
	for _, escape := range []bool{true, false} {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(escape)
		if e.Encode(value) == nil { // always
			all = append(all, b.String()[1:b.Len()-len("\"\n")])
		}
	}
	var ascii strings.Builder
	for _, r := range all[len(all)-1] {
		if r < utf8.RuneSelf {
			ascii.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&ascii, `\u%04x`, unit)
		}
	}
	return append(all, ascii.String())
}

// call is what there is to say about a call when it fails.
type call struct {
	operation string
	challenge types.ChallengeNameType // that is answered, or empty
	params    Params                  // what was sent,
	session   Secret                  // and must not be repeated

	// unknown is the Reason of a NotAuthorizedException whose text is not
	// known. If empty, it is Unrecognized.
	unknown Reason
}

// refusal makes the error of the failed call, unless err is one of ours
// already.
func (c call) refusal(err error) error {
	var (
		invalid   *InvalidError
		malformed *MalformedError
		refused   *Error
	)
	if errors.As(err, &invalid) || errors.As(err, &malformed) || errors.As(err, &refused) {
		return err
	}
	if undecodable(err) {
		problem := "can't be decoded"
		if errors.Is(err, errLongReply) {
			problem = "is too long"
		}
		return &MalformedError{Challenge: c.challenge, Key: "body", Problem: problem, Err: err}
	}
	e := c.newError(err)
	e.Code, e.Message = clip(e.Code, maxNamed), printable(c.blot(e.Message))
	return e
}

// notSent returns the error of a call that is not worth beginning, so that
// nobody has to wonder whether the service saw it.
func (c call) notSent(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	return &Error{
		Operation: c.operation, Challenge: c.challenge, Message: err.Error(), err: err,
		Reason: Unavailable, SessionUsable: Yes, Retryable: true,
	}
}
