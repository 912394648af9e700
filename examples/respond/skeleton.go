package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

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

// newSkeleton returns the request for a challenge. Without a name it is the one
// for all of them, of which nobody can tell the keys.
func newSkeleton(name types.ChallengeNameType) requestSkeleton {
	text, optional := blank("text"), blank("text", "optional")
	s := requestSkeleton{
		UserPoolID:        text,
		ClientID:          text,
		ChallengeName:     string(name),
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
	if name == "" {
		s.ChallengeName = text
	}
	for _, field := range challenge.Fields(challenge.Form(name, challenge.Issued{})) {
		s.ChallengeResponses = append(s.ChallengeResponses, responseBlank(field))
	}
	s.ChallengeResponses = append(s.ChallengeResponses, pair{secretHash, blank(string(challenge.KindBase64), "optional")})
	return s
}

// secretHash is the one key of ChallengeResponses that is in no form.
const secretHash = "SECRET_HASH"

func responseBlank(f challenge.Field) pair {
	notes := []string{string(f.Kind)}
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
	var request map[string]any
	if json.Unmarshal(text, &request) != nil || request == nil {
		return nil
	}
	rest := make(map[string]json.RawMessage)
	for name, value := range request {
		if value, ok := withoutBlanks(value); ok {
			rest[name], _ = json.Marshal(value) // It was read from JSON.
		}
	}
	return rest
}

// withoutBlanks returns a JSON value without what is not filled in, and whether
// anything is left.
func withoutBlanks(value any) (any, bool) {
	switch v := value.(type) {
	case string:
		return v, !isBlank(v)
	case map[string]any:
		had := len(v)
		for name, member := range v {
			if rest, ok := withoutBlanks(member); ok {
				v[name] = rest
			} else {
				delete(v, name)
			}
		}
		return v, len(v) > 0 || had == 0
	case []any:
		rest := []any{}
		for _, item := range v {
			if item, ok := withoutBlanks(item); ok {
				rest = append(rest, item)
			}
		}
		return rest, len(rest) > 0 || len(v) == 0
	default:
		return v, true
	}
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
