package challenge

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// maxValue is the most characters that the service model allows in a key or a
// value of AuthParameters, ChallengeParameters and ChallengeResponses.
const maxValue = 131072

// tooLong counts characters as the service model does, but only where the
// bytes leave it open.
func tooLong(value string) bool {
	return len(value) > maxValue && (len(value) > maxValue*utf8.UTFMax || utf8.RuneCountInString(value) > maxValue)
}

// form collects the parameters of one request and everything that is wrong
// with them.
type form struct {
	blame    InvalidError // Challenge or Flow of every problem
	values   map[string]string
	problems []error
}

// newForm begins a form. blame has the Challenge or the Flow that it is about,
// or neither.
func newForm(blame InvalidError) *form {
	return &form{blame: blame, values: make(map[string]string)}
}

// maxProblems, maxNamed and maxProblem bound what an error holds of names that
// are not the service's but somebody's input.
const (
	maxProblems = 100
	maxNamed    = 200  // bytes
	maxProblem  = 1000 // bytes
)

func (f *form) fail(field, key, problem string) {
	if len(f.problems) == maxProblems {
		return
	}
	e := f.blame
	e.Field, e.Key, e.Problem = clip(field, maxNamed), clip(key, maxNamed), clip(problem, maxProblem)
	f.problems = append(f.problems, &e)
}

// clip returns the beginning of a text for an error, which may not begin another
// line of a log.
func clip(text string, length int) string {
	if len(text) > length {
		text = strings.ToValidUTF8(text[:length], "") + "…"
	}
	return printable(text)
}

// printable returns a text with what would break a line, or a terminal, written
// as in Go.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) || unicode.Is(unicode.Zs, r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// require adds a value that must be there.
func (f *form) require(field, key, value string) {
	problem := unfit(value)
	if value == "" {
		problem = "is required"
	}
	f.put(field, key, value, problem)
}

// optional adds a value unless it is empty.
func (f *form) optional(field, key, value string) { f.put(field, key, value, unfit(value)) }

// put adds a value with which something may be wrong, unless it is empty.
func (f *form) put(field, key, value, problem string) {
	if problem != "" {
		f.fail(field, key, problem)
	} else if value != "" {
		f.values[key] = value
	}
}

// unfit says why a value can't be any parameter.
func unfit(value string) string {
	switch {
	case tooLong(value):
		return fmt.Sprintf("is longer than %d characters", maxValue)
	case !utf8.ValidString(value):
		// The SDK's JSON encoder would replace the bytes, and the service
		// would be asked about something else.
		return "is not valid UTF-8"
	}
	return ""
}

// secret is require for a Secret.
func (f *form) secret(field, key string, value Secret) { f.require(field, key, value.Reveal()) }

// add adds what a field holds.
func (f *form) add(in input) {
	value := in.place.get()
	problem := unfit(value)
	if problem == "" && in.check != nil {
		problem = in.check(value)
	}
	if problem == "" && value == "" && in.Required {
		problem = "is required"
	}
	f.put(in.Name, in.Key, value, problem)
}

// done returns the values, or every problem.
func (f *form) done() (map[string]string, error) {
	if len(f.problems) > 0 {
		return nil, errors.Join(f.problems...)
	}
	return f.values, nil
}

// decoder reads ChallengeParameters and keeps the first thing that makes no
// sense.
type decoder struct {
	challenge types.ChallengeNameType
	params    Params
	err       error
}

// get returns a parameter.
func (d *decoder) get(key string) string { return d.params.Get(key) }

func (d *decoder) fail(key, problem string) {
	if d.err == nil {
		d.err = &MalformedError{Challenge: d.challenge, Key: key, Problem: problem}
	}
}

// maxList bounds what is decoded from one parameter, so that a reply can't
// make the caller hold or print a million entries.
const maxList = 1000

// list reads a list of strings: JSON in a string is what the service sends.
// Old clients split it at the commas, and some emulators send it that way, so
// that is read too. Missing, empty and "[]" are the empty list, and empty
// entries are none.
func (d *decoder) list(key string) []string {
	text := strings.TrimSpace(d.get(key))
	if text == "" {
		return nil
	}
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		inner, ok := strings.CutPrefix(text, "[")
		if ok {
			inner, ok = strings.CutSuffix(inner, "]")
			if !ok {
				d.fail(key, "is a list without its end")
				return nil
			}
		}
		if strings.ContainsAny(inner, `"{}[]`) {
			d.fail(key, "is no list of strings")
			return nil
		}
		for _, item := range strings.SplitN(inner, ",", maxList+1) {
			list = append(list, strings.TrimSpace(item))
		}
	}
	if len(list) > maxList {
		d.fail(key, fmt.Sprintf("has more than %d entries", maxList))
		return nil
	}
	return slices.DeleteFunc(list, func(item string) bool { return item == "" })
}

// names is list for challenge names.
func (d *decoder) names(key string) []types.ChallengeNameType {
	var names []types.ChallengeNameType
	for _, s := range d.list(key) {
		names = append(names, types.ChallengeNameType(s))
	}
	return names
}

// object reads a JSON object in a string. Values that are no strings are kept
// as their JSON text.
func (d *decoder) object(key string) map[string]string {
	text := strings.TrimSpace(d.get(key))
	if text == "" {
		return nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		d.fail(key, "is no JSON object")
		return nil
	}
	if len(raw) > maxList {
		d.fail(key, fmt.Sprintf("has more than %d entries", maxList))
		return nil
	}
	object := make(map[string]string, len(raw))
	for name, value := range raw {
		var s string
		if json.Unmarshal(value, &s) != nil {
			s = string(value)
		}
		object[name] = s
	}
	return object
}

// Delivery says where Cognito sent a code.
type Delivery struct {
	// Medium is "SMS" or "EMAIL".
	Medium string

	// Destination is the masked phone number or e-mail address, such as
	// "+*******9088" or "t***@e***", for showing to the user.
	Destination string
}

func (d *decoder) delivery() Delivery {
	return Delivery{
		Medium:      d.get("CODE_DELIVERY_DELIVERY_MEDIUM"),
		Destination: d.get("CODE_DELIVERY_DESTINATION"),
	}
}
