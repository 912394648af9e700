package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/cognito-go/cognitoauth/secrethash"
)

// A reply with everything that there can be, in another order.
const fullReply = `{
	"AuthenticationResult": {
		"NewDeviceMetadata": {"DeviceGroupKey": "group", "DeviceKey": "key"},
		"IdToken": "i", "RefreshToken": "r", "TokenType": "Bearer", "ExpiresIn": 3600, "AccessToken": "a"
	},
	"ChallengeParameters": {}
}`

func TestOutput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reply string
		flags []string
		want  string
	}{
		{fullReply, nil, `{
    "ChallengeParameters": {},
    "AuthenticationResult": {
        "AccessToken": "a",
        "ExpiresIn": 3600,
        "TokenType": "Bearer",
        "RefreshToken": "r",
        "IdToken": "i",
        "NewDeviceMetadata": {
            "DeviceKey": "key",
            "DeviceGroupKey": "group"
        }
    }
}
`},
		{fullReply, []string{"--output", "text"}, "AUTHENTICATIONRESULT\ta\t3600\ti\tr\tBearer\nNEWDEVICEMETADATA\tgroup\tkey\n"},
		{fullReply, []string{"--query", "AuthenticationResult.ExpiresIn"}, "3600\n"},
		{fullReply, []string{"--query", "AuthenticationResult.ExpiresIn", "--output", "text"}, "3600\n"},
		{fullReply, []string{"--query", "AuthenticationResult.[AccessToken,TokenType]", "--output", "text"}, "a\tBearer\n"},
		{fullReply, []string{"--query", "AuthenticationResult.[[AccessToken],[TokenType]]", "--output", "text"}, "a\nBearer\n"},
		{fullReply, []string{"--query", "AuthenticationResult.{t: TokenType, x: NoSuch, y: AccessToken == 'a'}", "--output", "text"}, "Bearer\tNone\tTrue\n"},
		{fullReply, []string{"--query", "NoSuch", "--output", "text"}, "None\n"},
		{fullReply, []string{"--query", "NoSuch"}, "null\n"},
		{fullReply, []string{"--query", "AuthenticationResult.NewDeviceMetadata.keys(@) | sort(@)"}, "[\n    \"DeviceGroupKey\",\n    \"DeviceKey\"\n]\n"},
		{fullReply, []string{"--query", "^"}, ""}, // no expression
		{
			`{"ChallengeName":"SELECT_MFA_TYPE","Session":"<&>","ChallengeParameters":{"MFAS_CAN_CHOOSE":"[\"A\"]","B":"b"}}`, nil,
			`{
    "ChallengeName": "SELECT_MFA_TYPE",
    "Session": "<&>",
    "ChallengeParameters": {
        "B": "b",
        "MFAS_CAN_CHOOSE": "[\"A\"]"
    }
}
`,
		},
		{
			`{"ChallengeName":"SELECT_MFA_TYPE","Session":"s","ChallengeParameters":{"MFAS_CAN_CHOOSE":"[\"A\"]","B":"b"}}`,
			[]string{"--output", "text"},
			"SELECT_MFA_TYPE\ts\nCHALLENGEPARAMETERS\tb\t[\"A\"]\n",
		},
	} {
		service := newStub(t, http.StatusOK, test.reply)
		r := execute(t, nil, append(test.flags, "--cli-input-json", request, "--endpoint-url", service.url)...)
		if test.want == "" {
			r.check(t, wrongParameters, "--query: ")
		} else if r.check(t, ok); r.stdout != test.want {
			t.Errorf("%q: got\n%s\nwant\n%s", test.flags, r.stdout, test.want)
		}
	}
}

// TestMalformedReply: the answer has counted, so the reply is printed, and what
// is wrong with it is told.
func TestMalformedReply(t *testing.T) {
	t.Parallel()
	service := newStub(t, http.StatusOK, `{"ChallengeName":"WEB_AUTHN","Session":"`+session+`"}`)
	r := execute(t, nil, "--cli-input-json", request, "--endpoint-url", service.url, "--query", "Session")
	r.check(t, failed, "WEB_AUTHN: CREDENTIAL_REQUEST_OPTIONS is no JSON object of request options")
	if r.stdout != "\""+session+"\"\n" {
		t.Errorf("got output %q", r.stdout)
	}
}

// TestSearchFails: a query that makes no sense of the reply does not lose it,
// because the answer has counted, and shows nothing of it on standard error.
func TestSearchFails(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		// Too deep to be found before it is sent.
		"ChallengeParameters.A && join(@)": "--query: incorrect number of args",
		"length(ChallengeName)":            "--query: a function is given a value of a type that it does not take",
		"abs(Session)":                     "--query: a function is given a value of a type that it does not take",
		"merge(@, Session)":                "--query: a function is given a value of a type that it does not take", // a panic
		"^abs(Session)":                    "--query: a function is given a value of a type that it does not take",
	} {
		// With and without something wrong with the reply itself.
		for more, problem := range map[string]string{`"AuthenticationResult":{"AccessToken":"a"},"ChallengeParameters":{"A":"a"}`: "", `"ChallengeParameters":{"A":"a"}`: "the reply makes no sense: "} {
			service := newStub(t, http.StatusOK, `{"Session":"`+session+`",`+more+`}`)
			r := execute(t, nil, "--cli-input-json", request, "--endpoint-url", service.url, "--query", query)
			r.check(t, failed, "respond: "+want+"\n", "respond: "+counted+"\n", problem)
			var reply response
			if err := json.Unmarshal([]byte(r.stdout), &reply); err != nil || reply.Session != session {
				t.Errorf("%s: got output %s", query, r.stdout)
			}
			if strings.Contains(r.stderr, session) {
				t.Errorf("%s: got standard error %s", query, r.stderr)
			}
		}
	}
	// Where nothing is sent, it is the command line that is wrong.
	for _, args := range [][]string{
		{"--generate-srp", "--query", "abs(SrpSecret)"},
		{"--cli-input-json", request, "--generate-cli-skeleton", "output", "--query", "abs(Session)"},
	} {
		r := execute(t, nil, args...)
		if r.check(t, wrongParameters, "--query: a function"); r.stdout != "" || strings.Contains(r.stderr, counted) {
			t.Errorf("got output %q and standard error %q", r.stdout, r.stderr)
		}
	}
}

