package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// documents are the names of the parameters of the documents that the project
// comes from: the AWS CLI's page, the R function's page in two versions, and
// the PowerShell cmdlet's page. (The JSON Schema's are in the schema.)
type documents struct {
	CLI               []string
	R1                []string
	R1ChallengeNames  []string `json:"r1_challenge_names"`
	R1Members         []string `json:"r1_members"`
	R2                []string
	PowerShell        []string
	PowerShellAliases []string `json:"powershell_aliases"`
	schema            map[string]any
	schemaMembers     []string
}

func readDocuments(t *testing.T) documents {
	t.Helper()
	var d documents
	for name, to := range map[string]any{"testdata/documents.json": &d, schemaFile: &d.schema} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, to); err != nil {
			t.Fatal(err)
		}
	}
	d.schemaMembers = slices.Sorted(maps.Keys(d.schema["properties"].(map[string]any)))
	for name, of := range map[string][]string{"cli": d.CLI, "r1": d.R1, "r1_members": d.R1Members, "r2": d.R2, "powershell": d.PowerShell, "schema": d.schemaMembers} {
		if len(of) < 7 {
			t.Fatalf("there are %d parameters of %s only", len(of), name)
		}
	}
	return d
}

// request has every member of the request, and other has another value for
// each. Both challenges take the same keys.
const (
	request = `{
		"UserPoolId": "eu-west-1_Demo12345",
		"ClientId": "demo",
		"ChallengeName": "CUSTOM_CHALLENGE",
		"ChallengeResponses": {"USERNAME": "alice", "ANSWER": "forty-two"},
		"Session": "session-of-twenty-characters-or-more",
		"AnalyticsMetadata": {"AnalyticsEndpointId": "endpoint-1"},
		"ContextData": {
			"IpAddress": "203.0.113.7", "ServerName": "example.com", "ServerPath": "/login",
			"HttpHeaders": [{"headerName": "User-Agent", "headerValue": "test"}], "EncodedData": "fingerprint"
		},
		"ClientMetadata": {"shop": "1"}
	}`
	other = `{
		"UserPoolId": "eu-west-1_Other",
		"ClientId": "other",
		"ChallengeName": "SELECT_MFA_TYPE",
		"ChallengeResponses": {"USERNAME": "bob", "ANSWER": "EMAIL_OTP"},
		"Session": "another-session-of-twenty-characters",
		"AnalyticsMetadata": {"AnalyticsEndpointId": "endpoint-2"},
		"ContextData": {"IpAddress": "::1", "ServerName": "o", "ServerPath": "/", "HttpHeaders": [], "EncodedData": "o"},
		"ClientMetadata": {"shop": "2"}
	}`
)

// parseRequest returns a request as JSON reads it, with these members only if
// there are any.
func parseRequest(t *testing.T, text string, only ...string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		t.Fatal(err)
	}
	if only != nil {
		maps.DeleteFunc(object, func(name string, _ any) bool { return !slices.Contains(only, name) })
	}
	return object
}

