package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"text/scanner"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// rCall is a call of the R function, as the usage in its documents reads.
// Arguments without names are taken in the order of the signature.
const rCall = `
	"eu-west-1_Demo12345",
	"demo",
	ChallengeName = "CUSTOM_CHALLENGE",
	Session = "session-of-twenty-characters-or-more",
	ChallengeResponses = list(
		USERNAME = "alice",
		ANSWER = "forty-two"
	),
	AnalyticsMetadata = list(
		AnalyticsEndpointId = "endpoint-1"
	),
	ContextData = list(
		IpAddress = "203.0.113.7",
		ServerName = "example.com",
		ServerPath = "/login",
		HttpHeaders = list(
			list(
				headerName = "User-Agent",
				headerValue = "test"
			)
		),
		EncodedData = "fingerprint"
	)`

// rArguments reads the arguments of a call in R: texts and lists, with names or
// without. A list with names is an object in JSON.
func rArguments(t *testing.T, in *scanner.Scanner) (names []string, values []any) {
	t.Helper()
	for token := in.Scan(); token != scanner.EOF && token != ')'; token = in.Scan() {
		name := ""
		if text := in.TokenText(); token == scanner.Ident && text != "list" {
			name = text
			in.Scan() // =
			token = in.Scan()
		}
		var value any
		switch {
		case token == scanner.String:
			value = strings.Trim(in.TokenText(), `"`)
		case in.TokenText() == "list":
			in.Scan() // (
			value = rList(rArguments(t, in))
		default:
			t.Fatalf("unexpected %q in R", in.TokenText())
		}
		names, values = append(names, name), append(values, value)
		if in.Peek() == ',' {
			in.Scan()
		}
	}
	return names, values
}

func rList(names []string, values []any) any {
	if names[0] == "" {
		return values
	}
	object := make(map[string]any)
	for i, name := range names {
		object[name] = values[i]
	}
	return object
}

// TestRDocuments performs both signatures of the R function, and each of their
// arguments alone.
func TestRDocuments(t *testing.T) {
	t.Parallel()
	d := readDocuments(t)
	for _, version := range []struct {
		name      string
		signature []string
		call      string
	}{
		{"v1", d.R1, rCall},
		{"v2", d.R2, rCall + `, ClientMetadata = list(shop = "1")`},
	} {
		t.Run(version.name, func(t *testing.T) {
			t.Parallel()
			var in scanner.Scanner
			names, values := rArguments(t, in.Init(strings.NewReader(version.call)))
			var flags []string
			arguments := make(map[string]any)
			for i, name := range names {
				if name == "" {
					name = version.signature[i]
				}
				flags = append(flags, option(name), toText(t, values[i]))
				arguments[name] = values[i]
			}
			if got, want := slices.Sorted(maps.Keys(arguments)), slices.Sorted(slices.Values(version.signature)); !slices.Equal(got, want) {
				t.Fatalf("the call has arguments %v, the signature %v", got, want)
			}
			performs(t, parseRequest(t, request, version.signature...), flags...)
			performs(t, parseRequest(t, request, version.signature...), "--cli-input-json", toText(t, arguments))

			// NULL is the default of those that may be left out. (Responses and
			// session may, too, but not with this challenge.)
			for _, name := range version.signature {
				overrides(t, name)
				if name == "AnalyticsMetadata" || name == "ContextData" || name == "ClientMetadata" {
					null, want := maps.Clone(arguments), maps.Clone(arguments)
					null[name] = nil
					delete(want, name)
					performs(t, want, "--cli-input-json", toText(t, null))
				}
			}
		})
	}
	// The members of v1's lists are those of the request here.
	for _, path := range d.R1Members {
		var value any = parseRequest(t, request)
		for name := range strings.SplitSeq(path, ".") {
			if list, ok := value.([]any); ok {
				value = list[0]
			}
			value = value.(map[string]any)[name]
		}
		if value == nil {
			t.Errorf("%s is not tested", path)
		}
	}
	// Its challenges are answered in TestChallenges and TestAdminNoSRPAuth.
	for _, name := range d.R1ChallengeNames {
		if name := types.ChallengeNameType(name); issues[name] == nil && name != types.ChallengeNameTypeAdminNoSrpAuth {
			t.Errorf("there is no test of %s", name)
		}
	}
}