// TestQueryOfRequest: a query with ^ is about the request that was sent, with
// what was computed and what came with the challenge.
func TestQueryOfRequest(t *testing.T) {
	t.Parallel()
	service := newStub(t, http.StatusOK, tokens)
	whole := toText(t, response{ChallengeName: "SMS_MFA", Session: session, ChallengeParameters: map[string]string{"USER_ID_FOR_SRP": "alice"}})
	sms := args(service.url, "--challenge-parameters", whole, "--challenge-responses", "SMS_MFA_CODE=123456", "--client-secret", "not-so-secret", "--output", "text")
	for query, want := range map[string]string{
		"^ChallengeName":                   "SMS_MFA",
		"^ Session":                        session,
		"^ChallengeResponses.USERNAME":     "alice",
		"^ChallengeResponses.SMS_MFA_CODE": "123456",
		"^ChallengeResponses.SECRET_HASH":  secrethash.Compute("not-so-secret", "alice", clientID),
		"^ContextData":                     "None",
		"^not_null(Nothing, ClientId)":     clientID,
		"^[Nothing, ClientId][1]":          clientID,
	} {
		r := execute(t, nil, append(sms, "--query", query)...)
		if r.check(t, ok); r.stdout != want+"\n" {
			t.Errorf("%s: got %q, want %q", query, r.stdout, want)
		}
	}

	// Where no session was sent, there is none.
	r := execute(t, nil, args(service.url, "--challenge-name", "DEVICE_SRP_AUTH", "--challenge-responses", "USERNAME=alice,DEVICE_KEY=a,SRP_A=02", "--query", "^keys(@) | sort(@) | join(' ', @)")...)
	if want := "\"ChallengeName ChallengeResponses ClientId UserPoolId\"\n"; r.stdout != want {
		t.Errorf("got %q, want %q", r.stdout, want)
	}
}

// full is a file on a full disk.
type full struct{ writes int }

func (f *full) Write([]byte) (int, error) {
	f.writes++
	return 0, errors.New("no space left on device")
}

// TestOutputFails: it is told when not all could be printed.
func TestOutputFails(t *testing.T) {
	t.Parallel()
	service := newStub(t, http.StatusOK, fullReply)
	respond := []string{"--cli-input-json", request, "--endpoint-url", service.url}
	for want, commands := range map[string][][]string{
		"respond: no space left on device\n": {
			{"--help"}, {"--generate-srp"}, {"--generate-srp", "--output", "text"}, {"--generate-cli-skeleton"},
		},
		"respond: no space left on device\nrespond: " + counted + "\n": {
			respond, append(respond, "--output", "text"),
		},
	} {
		for _, args := range commands {
			var stdout full
			var stderr bytes.Buffer
			status := run(t.Context(), args, func(string) string { return "" }, &stdout, &stderr)
			if status != failed || stderr.String() != want || stdout.writes != 1 {
				t.Errorf("%q: got exit status %d and %q after %d writes", args, status, &stderr, stdout.writes)
			}
		}
	}
}

// TestTextShapes: --output text prints rarer shapes as the AWS CLI's text
// formatter does.
func TestTextShapes(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`{"a":["x","y"]}`:                            "A\tx\nA\ty\n",
		`["x","y"]`:                                  "x\ty\n",
		`[["x","y"],["z"]]`:                          "x\ty\nz\n",
		`{"a":[["x","y"],"z"]}`:                      "A\tz\nA\tx\nA\ty\n",
		`[{"a":1,"b":2},{"b":3,"c":null}]`:           "1\t2\t\n\t3\tNone\n",
		`{"l":[{"a":1},{"b":true,"c":{"d":false}}]}`: "L\t1\t\nL\t\tTrue\nC\tFalse\n",
		`{"l":[{"a":{"b":1}},{"a":2}]}`:              "L\t\nA\t1\nL\t2\n",
		`[{"a":1},"x",["y"]]`:                        "x\n1\ny\n",
		`{"b":1,"a":{"c":{"d":0.5}},"e":[],"f":{}}`:  "1\nC\t0.5\n",
		`[]`: "", `{}`: "", `""`: "\n",
	} {
		var generic any
		if err := json.Unmarshal([]byte(value), &generic); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if printText(&got, "", generic); got.String() != want {
			t.Errorf("%s: got %q, want %q", value, &got, want)
		}
	}
}