// toText returns a value as an option takes it: JSON, unless it is a string.
func toText(t *testing.T, value any) string {
	t.Helper()
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// option returns the option of a member of the request, by the AWS CLI's rule.
func option(member string) string {
	var b strings.Builder
	for _, r := range member {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return "-" + b.String()
}

// performs runs the program and checks that it sends want.
func performs(t *testing.T, want map[string]any, flags ...string) {
	t.Helper()
	service := newStub(t, http.StatusOK, tokens)
	r := execute(t, nil, append(flags, "--endpoint-url", service.url)...)
	if r.check(t, ok); r.status != ok {
		return
	}
	if sent := service.sent(t); !reflect.DeepEqual(sent, want) {
		t.Errorf("%q sent\n%s\nwant\n%s", flags, toText(t, sent), toText(t, want))
	}
}

// overrides performs one option, over --cli-input-json with all others. The
// path names the member that comes from request; a member inside of a structure
// comes with the rest of it.
func overrides(t *testing.T, path string, shorthand ...string) {
	t.Helper()
	want, from := parseRequest(t, other), parseRequest(t, request)
	name, inner, isInner := strings.Cut(path, ".")
	if from[name] == nil {
		t.Fatalf("the request has no member %s", name)
	}
	if isInner {
		want[name].(map[string]any)[inner] = from[name].(map[string]any)[inner]
	} else {
		want[name] = from[name]
	}
	value := toText(t, want[name])
	for _, value := range append(shorthand, value, file(t, value)) {
		performs(t, want, "--cli-input-json", other, option(name), value)
	}
}

// TestCLIDocument performs every option of the AWS CLI's page: each over the
// JSON of --cli-input-json, in shorthand, as JSON and from a file; and all
// together.
func TestCLIDocument(t *testing.T) {
	t.Parallel()
	shorthand := map[string]string{
		"--user-pool-id":        userPoolID,
		"--client-id":           clientID,
		"--challenge-name":      "CUSTOM_CHALLENGE",
		"--challenge-responses": "USERNAME=alice,ANSWER=forty-two",
		"--session":             session,
		"--analytics-metadata":  "AnalyticsEndpointId=endpoint-1",
		"--context-data":        "IpAddress=203.0.113.7,ServerName=example.com,ServerPath=/login,HttpHeaders=[{headerName=User-Agent,headerValue=test}],EncodedData=fingerprint",
		"--client-metadata":     "shop=1",
	}
	want := parseRequest(t, request)
	var all []string
	for _, name := range readDocuments(t).CLI {
		switch value, isMember := shorthand[name]; {
		case isMember:
			all = append(all, name, value)
			for member := range want {
				if option(member) == name {
					overrides(t, member, value)
				}
			}
		case name == "--cli-input-json":
			performs(t, want, name, request)
			performs(t, want, name, file(t, request))
		case name == "--generate-cli-skeleton":
			for _, args := range [][]string{{name}, {name, "input"}, {name + "=input"}} {
				r := execute(t, nil, args...)
				if r.check(t, ok); parseRequest(t, r.stdout)["UserPoolId"] != blank("text") {
					t.Errorf("got %s", r.stdout)
				}
			}
			r := execute(t, nil, "--cli-input-json", request, name, "output")
			if reply := r.reply(t); reply.Session != "Session" || reply.AuthenticationResult == nil {
				t.Errorf("got %s", r.stdout)
			}
		default:
			t.Errorf("the document has the option %s, which is not tested", name)
		}
	}
	performs(t, want, all...)

	// A single header needs no list around it.
	overrides(t, "ContextData", "IpAddress=203.0.113.7,ServerName=example.com,ServerPath=/login,HttpHeaders={headerName=User-Agent,headerValue=test},EncodedData=fingerprint")
}

// TestSchemaDocument performs every property of the JSON Schema, and checks
// what is sent against it.
func TestSchemaDocument(t *testing.T) {
	t.Parallel()
	d := readDocuments(t)
	schema := compileSchema(t)
	if got := slices.Sorted(maps.Keys(parseRequest(t, request))); !slices.Equal(got, d.schemaMembers) {
		t.Fatalf("the request has members %v, the schema %v", got, d.schemaMembers)
	}
	for _, text := range []string{request, other} {
		if err := schema.Validate(parseRequest(t, text)); err != nil {
			t.Error(err)
		}
		performs(t, parseRequest(t, text), "--cli-input-json", text)
	}
	for _, name := range d.schema["required"].([]any) {
		without := parseRequest(t, request)
		delete(without, name.(string))
		if schema.Validate(without) == nil {
			t.Errorf("the schema takes a request without %s", name)
		}
		execute(t, nil, "--cli-input-json", toText(t, without)).check(t, wrongParameters, option(name.(string))+": is required")
	}
}

// TestFiles: what is not part of the value in a file, and where files are.
func TestFiles(t *testing.T) {
	want := parseRequest(t, request)
	for _, text := range []string{request, request + "\n", "\ufeff" + request + "\r\n"} {
		performs(t, want, "--cli-input-json", file(t, text))
	}
	performs(t, want, "--cli-input-json", request, "--session", file(t, "\ufeff"+session))

	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home) // Windows
	for name, text := range map[string]string{"request": request, "~": session} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	performs(t, want, "--cli-input-json", "file://~/request", "--session", "file://~/~")

	t.Chdir(home)
	performs(t, want, "--cli-input-json", request, "--session", "file://~")
}
