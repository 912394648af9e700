package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
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
	if q.expression, err = jmespath.Compile(expression); err != nil {
		return q, misuse("--query: " + err.Error())
	}
	if name := firstName(expression); q.ofRequest && name != "" && !isMember(name) {
		return q, misuse("--query: " + name + " is no member of the request")
	}
	return q, hopeless(q.expression)
}

// beginning is the name that an expression begins with, and the parenthesis
// after it if it is that of a function.
var beginning = regexp.MustCompile(`^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(\(?)`)

// firstName returns the name of the member that an expression begins with, or
// nothing if it begins with something else.
func firstName(expression string) string {
	found := beginning.FindStringSubmatch(expression)
	if found == nil || found[2] != "" {
		return ""
	}
	return found[1]
}

// isMember reports whether the request has a member of this name.
func isMember(name string) bool {
	for _, m := range members {
		if m.name == name {
			return true
		}
	}
	return false
}

// hopeless returns what is wrong with an expression whatever it is applied to.
func hopeless(expression *jmespath.JMESPath) error {
	sample, err := plain(sampleResponse)
	if err != nil {
		return err
	}
	_, err = evaluate(expression, sample)
	for _, problem := range []string{"unknown function: ", "incorrect number of args", "Invalid slice"} {
		if err != nil && strings.HasPrefix(err.Error(), "--query: "+problem) {
			return err
		}
	}
	return nil
}

// search returns what the query selects.
func (o *options) search(reply any) (any, error) {
	value := reply
	if o.query.ofRequest {
		request, err := challenge.MarshalAdminRespondInput(o.request)
		if err != nil {
			return nil, err
		}
		value = json.RawMessage(request)
	}
	if o.query.expression == nil {
		return value, nil
	}
	generic, err := plain(value)
	if err != nil {
		return nil, err
	}
	return evaluate(o.query.expression, generic)
}

// evaluate returns what an expression selects in a value. The JMESPath library
// panics over some values of a wrong type; over others it says which value that
// is, which can be a token.
func evaluate(expression *jmespath.JMESPath, value any) (selected any, err error) {
	const wrongType = misuse("--query: a function is given a value of a type that it does not take")
	defer func() {
		if recover() != nil {
			selected, err = nil, wrongType
		}
	}()
	selected, err = expression.Search(value)
	switch {
	case err == nil:
		return selected, nil
	case strings.HasPrefix(err.Error(), "Invalid type for: "):
		return nil, wrongType
	default:
		return nil, misuse("--query: " + err.Error())
	}
}

// print prints what the query selects.
func (o *options) print(to io.Writer, reply any) error {
	value, err := o.search(reply)
	if err != nil {
		return err
	}
	return o.write(to, value)
}

// printReply prints what the query selects of the reply to an answer, which has
// counted: so when nothing can be selected, all of the reply is printed, and the
// exit status says nothing about the command line.
func (o *options) printReply(to io.Writer, reply *response) error {
	value, problem := o.search(reply)
	if problem != nil {
		value, problem = reply, errors.New(problem.Error())
	}
	err := errors.Join(problem, o.write(to, value))
	if err != nil {
		return errors.Join(err, errors.New(counted))
	}
	return nil
}

// counted says what not to do when it is only the output that failed.
const counted = "the answer has counted: don't repeat it"

// write prints a value in the format of --output, in one piece.
func (o *options) write(to io.Writer, value any) error {
	var b bytes.Buffer
	if o.text {
		generic, err := plain(value)
		if err != nil {
			return err
		}
		printText(&b, "", generic)
	} else {
		encoded, err := encode(value)
		if err != nil {
			return err
		}
		if err := json.Indent(&b, encoded, "", "    "); err != nil {
			return err
		}
		b.WriteByte('\n')
	}
	_, err := to.Write(b.Bytes())
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

// printText prints a value as the AWS CLI does with --output text. The scalars
// of an object are one line, in the order of their names and with tabs between
// them; so are those of a list without a name, and of one with a name each is a
// line. Objects and lists inside have lines of their own. All lines begin with
// the name, in capitals, under which their values stand.
func printText(to *bytes.Buffer, name string, value any) {
	switch v := value.(type) {
	case map[string]any:
		printObject(to, name, v, scalarNames(v))
	case []any:
		printList(to, name, v)
	default:
		printLine(to, "", v)
	}
}

// printObject prints the scalars of an object under these names, with nothing in
// place of a missing one, and then the rest.
func printObject(to *bytes.Buffer, name string, object map[string]any, scalars []string) {
	var line []any
	for _, key := range scalars {
		value, has := object[key]
		if !has || !isScalar(value) {
			value = ""
		}
		line = append(line, value)
	}
	printLine(to, name, line...)
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !isScalar(object[key]) {
			printText(to, key, object[key])
		}
	}
}

// printList prints the objects of a list as the rows of a table: each has the
// columns of all.
func printList(to *bytes.Buffer, name string, list []any) {
	var scalars []any
	var objects []map[string]any
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			objects = append(objects, object)
		} else if isScalar(item) {
			scalars = append(scalars, item)
		}
	}
	if name == "" {
		printLine(to, "", scalars...)
	} else {
		for _, item := range scalars {
			printLine(to, name, item)
		}
	}
	columns := scalarNames(objects...)
	for _, item := range list {
		switch v := item.(type) {
		case map[string]any:
			printObject(to, name, v, columns)
		case []any:
			printList(to, name, v)
		}
	}
}

// printLine prints a line of scalars, unless there are none.
func printLine(to *bytes.Buffer, name string, scalars ...any) {
	if len(scalars) == 0 {
		return
	}
	var line []string
	if name != "" {
		line = append(line, strings.ToUpper(name))
	}
	for _, value := range scalars {
		line = append(line, scalar(value))
	}
	fmt.Fprintln(to, strings.Join(line, "\t"))
}

// scalarNames returns the names under which any of the objects has a scalar, in
// order.
func scalarNames(objects ...map[string]any) []string {
	names := make(map[string]bool)
	for _, object := range objects {
		for name, value := range object {
			if isScalar(value) {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func isScalar(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return true
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
