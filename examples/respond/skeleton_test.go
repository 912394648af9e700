package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// TestSkeleton: the skeleton of a challenge has the keys and types that the
// library says it has. Nothing filled in, nothing is sent; filled in, it is a
// request.
func TestSkeleton(t *testing.T) {
	t.Parallel()
	for _, name := range append(types.ChallengeNameType("").Values(), "NEW_ONE") {
		r := execute(t, nil, "--challenge-name", string(name), "--generate-cli-skeleton", "input")
		r.check(t, ok)
		var skeleton map[string]any
		if err := json.Unmarshal([]byte(r.stdout), &skeleton); err != nil {
			t.Fatal(err)
		}
		if skeleton["ChallengeName"] != string(name) {
			t.Errorf("%s: got ChallengeName %v", name, skeleton["ChallengeName"])
		}
		responses := skeleton["ChallengeResponses"].(map[string]any)
		fields := challenge.Fields(challenge.Form(name, challenge.Issued{}))
		for _, field := range fields {
			key := field.Key
			if field.Any {
				key += "<name>"
			}
			value, _ := responses[key].(string)
			notes := strings.Split(strings.TrimSuffix(strings.TrimPrefix(value, blankBegin), blankEnd), ", ")
			if !isBlank(value) || notes[0] != string(field.Kind) || slices.Contains(notes, "optional") == field.Required {
				t.Errorf("%s: got %q for %+v", name, value, field)
			}
		}
		if len(responses) != len(fields)+1 || !isBlank(responses[secretHash].(string)) {
			t.Errorf("%s: got %v, want the fields and SECRET_HASH", name, responses)
		}
		if at := strings.Index; at(r.stdout, "UserPoolId") > at(r.stdout, "ClientId") || at(r.stdout, "USERNAME") > at(r.stdout, secretHash) {
			t.Errorf("the order is %s", r.stdout)
		}
		execute(t, nil, "--cli-input-json", r.stdout).check(t, wrongParameters, "--user-pool-id: is required", "--client-id: is required")
	}

	for _, form := range forms() {
		r := execute(t, nil, "--challenge-name", string(form.Name()), "--generate-cli-skeleton")
		skeleton, full := parseRequest(t, r.stdout), parseRequest(t, marshal(t, form))
		for name, value := range full {
			if name == "ChallengeResponses" {
				for key, value := range value.(map[string]any) {
					skeleton[name].(map[string]any)[key] = value
				}
			} else {
				skeleton[name] = value
			}
		}
		performs(t, full, "--cli-input-json", toText(t, skeleton))
	}
}

// TestIssuedSkeleton: a skeleton has what Cognito said that the challenge takes.
func TestIssuedSkeleton(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]map[string]string{
		`{"ChallengeName":"NEW_PASSWORD_REQUIRED","ChallengeParameters":{"requiredAttributes":"[\"userAttributes.name\"]"}}`: {"userAttributes.name": blank("text")},
		`{"ChallengeName":"SELECT_MFA_TYPE","ChallengeParameters":{"MFAS_CAN_CHOOSE":"[\"SMS_MFA\",\"EMAIL_OTP\"]"}}`:        {"ANSWER": blank("choice", "one of [SMS_MFA EMAIL_OTP]")},
		`{"AvailableChallenges":["EMAIL_OTP"],"Session":"` + session + `"}`:                                                  {"ANSWER": blank("choice", "one of [EMAIL_OTP]")},
	} {
		r := execute(t, nil, "--challenge-parameters", reply, "--generate-cli-skeleton")
		r.check(t, ok)
		skeleton := parseRequest(t, r.stdout)
		for key, value := range want {
			if got := skeleton["ChallengeResponses"].(map[string]any)[key]; got != value {
				t.Errorf("%s: got %s %v, want %s", reply, key, got, value)
			}
		}
		if isBlank(skeleton["ChallengeName"].(string)) || strings.Contains(r.stdout, session) {
			t.Errorf("%s: got %s", reply, r.stdout)
		}
	}
	malformed := `{"ChallengeName":"WEB_AUTHN","ChallengeParameters":{"A":"b"}}`
	execute(t, nil, "--challenge-parameters", malformed, "--generate-cli-skeleton").check(t, wrongParameters, "--challenge-parameters: CREDENTIAL_REQUEST_OPTIONS ")
}

// TestBlanks: what the user empties stays empty, and what is like a blank but
// none is a value.
func TestBlanks(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(request, `"forty-two"`, `"<code>"`)
	text = strings.ReplaceAll(text, `{"shop": "1"}`, `{"a": "`+blank("text", "optional")+`", "b": ""}`)
	want := parseRequest(t, strings.ReplaceAll(strings.ReplaceAll(request, "forty-two", "<code>"), `"shop": "1"`, `"b": ""`))
	performs(t, want, "--cli-input-json", text)
}

// TestOutputSkeleton: everything is checked, and nothing is sent.
func TestOutputSkeleton(t *testing.T) {
	t.Parallel()
	service := newStub(t, 200, tokens)
	flags := []string{"--endpoint-url", service.url, "--generate-cli-skeleton", "output"}
	for _, form := range forms() {
		r := execute(t, nil, append(flags, "--cli-input-json", marshal(t, form, everyOption), "--query", "AuthenticationResult.NewDeviceMetadata.DeviceKey")...)
		if r.check(t, ok); r.stdout != "\"DeviceKey\"\n" {
			t.Errorf("got %s", r.stdout)
		}
	}
	r := execute(t, nil, append(flags, "--cli-input-json", request, "--context-data", "IpAddress=::1", "--challenge-responses", "USERNAME=alice,ANSWER=forty-two")...)
	r.check(t, wrongParameters, "respond: --context-data: ContextData.ServerName is required\n", "ServerPath is required", "HttpHeaders is required")
	r = execute(t, nil, append(flags, "--cli-input-json", request, "--challenge-responses", "USERNAME=alice")...)
	r.check(t, wrongParameters, "respond: --challenge-responses: ANSWER is required\n")
	if service.calls > 0 || r.stdout != "" {
		t.Errorf("got %d calls and output %q", service.calls, r.stdout)
	}
}
