package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	jmespath "github.com/jmespath/go-jmespath"

	"github.com/cognito-go/cognitoauth/challenge"
)

// response is the service's reply under its own names and in its own order.
type response struct {
	ChallengeName        string `json:",omitempty"`
	Session              string `json:",omitempty"`
	ChallengeParameters  map[string]string
	AuthenticationResult *authenticationResult `json:",omitempty"`
}

type authenticationResult struct {
	AccessToken       string             `json:",omitempty"`
	ExpiresIn         int64              `json:",omitempty"`
	TokenType         string             `json:",omitempty"`
	RefreshToken      string             `json:",omitempty"`
	IDToken           string             `json:"IdToken,omitempty"`
	NewDeviceMetadata *newDeviceMetadata `json:",omitempty"`
}

type newDeviceMetadata struct {
	DeviceKey      string `json:",omitempty"`
	DeviceGroupKey string `json:",omitempty"`
}

// newResponse returns a reply as it is to be printed, tokens and all: that is
// what was asked for.
func newResponse(reply *challenge.Reply) *response {
	r := &response{
		ChallengeName:       string(reply.Challenge),
		Session:             reply.Session.Reveal(),
		ChallengeParameters: reply.Parameters.Map(),
	}
	t := reply.Tokens
	if t == nil {
		return r
	}
	r.AuthenticationResult = &authenticationResult{
		AccessToken:  t.AccessToken.Reveal(),
		ExpiresIn:    int64(t.ExpiresIn / time.Second),
		TokenType:    t.TokenType,
		RefreshToken: t.RefreshToken.Reveal(),
		IDToken:      t.IDToken.Reveal(),
	}
	if d := t.NewDevice; d != nil {
		r.AuthenticationResult.NewDeviceMetadata = &newDeviceMetadata{d.DeviceKey, d.DeviceGroupKey}
	}
	return r
}

// sampleResponse is what --generate-cli-skeleton output prints.
var sampleResponse = &response{
	ChallengeName:       "ChallengeName",
	Session:             "Session",
	ChallengeParameters: map[string]string{"KeyName": "Value"},
	AuthenticationResult: &authenticationResult{
		AccessToken: "AccessToken", ExpiresIn: 3600, TokenType: "TokenType", RefreshToken: "RefreshToken", IDToken: "IdToken",
		NewDeviceMetadata: &newDeviceMetadata{"DeviceKey", "DeviceGroupKey"},
	},
}

// query selects what is printed. The zero query is all of the reply.
type query struct {
	expression *jmespath.JMESPath
	ofRequest  bool
}

// newQuery returns the query of a JMESPath expression; one that begins with ^,
// as in PowerShell's -Select, is about the request.
func newQuery(expression string) (q query, err error) {
	expression, q.ofRequest = strings.CutPrefix(expression, "^")
	if expression == "" && !q.ofRequest {
		return q, nil
	}
	q.expression, err = jmespath.Compile(expression)
	return q, err
}

// print prints what the query selects.
func (o *options) print(to io.Writer, reply any) error {
	value := reply
	if o.query.ofRequest {
		request, err := challenge.MarshalAdminRespondInput(o.request)
		if err != nil {
			return err
		}
		value = json.RawMessage(request)
	}
	if o.query.expression != nil {
		generic, err := plain(value)
		if err != nil {
			return err
		}
		if value, err = o.query.expression.Search(generic); err != nil {
			return misuse("--query: " + err.Error())
		}
	}
	if o.text {
		generic, err := plain(value)
		if err != nil {
			return err
		}
		printText(to, "", generic)
		return nil
	}
	encoded, err := encode(value)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, encoded, "", "    "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(to, b.String())
	return err
}

// encode returns value as JSON, with <, > and & as they are.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// plain returns value as JMESPath takes it: in maps and slices.
func plain(value any) (generic any, err error) {
	encoded, err := encode(value)
	if err == nil {
		err = json.Unmarshal(encoded, &generic)
	}
	return generic, err
}

// printText prints a value as the AWS CLI does with --output text: the scalars
// of an object in one line, in the order of their names and with tabs between
// them, and each of its objects and lists in lines of its own, which begin with
// its name in capitals.
func printText(to io.Writer, name string, value any) {
	var line []string
	var rest []func()
	add := func(name string, value any) {
		switch value.(type) {
		case map[string]any, []any:
			rest = append(rest, func() { printText(to, name, value) })
		default:
			line = append(line, scalar(value))
		}
	}
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			add(strings.ToUpper(key), v[key])
		}
	case []any:
		for _, item := range v {
			add(name, item)
		}
	default:
		line = append(line, scalar(v))
	}
	if line != nil {
		if name != "" {
			line = slices.Insert(line, 0, name)
		}
		fmt.Fprintln(to, strings.Join(line, "\t"))
	}
	for _, print := range rest {
		print()
	}
}

// scalar returns a value as Python writes it, and so the AWS CLI.
func scalar(value any) string {
	switch v := value.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
