package main

import (
	"net/http"
	"testing"
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
