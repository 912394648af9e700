package challenge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// adminRespondJSON is the request's JSON in the order of the API reference,
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html.
// The SDK's own types don't have its names: there, headerName is HeaderName.
type adminRespondJSON struct {
	UserPoolID         *string                 `json:"UserPoolId,omitzero"`
	ClientID           *string                 `json:"ClientId,omitzero"`
	ChallengeName      types.ChallengeNameType `json:"ChallengeName,omitzero"`
	ChallengeResponses map[string]string       `json:"ChallengeResponses,omitzero"`
	Session            *string                 `json:"Session,omitzero"`
	AnalyticsMetadata  *analyticsJSON          `json:"AnalyticsMetadata,omitzero"`
	ContextData        *contextDataJSON        `json:"ContextData,omitzero"`
	ClientMetadata     map[string]string       `json:"ClientMetadata,omitzero"`
}

type analyticsJSON struct {
	AnalyticsEndpointID *string `json:"AnalyticsEndpointId,omitzero"`
}

type contextDataJSON struct {
	IPAddress   *string          `json:"IpAddress,omitzero"`
	ServerName  *string          `json:"ServerName,omitzero"`
	ServerPath  *string          `json:"ServerPath,omitzero"`
	HTTPHeaders []httpHeaderJSON `json:"HttpHeaders,omitzero"`
	EncodedData *string          `json:"EncodedData,omitzero"`
}

type httpHeaderJSON struct {
	HeaderName  *string `json:"headerName,omitzero"`
	HeaderValue *string `json:"headerValue,omitzero"`
}

// MarshalAdminRespondInput returns the input of [Config.AdminRespondInput] as
// the JSON that the service takes, which is also what the AWS CLI takes as
// --cli-input-json: so a request can be stored, reviewed and sent later. It
// holds secrets in plain text, as the input does.
//
// The error is an [*InvalidError] when in is nil, holds text that is not valid
// UTF-8 and so can't be JSON, or makes more than 1 MiB, which would not be read
// back.
func MarshalAdminRespondInput(in *cip.AdminRespondToAuthChallengeInput) ([]byte, error) {
	if in == nil {
		return nil, &InvalidError{Field: "in", Problem: "is nil"}
	}
	out := adminRespondJSON{
		UserPoolID:         in.UserPoolId,
		ClientID:           in.ClientId,
		ChallengeName:      in.ChallengeName,
		ChallengeResponses: in.ChallengeResponses,
		Session:            in.Session,
		ClientMetadata:     in.ClientMetadata,
	}
	if a := in.AnalyticsMetadata; a != nil {
		out.AnalyticsMetadata = &analyticsJSON{a.AnalyticsEndpointId}
	}
	if c := in.ContextData; c != nil {
		out.ContextData = &contextDataJSON{IPAddress: c.IpAddress, ServerName: c.ServerName, ServerPath: c.ServerPath, EncodedData: c.EncodedData}
		if c.HttpHeaders != nil { // an empty list is not a missing one
			out.ContextData.HTTPHeaders = make([]httpHeaderJSON, len(c.HttpHeaders))
		}
		for i, h := range c.HttpHeaders {
			out.ContextData.HTTPHeaders[i] = httpHeaderJSON{h.HeaderName, h.HeaderValue}
		}
	}
	data, err := json.Marshal(out)
	if err != nil {
		return nil, err // unreachable: strings, lists and maps of strings
	}
	// The encoder repairs text that is not valid UTF-8 without a word.
	var back adminRespondJSON
	if json.Unmarshal(data, &back) != nil || !reflect.DeepEqual(out, back) {
		return nil, &InvalidError{Field: "in", Problem: "is not valid UTF-8"}
	}
	if len(data) > maxState {
		return nil, &InvalidError{Field: "in", Problem: "is too long for a request"}
	}
	return data, nil
}

