package challenge_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

// sentBySDK returns the JSON that the SDK sends for an input.
func sentBySDK(t *testing.T, in *cip.AdminRespondToAuthChallengeInput) map[string]any {
	t.Helper()
	var calls []sent
	api := cip.New(cip.Options{
		Region:      "eu-west-1",
		Credentials: aws.AnonymousCredentials{},
		HTTPClient:  wire{accepting{}, &calls},
	})
	if _, err := api.AdminRespondToAuthChallenge(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return calls[0].body
}

// emptyOptions sets what a request can hold to values that are empty.
func emptyOptions(o *challenge.CallOptions) {
	o.ClientMetadata = map[string]string{}
	o.ContextData = &types.ContextDataType{
		IpAddress: aws.String(""), ServerName: aws.String(""), ServerPath: aws.String(""), HttpHeaders: []types.HttpHeader{},
	}
}

// accepting answers every request with an empty object.
type accepting struct{}

func (accepting) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// TestAdminRespondJSON: the JSON of every challenge's request is what the SDK
// itself sends, and becomes the same request again.
func TestAdminRespondJSON(t *testing.T) {
	if len(filled) == 0 {
		t.Fatal("no forms")
	}
	for name, f := range filled {
		for _, options := range [][]func(*challenge.CallOptions){nil, {everyOption}, {emptyOptions}} {
			in, err := config.AdminRespondInput(f.form(), options...)
			if err != nil {
				t.Fatal(err)
			}
			data, err := challenge.MarshalAdminRespondInput(in)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(sentBySDK(t, in), got); diff != "" {
				t.Errorf("%s: (-the SDK +got)\n%s", name, diff)
			}
			back, err := challenge.UnmarshalAdminRespondInput(data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(in, back, unexported); diff != "" {
				t.Errorf("%s: read again (-want +got)\n%s", name, diff)
			}
		}
	}
	var invalid *challenge.InvalidError
	broken := &cip.AdminRespondToAuthChallengeInput{ClientMetadata: map[string]string{"a": "\xff"}}
	if data, err := challenge.MarshalAdminRespondInput(broken); !errors.As(err, &invalid) || data != nil {
		t.Errorf("text that can't be JSON: %v", err)
	}
	long := strings.Repeat("s", 1<<20-len(`{"Session":""}`))
	if data, err := challenge.MarshalAdminRespondInput(&cip.AdminRespondToAuthChallengeInput{Session: &long}); err != nil || len(data) != 1<<20 {
		t.Errorf("%d bytes: %v", len(data), err)
	}
	long += "s"
	if data, err := challenge.MarshalAdminRespondInput(&cip.AdminRespondToAuthChallengeInput{Session: &long}); !errors.As(err, &invalid) || data != nil {
		t.Errorf("what would not be read again: %v", err)
	}
	if _, err := challenge.MarshalAdminRespondInput(nil); !errors.As(err, &invalid) || invalid.Field != "in" {
		t.Errorf("no input: %v", err)
	}
}

func TestUnmarshalAdminRespondInputInvalid(t *testing.T) {
	tests := []struct {
		name, text string
		want       []problem
	}{
		{"no JSON", `{`, []problem{{"data", "", "is no JSON object"}}},
		{"null", `null`, []problem{{"data", "", "is no JSON object"}}},
		{"a list", `[]`, []problem{{"data", "", "is no JSON object"}}},
		{"too long", `{"Session":"` + strings.Repeat("s", 1<<20) + `"}`, []problem{{"data", "", "is too long for a request"}}},
		{"nulls", `{"Session":null,"ContextData":null,"ClientMetadata":{"a":null}}`, nil},
		{"not UTF-8", "{\"Session\":\"a\xffb\"}", []problem{{"data", "", "is not valid UTF-8"}}},
		{"a whole character", `{"Session":"\ud83d\ude00 \\ud800 \uFFFD"}`, nil},
		{
			"half a character", `{"ChallengeName":"\ud83d","Session":"\n\ud83d","ClientMetadata":{"a":"\uDE00x"},"ChallengeResponses":{"\ud83d\\ude00":"b"}}`,
			[]problem{
				{"data", "ChallengeName", "has half a character in it"},
				{"data", "Session", "has half a character in it"},
				{"data", "ClientMetadata", "has half a character in it"},
				{"data", "ChallengeResponses", "has half a character in it"},
			},
		},
		{
			"names by the letter", `{"session":"s","UserPoolID":"p"}`,
			[]problem{{"data", "session", "is no member of the request"}, {"data", "UserPoolID", "is no member of the request"}},
		},
		{
			"types", `{"Session":1,"ChallengeName":[],"ChallengeResponses":{"CODE":123456},"ClientMetadata":"a=b","UserPoolId":{},"AnalyticsMetadata":"e"}`,
			[]problem{
				{"data", "Session", "is no string"},
				{"data", "ChallengeName", "is no string"},
				{"data", "ChallengeResponses.CODE", "is no string"},
				{"data", "ClientMetadata", "is no JSON object"},
				{"data", "UserPoolId", "is no string"},
				{"data", "AnalyticsMetadata", "is no JSON object"},
			},
		},
		{
			"inside", `{"ContextData":{"IPAddress":"::1","HttpHeaders":[{"HeaderName":"a"},{"headerValue":7},null]},"AnalyticsMetadata":{"x":1}}`,
			[]problem{
				{"data", "ContextData.IPAddress", "is no member of the request"},
				{"data", "ContextData.HttpHeaders[0].HeaderName", "is no member of the request"},
				{"data", "ContextData.HttpHeaders[1].headerValue", "is no string"},
				{"data", "ContextData.HttpHeaders[2]", "is no JSON object"},
				{"data", "AnalyticsMetadata.x", "is no member of the request"},
			},
		},
		{
			"twice", `{"Session":"a","ClientId":null,"ClientMetadata":{"k":"v","k":"v"},"Client\u0049d":"c","Session":"a"}`,
			[]problem{
				{"data", "ClientId", "is there twice"},
				{"data", "Session", "is there twice"},
				{"data", "ClientMetadata.k", "is there twice"},
			},
		},
		{"headers", `{"ContextData":{"HttpHeaders":{}}}`, []problem{{"data", "ContextData.HttpHeaders", "is no list"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, err := challenge.UnmarshalAdminRespondInput([]byte(tt.text))
			if (in == nil) != (err != nil) {
				t.Errorf("got both or nothing: %v", err)
			}
			var problems []problem
			for _, e := range challenge.InvalidErrors(err) {
				problems = append(problems, problem{e.Field, e.Key, e.Problem})
			}
			if diff := cmp.Diff(tt.want, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzUnmarshalAdminRespondInput: what is read is what would be written.
func FuzzUnmarshalAdminRespondInput(f *testing.F) {
	in, err := config.AdminRespondInput(filled["SMS_MFA"].form(), everyOption)
	if err != nil {
		f.Fatal(err)
	}
	data, err := challenge.MarshalAdminRespondInput(in)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"ContextData":{"HttpHeaders":[null,{"headerName":null}]},"x":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := challenge.UnmarshalAdminRespondInput(data)
		if err != nil {
			if in != nil || len(challenge.InvalidErrors(err)) != len(joined(err)) || len(err.Error()) > 50_000 {
				t.Fatalf("got %T of %d characters", err, len(err.Error()))
			}
			return
		}
		written, err := challenge.MarshalAdminRespondInput(in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := challenge.UnmarshalAdminRespondInput(written)
		if err != nil {
			t.Fatal(err)
		}
		if rewritten, err := challenge.MarshalAdminRespondInput(again); err != nil || string(rewritten) != string(written) {
			t.Fatalf("written as %s, then as %s", written, rewritten)
		}
	})
}
