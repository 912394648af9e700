package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-go/cognitoauth/challenge"
)

// requestSkeleton is a request to be filled in, in the order of the API
// reference.
type requestSkeleton struct {
	UserPoolID         string `json:"UserPoolId"`
	ClientID           string `json:"ClientId"`
	ChallengeName      string
	ChallengeResponses object
	Session            string
	AnalyticsMetadata  object
	ContextData        object
	ClientMetadata     object
}

// newSkeleton returns the request for a challenge, as far as it is known. Without
// a name it is the one for all of them, of which nobody can tell the keys.
func newSkeleton(c challenge.Challenge) requestSkeleton {
	text, optional := blank("text"), blank("text", "optional")
	s := requestSkeleton{
		UserPoolID:        text,
		ClientID:          text,
		ChallengeName:     cmp.Or(string(c.Name()), text),
		Session:           text,
		AnalyticsMetadata: object{{"AnalyticsEndpointId", optional}},
		ContextData: object{
			{"IpAddress", optional},
			{"ServerName", optional},
			{"ServerPath", optional},
			{"HttpHeaders", []object{{{"headerName", optional}, {"headerValue", optional}}}},
			{"EncodedData", optional},
		},
		ClientMetadata: object{{anyName, optional}},
	}
	for _, field := range challenge.Fields(c) {
		s.ChallengeResponses = append(s.ChallengeResponses, responseBlank(field))
	}
	s.ChallengeResponses = append(s.ChallengeResponses, pair{secretHash, blank(string(challenge.KindBase64), "optional")})
	return s
}

// secretHash is the one key of ChallengeResponses that is in no form.
const secretHash = "SECRET_HASH"

func responseBlank(f challenge.Field) pair {
	notes := []string{string(f.Kind)}
	if len(f.Choices) > 0 {
		notes = append(notes, fmt.Sprintf("one of %s", f.Choices))
	}
	if !f.Required {
		notes = append(notes, "optional")
	}
	if f.Proven {
		notes = append(notes, "proven and not sent")
	}
	return pair{skeletonKey(f), blank(notes...)}
}

// anyName stands for a name that is to be filled in.
const anyName = "<name>"

// skeletonKey returns the key of a field, or how the keys of one with many look.
func skeletonKey(f challenge.Field) string {
	if f.Any {
		return f.Key + anyName
	}
	return f.Key
}

// A blank is what is to be filled in. What is left of them in a filled-in
// skeleton counts as missing.
const (
	blankBegin = "<fill in: "
	blankEnd   = ">"
)

func blank(notes ...string) string { return blankBegin + strings.Join(notes, ", ") + blankEnd }

func isBlank(text string) bool {
	return strings.HasPrefix(text, blankBegin) && strings.HasSuffix(text, blankEnd)
}

// A part is an item of a JSON list, or with a name a member of an object. Both
// are as they were written: decoding a text and encoding it again can change it,
// and the library is to see what was written.
type part struct{ name, value json.RawMessage }

// is reports whether a member has a name.
func (p part) is(name string) bool {
	var given string
	return json.Unmarshal(p.name, &given) == nil && given == name
}

// parts returns what is in a JSON object or list, also members that are there
// twice.
func parts(value json.RawMessage) (all []part) {
	d := json.NewDecoder(bytes.NewReader(value))
	begin, _ := d.Token() // value is valid, so nothing fails.
	for d.More() {
		var p part
		if begin == json.Delim('{') {
			at := d.InputOffset()
			_, _ = d.Token()
			p.name = bytes.TrimLeft(value[at:d.InputOffset()], ", \t\r\n")
		}
		_ = d.Decode(&p.value)
		all = append(all, p)
	}
	return all
}

// join returns the object or the list, by its brackets, that has these parts.
func join(brackets string, all []part) json.RawMessage {
	texts := make([][]byte, len(all))
	for i, p := range all {
		texts[i] = p.value
		if p.name != nil {
			texts[i] = slices.Concat(p.name, []byte(":"), p.value)
		}
	}
	return slices.Concat([]byte(brackets[:1]), bytes.Join(texts, []byte(",")), []byte(brackets[1:]))
}

// filledIn returns what is in a JSON object or list without its blanks.
func filledIn(value json.RawMessage) (left []part) {
	for _, p := range parts(value) {
		if p.value = withoutBlanks(p.value); p.value != nil {
			left = append(left, p)
		}
	}
	return left
}

// withoutBlanks returns a JSON value without what is not filled in, or nil when
// nothing is left.
func withoutBlanks(value json.RawMessage) json.RawMessage {
	switch value[0] {
	case '"':
		var text string
		if json.Unmarshal(value, &text) == nil && isBlank(text) {
			return nil
		}
	case '{', '[':
		if left := filledIn(value); left != nil {
			return join(string(value[0])+string(value[len(value)-1]), left)
		}
		if len(parts(value)) > 0 {
			return nil
		}
	}
	return value
}

// object is a JSON object with an order.
type object []pair

type pair struct {
	name  string
	value any
}

// MarshalJSON implements [json.Marshaler].
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		name, err := encode(m.name)
		if err != nil {
			return nil, err
		}
		value, err := encode(m.value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s:%s", name, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