// UnmarshalAdminRespondInput reads what [MarshalAdminRespondInput] returned, or
// what somebody wrote by hand. To have it checked once more, hand its
// ChallengeResponses without SECRET_HASH to [Fill], for the [Form] of its
// ChallengeName. The form of an MFA_SETUP by an authenticator app needs its
// SoftwareTokenVerified set, because the Session doesn't tell.
//
// The error joins one [*InvalidError] for each member that the request does not
// have, that is there twice, or that is of a wrong type; Key is its path, such
// as "ContextData.HttpHeaders[0].headerName". Names are taken by the letter, null
// is as good as missing, in the maps too, and what is required is not checked.
// Data of more than 1 MiB is refused.
func UnmarshalAdminRespondInput(data []byte) (*cip.AdminRespondToAuthChallengeInput, error) {
	in := new(cip.AdminRespondToAuthChallengeInput)
	r := reader{newForm(InvalidError{})}
	switch {
	case len(data) > maxState:
		r.form.fail("data", "", "is too long for a request")
	case !utf8.Valid(data):
		r.form.fail("data", "", "is not valid UTF-8")
	}
	if err := errors.Join(r.form.problems...); err != nil {
		return nil, err
	}
	var name *string
	r.object("", data, map[string]func(string, json.RawMessage){
		"UserPoolId":         r.text(&in.UserPoolId),
		"ClientId":           r.text(&in.ClientId),
		"ChallengeName":      r.text(&name),
		"ChallengeResponses": r.texts(&in.ChallengeResponses),
		"Session":            r.text(&in.Session),
		"ClientMetadata":     r.texts(&in.ClientMetadata),
		"AnalyticsMetadata": func(path string, raw json.RawMessage) {
			in.AnalyticsMetadata = new(types.AnalyticsMetadataType)
			r.object(path, raw, map[string]func(string, json.RawMessage){
				"AnalyticsEndpointId": r.text(&in.AnalyticsMetadata.AnalyticsEndpointId),
			})
		},
		"ContextData": func(path string, raw json.RawMessage) {
			in.ContextData = new(types.ContextDataType)
			r.contextData(path, raw, in.ContextData)
		},
	})
	if err := errors.Join(r.form.problems...); err != nil {
		return nil, err
	}
	in.ChallengeName = types.ChallengeNameType(aws.ToString(name))
	return in, nil
}

func (r reader) contextData(path string, raw json.RawMessage, c *types.ContextDataType) {
	r.object(path, raw, map[string]func(string, json.RawMessage){
		"IpAddress":   r.text(&c.IpAddress),
		"ServerName":  r.text(&c.ServerName),
		"ServerPath":  r.text(&c.ServerPath),
		"EncodedData": r.text(&c.EncodedData),
		"HttpHeaders": func(path string, raw json.RawMessage) {
			var headers []json.RawMessage
			r.into(path, raw, &headers, "list")
			c.HttpHeaders = make([]types.HttpHeader, len(headers))
			for i, raw := range headers {
				r.object(fmt.Sprintf("%s[%d]", path, i), raw, map[string]func(string, json.RawMessage){
					"headerName":  r.text(&c.HttpHeaders[i].HeaderName),
					"headerValue": r.text(&c.HttpHeaders[i].HeaderValue),
				})
			}
		},
	})
}

// reader reads JSON objects of which all members are known, and collects what
// is wrong with them.
type reader struct{ form *form }

// object hands each member of an object to the function under its name.
func (r reader) object(path string, raw []byte, known map[string]func(path string, raw json.RawMessage)) {
	for _, m := range r.members(path, raw) {
		switch read, ok := known[m.name]; {
		case !ok:
			r.form.fail("data", within(path, m.name), "is no member of the request")
		case string(m.value) != "null":
			read(within(path, m.name), m.value)
		}
	}
}

// A member is one of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// members returns the members of an object in their order. No two may have one
// name: a map would lose a value without a word.
func (r reader) members(path string, raw []byte) []member {
	d := json.NewDecoder(bytes.NewReader(raw))
	if begin, _ := d.Token(); begin != json.Delim('{') || !json.Valid(raw) {
		r.form.fail("data", path, "is no JSON object")
		return nil
	}
	var members []member
	names := make(map[string]bool)
	for d.More() { // raw is valid, so nothing fails from here on
		var m member
		name, _ := d.Token()
		_ = d.Decode(&m.value)
		m.name, _ = name.(string)
		if names[m.name] {
			r.form.fail("data", within(path, m.name), "is there twice")
		}
		names[m.name] = true
		members = append(members, m)
	}
	return members
}

// within returns the path of a member of the object at path.
func within(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// into reads a value of a given kind.
func (r reader) into(path string, raw []byte, to any, kind string) {
	if json.Unmarshal(raw, to) != nil {
		r.form.fail("data", path, "is no "+kind)
	}
}

func (r reader) text(to **string) func(string, json.RawMessage) {
	return func(path string, raw json.RawMessage) {
		r.into(path, raw, to, "string")
		r.whole(path, raw)
	}
}

func (r reader) texts(to *map[string]string) func(string, json.RawMessage) {
	return func(path string, raw json.RawMessage) {
		*to = make(map[string]string)
		for _, m := range r.members(path, raw) {
			if string(m.value) != "null" {
				var text string
				r.into(within(path, m.name), m.value, &text, "string")
				(*to)[m.name] = text
			}
		}
		r.whole(path, raw)
	}
}

// surrogate is an escape of a UTF-16 code unit that is only half a character,
// or of a whole pair of them; or any other escape, so that what follows a
// backslash is not taken for the beginning of one.
var surrogate = regexp.MustCompile(`(?i)\\u(d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|d[89a-f][0-9a-f]{2})|\\.`)

// whole refuses text with half a pair of surrogates, which the decoder would
// replace by another character.
func (r reader) whole(path string, raw []byte) {
	for _, escape := range surrogate.FindAll(raw, -1) {
		if len(escape) == len(`\ud800`) {
			r.form.fail("data", path, "has half a character in it")
			return
		}
	}
}
