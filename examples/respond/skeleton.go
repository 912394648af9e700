package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
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
		ClientMetadata: object{{"<name>", optional}},
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
	if f.Any {
		f.Key += "<name>"
	}
	return pair{f.Key, blank(notes...)}
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

// filledIn returns the members of a request without its blanks, and nil when
// text is no JSON object.
func filledIn(text []byte) map[string]json.RawMessage {
	var request map[string]json.RawMessage
	if json.Unmarshal(text, &request) != nil || request == nil {
		return nil
	}
	return leftIn(request)
}

// leftIn returns the members of an object without blanks.
func leftIn(object map[string]json.RawMessage) map[string]json.RawMessage {
	left := make(map[string]json.RawMessage)
	for name, value := range object {
		if rest := withoutBlanks(value); rest != nil {
			left[name] = rest
		}
	}
	return left
}

// withoutBlanks returns a JSON value without what is not filled in, or nil when
// nothing is left. What has no blanks is returned as it is: decoding a text and
// encoding it again can change it, and the library is to see what was written.
func withoutBlanks(value json.RawMessage) json.RawMessage {
	switch value[0] {
	case '"':
		var text string
		if json.Unmarshal(value, &text) == nil && isBlank(text) {
			return nil
		}
	case '{':
		var object map[string]json.RawMessage
		_ = json.Unmarshal(value, &object) // It was read from JSON.
		left := leftIn(object)
		if len(left) == 0 && len(object) > 0 {
			return nil
		}
		if !maps.EqualFunc(left, object, slices.Equal[json.RawMessage]) {
			value, _ = json.Marshal(left)
		}
	case '[':
		var list, left []json.RawMessage
		_ = json.Unmarshal(value, &list)
		for _, item := range list {
			if rest := withoutBlanks(item); rest != nil {
				left = append(left, rest)
			}
		}
		if len(left) == 0 && len(list) > 0 {
			return nil
		}
		if !slices.EqualFunc(left, list, slices.Equal[json.RawMessage]) {
			value, _ = json.Marshal(left)
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
